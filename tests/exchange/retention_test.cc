#include "daemon/exchange/retention.h"

#include <gtest/gtest.h>

#include "daemon/exchange/held.h"
#include "daemon/exchange/naming.h"
#include "daemon/ledger/receipt.h"
#include "daemon/system/reason.h"
#include "tests/support/two_nodes.h"

namespace gatepost::exchange {
namespace {

using ::gatepost::testing::Need;
using ::gatepost::testing::TwoNodes;

constexpr absl::Duration kDay = absl::Hours(24);

// vn-langson keeps reports for 100 days, and cn-pingxiang everything.
class RetentionTest : public ::testing::Test {
 protected:
  RetentionTest() { world_.Connect(); }

  std::string Report(int day) {
    v1::Message message = world_.OneFigureReport(world_.vn_clerk(), "LS-HN", day, 40 + day);
    last_ = world_.Sign(world_.vn_clerk(), message);
    answer_ = Need(world_.vn->Submit(world_.vn_clerk(), last_));
    world_.Run();
    return message.header().message_id();
  }

  // The rules hold from now on; a day of ticks.
  void Tick(const RetentionTerms& terms) {
    const LinkTermsByPeer links = {{"cn-pingxiang", world_.vn->setup.link}};
    Retention retention({world_.vn->setup.node, links, terms, world_.gates, *world_.vn->store,
                         *world_.vn->committer, world_.clock});
    for (int tick = 0; tick < 10; ++tick) {
      world_.clock.Advance(absl::Hours(3));
      retention.OnTick();
      world_.vn->Settle();
    }
  }

  store::MessageRecord Row(const std::string& id) {
    return Need(Need(world_.vn->store->Read())->FindMessagesById(id)).at(0);
  }

  std::vector<ledger::Leaf> Purged() {
    std::vector<ledger::Leaf> found;
    for (ledger::Leaf& leaf : world_.vn->Leaves()) {
      if (leaf.event == ledger::event::kPurged) found.push_back(std::move(leaf));
    }
    return found;
  }

  TwoNodes world_;
  v1::Envelope last_;
  v1::SubmitResponse answer_;
};

// The body goes, and what proves it stays: row, digests, leaf, receipt, and the first answer to a
// repeat.
TEST_F(RetentionTest, ABodyIsPurgedAndItsProofRemains) {
  const std::string id = Report(1);
  const store::MessageRecord before = Row(id);
  world_.clock.Advance(99 * kDay);
  Tick({.keep_days = {{"REPORT", 120}}});
  EXPECT_FALSE(Row(id).envelope.empty()) << "too early";
  world_.clock.Advance(120 * kDay);
  Tick({.keep_days = {{"REPORT", 120}}});

  store::MessageRecord after = Row(id);
  EXPECT_TRUE(after.envelope.empty());
  after.envelope = before.envelope;
  EXPECT_EQ(after, before) << "nothing else changed";
  ASSERT_EQ(Purged().size(), 1u);
  EXPECT_EQ(Purged()[0].object, MessageObject(id));
  EXPECT_EQ(Purged()[0].pae, before.pae);
  EXPECT_EQ(Purged()[0].detail, "retention:REPORT:120d");
  EXPECT_EQ(system::ReasonOf(MessageIn(Row(id)).status()), v1::REASON_BODY_PURGED);

  const v1::SubmitResponse again = Need(world_.vn->Submit(world_.vn_clerk(), last_));
  EXPECT_EQ(again.SerializeAsString(), answer_.SerializeAsString());
  EXPECT_TRUE(Row(id).envelope.empty());
  EXPECT_EQ(world_.vn->LadderOf(id).rung(), v1::RUNG_APPLIED);
  EXPECT_FALSE(Need(Need(world_.cn->store->Read())->FindMessagesById(id)).at(0).envelope.empty())
      << "the other side keeps its own";
}

TEST_F(RetentionTest, WhatALegalHoldNamesStays) {
  const std::string held = Report(1);
  const std::string other = Report(2);
  world_.clock.Advance(1000 * kDay);
  Tick({.keep_days = {{"REPORT", 30}}, .held_references = {held}});
  EXPECT_FALSE(Row(held).envelope.empty());
  EXPECT_TRUE(Row(other).envelope.empty());
  EXPECT_EQ(Purged().size(), 1u);
  Tick({.keep_days = {{"REPORT", 30}}, .held_scopes = {"LS-HN"}});
  EXPECT_FALSE(Row(held).envelope.empty());
  Tick({.keep_days = {{"REPORT", 30}}, .held_scopes = {"LS-ALL"}});
  EXPECT_FALSE(Row(held).envelope.empty()) << "the gate is one of that group";
  Tick({.keep_days = {{"REPORT", 30}}});
  EXPECT_TRUE(Row(held).envelope.empty()) << "the hold is over";
}

TEST_F(RetentionTest, WhatWasNotReceiptedStays) {
  world_.Cut();
  const std::string id = Report(1);
  world_.clock.Advance(1000 * kDay);
  Tick({.keep_days = {{"REPORT", 30}}});
  EXPECT_FALSE(Row(id).envelope.empty());
}

TEST_F(RetentionTest, WithoutARuleNothingGoes) {
  const std::string id = Report(1);
  world_.clock.Advance(10'000 * kDay);
  Tick({});
  Tick({.keep_days = {{"NOTICE", 30}}});
  EXPECT_FALSE(Row(id).envelope.empty());
  EXPECT_TRUE(Purged().empty());
}

// More than one look takes in: all of them go, each once.
TEST_F(RetentionTest, ManyGoALookAtATime) {
  for (int i = 0; i < 230; ++i) {
    const v1::Message ping = world_.NewPing(world_.vn_service(), std::to_string(i));
    Need(world_.vn->Submit(world_.vn_service(), world_.Sign(world_.vn_service(), ping)).status());
  }
  world_.Run();
  world_.clock.Advance(1000 * kDay);
  Tick({.keep_days = {{"PING", 30}}});
  EXPECT_EQ(Purged().size(), 230u);
}

}  // namespace
}  // namespace gatepost::exchange
