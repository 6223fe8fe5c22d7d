// What comes back to a restored node is asked what its door and the link agreement ask, by the
// rosters of then.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "daemon/ledger/leaf.h"
#include "google/protobuf/text_format.h"
#include "tests/exchange/restore_case.h"
#include "tests/exchange/rosters.h"

namespace gatepost::testing {
namespace {

// Of the alarms about what came out otherwise than then: what it came out as.
std::vector<std::string> Differences(const TestNode& node) {
  std::vector<std::string> told;
  for (const ledger::Leaf& leaf : node.Leaves()) {
    if (leaf.event != ledger::event::kAlarm || leaf.result != "NODE_RESTORED") continue;
    told.push_back(leaf.detail);
  }
  return told;
}

// A peer may give back what its author signed and the door would never have let out.
TEST_F(Restore, WhatTheDoorWouldNotLetOutIsCarriedAndSaid) {
  LoseTheEnd(false);
  world.vn->Publish(R"(
    id: "two-1"
    author_rules { roles: "clerk" subject {} }
    call_rules { roles: "clerk" acts: "READ" acts: "SUBMIT" }
    release_rules { subject { families: "REPORT" } signatures { roles: "clerk" count: 2 } })");
  Reconnect();
  Need(world.vn->OpenEpoch().status());
  for (size_t i = 0; i < vn_ids.size(); ++i) {
    EXPECT_EQ(Held(*world.vn, vn_ids[i]).standing, i < 2 ? v1::RUNG_APPLIED : v1::RUNG_CARRIED);
  }
  for (const std::string& id : cn_ids) {
    EXPECT_EQ(Held(*world.vn, id).standing, v1::RUNG_APPLIED) << "not for this policy to judge";
  }
  const std::vector<std::string> alarms = Differences(*world.vn);
  EXPECT_EQ(alarms.size(), static_cast<size_t>(kEach));
  for (const std::string& alarm : alarms) {
    EXPECT_EQ(alarm, "then:APPLIED,now:SIGNATURES_MISSING");
  }
}

// Reports need a role that only rosters give.
class RestoreRosters : public Restore {
 protected:
  RestoreRosters() : Restore(AskingForHeads()) {}

  static TwoNodes::Options AskingForHeads() {
    TwoNodes::Options options = RosterWorld::WithAuthorities();
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        "subject { families: 'REPORT' } signatures { roles: 'head' count: 1 }",
        &options.rules.release_rules.emplace_back()));
    return options;
  }

  void Publish(TestNode& node, const certs::Signer& author, const certs::Signer& head) {
    v1::Message message = world.NewMessage(author);
    message.mutable_roster()->set_trust_domain(std::string(author.id().trust_domain()));
    message.mutable_roster()->set_version(1);
    v1::RosterMember* member = message.mutable_roster()->add_members();
    member->set_spiffe_id(head.id().ToString());
    member->add_roles("clerk");
    member->add_roles("head");
    Need(node.Submit(author, world.Sign(author, message)).status());
    world.Run();
  }
};

TEST_F(RestoreRosters, OfThenJudgeWhatCameAfterThem) {
  world.Connect();
  TakeCopy();
  const v1::Message ping = world.NewPing(world.vn_service(), "first");
  Need(world.vn->Submit(world.vn_service(), world.Sign(world.vn_service(), ping)).status());
  world.Run();
  world.clock.Advance(absl::Minutes(1));
  Publish(*world.vn, world.vn_officer(), world.vn_clerk());
  Publish(*world.cn, world.cn_officer(), world.cn_clerk());
  world.clock.Advance(absl::Minutes(1));
  SubmitVn();
  SubmitCn();
  world.Run();
  ASSERT_EQ(Held(*world.cn, vn_ids[0]).standing, v1::RUNG_APPLIED);
  ASSERT_EQ(Held(*world.vn, cn_ids[0]).standing, v1::RUNG_APPLIED);
  const absl::Time then = world.clock.Now();

  PutCopyBack(false);
  world.clock.Advance(absl::Minutes(10));
  Reconnect();
  Need(world.vn->OpenEpoch().status());
  EXPECT_EQ(Held(*world.vn, vn_ids[0]).standing, v1::RUNG_APPLIED);
  EXPECT_EQ(Held(*world.vn, cn_ids[0]).standing, v1::RUNG_APPLIED);
  EXPECT_EQ(Differences(*world.vn), std::vector<std::string>());
  EXPECT_TRUE(Need(Need(world.vn->store->Read())->RosterAt("pingxiang.practice.example", then))
                  .has_value());
}

}  // namespace
}  // namespace gatepost::testing
