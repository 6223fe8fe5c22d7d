// What two nodes say of themselves first, and what they do about every difference (PROTOCOL.md 6).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "tests/support/daily_reports.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

v1::LinkState StateOf(const TestNode& node) { return node.link->State(); }

// From now on every Hello of cn-pingxiang arrives changed.
void ChangeHello(TwoNodes& world, std::function<void(v1::LinkHello&)> change) {
  world.on_wire = [change = std::move(change)](bool from_vn, v1::LinkFrame& frame) {
    if (!from_vn && frame.has_hello()) change(*frame.mutable_hello());
    return true;
  };
}

struct Case {
  const char* name;
  v1::Reason reason;
  void (*change)(v1::LinkHello& hello);
};

const Case kCases[] = {
    {"ProtocolVersion", v1::REASON_PROTOCOL_VERSION,
     [](v1::LinkHello& h) { h.set_protocol_version(2); }},
    {"NoProtocolVersion", v1::REASON_PROTOCOL_VERSION,
     [](v1::LinkHello& h) { h.clear_protocol_version(); }},
    {"WrongNode", v1::REASON_WRONG_NODE, [](v1::LinkHello& h) { h.set_node("cn-dongxing"); }},
    {"Agreement", v1::REASON_AGREEMENT_DIFFERS,
     [](v1::LinkHello& h) { h.set_agreement_sha256(std::string(32, 'x')); }},
    {"NoCommonPayloadType", v1::REASON_UNKNOWN_PAYLOAD_TYPE,
     [](v1::LinkHello& h) { h.set_payload_types(0, "application/json"); }},
};

class HelloDiffers : public ::testing::TestWithParam<Case> {};

TEST_P(HelloDiffers, TheLinkStaysDownAndBothSidesNameIt) {
  TwoNodes world;
  ChangeHello(world, GetParam().change);
  world.Connect();
  world.Run();
  for (const TestNode* node : {world.vn.get(), world.cn.get()}) {
    const v1::LinkState state = StateOf(*node);
    EXPECT_FALSE(state.connected());
    EXPECT_EQ(state.problem().reason(), GetParam().reason) << state.ShortDebugString();
    EXPECT_FALSE(state.problem().wanted().empty());
    EXPECT_FALSE(state.problem().came().empty());
    EXPECT_FALSE(state.problem().todo().empty());
  }
  // The same fact again and again is one leaf.
  for (int again = 0; again < 30; ++again) {
    world.Connect();
    world.Run();
  }
  EXPECT_EQ(world.vn->head().size, 1u);
  EXPECT_EQ(world.vn->Leaves()[0].event, ledger::event::kDenied);
  EXPECT_EQ(world.vn->Leaves()[0].result, "REFUSED:" + system::ReasonName(GetParam().reason));

  world.on_wire = nullptr;
  world.Connect();
  world.Run();
  EXPECT_TRUE(world.vn->link->connected()) << "once the difference is gone, so is the refusal";
}

INSTANTIATE_TEST_SUITE_P(Hello, HelloDiffers, ::testing::ValuesIn(kCases),
                         [](const auto& param) { return std::string(param.param.name); });

TEST(Hello, ADifferentAgreementOnDiskIsNamedOnBothSides) {
  TwoNodes world({.cn_agreement = "another agreement"});
  world.Connect();
  world.Run();
  EXPECT_EQ(StateOf(*world.vn).problem().reason(), v1::REASON_AGREEMENT_DIFFERS);
  EXPECT_EQ(StateOf(*world.cn).problem().reason(), v1::REASON_AGREEMENT_DIFFERS);
}

TEST(Hello, SmallerLimitsHoldAndAreNamed) {
  TwoNodes world({.window_messages = 64, .cn_window_messages = 16});
  world.Connect();
  world.Run();
  EXPECT_TRUE(world.vn->link->connected());
  EXPECT_THAT(StateOf(*world.vn).differences(),
              Contains("window in messages: 64 here, 16 at cn-pingxiang; the smaller holds"));
  EXPECT_THAT(StateOf(*world.cn).differences(),
              Contains("window in messages: 16 here, 64 at vn-langson; the smaller holds"));
}

int Alarms(const TestNode& node) {
  int alarms = 0;
  for (const ledger::Leaf& leaf : node.Leaves()) alarms += leaf.event == ledger::event::kAlarm;
  return alarms;
}

TEST(Hello, SkewAboveAMinuteAlarmsOnceAndTheLinkGoesOn) {
  TwoNodes world;
  ChangeHello(world, [&](v1::LinkHello& hello) {
    hello.mutable_clock()->set_seconds(hello.clock().seconds() + 61);
  });
  world.Connect();
  world.Run();
  EXPECT_TRUE(world.vn->link->connected());
  const v1::LinkState state = StateOf(*world.vn);
  EXPECT_EQ(state.clock_skew_ms(), 61'000);
  EXPECT_THAT(state.differences(), Contains(HasSubstr("clock: cn-pingxiang's is +61 s")));
  EXPECT_THAT(state.alarms(), Contains(HasSubstr("CLOCK_SKEW")));
  EXPECT_EQ(Alarms(*world.vn), 1);
  EXPECT_EQ(world.vn->Leaves()[0].result, "CLOCK_SKEW");

  // Messages cross; and Hellos that say it again, or now this and now that, add no leaf each.
  ASSERT_TRUE(world.vn
                  ->Submit(world.vn_clerk(),
                           world.Sign(world.vn_clerk(), world.NewPing(world.vn_clerk(), "on")))
                  .ok());
  world.Run();
  EXPECT_EQ(world.cn->LinkRecord().last_received, 1u);
  for (int again = 0; again < 50; ++again) {
    ChangeHello(world, [&](v1::LinkHello& hello) {
      hello.mutable_clock()->set_seconds(hello.clock().seconds() + (again % 2 == 0 ? 90 : 0));
    });
    world.Connect();
    world.Run();
  }
  EXPECT_EQ(Alarms(*world.vn), 1);
}

TEST(Hello, SkewOfAMinuteIsBorne) {
  TwoNodes world;
  ChangeHello(world, [&](v1::LinkHello& hello) {
    hello.mutable_clock()->set_seconds(hello.clock().seconds() - 60);
  });
  world.Connect();
  world.Run();
  EXPECT_TRUE(StateOf(*world.vn).alarms().empty());
  EXPECT_EQ(world.vn->head().size, 0u);
}

// The project's register with another name for LS-TT.
domain::GateRegister OtherRegister() {
  config::v1::GateRegister proto = ProjectRegister().proto();
  for (auto& gate : *proto.mutable_gates()) {
    if (gate.id() == "LS-TT") gate.set_name_in_chinese("别的名字");
  }
  return Need(domain::GateRegister::FromProto(proto));
}

class RegistersDiffer : public ::testing::Test {
 protected:
  RegistersDiffer() : other_(OtherRegister()), world_({.cn_gates = &other_}) {}

  absl::Status SubmitReport(const std::string& gate, int day) {
    return world_.vn
        ->Submit(
            world_.vn_clerk(),
            world_.Sign(world_.vn_clerk(), world_.OneFigureReport(world_.vn_clerk(), gate, day, 5)))
        .status();
  }

  const domain::GateRegister other_;
  TwoNodes world_;
};

TEST_F(RegistersDiffer, OnlyTheDifferingEntriesAreBlocked) {
  world_.Connect();
  world_.Run();
  EXPECT_TRUE(world_.vn->link->connected());
  EXPECT_THAT(StateOf(*world_.vn).differences(), Contains(HasSubstr("gate register")));
  EXPECT_THAT(StateOf(*world_.cn).differences(), Contains(HasSubstr("gate register")));
  EXPECT_TRUE(SubmitReport("LS-HN", 0).ok());
  EXPECT_EQ(system::ReasonOf(SubmitReport("LS-TT", 0)), v1::REASON_REGISTER_DIFFERS);
  world_.Run();
  EXPECT_EQ(world_.vn->LinkRecord().last_receipted, 1u);
}

TEST_F(RegistersDiffer, WhatWasQueuedBeforeIsRefusedThereByName) {
  ASSERT_TRUE(SubmitReport("LS-TT", 0).ok());
  ASSERT_TRUE(SubmitReport("LS-HN", 0).ok());
  world_.Connect();
  world_.Run();
  const std::vector<ledger::Leaf> leaves = world_.cn->Leaves();
  ASSERT_EQ(leaves.size(), 2u);
  EXPECT_EQ(leaves[0].result, "REFUSED:REGISTER_DIFFERS");
  EXPECT_EQ(leaves[1].result, "APPLIED");
  EXPECT_EQ(world_.vn->LinkRecord().last_receipted, 2u);
}

}  // namespace
}  // namespace gatepost::testing
