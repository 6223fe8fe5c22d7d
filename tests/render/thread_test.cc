#include "client/render/thread.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "gatepost/v1/message.pb.h"

namespace gatepost::render {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

void SetBody(v1::AgreementThread& thread, int step, const std::string& body) {
  v1::Envelope& envelope = *thread.mutable_steps(step)->mutable_message()->mutable_envelope();
  envelope.set_payload_type("application/vnd.gatepost.message.v1+protobuf");
  envelope.set_payload(Parse<v1::Message>(body).SerializeAsString());
}

// A proposal of ours, countered by theirs, which was accepted by us and is in force.
v1::AgreementThread Thread() {
  auto thread = Parse<v1::AgreementThread>(R"(
    peer_node: "cn-pingxiang" sequencer_node: "vn-langson" short_reference: "LS/2026/00007"
    state: AGREEMENT_STATE_IN_FORCE since { instant { seconds: 1800000600 } zone: "UTC" }
    kind: "schedule_change" gate_ids: "LS-HN" gate_ids: "LS-TT"
    last_decision { epoch: 1 leaf_index: 44 }
    steps {
      message {
        short_reference: "LS/2026/00007" message_id: "one" origin_node: "vn-langson"
        author: "spiffe://langson.example/agency/board/officer/shift-lead-2"
        stored_at { seconds: 1800000000 } pae_sha256: "\001"
      }
      act: "propose" state: AGREEMENT_STATE_COUNTERED proposal_step: 0
      known_there_at { instant { seconds: 1800000060 } zone: "UTC" }
      decisions {
        result: "OPEN" decided_at { instant { seconds: 1800000000 } zone: "UTC" }
        known_here_at { instant { seconds: 1800000000 } zone: "UTC" }
        place { epoch: 1 leaf_index: 40 }
      }
      decisions {
        result: "COUNTERED" decided_at { instant { seconds: 1800000120 } zone: "UTC" }
        known_here_at { instant { seconds: 1800000120 } zone: "UTC" }
        place { epoch: 1 leaf_index: 42 }
      }
    }
    steps {
      message {
        short_reference: "LS/2026/00009" message_id: "two" origin_node: "cn-pingxiang"
        author: "spiffe://pingxiang.example/agency/port/officer/01"
        stored_at { seconds: 1800000120 } pae_sha256: "\002"
      }
      act: "counter" state: AGREEMENT_STATE_IN_FORCE proposal_step: 1
      known_there_at { instant { seconds: 1800000120 } zone: "UTC" }
    }
    steps {
      message {
        short_reference: "LS/2026/00011" message_id: "three" origin_node: "vn-langson"
        author: "spiffe://langson.example/agency/board/officer/shift-lead-2"
        stored_at { seconds: 1800000600 } pae_sha256: "\003"
      }
      act: "accept" proposal_step: 1
      decisions {
        result: "REFUSED:STALE_BASIS" reason: REASON_STALE_BASIS
        decided_at { instant { seconds: 1800000600 } zone: "UTC" }
        place { epoch: 1 leaf_index: 44 }
      }
    })");
  const std::string terms = R"( schedule_change { timetable { zone: "Asia/Ho_Chi_Minh" rules {
    gate_ids: "LS-HN" traffic: TRAFFIC_GOODS direction: DIRECTION_BOTH load: LOAD_ANY
    days { first { year: 2027 month: 2 day: 5 } end: END_KIND_OPEN }
    regime: REGIME_NORMAL hours: HOURS_KIND_WINDOWS
    windows { opens { hour: 7 } closes { hour: )";
  const std::string header =
      "header { authored_at { instant { seconds: 1799999990 } zone: 'UTC' } } ";
  SetBody(thread, 0, header + "proposal { side: 'VN' " + terms + "18 } } } } } }");
  SetBody(
      thread, 1,
      header + "proposal { side: 'CN' counters { message_id: 'one' } " + terms + "19 } } } } } }");
  SetBody(thread, 2, header + "acceptance { proposal { message_id: 'two' } }");
  return thread;
}

TEST(ThreadTextTest, SaysWhoSignedWhatAndWhenEachSideKnew) {
  const std::string text = ThreadText(Thread(), View());
  EXPECT_THAT(text, HasSubstr("LS/2026/00007  change of hours with cn-pingxiang: IN_FORCE"));
  EXPECT_THAT(text, HasSubstr("in force, binding on both sides, since 2027-01-15 15:10:00 H"));
  EXPECT_THAT(text, HasSubstr("1. LS/2026/00007  proposal  COUNTERED, countered by"));
  EXPECT_THAT(text, ContainsRegex("by +officer shift-lead-2 of board, langson.example"));
  EXPECT_THAT(text, ContainsRegex("written +2027-01-15 14:59:50 H .15:59:50 B."));
  EXPECT_THAT(text, ContainsRegex("known here +2027-01-15 15:00:00 H"));
  EXPECT_THAT(text, ContainsRegex("known to cn-pingxiang +2027-01-15 15:01:00 H"));
  EXPECT_THAT(text, HasSubstr("OPEN at 2027-01-15 15:00:00 H (16:00:00 B), leaf 40 of epoch 1"));
  EXPECT_THAT(text, HasSubstr("2. LS/2026/00009  counter-proposal  IN_FORCE"));
  EXPECT_THAT(text, HasSubstr("3. LS/2026/00011  acceptance  of LS/2026/00009"));
  EXPECT_THAT(text, ContainsRegex("known to cn-pingxiang +no receipt came yet"));
  // The reason stands in the result already.
  EXPECT_THAT(text, HasSubstr("REFUSED:STALE_BASIS at 2027-01-15 15:10:00 H (16:10:00 B), leaf 44 "
                              "of epoch 1\n"));
}

TEST(ThreadTextTest, TheTermsAreThoseOfTheNewestProposal) {
  const std::string text = ThreadText(Thread(), View());
  EXPECT_THAT(text, HasSubstr("newest proposal, LS/2026/00009:"));
  EXPECT_THAT(text, HasSubstr("07:00 H (08:00 B) to 19:00 H (20:00 B)"));
  EXPECT_THAT(text, Not(HasSubstr("18:00 H (19:00 B)")));
}

TEST(ThreadTextTest, ADisputeAndAMissingDecisionAreSaid) {
  v1::AgreementThread thread = Thread();
  thread.set_disputed(true);
  v1::ThreadStep& last = *thread.mutable_steps(1);
  last.set_state(v1::AGREEMENT_STATE_AWAITING_DECISION);
  const std::string text = ThreadText(thread, View());
  EXPECT_THAT(text, HasSubstr("DISPUTED"));
  EXPECT_THAT(text, ContainsRegex("decided +not yet by vn-langson"));
}

TEST(ThreadTextTest, AnAnswerWaitsForTheDecisionOfTheOtherNode) {
  // The same thread from the side that does not decide, before the answer was decided on.
  v1::AgreementThread thread = Thread();
  thread.set_state(v1::AGREEMENT_STATE_OPEN);
  thread.mutable_steps(2)->clear_decisions();
  EXPECT_EQ(ThreadStandingText(thread), "LS/2026/00007  OPEN, may be answered\n");
  thread.set_sequencer_node("cn-pingxiang");
  EXPECT_EQ(ThreadStandingText(thread),
            "LS/2026/00007  AWAITING_DECISION, sent, awaiting decision\n");
  EXPECT_THAT(ThreadText(thread, View()), ContainsRegex("decided +not yet by cn-pingxiang"));
}

TEST(ThreadTextTest, AStepThatCannotBeReadIsNotLeftOut) {
  v1::AgreementThread thread = Thread();
  thread.mutable_steps(1)->mutable_message()->mutable_envelope()->set_payload("\xff");
  const std::string text = ThreadText(thread, View());
  EXPECT_THAT(text, HasSubstr("2. LS/2026/00009"));
  EXPECT_THAT(text, HasSubstr("of a type or schema this program does not know"));
  EXPECT_THAT(text, Not(HasSubstr("newest proposal")));
}

TEST(ThreadCsvTest, HasALineForEachDecision) {
  const std::string csv = ThreadCsv(Thread());
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 5);  // Headings, 2 + 1 + 1.
  EXPECT_THAT(csv, HasSubstr("LS/2026/00007,1,propose,LS/2026/00007,one,"));
  EXPECT_THAT(csv, HasSubstr(",LS/2026/00007,COUNTERED,COUNTERED,,2027-01-15T08:02:00+00:00,"
                             "2027-01-15T08:02:00+00:00,1,42,01"));
  EXPECT_THAT(csv, HasSubstr(",LS/2026/00009,,REFUSED:STALE_BASIS,STALE_BASIS,"));
  EXPECT_THAT(csv, HasSubstr(",LS/2026/00009,IN_FORCE,,,,,,,02"));
}

TEST(ThreadListTest, IsAnOverviewWithTheNextPage) {
  v1::ListAgreementsResponse list;
  EXPECT_EQ(ThreadListText(list, View()), "no agreement\n");
  *list.add_threads() = Thread();
  list.set_next_page_token("more");
  const std::string text = ThreadListText(list, View());
  EXPECT_THAT(text, ContainsRegex("LS/2026/00007 +cn-pingxiang +change of hours +LS-HN LS-TT +"
                                  "IN_FORCE +2027-01-15 15:10:00 H .16:10:00 B."));
  EXPECT_THAT(text, HasSubstr("--page-token more"));
  EXPECT_THAT(ThreadListCsv(list),
              HasSubstr("LS/2026/00007,cn-pingxiang,vn-langson,schedule_change,LS-HN LS-TT,"
                        "IN_FORCE,2027-01-15T08:10:00+00:00,false,\n"));
}

TEST(ThreadListTest, NamesDecisionsThatAreHeldBack) {
  v1::ListAgreementsResponse list;
  EXPECT_EQ(HeldBackText(list, View()), "");
  v1::AgreementThread& thread = *list.add_threads() = Thread();
  *thread.mutable_held_back_since() = thread.since();
  EXPECT_THAT(HeldBackText(list, View()),
              ContainsRegex("LS/2026/00007 +cn-pingxiang +change of hours +LS-HN LS-TT +"
                            "2027-01-15 15:10:00 H"));
  EXPECT_THAT(ThreadListText(list, View()), HasSubstr("DECISION HELD BACK"));
  EXPECT_THAT(ThreadListCsv(list), HasSubstr(",false,2027-01-15T08:10:00+00:00\n"));
  EXPECT_THAT(
      ThreadText(thread, View()),
      HasSubstr("vn-langson has it and does not decide; alarm since 2027-01-15 15:10:00 H"));
}

}  // namespace
}  // namespace gatepost::render
