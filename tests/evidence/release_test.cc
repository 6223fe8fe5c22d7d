// By which roles messages were released: the rosters in a bundle, and what the agreement asks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "client/evidence/bundle_index.h"
#include "client/evidence/derived_files.h"
#include "client/evidence/stored_zip.h"
#include "daemon/config/register_file.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "tests/evidence/roster_world.h"

namespace gatepost::evidence {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

v1::Reason FirstReason(const Verdict& verdict) {
  return verdict.findings.empty() ? v1::REASON_UNSPECIFIED
                                  : system::ReasonOf(verdict.findings.front().why);
}

// The evidence without the message of that index.
v1::GetEvidenceResponse Without(v1::GetEvidenceResponse evidence, int message) {
  evidence.mutable_messages()->DeleteSubrange(message, 1);
  return evidence;
}

// Only what that node's log says of the message.
void KeepOnly(v1::MessageEvidence& message, const std::string& node) {
  auto& leaves = *message.mutable_leaves();
  leaves.erase(std::remove_if(leaves.begin(), leaves.end(),
                              [&](const v1::EvidenceLeaf& leaf) { return leaf.node() != node; }),
               leaves.end());
}

TEST(ReleaseEvidence, SaysByWhichRolesItWasReleased) {
  RosterWorld world;
  world.Cross(world.Signed(world.UsualRoster(1), {world.vn_officer.get()}));
  world.Cross(world.BothSigned("one"));
  world.Cosign();
  for (const TestLog* exporter : {&world.vn, &world.cn}) {
    const Verdict verdict = world.Check(*exporter);
    EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
    EXPECT_THAT(verdict.notes,
                Contains(HasSubstr(
                    "messages/002: signed, by roster 1 of langson.example (messages/001), by "
                    "spiffe://langson.example/agency/board/officer/01 as officer; "
                    "spiffe://langson.example/agency/board/clerk/02 as shift-leader")));
  }
}

TEST(ReleaseEvidence, WithoutASignatureThatTheAgreementAsksForIsInvalid) {
  RosterWorld world;
  world.Cross(world.Signed(world.UsualRoster(1), {world.vn_officer.get()}));
  world.Cross(world.Signed(world.Ping("alone"), {world.vn_officer.get()}));
  world.Cosign();
  const Verdict verdict = world.Check(world.vn);
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_EQ(FirstReason(verdict), v1::REASON_SIGNATURES_MISSING) << Describe(verdict);
  EXPECT_THAT(Describe(verdict), HasSubstr("1 more by shift-leader"));
}

TEST(ReleaseEvidence, ASignerOfTheOtherSideIsNoSecondPairOfEyes) {
  RosterWorld world(
      "release_rules { subject { families: \"PING\" }\n"
      "  signatures { roles: \"officer\" count: 2 } }\n");
  world.Cross(world.Signed(world.UsualRoster(1), {world.vn_officer.get()}));
  world.Cross(world.Signed(world.Ping("two"), {world.vn_officer.get(), world.cn_officer.get()}));
  world.Cosign();
  EXPECT_EQ(FirstReason(world.Check(world.vn)), v1::REASON_SIGNATURES_MISSING);
}

// Whoever leaves the roster out cannot make it better; what no rule is about needs none.
TEST(ReleaseEvidence, WithoutTheRosterIsIncompleteWhereRulesAsk) {
  for (const bool alone : {false, true}) {
    RosterWorld world;
    world.Cross(world.Signed(world.UsualRoster(1), {world.vn_officer.get()}));
    world.Cross(alone ? world.Signed(world.Ping("alone"), {world.vn_officer.get()})
                      : world.BothSigned("one"));
    world.Cosign();
    for (const TestLog* exporter : {&world.vn, &world.cn}) {
      const Verdict verdict = world.Check(Without(world.Evidence(*exporter), 0));
      EXPECT_EQ(verdict.answer, Answer::kIncomplete) << Describe(verdict);
      EXPECT_THAT(Describe(verdict), HasSubstr("the roster of langson.example that"));
    }
  }
  RosterWorld reports(
      "release_rules { subject { families: \"REPORT\" }\n"
      "  signatures { roles: \"officer\" count: 2 } }\n");
  reports.Cross(reports.Signed(reports.Ping("one"), {reports.vn_officer.get()}));
  reports.Cosign();
  EXPECT_EQ(reports.Check(reports.vn).answer, Answer::kValid);
}

TEST(ReleaseEvidence, IsJudgedByTheRosterAsOfItsEntry) {
  RosterWorld world;
  world.Cross(world.Signed(world.UsualRoster(1), {world.vn_officer.get()}));
  world.Cross(world.BothSigned("before"));
  world.Cross(world.Signed(
      world.Roster(*world.vn_officer, 2,
                   {{world.vn_officer.get(), {"officer"}}, {world.vn_clerk.get(), {"clerk"}}}),
      {world.vn_officer.get()}));
  world.Cosign();
  EXPECT_EQ(world.Check(world.vn).answer, Answer::kValid) << Describe(world.Check(world.vn));
  world.Cross(world.BothSigned("after"));
  world.Cosign();
  const Verdict verdict = world.Check(world.vn);
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  ASSERT_EQ(verdict.findings.size(), 1U) << Describe(verdict);
  EXPECT_EQ(verdict.findings[0].where, "messages/004/envelope.pb");
  EXPECT_EQ(FirstReason(verdict), v1::REASON_SIGNATURES_MISSING);
}

// As at the nodes: what it says of its own day is for people.
TEST(ReleaseEvidence, ARosterCountsFromItsEntryWhateverDayItStates) {
  for (const absl::Duration ahead : {-absl::Hours(240), absl::Minutes(6), absl::Hours(23)}) {
    RosterWorld world;
    v1::Message roster = world.UsualRoster(1);
    *roster.mutable_roster()->mutable_valid_from() = domain::ToTimestamp(world.now + ahead);
    world.Cross(world.Signed(roster, {world.vn_officer.get()}));
    world.Cross(world.BothSigned("at once"));
    world.Cosign();
    for (const TestLog* exporter : {&world.vn, &world.cn}) {
      const Verdict verdict = world.Check(*exporter);
      EXPECT_EQ(verdict.answer, Answer::kValid) << ahead << Describe(verdict);
    }
  }
}

TEST(ReleaseEvidence, ARosterOfMoreThanADayAheadIsInvalidAndCountsForNothing) {
  RosterWorld world;
  v1::Message roster = world.UsualRoster(1);
  *roster.mutable_roster()->mutable_valid_from() = domain::ToTimestamp(world.now + absl::Hours(25));
  world.Cross(world.Signed(roster, {world.vn_officer.get()}));
  world.Cross(world.BothSigned("at once"));
  world.Cosign();
  const Verdict verdict = world.Check(world.vn);
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_EQ(FirstReason(verdict), v1::REASON_BAD_TIME) << Describe(verdict);
  EXPECT_THAT(Describe(verdict), HasSubstr("the roster of langson.example that"));
}

// The agreement of a third node with vn, in which `officer` speaks for vn.
std::string AgreementOfThird(const RosterWorld& world, const std::string& node,
                             const certs::Signer& officer) {
  const TestLog third(node, 'x');
  std::string text = world.agreement;
  for (const auto& [from, to] : {std::pair(world.cn.log_vkey(), third.log_vkey()),
                                 {world.cn.witness_vkey(), third.witness_vkey()},
                                 {world.vn_officer->id().ToString(), officer.id().ToString()},
                                 {std::string("id: \"test\""), std::string("id: \"third\"")},
                                 {"/node/" + world.cn.node(), "/node/" + node},
                                 {"\"" + world.cn.node() + "\"", "\"" + node + "\""}}) {
    text = testing::Replaced(text, from, to);
  }
  return text;
}

// A node with several links goes by a roster for all of them once one agreement names its author.
TEST(ReleaseEvidence, ARosterAtItsOriginIsOfAnAuthorityOfOneOfItsLinks) {
  for (const char* speaks : {"/agency/board/officer/02", "/agency/board/officer/03"}) {
    RosterWorld world;
    const auto author = world.vn_authority.Issue("/agency/board/officer/02");
    const auto named = world.vn_authority.Issue(speaks);
    v1::Message roster = world.Roster(*author, 1, {{author.get(), {"officer"}}});
    roster.mutable_header()->add_recipient_nodes("la-thakhek");
    world.Accept(world.Signed(std::move(roster), {author.get()}));
    world.Cosign();
    v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
    v1::CertificateChain& chain = *evidence.add_chains();
    for (const std::string& der : author->certificate_chain_der()) chain.add_certificates(der);
    const std::string third = AgreementOfThird(world, "la-thakhek", *named);
    evidence.add_link_agreements(third);
    VerifyOptions options = world.Options();
    const Verdict without = VerifyBundle(Sealed(evidence), options);
    EXPECT_EQ(without.answer, Answer::kIncomplete) << Describe(without);
    EXPECT_THAT(Describe(without), HasSubstr("all recipients of the roster"));
    options.link_agreements.push_back(third);
    const Verdict verdict = VerifyBundle(Sealed(evidence), options);
    if (author->id() == named->id()) {
      EXPECT_THAT(verdict.findings, IsEmpty()) << Describe(verdict);
    } else {
      EXPECT_EQ(FirstReason(verdict), v1::REASON_NOT_AN_AUTHORITY) << Describe(verdict);
    }
  }
}

TEST(ReleaseEvidence, ARosterByNobodyWhoMayIsInvalidAndCountsForNothing) {
  RosterWorld world;
  const auto other = world.vn_authority.Issue("/agency/board/officer/77");
  world.Cross(world.Signed(world.Roster(*other, 1,
                                        {{world.vn_officer.get(), {"officer"}},
                                         {world.vn_clerk.get(), {"shift-leader"}}}),
                           {other.get()}));
  world.Cross(world.BothSigned("one"));
  world.Cosign();
  v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  v1::CertificateChain& chain = *evidence.add_chains();
  for (const std::string& der : other->certificate_chain_der()) chain.add_certificates(der);
  const Verdict verdict = world.Check(evidence);
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_EQ(FirstReason(verdict), v1::REASON_NOT_AN_AUTHORITY) << Describe(verdict);
  EXPECT_THAT(Describe(verdict), HasSubstr("the roster of langson.example that"));
  EXPECT_THAT(verdict.notes, Not(Contains(HasSubstr("signed, by roster"))));
}

TEST(ReleaseEvidence, AnAuthorWhomTheRosterDoesNotNameIsInvalid) {
  RosterWorld world("");
  world.Cross(world.Signed(world.Roster(*world.vn_officer, 1, {{world.vn_clerk.get(), {"clerk"}}}),
                           {world.vn_officer.get()}));
  world.Cross(world.Signed(world.Ping("one"), {world.vn_officer.get()}));
  world.Cosign();
  const Verdict verdict = world.Check(world.vn);
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_EQ(FirstReason(verdict), v1::REASON_NOT_IN_ROSTER) << Describe(verdict);
}

// That it was refused for a lack of signatures is what its evidence shows.
TEST(ReleaseEvidence, OfWhatTheRecipientRefusedIsValid) {
  RosterWorld world;
  world.Cross(world.Signed(world.UsualRoster(1), {world.vn_officer.get()}));
  Sent& ping = world.Accept(world.Signed(world.Ping("alone"), {world.vn_officer.get()}));
  world.Deliver(ping, "REFUSED:SIGNATURES_MISSING");
  world.Cosign();
  EXPECT_EQ(world.Check(world.vn).answer, Answer::kInvalid) << "its origin let it out";
  v1::GetEvidenceResponse evidence = world.Evidence(world.cn);
  KeepOnly(*evidence.mutable_messages(1), "cn-pingxiang");
  const Verdict verdict = world.Check(evidence);
  EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
}

// What a roster itself needs is judged by the one before it; the first has none.
TEST(ReleaseEvidence, RostersAreJudgedByTheOnesBefore) {
  const std::string two_on_rosters =
      "release_rules { subject { families: \"AUTHORITY\" actions: \"ROSTER\" }\n"
      "  signatures { roles: \"officer\" count: 1 } signatures { roles: \"clerk\" count: 1 } }\n";
  const auto with = [&](bool second_alone, bool without_first) {
    RosterWorld world(two_on_rosters);
    const auto roster = [&](uint32_t version) {
      return world.Roster(
          *world.vn_officer, version,
          {{world.vn_officer.get(), {"officer"}}, {world.vn_clerk.get(), {"clerk"}}});
    };
    const std::vector<const certs::Signer*> both = {world.vn_officer.get(), world.vn_clerk.get()};
    world.Cross(world.Signed(roster(1), both));
    world.Cross(world.Signed(roster(2), second_alone ? std::vector{both[0]} : both));
    world.Cross(world.Signed(world.Ping("one"), {world.vn_officer.get()}));
    world.Cosign();
    const v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
    return world.Check(without_first ? Without(evidence, 0) : evidence);
  };
  EXPECT_EQ(with(false, false).answer, Answer::kValid) << Describe(with(false, false));
  EXPECT_EQ(FirstReason(with(true, false)), v1::REASON_SIGNATURES_MISSING);
  // Left out or never there, the bundle cannot tell: without the earlier one nothing is VALID.
  EXPECT_EQ(with(false, true).answer, Answer::kIncomplete);
  EXPECT_EQ(with(true, true).answer, Answer::kIncomplete);
}

// The project's own, in which LS-HN is an international gate and LS-CM is none.
domain::GateRegister Gates() {
  const absl::StatusOr<std::string> path = config::InstalledRegisterFile();
  EXPECT_TRUE(path.ok()) << path.status();
  const absl::StatusOr<domain::GateRegister> read = config::LoadGateRegister(*path);
  EXPECT_TRUE(read.ok()) << read.status();
  return *read;
}

// Without a register nobody can tell whether a rule is about a gate; with one it is told.
TEST(ReleaseEvidence, RulesAboutGatesNeedTheRegister) {
  const auto checked = [](const std::string& gate, bool both, bool with_register) {
    RosterWorld world(
        "gate_classes { name: \"international\" type_words: \"international\" }\n"
        "release_rules { subject { families: \"PING\" gate_classes: \"international\" }\n"
        "  signatures { roles: \"officer\" count: 1 }\n"
        "  signatures { roles: \"shift-leader\" count: 1 } }\n");
    world.Cross(world.Signed(world.UsualRoster(1), {world.vn_officer.get()}));
    v1::Message ping = world.Ping("one");
    ping.mutable_header()->add_scope_ids(gate);
    world.Cross(both ? world.Signed(ping, {world.vn_officer.get(), world.vn_clerk.get()})
                     : world.Signed(ping, {world.vn_officer.get()}));
    world.Cosign();
    VerifyOptions options = world.Options();
    if (with_register) options.gates = Gates();
    return VerifyBundle(Sealed(world.Evidence(world.vn)), options).answer;
  };
  for (const char* gate : {"LS-HN", "LS-CM"}) {
    EXPECT_EQ(checked(gate, /*both=*/true, false), Answer::kValid) << gate;
    EXPECT_EQ(checked(gate, /*both=*/false, false), Answer::kIncomplete) << gate;
    EXPECT_EQ(checked(gate, /*both=*/true, true), Answer::kValid) << gate;
  }
  EXPECT_EQ(checked("LS-HN", /*both=*/false, true), Answer::kInvalid);
  EXPECT_EQ(checked("LS-CM", /*both=*/false, true), Answer::kValid);
}

// Programs of then repeated the first message alone. No other text is taken for theirs.
TEST(ReleaseEvidence, OfBeforeRostersCameAlongStaysValid) {
  RosterWorld world;
  world.Cross(world.Signed(world.UsualRoster(1), {world.vn_officer.get()}));
  world.Cross(world.BothSigned("one"));
  world.Cosign();
  Files files = ReadStoredZip(Sealed(world.Evidence(world.vn))).files;
  std::string& text = files.at(kVerifyFile);
  const auto cut = [&text](const char* from, const char* to) {
    const size_t begin = text.find(from);
    const size_t end = text.find(to);
    ASSERT_LT(begin, end);
    ASSERT_NE(end, std::string::npos);
    text.erase(begin, end - begin);
  };
  cut("\nThis bundle has rosters", "\n2. The keys");
  cut("\n3. The signatures of messages/002", "\n5. Every head");
  for (const bool changed : {false, true}) {
    if (changed) text += "    true\n";
    files.erase(kManifestFile);
    files[kManifestFile] = ManifestOf(files);
    const Verdict verdict = VerifyBundle(WriteStoredZip(files).value(), world.Options());
    EXPECT_EQ(verdict.answer, changed ? Answer::kInvalid : Answer::kValid) << Describe(verdict);
  }
}

// A roster that comes along does not make a bundle of one message a bundle of a thread.
TEST(ReleaseEvidence, OfOneAnswerNeedsNotTheThreadThatItCites) {
  RosterWorld world;
  world.Cross(world.Signed(world.UsualRoster(1), {world.vn_officer.get()}));
  v1::Message rejection;
  rejection.mutable_rejection()->mutable_thread()->set_message_id("m");
  rejection.mutable_rejection()->mutable_proposal()->set_message_id("m");
  world.Cross(world.Signed(rejection, {world.vn_officer.get()}), "REJECTED");
  world.Cosign();
  const Verdict verdict = world.Check(world.vn);
  EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
}

}  // namespace
}  // namespace gatepost::evidence
