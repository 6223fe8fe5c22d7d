// What a proposal builds on: it names the agreements that it touches, amends them, lets them give
// way or ends them, and changes hours relative to them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "tests/exchange/agreement_case.h"

namespace gatepost::testing {
namespace {

using system::ReasonOf;

class AgreementBasis : public AgreementCase {};

TEST_F(AgreementBasis, WhatIsNotInForceIsNoBasis) {
  const v1::Message open = world_.Propose(kVn, {});
  Say(kVn, open);
  v1::Message amendment = world_.Propose(kCn, {});
  v1::Basis* basis = amendment.mutable_proposal()->add_basis();
  *basis->mutable_agreement() = ThreadWorld::Cite(open);
  EXPECT_EQ(ReasonOf(world_.Send(kCn, amendment)), v1::REASON_NOT_IN_FORCE);
  EXPECT_EQ(ReasonOf(world_.Send(kCn, world_.Terminate(kCn, 22, {open}))), v1::REASON_NOT_IN_FORCE);
}

TEST_F(AgreementBasis, AnAmendmentNamesWhatItTouches) {
  const v1::Message first = Agreed(kVn, {});
  v1::Message blind = world_.Propose(kCn, {.hours = "8-17"});
  EXPECT_EQ(blind.proposal().basis_size(), 1);
  blind.mutable_proposal()->clear_basis();
  EXPECT_EQ(ReasonOf(world_.Send(kCn, blind)), v1::REASON_STALE_BASIS);

  const v1::Message amendment = Agreed(kCn, {.first_day = 22, .last_day = 23, .hours = ""});
  EXPECT_EQ(Noon(21), "OPEN schedule_change");
  EXPECT_EQ(Noon(22), "CLOSED schedule_change");
  EXPECT_EQ(Noon(24), "OPEN schedule_change");
  EXPECT_EQ(world_.State(first), "IN_FORCE") << "it stays where the amendment says nothing";
  const v1::Message elsewhere = Agreed(kCn, {.gate = "LS-CM"});
  EXPECT_EQ(elsewhere.proposal().basis_size(), 0);
}

TEST_F(AgreementBasis, WhatGivesWayEndsWhereTheNewOneBegins) {
  const v1::Message older = Agreed(kVn, {.first_day = 18, .last_day = 0});
  const v1::Message newer = Agreed(kCn, {.first_day = 22, .last_day = 23, .hours = ""}, {older});
  EXPECT_EQ(world_.State(older), "SUPERSEDED");
  EXPECT_EQ(Noon(21), "OPEN schedule_change");
  EXPECT_EQ(Noon(22), "CLOSED schedule_change");
  EXPECT_EQ(Noon(24), "UNKNOWN") << "the older one does not come back";
  const v1::Message ending = world_.Terminate(kVn, 23, {older});
  EXPECT_EQ(ReasonOf(world_.Send(kVn, ending)), v1::REASON_NOT_IN_FORCE);
  const v1::Message between = world_.Propose(kVn, {.first_day = 20, .last_day = 20});
  EXPECT_EQ(between.proposal().basis_size(), 1) << "until the 22nd the older one still holds";
}

TEST_F(AgreementBasis, WhatGivesWayEndsAtAllItsGates) {
  const v1::Message older =
      Agreed(kVn, {.gate = "LS-CM", .second_gate = "LS-HN-1119", .first_day = 18, .last_day = 0});
  EXPECT_EQ(Noon(*world_.cn, 22, "LS-CM"), "OPEN schedule_change");
  Agreed(kCn, {.first_day = 22, .last_day = 23, .hours = ""}, {older});
  EXPECT_EQ(Noon(*world_.cn, 21, "LS-CM"), "OPEN schedule_change");
  EXPECT_EQ(Noon(*world_.cn, 22, "LS-CM"), "UNKNOWN") << "asked about the other gate alone";
  EXPECT_EQ(Noon(*world_.vn, 22, "LS-CM"), "UNKNOWN");
}

TEST_F(AgreementBasis, ARelativeChangeIsResolvedFromWhatIsAgreed) {
  Agreed(kVn, {.first_day = 18, .last_day = 0});
  v1::PrepareProposalRequest request;
  request.set_recipient_node("vn-langson");
  v1::Timetable& timetable =
      *request.mutable_draft()->mutable_schedule_change()->mutable_timetable();
  timetable = world_.Propose(kCn, {.first_day = 22, .last_day = 23})
                  .proposal()
                  .schedule_change()
                  .timetable();
  v1::TimetableRule& rule = *timetable.mutable_rules(0);
  rule.clear_windows();
  rule.set_regime(v1::REGIME_EXTENDED);
  rule.mutable_said_as()->set_kind(v1::CHANGE_KIND_MOVE_CLOSING);
  rule.mutable_said_as()->set_moved_by_minutes(120);
  const v1::PrepareProposalResponse prepared =
      Need(world_.cn->agreement_queries->PrepareProposal(request));
  const v1::TimetableRule& resolved = prepared.proposal().schedule_change().timetable().rules(0);
  ASSERT_EQ(resolved.windows_size(), 1);
  EXPECT_EQ(resolved.windows(0).opens().hour(), 7);
  EXPECT_EQ(resolved.windows(0).closes().hour(), 20);
  EXPECT_EQ(prepared.proposal().basis_size(), 1);
  EXPECT_EQ(prepared.proposal().side(), "CN");
  v1::Message message = world_.NewMessage(world_.cn_officer());
  *message.mutable_proposal() = prepared.proposal();
  *message.mutable_header()->mutable_scope_ids() = prepared.scope_ids();
  Say(kCn, message);
  EXPECT_EQ(world_.State(message), "OPEN");
}

TEST_F(AgreementBasis, ATerminationEndsWithNothingInItsPlace) {
  const v1::Message agreement = Agreed(kVn, {.first_day = 18, .last_day = 0});
  const v1::Message ending = world_.Terminate(kCn, 22, {agreement});
  Say(kCn, ending);
  EXPECT_EQ(world_.State(agreement), "IN_FORCE");
  Say(kVn, world_.Accept(kVn, ending, ending));
  EXPECT_EQ(world_.State(agreement), "ENDED");
  EXPECT_EQ(Noon(21), "OPEN schedule_change");
  EXPECT_EQ(Noon(22), "UNKNOWN");
}

TEST_F(AgreementBasis, OpenProposalsOverTheSameHoursAreSuperseded) {
  const v1::Message one = world_.Propose(kVn, {});
  const v1::Message two = world_.Propose(kCn, {.hours = "8-17"});
  const v1::Message far = world_.Propose(kCn, {.gate = "LS-CM"});
  Say(kVn, one);
  Say(kCn, two);
  Say(kCn, far);
  Say(kCn, world_.Accept(kCn, one, one));
  EXPECT_EQ(world_.State(one), "IN_FORCE");
  EXPECT_EQ(world_.State(two), "SUPERSEDED");
  EXPECT_EQ(world_.State(far), "OPEN");
}

TEST_F(AgreementBasis, HolidayHoursComeBeforeScheduleChanges) {
  Agreed(kVn, {.first_day = 18, .last_day = 0});
  Agreed(kCn, {.first_day = 22, .last_day = 24, .hours = "", .holiday = true});
  EXPECT_EQ(Noon(22), "CLOSED holiday_hours");
  EXPECT_EQ(Noon(25), "OPEN schedule_change");
}

TEST_F(AgreementBasis, HolidayHoursLeaveNoCellBlank) {
  const Terms one_way{
      .first_day = 22, .last_day = 23, .hours = "8-17", .direction = "VN_TO_CN", .holiday = true};
  EXPECT_EQ(ReasonOf(world_.Send(kVn, world_.Propose(kVn, one_way))), v1::REASON_MISSING_CELL);
  EXPECT_EQ(ReasonOf(world_.Send(kCn, world_.Propose(kCn, one_way))), v1::REASON_MISSING_CELL);
  // Hours that hold anyway do not fill the matrix; what stays as it is, is said.
  Agreed(kVn, {.first_day = 18, .last_day = 0});
  EXPECT_EQ(ReasonOf(world_.Send(kCn, world_.Propose(kCn, one_way))), v1::REASON_MISSING_CELL);
  // One direction of running holiday hours may be amended, as long as these stay.
  const v1::Message running =
      Agreed(kCn, {.first_day = 22, .last_day = 24, .hours = "", .holiday = true});
  EXPECT_EQ(ReasonOf(world_.Send(kVn, world_.Propose(kVn, one_way, {running}))),
            v1::REASON_MISSING_CELL);
  Agreed(kVn, one_way);
  EXPECT_EQ(world_.State(running), "IN_FORCE");
}

// A basis that something ends fills the matrix only until then.
TEST_F(AgreementBasis, WhatIsOverFillsNoCellOfAnAmendment) {
  const v1::Message running =
      Agreed(kCn, {.first_day = 20, .last_day = 26, .hours = "", .holiday = true});
  const Terms one_way{
      .first_day = 22, .last_day = 24, .hours = "8-17", .direction = "VN_TO_CN", .holiday = true};
  const v1::Message before = world_.Propose(kCn, one_way);
  Say(kCn, before);
  const v1::Message ending = world_.Terminate(kCn, 23, {running});
  Say(kCn, ending);
  Say(kVn, world_.Accept(kVn, ending, ending));
  EXPECT_EQ(world_.State(running), "ENDED");
  EXPECT_EQ(world_.State(before), "OPEN");
  EXPECT_EQ(ReasonOf(world_.Send(kVn, world_.Accept(kVn, before, before))),
            v1::REASON_MISSING_CELL);
  for (const bool side : {kVn, kCn}) {
    const v1::Message amendment = world_.Propose(side, one_way);
    ASSERT_EQ(amendment.proposal().basis_size(), 1);
    EXPECT_EQ(ReasonOf(world_.Send(side, amendment)), v1::REASON_MISSING_CELL);
  }
  Terms until = one_way;
  until.last_day = 22;
  Agreed(kCn, until);
}

TEST_F(AgreementBasis, ADraftWithABlankCellIsNotPrepared) {
  v1::PrepareProposalRequest request;
  *request.mutable_draft() =
      world_.Propose(kVn, {.direction = "CN_TO_VN", .holiday = true}).proposal();
  request.set_recipient_node(world_.cn->setup.node.node);
  EXPECT_EQ(ReasonOf(world_.vn->agreement_queries->PrepareProposal(request).status()),
            v1::REASON_MISSING_CELL);
}

TEST_F(AgreementBasis, WhatIsToBeAcceptedIsShownWithTheHoursNowAndThen) {
  Agreed(kVn, {.first_day = 18, .last_day = 0});
  const v1::Message proposal =
      world_.Propose(kVn, {.first_day = 22, .last_day = 23, .hours = "", .holiday = true});
  Say(kVn, proposal);
  v1::PrepareProposalRequest request;
  request.set_accepts(proposal.header().message_id());
  const v1::PrepareProposalResponse shown =
      Need(world_.cn->agreement_queries->PrepareProposal(request));
  EXPECT_EQ(shown.proposal().SerializeAsString(), proposal.proposal().SerializeAsString());
  EXPECT_EQ(shown.scope_ids_size(), 1);
  const auto at_noon = [](const v1::GetHoursResponse& hours) {
    const absl::Time noon =
        Need(domain::InstantOf(Need(domain::ParseInstant("12:00H", absl::CivilDay(2027, 1, 22)))));
    for (const v1::HoursSpan& span : hours.hours(0).spans()) {
      if (Need(domain::InstantOf(span.period().end())) > noon) return span.opening();
    }
    return v1::OPENING_UNSPECIFIED;
  };
  EXPECT_EQ(at_noon(shown.before()), v1::OPENING_OPEN);
  EXPECT_EQ(at_noon(shown.after()), v1::OPENING_CLOSED);
  ASSERT_EQ(shown.findings_size(), 1) << "the occasion cannot be checked without calendars";
  EXPECT_EQ(shown.findings(0).severity(), v1::SEVERITY_NOT_CHECKABLE);

  const v1::Message acceptance = world_.Accept(kCn, proposal, proposal);
  Say(kCn, acceptance);
  request.set_accepts(acceptance.header().message_id());
  EXPECT_EQ(ReasonOf(world_.cn->agreement_queries->PrepareProposal(request).status()),
            v1::REASON_WRONG_SUBJECT);
  request.set_accepts("LS/2027/00999");
  EXPECT_EQ(ReasonOf(world_.cn->agreement_queries->PrepareProposal(request).status()),
            v1::REASON_NOT_FOUND);
}

TEST_F(AgreementBasis, AResumptionIsResolvedFromWhatIsAgreed) {
  Agreed(kVn, {.first_day = 18, .last_day = 0});
  v1::PrepareNoticeRequest request;
  request.mutable_draft()->set_side("VN");
  v1::Timetable& timetable = *request.mutable_draft()->mutable_resumption()->mutable_timetable();
  timetable = world_.Propose(kCn, {.first_day = 22, .last_day = 23})
                  .proposal()
                  .schedule_change()
                  .timetable();
  v1::TimetableRule& rule = *timetable.mutable_rules(0);
  rule.clear_windows();
  rule.set_regime(v1::REGIME_SHORTENED);
  rule.mutable_said_as()->set_kind(v1::CHANGE_KIND_MOVE_CLOSING);
  rule.mutable_said_as()->mutable_moved_to()->set_hour(15);
  const v1::PrepareNoticeResponse prepared = Need(world_.vn->hours_queries->PrepareNotice(request));
  const v1::TimetableRule& resolved = prepared.notice().resumption().timetable().rules(0);
  ASSERT_EQ(resolved.windows_size(), 1);
  EXPECT_EQ(resolved.windows(0).opens().hour(), 7);
  EXPECT_EQ(resolved.windows(0).closes().hour(), 15);
  EXPECT_EQ(resolved.said_as().inherited_from_size(), 1);
  // A resumption cannot say that a part stays closed.
  Agreed(kVn, {.first_day = 23, .last_day = 23, .hours = "", .direction = "CN_TO_VN"});
  const absl::Status partly = world_.vn->hours_queries->PrepareNotice(request).status();
  EXPECT_EQ(ReasonOf(partly), v1::REASON_WRONG_FAMILY);
  EXPECT_THAT(std::string(partly.message()), ::testing::HasSubstr("LS-HN-1119"));
  timetable.mutable_rules(0)->set_direction(v1::DIRECTION_VN_TO_CN);
  EXPECT_TRUE(world_.vn->hours_queries->PrepareNotice(request).ok());
  // Where nothing is agreed there is nothing to change.
  timetable.mutable_rules(0)->set_gate_ids(0, "LS-CM");
  EXPECT_EQ(ReasonOf(world_.vn->hours_queries->PrepareNotice(request).status()),
            v1::REASON_HOURS_UNKNOWN);
}

}  // namespace
}  // namespace gatepost::testing
