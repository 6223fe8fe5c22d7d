// What proves a message: leaves of both logs, each provable by whoever has the two log keys.
#include <gmock/gmock.h>

#include "certs/pem.h"
#include "daemon/exchange/audit/evidence_support.h"
#include "daemon/exchange/audit/head_notes.h"
#include "daemon/exchange/retention.h"
#include "daemon/system/reason.h"
#include "google/protobuf/unknown_field_set.h"
#include "tests/exchange/acknowledgements.h"
#include "tests/exchange/audit_case.h"
#include "tests/exchange/rosters.h"

namespace gatepost::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class AuditEvidence : public AuditCase {
 protected:
  v1::GetEvidenceResponse About(TestNode& node, const v1::Message& message,
                                bool with_thread = false) {
    return Told(node, Named(kVnAuditor),
                Evidence(node, &node == world_.vn.get() ? kVnAuditor : kCnAuditor,
                         message.header().message_id(), with_thread));
  }
};

TEST_F(AuditEvidence, OfAReportIsWhatBothLogsSay) {
  const v1::Message report = Report();
  world_.cn->Fetch(world_.cn_clerk(), report.header().message_id());
  Submit(world_.cn_clerk(), Acknowledging(world_, world_.cn_clerk(), report));

  const v1::GetEvidenceResponse sent = About(*world_.vn, report);
  EXPECT_EQ(sent.node(), "vn-langson");
  EXPECT_TRUE(sent.practice());
  ASSERT_THAT(sent.messages(), SizeIs(1));
  EXPECT_EQ(sent.messages(0).short_reference(), "LS/2027/00001");
  EXPECT_EQ(sent.messages(0).envelope().payload(), report.SerializeAsString());
  EXPECT_THAT(Proved(sent.messages(0)),
              ElementsAre("vn-langson ACCEPTED:APPLIED", "vn-langson RECEIPT:APPLIED",
                          "cn-pingxiang DELIVERED:APPLIED",
                          "cn-pingxiang FETCHED:", "cn-pingxiang READ:READ"));
  ASSERT_THAT(sent.chains(), SizeIs(1));
  EXPECT_EQ(std::vector<std::string>(sent.chains(0).certificates().begin(),
                                     sent.chains(0).certificates().end()),
            world_.vn_clerk().certificate_chain_der());
  EXPECT_THAT(sent.roots(), ElementsAre(certs::DerFromPem(world_.vn_ca.root_pem()).at(0),
                                        certs::DerFromPem(world_.cn_ca.root_pem()).at(0)));
  EXPECT_THAT(sent.link_agreements(), ElementsAre("agreement"));
  EXPECT_THAT(sent.heads(), ElementsAre(StartsWith("vn-langson/audit/1\n"),
                                        StartsWith("cn-pingxiang/audit/1\n")));

  EXPECT_THAT(Proved(About(*world_.cn, report).messages(0)),
              ElementsAre("cn-pingxiang DELIVERED:APPLIED",
                          "cn-pingxiang FETCHED:", "cn-pingxiang READ:READ"));
}

// Without it nobody could tell a purge from an envelope that was left out.
TEST_F(AuditEvidence, OfAPurgedMessageHasTheEntryThatSaysSo) {
  const v1::Message report = Report();
  world_.clock.Advance(absl::Hours(24 * 200));
  const exchange::RetentionTerms terms = {.keep_days = {{"REPORT", 100}}};
  exchange::Retention retention({world_.vn->setup.node, Links(*world_.vn), terms, world_.gates,
                                 *world_.vn->store, *world_.vn->committer, world_.clock});
  for (int tick = 0; tick < 10; ++tick) {
    world_.clock.Advance(absl::Hours(3));
    retention.OnTick();
    world_.vn->Settle();
  }
  const v1::GetEvidenceResponse sent = About(*world_.vn, report);
  EXPECT_FALSE(sent.messages(0).has_envelope());
  EXPECT_THAT(Proved(sent.messages(0)),
              ElementsAre("vn-langson ACCEPTED:APPLIED", "vn-langson RECEIPT:APPLIED",
                          "vn-langson PURGED:BODY", "cn-pingxiang DELIVERED:APPLIED"));
}

TEST_F(AuditEvidence, NamesTheOverride) {
  v1::Message message = world_.OneFigureReport(world_.vn_officer(), "LS-HN", 1, 40);
  message.mutable_yard_report()->mutable_override()->set_reason("as printed");
  Submit(world_.vn_officer(), message);
  EXPECT_THAT(Proved(About(*world_.vn, message).messages(0)),
              ElementsAre("vn-langson ACCEPTED:APPLIED", "vn-langson OVERRIDE:FAILED_SUMS:0",
                          "vn-langson RECEIPT:APPLIED", "cn-pingxiang DELIVERED:APPLIED"));
}

// vn-langson decides: its own leaves bind there, and are what cn-pingxiang holds of them.
TEST_F(AuditEvidence, OfAThreadHasEachMessageAndDecision) {
  const v1::Message proposal = Submit(world_.vn_officer(), world_.Propose(true, {}));
  const v1::Message acceptance =
      Submit(world_.cn_officer(), world_.Accept(false, proposal, proposal));
  Submit(world_.vn_clerk(), Acknowledging(world_, world_.vn_clerk(), acceptance));
  Report();

  for (const v1::Message* asked : {&proposal, &acceptance}) {
    const v1::GetEvidenceResponse here = About(*world_.vn, *asked, true);
    ASSERT_THAT(here.messages(), SizeIs(3)) << "with the acknowledgement, without the report";
    EXPECT_THAT(Proved(here.messages(0)),
                ElementsAre("vn-langson ACCEPTED:OPEN", "vn-langson RECEIPT:APPLIED",
                            "cn-pingxiang DELIVERED:APPLIED"));
    EXPECT_THAT(Proved(here.messages(1)),
                ElementsAre("vn-langson DELIVERED:IN_FORCE", "vn-langson READ:READ"));
    EXPECT_THAT(here.chains(), SizeIs(3));
    EXPECT_THAT(here.link_agreements(), SizeIs(1));
  }
  const v1::GetEvidenceResponse there = About(*world_.cn, proposal, true);
  ASSERT_THAT(there.messages(), SizeIs(3));
  EXPECT_THAT(Proved(there.messages(0)),
              ElementsAre("cn-pingxiang DELIVERED:APPLIED", "cn-pingxiang DECIDED:OPEN",
                          "vn-langson ACCEPTED:OPEN"));
  EXPECT_THAT(Proved(there.messages(1)),
              ElementsAre("cn-pingxiang ACCEPTED:AWAITING_DECISION",
                          "cn-pingxiang RECEIPT:IN_FORCE", "cn-pingxiang DECIDED:IN_FORCE",
                          "vn-langson DELIVERED:IN_FORCE", "vn-langson READ:READ"));
}

TEST_F(AuditEvidence, OfWhatWasCarriedOrRefusedWorksAsWell) {
  v1::Message newer = world_.OneFigureReport(world_.vn_clerk(), "LS-HN", 0, 1);
  newer.GetReflection()->MutableUnknownFields(&newer)->AddVarint(900, 7);
  Submit(world_.vn_clerk(), newer);
  world_.cn->blocked.Set("vn-langson", {"LS-HN"});
  const v1::Message refused = Report();
  for (TestNode* node : {world_.vn.get(), world_.cn.get()}) {
    EXPECT_THAT(Proved(About(*node, newer).messages(0)),
                ::testing::Contains("cn-pingxiang DELIVERED:CARRIED"));
    EXPECT_THAT(Proved(About(*node, refused).messages(0)),
                ::testing::Contains("cn-pingxiang DELIVERED:REFUSED:REGISTER_DIFFERS"));
  }
  const v1::AuditSubject listed =
      List(*world_.cn, "result: 'REFUSED' events: 'DELIVERED'").entries(0).subject();
  EXPECT_EQ(listed.family(), "REPORT");
  EXPECT_TRUE(listed.has_first_day());
}

// Nothing of it is kept but its digests, and these are proved.
TEST_F(AuditEvidence, OfAnEnvelopeWhoseSignatureDidNotHoldIsItsLeaf) {
  world_.on_wire = [](bool from_vn, v1::LinkFrame& frame) {
    if (from_vn && frame.has_message()) {
      std::string* value =
          frame.mutable_message()->mutable_envelope()->mutable_signatures(0)->mutable_value();
      value->back() = static_cast<char>(value->back() ^ 1);
    }
    return true;
  };
  Report();
  const v1::GetEvidenceResponse answer =
      Told(*world_.cn, Named(kCnAuditor), Evidence(*world_.cn, kCnAuditor, "PX/2027/00001"));
  ASSERT_THAT(answer.messages(), SizeIs(1));
  EXPECT_FALSE(answer.messages(0).has_envelope());
  EXPECT_THAT(Proved(answer.messages(0)),
              ElementsAre("cn-pingxiang DELIVERED:REFUSED:BAD_SIGNATURE"));
  EXPECT_THAT(answer.chains(), IsEmpty());
}

// Under the smallest head above the leaf that the peer has cosigned, with his line on it.
TEST_F(AuditEvidence, StandsUnderCosignedHeads) {
  const v1::Message first = Report(0);
  const v1::Message second = Report(1);
  const exchange::Head head = world_.vn->head();
  const v1::Message third = Report(2);
  const ledger::Ed25519NoteSigner witness("cn-pingxiang/witness", ledger::kEd25519CosignatureType,
                                          Need(certs::Ed25519Key::FromSeed(std::string(32, 'w'))));
  const std::string note = Need(world_.vn->log->Checkpoint(head));
  const std::string body = note.substr(0, note.find("\n\n") + 1);
  const std::string cosigned = note + Need(ledger::Cosign(body, witness, world_.clock.Now()));
  Need(world_.vn->committer->Post(
      [&](exchange::CommitScope& scope) {
        return scope.store.PutCosignedHead({"vn-langson/audit/1", head.size, cosigned});
      },
      [](const absl::Status& done) { Need(done); }));
  world_.vn->Settle();

  const std::vector<ledger::VerifierKey> witnesses = {Need(ledger::VerifierOf(witness))};
  const auto cosignatures = [&](const v1::EvidenceLeaf& leaf) {
    return Need(ledger::VerifyProofText(leaf.leaf(), leaf.proof(), world_.vn->log->verifier_key(),
                                        witnesses))
        .head.cosignatures.size();
  };
  for (const v1::Message* message : {&first, &second}) {
    EXPECT_EQ(cosignatures(About(*world_.vn, *message).messages(0).leaves(0)), 1u);
  }
  const v1::GetEvidenceResponse pending = About(*world_.vn, third);
  EXPECT_EQ(cosignatures(pending.messages(0).leaves(0)), 0u);
  EXPECT_EQ(pending.heads(0), cosigned);

  v1::ProveEntryRequest request;
  request.set_index(0);
  v1::ProveEntryResponse entry = Told(*world_.vn, Named(kVnAuditor),
                                      Queries(*world_.vn).ProveEntry(Named(kVnAuditor), request));
  EXPECT_THAT(entry.cosigned_by(), ElementsAre("cn-pingxiang"));
  EXPECT_EQ(cosignatures(entry.entry()), 1u);
}

// A witness that exchanges its key may have signed one head by both.
TEST(CosignersOfANote, AreNamedOnce) {
  EXPECT_THAT(exchange::CosignersOf("x/audit/1\n1\nAA==\n\n— x/audit AA==\n— b/witness AA==\n"
                                    "— a/witness AA==\n— b/witness BB==\n"),
              ElementsAre("b", "a"));
}

TEST_F(AuditEvidence, RefusesWhatIsNotThere) {
  EXPECT_EQ(system::ReasonOf(Evidence(*world_.vn, kVnAuditor, "LS/2027/00001").status()),
            v1::REASON_NOT_FOUND);
  EXPECT_EQ(system::ReasonOf(Evidence(*world_.vn, kVnAuditor, "nothing").status()),
            v1::REASON_NOT_FOUND);
}

// Who checks a message needs the roster by which it was released; nobody else's, and no later one.
TEST(AuditSupport, IsTheRosterInForceAtTheMessagesEntry) {
  RosterWorld world;
  const certs::Signer& officer = world.vn_officer();
  const Members members = {{&officer, {"officer"}}, {&world.vn_clerk(), {"clerk"}}};
  const v1::Message before = world.NewPing(officer, "before any");
  ASSERT_TRUE(world.Say(before, {&officer}).ok());
  world.clock.Advance(absl::Seconds(1));
  const v1::Message first = world.Roster(officer, 1, members);
  ASSERT_TRUE(world.Say(first, {&officer}).ok());
  world.clock.Advance(absl::Seconds(1));
  const v1::Message by_first = world.NewPing(officer, "by the first");
  ASSERT_TRUE(world.Say(by_first, {&officer}).ok());
  world.clock.Advance(absl::Seconds(1));
  const v1::Message second = world.Roster(officer, 2, members);
  ASSERT_TRUE(world.Say(second, {&officer}).ok());
  world.clock.Advance(absl::Seconds(1));
  const v1::Message by_second = world.NewPing(officer, "by the second");
  ASSERT_TRUE(world.Say(by_second, {&officer}).ok());
  world.clock.Advance(absl::Seconds(1));
  const v1::Message of_cn = world.NewPing(world.cn_officer(), "of the side without one");
  ASSERT_TRUE(world.Say(of_cn, {&world.cn_officer()}).ok());
  world.clock.Advance(absl::Seconds(1));

  for (TestNode* node : {world.vn.get(), world.cn.get()}) {
    exchange::LinkTermsByPeer links;
    links.emplace(node->setup.link.peer_node, node->setup.link);
    const exchange::AuditQueries queries({node->setup.node, links, *node->store, *node->log,
                                          *world.trust, world.clock,
                                          [](std::string_view) { return std::string(); }});
    const auto ids = [&](const v1::Message& message) {
      v1::GetEvidenceRequest request;
      request.set_reference(message.header().message_id());
      const v1::GetEvidenceResponse evidence =
          Need(
              queries.GetEvidence(
                  node->IdentityOf(node == world.vn.get() ? officer : world.cn_officer()), request))
              .response;
      std::vector<std::string> all;
      for (const v1::MessageEvidence& one : evidence.messages()) {
        v1::Message said;
        EXPECT_TRUE(said.ParseFromString(one.envelope().payload()));
        EXPECT_FALSE(one.leaves().empty());
        all.push_back(said.header().message_id());
      }
      return all;
    };
    const auto id = [](const v1::Message& message) { return message.header().message_id(); };
    EXPECT_THAT(ids(before), ElementsAre(id(before)));
    EXPECT_THAT(ids(by_first), ElementsAre(id(first), id(by_first)));
    EXPECT_THAT(ids(by_second), ElementsAre(id(second), id(by_second)));
    EXPECT_THAT(ids(of_cn), ElementsAre(id(of_cn)));
    EXPECT_THAT(ids(second), ElementsAre(id(second))) << "no rule asks who released a roster";
  }
}

// Where a rule is about rosters, one is judged by the one before it.
TEST(AuditSupport, GoesBackAsFarAsRulesAboutRostersAsk) {
  domain::AgreedRules::Stated rules;
  config::v1::ReleaseRule& rule = rules.release_rules.emplace_back();
  rule.mutable_subject()->add_families("AUTHORITY");
  rule.add_signatures()->add_roles("officer");
  rule.mutable_signatures(0)->set_count(1);
  RosterWorld world({.rules = rules});
  const certs::Signer& officer = world.vn_officer();
  std::vector<std::string> wanted;
  for (uint32_t version = 1; version <= 3; ++version) {
    const v1::Message roster = world.Roster(officer, version, {{&officer, {"officer"}}});
    ASSERT_TRUE(world.Say(roster, {&officer}).ok());
    world.clock.Advance(absl::Seconds(1));
    wanted.push_back(roster.header().message_id());
  }
  const v1::Message ping = world.NewPing(officer, "one");
  ASSERT_TRUE(world.Say(ping, {&officer}).ok());
  world.clock.Advance(absl::Seconds(1));
  wanted.push_back(ping.header().message_id());
  const auto store = Need(world.vn->store->Read());
  exchange::LinkTermsByPeer links;
  links.emplace("cn-pingxiang", world.vn->setup.link);
  exchange::MessagesByRow all;
  const store::MessageRecord asked =
      Need(store->FindMessagesById(ping.header().message_id())).front();
  all.emplace(asked.row, asked);
  all.merge(Need(exchange::SupportFor(*store, world.vn->setup.node, links, {"cn-pingxiang"}, all)));
  std::vector<std::string> ids;
  for (const auto& [row, record] : all) ids.push_back(record.message_id);
  EXPECT_EQ(ids, wanted);
}

}  // namespace
}  // namespace gatepost::testing
