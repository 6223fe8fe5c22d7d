// What was seen at a gate stands beside the hours, on both sides, until it is seen to be over.
#include <gtest/gtest.h>

#include <string>

#include "daemon/system/reason.h"
#include "tests/exchange/notices.h"

namespace gatepost::testing {
namespace {

TEST_F(Notices, WhatWasSeenStandsBesideTheHours) {
  ASSERT_TRUE(Send(world_.vn_clerk(), Closure(world_.vn_clerk(), "VN")).ok());
  v1::Message seen = Notice(world_.vn_clerk(),
                            "side: 'VN' observed_stop { gate_ids: 'LS-HN-1119' "
                            "traffic: TRAFFIC_GOODS direction: DIRECTION_BOTH "
                            "precision: PRECISION_MINUTE }");
  v1::ObservedStop* stop = seen.mutable_notice()->mutable_observed_stop();
  *stop->mutable_since() = domain::ToZoned(world_.clock.Now(), domain::kHanoiZone);
  *stop->mutable_answer_by() =
      domain::ToZoned(world_.clock.Now() + absl::Hours(2), domain::kHanoiZone);
  ASSERT_TRUE(Send(world_.vn_clerk(), seen).ok());
  EXPECT_EQ(Ask(*world_.vn, "12:00H"),
            "CLOSED closure; seen closed since 2027-01-15 15:00 H, no notice received; answer "
            "asked by 2027-01-15 17:00 H (LS/2027/00002)");
}

// A stop that was seen, and the other side's notice that says so officially afterwards.
TEST_F(Notices, TheOfficialNoticeOfASeenStopIsTheOtherSides) {
  const v1::Message own = Closure(world_.vn_clerk(), "VN");
  const v1::Message theirs = Closure(world_.cn_clerk(), "CN");
  ASSERT_TRUE(Send(world_.vn_clerk(), own).ok());
  ASSERT_TRUE(Send(world_.cn_clerk(), theirs, /*by_vn=*/false).ok());
  const auto seen = [&](const v1::Message& official) {
    v1::Message message = Notice(world_.vn_clerk(),
                                 "side: 'VN' observed_stop { gate_ids: 'LS-HN-1119' "
                                 "traffic: TRAFFIC_GOODS direction: DIRECTION_BOTH "
                                 "precision: PRECISION_MINUTE }");
    v1::ObservedStop* stop = message.mutable_notice()->mutable_observed_stop();
    *stop->mutable_since() = domain::ToZoned(world_.clock.Now(), domain::kHanoiZone);
    Cite(official, *stop->mutable_official());
    return message;
  };
  EXPECT_EQ(system::ReasonOf(Send(world_.vn_clerk(), seen(own))), v1::REASON_WRONG_SUBJECT);
  EXPECT_TRUE(Send(world_.vn_clerk(), seen(theirs)).ok());
}

// DOMAIN.md 4, N26: a stop stands until it is seen to open again, gate by gate.
class SeenStops : public Notices {
 protected:
  SeenStops() {
    stop_ =
        Notice(world_.vn_clerk(),
               "side: 'VN' observed_stop { gate_ids: 'LS-CM' gate_ids: 'LS-HN-1119' "
               "traffic: TRAFFIC_GOODS direction: DIRECTION_BOTH precision: PRECISION_MINUTE }");
    *stop_.mutable_notice()->mutable_observed_stop()->mutable_since() =
        domain::ToZoned(world_.clock.Now(), domain::kHanoiZone);
    EXPECT_TRUE(Send(world_.vn_clerk(), stop_).ok());
    world_.clock.Advance(absl::Hours(2));
  }
  v1::Message Opening(const certs::Signer& author, const std::string& side,
                      const std::string& gate) {
    v1::Message message =
        Notice(author, "side: '" + side + "' observed_hours { gate_ids: '" + gate +
                           "' traffic: TRAFFIC_ALL direction: DIRECTION_BOTH opened: true "
                           "precision: PRECISION_MINUTE }");
    v1::ObservedHours* hours = message.mutable_notice()->mutable_observed_hours();
    *hours->mutable_at() = domain::ToZoned(world_.clock.Now(), domain::kHanoiZone);
    Cite(stop_, *hours->mutable_observed_stop());
    return message;
  }
  // The subjects of all that stands beside the hours at a time.
  std::string Standing(TestNode& node, const std::string& typed) {
    v1::GetHoursRequest request;
    request.add_scopes("LS-CM");
    request.add_scopes("LS-HN-1119");
    *request.mutable_from() = Need(domain::ParseInstant(typed, absl::CivilDay(2027, 1, 16)));
    const v1::GetHoursResponse answer = Need(node.hours_queries->GetHours(request));
    std::string told;
    for (const v1::Finding& finding : answer.findings()) {
      told += finding.subject() + ": " + finding.text().substr(0, 11) + "; ";
    }
    return told;
  }
  v1::Message stop_;
};

TEST_F(SeenStops, AStopStandsUntilItIsSeenToOpen) {
  for (TestNode* node : {world_.vn.get(), world_.cn.get()}) {
    EXPECT_EQ(Standing(*node, "2027-03-01 12:00H"), "LS-CM LS-HN-1119: seen closed; ");
  }
  ASSERT_TRUE(Send(world_.vn_clerk(), Opening(world_.vn_clerk(), "VN", "LS-CM")).ok());
  for (TestNode* node : {world_.vn.get(), world_.cn.get()}) {
    EXPECT_EQ(Standing(*node, "2027-03-01 12:00H"), "LS-HN-1119: seen closed; ");
    // Before it opened, it stood closed there, too.
    EXPECT_EQ(Standing(*node, "2027-01-15 16:00H"),
              "LS-CM LS-HN-1119: seen closed; LS-CM: seen to ope; ");
  }
  ASSERT_TRUE(Send(world_.vn_clerk(), Opening(world_.vn_clerk(), "VN", "LS-HN-1119")).ok());
  EXPECT_EQ(Standing(*world_.cn, "2027-03-01 12:00H"), "");
  EXPECT_EQ(Standing(*world_.cn, "2027-01-15 18:00H"),
            "LS-CM: seen to ope; LS-HN-1119: seen to ope; ");
}

TEST_F(SeenStops, OnlyAnOwnStopOfThatGateEnds) {
  EXPECT_EQ(system::ReasonOf(Send(world_.cn_clerk(), Opening(world_.cn_clerk(), "CN", "LS-CM"),
                                  /*by_vn=*/false)),
            v1::REASON_WRONG_SUBJECT)
      << "the other side's";
  EXPECT_EQ(system::ReasonOf(Send(world_.vn_clerk(), Opening(world_.vn_clerk(), "VN", "LS-TT"))),
            v1::REASON_WRONG_SUBJECT)
      << "another gate";
  v1::Message early = Opening(world_.vn_clerk(), "VN", "LS-CM");
  *early.mutable_notice()->mutable_observed_hours()->mutable_at() =
      domain::ToZoned(world_.clock.Now() - absl::Hours(3), domain::kHanoiZone);
  EXPECT_EQ(system::ReasonOf(Send(world_.vn_clerk(), early)), v1::REASON_WRONG_SUBJECT);
  v1::Message closing = Opening(world_.vn_clerk(), "VN", "LS-CM");
  closing.mutable_notice()->mutable_observed_hours()->set_opened(false);
  EXPECT_EQ(system::ReasonOf(Send(world_.vn_clerk(), closing)), v1::REASON_FIELD_CONFLICT);
  const v1::Message closure = Closure(world_.vn_clerk(), "VN");
  ASSERT_TRUE(Send(world_.vn_clerk(), closure).ok());
  v1::Message no_stop = Opening(world_.vn_clerk(), "VN", "LS-HN-1119");
  Cite(closure, *no_stop.mutable_notice()->mutable_observed_hours()->mutable_observed_stop());
  EXPECT_EQ(system::ReasonOf(Send(world_.vn_clerk(), no_stop)), v1::REASON_WRONG_SUBJECT);
  ASSERT_TRUE(Send(world_.vn_officer(), Cancel(world_.vn_officer(), stop_)).ok());
  EXPECT_EQ(system::ReasonOf(Send(world_.vn_clerk(), Opening(world_.vn_clerk(), "VN", "LS-CM"))),
            v1::REASON_WRONG_SUBJECT)
      << "void";
}

}  // namespace
}  // namespace gatepost::testing
