// approve, and what awaits a countersignature: what a second pair of eyes is shown.

#include "client/cli/approval_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "client/cli/commands.h"
#include "client/cli/parse.h"
#include "daemon/domain/civil_time.h"
#include "daemon/ledger/leaf.h"
#include "tests/client/cli/authority_node.h"

namespace gatepost::cli {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kNotice[] = "0194e1a2-7c00-7000-8000-000000000011";
constexpr char kAck[] = "0194e1a2-7c00-7000-8000-000000000012";
constexpr char kOther[] = "0194e1a2-7c00-7000-8000-000000000013";
constexpr char kChinese[] = "spiffe://pingxiang.practice.example/agency/port/officer/01";

class ApproveTest : public AuthorityNode {
 protected:
  void SetUp() override {
    AuthorityNode::SetUp();
    global_.output = Output::kTable;
    v1::Message ping;
    ping.mutable_ping()->set_token("what-he-signs-for");
    cited_ = Stored(ping, kChinese, kNotice, "LS/2026/00011");
    exchange_.messages[kNotice] = cited_;
    v1::Message ack;
    *ack.mutable_acknowledgement()->mutable_about() = Citing(cited_);
    ack.mutable_acknowledgement()->set_kind(v1::ACKNOWLEDGEMENT_KIND_DISPUTED);
    ack.mutable_acknowledgement()->set_ground(v1::DISPUTE_GROUND_FACTS);
    ack.mutable_acknowledgement()->set_remark("not so");
    Hold(ack);
  }
  void Hold(const v1::Message& message) {
    v1::StoredMessage held = Stored(message, kOfficer, kAck, "LS/2026/00012");
    held.mutable_held()->add_needed()->add_roles("clerk");
    held.mutable_held()->mutable_needed(0)->set_count(1);
    exchange_.messages["LS/2026/00012"] = held;
  }
  static ApproveOptions One(bool yes) {
    ApproveOptions options;
    options.reference = "LS/2026/00012";
    options.yes = yes;
    return options;
  }

  v1::StoredMessage cited_;
};

TEST_F(ApproveTest, OfAnAcknowledgementShowsItAndTheMessageThatItIsAbout) {
  ASSERT_EQ(Run(Approve, One(true)), 0) << err_;
  EXPECT_THAT(err_, ContainsRegex("HELD: waits for 1 signature until [0-9-]+ .*: 1 of clerk\n"));
  EXPECT_THAT(err_, HasSubstr("\"not so\""));
  EXPECT_THAT(err_, ContainsRegex("disputed +the facts"));
  EXPECT_THAT(err_, HasSubstr("it is about this message:"));
  EXPECT_THAT(err_, HasSubstr("LS/2026/00011"));
  EXPECT_THAT(err_, HasSubstr("what-he-signs-for"));
  EXPECT_EQ(exchange_.submitted.size(), 1u);
}

TEST_F(ApproveTest, SignsNothingWhenTheNodeHoldsOtherBytesOfThatMessage) {
  v1::Message other;
  other.mutable_ping()->set_token("something else");
  exchange_.messages[kNotice] = Stored(other, kChinese, kNotice, "LS/2026/00011");
  EXPECT_NE(Run(Approve, One(true)), 0);
  EXPECT_THAT(err_, HasSubstr("UNKNOWN_BASE"));
  EXPECT_THAT(exchange_.submitted, IsEmpty());
}

TEST_F(ApproveTest, SignsNothingAboutAMessageThatCannotBeShown) {
  cited_.mutable_envelope()->set_payload("\xff");
  exchange_.messages[kNotice] = cited_;
  v1::Message ack;
  *ack.mutable_acknowledgement()->mutable_about() = Citing(cited_);
  Hold(ack);
  EXPECT_NE(Run(Approve, One(true)), 0);
  EXPECT_THAT(err_, HasSubstr("NEWER_SCHEMA"));
  EXPECT_THAT(exchange_.submitted, IsEmpty());
}

TEST_F(ApproveTest, AsksFirst) {
  EXPECT_EQ(Run(Approve, One(false)), 2);
  EXPECT_THAT(exchange_.submitted, IsEmpty());
}

// What waits for him comes after a whole page of what he has signed himself.
TEST_F(ApproveTest, TheInboxLooksPastWhatOneHasSignedOneself) {
  v1::StoredMessage own = exchange_.messages["LS/2026/00012"];
  own.add_signers("spiffe://langson.practice.example/agency/board/clerk/desk-1");
  *exchange_.held_pages[""].add_messages() = own;
  exchange_.held_pages[""].set_next_page_token("2");
  *exchange_.held_pages["2"].add_messages() = exchange_.messages["LS/2026/00012"];
  exchange_.held_pages["2"].mutable_messages(0)->set_short_reference("LS/2026/00077");
  Run(Inbox, ListOptions{});  // What else it asks, this node does not know.
  EXPECT_THAT(out_, HasSubstr("LS/2026/00077"));
  EXPECT_THAT(out_, Not(HasSubstr("LS/2026/00012")));
  EXPECT_THAT(out_, Not(HasSubstr("and more")));
}

class EmergenciesTest : public AuthorityNode {
 protected:
  // 2027-02-05 09:00 in Hanoi.
  static constexpr int64_t kSent = 1801792800;

  void SetUp() override {
    AuthorityNode::SetUp();
    Submit(Urgent("flood"), kOfficer, kNotice, "LS/2026/00011");
    authorities_.caller.add_acts("AUDIT");
    ledger::Leaf leaf;
    leaf.event = ledger::event::kOverride;
    leaf.time = absl::FromUnixSeconds(kSent);
    leaf.actor = kOfficer;
    leaf.object = std::string("message:") + kNotice;
    leaf.result = "EMERGENCY";
    leaf.detail = "countersign-by:2027-02-05T03:00:00Z";
    log_.entries.add_entries()->set_leaf(testing::Must(leaf.Encode()));
  }
  static v1::Message Urgent(const std::string& reason) {
    v1::Message message;
    message.mutable_ping()->set_token("urgent");
    message.mutable_header()->mutable_emergency()->set_reason(reason);
    return message;
  }
  void Submit(const v1::Message& message, const std::string& author, const std::string& id,
              const std::string& reference) {
    v1::StoredMessage stored = Stored(message, author, id, reference);
    stored.mutable_stored_at()->set_seconds(kSent);
    *exchange_.submitted_before.add_messages() = stored;
  }
  static ListOptions Only() {
    ListOptions options;
    options.emergencies = true;
    return options;
  }
};

TEST_F(EmergenciesTest, AreShownWithWhatWhenByWhomAndUntilWhen) {
  global_.output = Output::kTable;
  ASSERT_EQ(Run(Inbox, Only()), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("Emergencies awaiting countersignature"));
  EXPECT_THAT(out_, ContainsRegex("LS/2026/00011 .*09:00.*shift-lead-1.*10:00.*EMERGENCY.*flood"));
  global_.output = Output::kCsv;
  ASSERT_EQ(Run(Inbox, Only()), 0) << err_;
  EXPECT_THAT(out_, HasSubstr(std::string("LS/2026/00011,") + kNotice + "," + kOfficer +
                              ",2027-02-05T02:00:00"));
  EXPECT_THAT(out_, HasSubstr(",2027-02-05T03:00:00"));
  global_.output = Output::kJson;
  ASSERT_EQ(Run(Inbox, Only()), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("\"shortReference\":\"LS/2026/00011\""));
  EXPECT_THAT(out_, HasSubstr("\"countersignBy\":\"2027-02-05T03:00:00"));
  EXPECT_THAT(out_, HasSubstr("\"reason\":\"flood\""));
}

TEST_F(EmergenciesTest, AreNoMoreOnceSomebodyHasCountersigned) {
  v1::Message second;
  *second.mutable_countersignature()->mutable_about() =
      Citing(exchange_.submitted_before.messages(0));
  Submit(second, "spiffe://langson.practice.example/agency/customs/officer/chief-1", kOther,
         "LS/2026/00013");
  global_.output = Output::kTable;
  ASSERT_EQ(Run(Inbox, Only()), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("no emergency awaits"));
}

TEST_F(EmergenciesTest, OfOnesOwnAreInTheOutboxAlone) {
  exchange_.submitted_before.clear_messages();
  Submit(Urgent("flood"), "spiffe://langson.practice.example/agency/board/clerk/desk-1", kNotice,
         "LS/2026/00011");
  global_.output = Output::kCsv;
  ASSERT_EQ(Run(Inbox, Only()), 0) << err_;
  EXPECT_THAT(out_, Not(HasSubstr("LS/2026/00011")));
  ASSERT_EQ(Run(Outbox, Only()), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("LS/2026/00011"));
}

// This node has always one page more.
TEST_F(EmergenciesTest, SaysWhenThereIsMoreThanItLookedAt) {
  global_.output = Output::kTable;
  ASSERT_EQ(Run(Inbox, Only()), 0) << err_;
  EXPECT_THAT(err_, Not(HasSubstr("only the newest")));
  exchange_.submitted_before.set_next_page_token("more");
  ASSERT_EQ(Run(Inbox, Only()), 0) << err_;
  EXPECT_THAT(err_, HasSubstr("only the newest 2000 messages"));
  EXPECT_THAT(out_, HasSubstr("LS/2026/00011"));
}

// What they would say nothing about is not typed with them.
TEST_F(EmergenciesTest, AreNotAskedForWithWhatIsAboutMessages) {
  const std::vector<std::vector<std::string>> others = {
      {}, {"--follow"}, {"--scope", "LS-HN"}, {"--author", kOfficer}, {"--page-size", "5"}};
  for (const char* list : {"inbox", "outbox"}) {
    for (const std::vector<std::string>& other : others) {
      std::vector<std::string> words = {"gatepost", "--client-config", global_.client_config, list,
                                        "--emergencies"};
      words.insert(words.end(), other.begin(), other.end());
      std::vector<char*> arguments;
      for (std::string& word : words) arguments.push_back(word.data());
      ::testing::internal::CaptureStdout();
      ::testing::internal::CaptureStderr();
      const int code = ParseAndRun(static_cast<int>(arguments.size()), arguments.data());
      ::testing::internal::GetCapturedStdout();
      const std::string said = ::testing::internal::GetCapturedStderr();
      EXPECT_EQ(code, other.empty() ? 0 : 2) << list << said;
      EXPECT_THAT(said, HasSubstr(other.empty() ? "" : other[0]));
    }
  }
}

// A call that is denied would be an entry of the log by itself.
TEST_F(EmergenciesTest, WhoMayNotReadTheLogDoesNotAskIt) {
  authorities_.caller.clear_acts();
  global_.output = Output::kJson;
  ASSERT_EQ(Run(Inbox, Only()), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("LS/2026/00011"));
  EXPECT_THAT(out_, Not(HasSubstr("countersignBy")));
  EXPECT_THAT(log_.asked, IsEmpty());
}

}  // namespace
}  // namespace gatepost::cli
