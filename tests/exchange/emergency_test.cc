// Emergencies: what leaves at once, and is countersigned afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/exchange/four_eyes.h"

namespace gatepost::testing {
namespace {

using ::testing::ElementsAre;

class Emergency : public FourEyes {
 protected:
  Emergency() { world_.Connect(); }

  v1::Message Urgent(const std::string& reason = "cầu tràn, không chờ được") {
    v1::Message message = world_.OneFigureReport(world_.vn_clerk(), "LS-HN", 0, 312);
    message.mutable_header()->mutable_emergency()->set_reason(reason);
    return message;
  }
  v1::Message Countersigning(const certs::Signer& author, const v1::Message& emergency) {
    v1::Message message = world_.NewMessage(author);
    v1::MessageCitation* about = message.mutable_countersignature()->mutable_about();
    about->set_author(emergency.header().author());
    about->set_message_id(emergency.header().message_id());
    about->set_pae_sha256(std::string(certs::AsView(
        certs::PaeDigest(certs::kMessagePayloadType, emergency.SerializeAsString()))));
    message.mutable_countersignature()->set_remark("seen");
    *message.mutable_header()->mutable_scope_ids() = emergency.header().scope_ids();
    return message;
  }
  absl::Status Send(const certs::Signer& author, const v1::Message& message) {
    const absl::Status sent = HandIn(author, world_.Sign(author, message)).status();
    world_.Run();
    return sent;
  }
  std::optional<store::EmergencyRecord> Row(TestNode& node, const v1::Message& message) {
    const auto reader = Need(node.store->Read());
    const auto record =
        Need(reader->FindMessage(message.header().author(), message.header().message_id()));
    return Need(reader->Emergency(record.value().row));
  }
  std::vector<std::string> Alarms(TestNode& node) {
    std::vector<std::string> told;
    for (const ledger::Leaf& leaf : node.Leaves()) {
      if (leaf.event == ledger::event::kAlarm) told.push_back(leaf.result);
    }
    return told;
  }
};

TEST_F(Emergency, LeavesAtOnceAndTheLogSaysSo) {
  const v1::Message urgent = Urgent();
  ASSERT_TRUE(Send(world_.vn_clerk(), urgent).ok());
  EXPECT_THAT(LeavesAbout(*world_.vn, urgent.header().message_id()),
              ElementsAre("ACCEPTED APPLIED desk-1", "OVERRIDE EMERGENCY desk-1",
                          "RECEIPT APPLIED desk-1"));
  std::string detail;
  for (const ledger::Leaf& leaf : world_.vn->Leaves()) {
    if (leaf.event == ledger::event::kOverride) detail = leaf.detail;
  }
  EXPECT_EQ(detail, "countersign-by:2027-01-15T09:00:00Z");
  EXPECT_EQ(world_.cn->LinkRecord().last_received, 1u);
  EXPECT_EQ(Row(*world_.vn, urgent)->due, world_.clock.Now() + absl::Hours(1));
}

TEST_F(Emergency, NeedsAReasonThatPeopleCanRead) {
  EXPECT_EQ(system::ReasonOf(Send(world_.vn_clerk(), Urgent(""))), v1::REASON_FIELD_MISSING);
  EXPECT_EQ(system::ReasonOf(Send(world_.vn_clerk(), Urgent(std::string(501, 'x')))),
            v1::REASON_MALFORMED_PAYLOAD);
  EXPECT_TRUE(Send(world_.vn_clerk(), Urgent(std::string(500, 'x'))).ok());
}

TEST_F(Emergency, CountersignedInTimeIsNoAlarm) {
  authority_.countersign_within = absl::Minutes(2);
  const v1::Message urgent = Urgent();
  ASSERT_TRUE(Send(world_.vn_clerk(), urgent).ok());
  const v1::Message seen = Countersigning(world_.vn_officer(), urgent);
  ASSERT_TRUE(Send(world_.vn_officer(), seen).ok());
  EXPECT_NE(Row(*world_.vn, urgent)->countersigned_by, 0);
  EXPECT_NE(Row(*world_.cn, urgent)->countersigned_by, 0) << "the other side knows it, too";
  EXPECT_THAT(LeavesAbout(*world_.cn, seen.header().message_id()),
              ElementsAre("DELIVERED APPLIED shift-lead-1"));
  world_.Pass(absl::Minutes(3));
  EXPECT_THAT(Alarms(*world_.vn), ElementsAre());
  EXPECT_THAT(Alarms(*world_.cn), ElementsAre());
}

TEST_F(Emergency, IsAlarmedOnceWhenNobodyCountersignedAndTakenBackWhenSomebodyDoes) {
  const v1::Message urgent = Urgent();
  ASSERT_TRUE(Send(world_.vn_clerk(), urgent).ok());
  world_.Cut();
  world_.clock.Advance(absl::Minutes(59));
  world_.vn->countersignature_alarms->OnTick();
  world_.vn->Settle();
  EXPECT_THAT(Alarms(*world_.vn), ElementsAre());
  for (int i = 0; i < 3; ++i) {
    world_.clock.Advance(absl::Minutes(1));
    world_.vn->countersignature_alarms->OnTick();
    world_.vn->Settle();
    if (i == 1) world_.KillAndRestart(/*vn=*/true);
  }
  EXPECT_THAT(Alarms(*world_.vn), ElementsAre("COUNTERSIGNATURE_OVERDUE"));
  ASSERT_TRUE(Send(world_.vn_officer(), Countersigning(world_.vn_officer(), urgent)).ok());
  EXPECT_THAT(Alarms(*world_.vn), ElementsAre("COUNTERSIGNATURE_OVERDUE", "CLEARED"));
  // A second one changes nothing.
  const int64_t by = Row(*world_.vn, urgent)->countersigned_by;
  ASSERT_TRUE(Send(*agent_, Countersigning(*agent_, urgent)).ok());
  EXPECT_EQ(Row(*world_.vn, urgent)->countersigned_by, by);
  EXPECT_EQ(Alarms(*world_.vn).size(), 2u);
}

TEST_F(Emergency, IsCountersignedBySomebodyElseWhoMay) {
  const v1::Message urgent = Urgent();
  ASSERT_TRUE(Send(world_.vn_clerk(), urgent).ok());
  EXPECT_EQ(system::ReasonOf(Send(world_.vn_clerk(), Countersigning(world_.vn_clerk(), urgent))),
            v1::REASON_OWN_SECOND_SIGNATURE);
  EXPECT_EQ(system::ReasonOf(Send(*stranger_, Countersigning(*stranger_, urgent))),
            v1::REASON_ROLE_NOT_ALLOWED);
  v1::Message elsewhere = Countersigning(world_.vn_officer(), urgent);
  elsewhere.mutable_header()->clear_scope_ids();
  EXPECT_EQ(system::ReasonOf(Send(world_.vn_officer(), elsewhere)), v1::REASON_FIELD_CONFLICT);
  EXPECT_EQ(Row(*world_.vn, urgent)->countersigned_by, 0);
}

TEST_F(Emergency, OnlyAnEmergencyOfTheOwnSideIsCountersigned) {
  const v1::Envelope plain = With(Report(), world_.vn_officer());
  ASSERT_TRUE(HandIn(world_.vn_clerk(), plain).ok());
  world_.Run();
  EXPECT_EQ(system::ReasonOf(Send(*agent_, Countersigning(*agent_, In(plain)))),
            v1::REASON_WRONG_SUBJECT);
  const v1::Message urgent = Urgent();
  EXPECT_EQ(system::ReasonOf(Send(*agent_, Countersigning(*agent_, urgent))),
            v1::REASON_UNKNOWN_BASE);
  const auto of_the_other_side = world_.cn->Submit(
      world_.cn_officer(),
      world_.Sign(world_.cn_officer(), Countersigning(world_.cn_officer(), In(plain))));
  EXPECT_EQ(ReasonOf(of_the_other_side), v1::REASON_WRONG_SUBJECT);
}

}  // namespace
}  // namespace gatepost::testing
