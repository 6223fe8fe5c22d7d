// Two whole nodes, of which the Chinese side has an SM2 root and signs with SM2, and the Vietnamese
// side signs with ECDSA and Ed25519: everything crosses, and the bundle of it holds offline.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/batch.h"
#include "certs/dsse.h"
#include "certs/pem.h"
#include "certs/suites.h"
#include "client/evidence/bundle.h"
#include "client/evidence/verify_bundle.h"
#include "daemon/exchange/audit/audit_queries.h"
#include "tests/exchange/acknowledgements.h"
#include "tests/exchange/thread_world.h"

namespace gatepost::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr bool kVn = true;
constexpr bool kCn = false;

class Sm2Thread : public ::testing::Test {
 protected:
  Sm2Thread() : world_({.cn_has_sm2 = true}) { world_.Connect(); }

  // Submitted by its author and delivered.
  v1::Message Submit(const certs::Signer& author, v1::Message message) {
    TestNode& node = world_.Node(author.id().trust_domain() == world_.vn_ca.trust_domain());
    Need(node.Submit(author, world_.Sign(author, message)).status());
    world_.Run();
    return message;
  }

  // The link agreement of these two nodes.
  std::string Agreement() {
    std::string text = "id: \"test\"\n";
    for (const bool side : {kVn, kCn}) {
      const TestNode& node = world_.Node(side);
      const certs::PracticeCa& ca = side ? world_.vn_ca : world_.cn_ca;
      text += fmt::format(
          "nodes {{\n  node: \"{}\"\n  spiffe_id: \"{}\"\n  country: \"{}\"\n"
          "  root_sha256: \"{}\"\n  log_vkey: \"{}\"\n  witness_vkey: \"{}\"\n{}}}\n",
          node.setup.node.node, node.setup.node.spiffe_id.ToString(), node.setup.node.country,
          certs::ToHex(certs::Sha256Of(certs::DerFromPem(ca.root_pem()).at(0))),
          Need(ledger::VerifierOf(*node.log_key)).Format(),
          Need(ledger::VerifierOf(*node.witness_key)).Format(),
          side ? "  suites: \"ecdsa-p256-sha256\"\n  suites: \"ed25519\"\n"
               : "  suites: \"sm2-sm3\"\n");
    }
    return text +
           "sequencer: \"vn-langson\"\nfamilies: \"REPORT\" families: \"AGREEMENT\"\n"
           "cut_off { hour: 20 zone: \"Asia/Ho_Chi_Minh\" }\n";
  }

  // What that side's node exports about the message and its thread, checked by somebody who has
  // the agreement and nothing else.
  evidence::Verdict Exported(bool vn_side, const v1::Message& message) {
    TestNode& node = world_.Node(vn_side);
    exchange::LinkTermsByPeer links;
    links.emplace(node.setup.link.peer_node, node.setup.link);
    const exchange::AuditQueries queries(
        {node.setup.node, links, *node.store, *node.log, *world_.trust, world_.clock,
         [&node](std::string_view) { return node.link->HeldByPeer(); }});
    v1::GetEvidenceRequest request;
    request.set_reference(message.header().message_id());
    request.set_with_thread(true);
    v1::GetEvidenceResponse evidence =
        Need(queries.GetEvidence(node.IdentityOf(world_.Officer(vn_side)), request)).response;
    // In this world the nodes hold a word in its place.
    evidence.set_link_agreements(0, Agreement());
    return evidence::VerifyBundle(Need(Need(evidence::Bundle::Make(evidence)).Seal()),
                                  {.link_agreements = {Agreement()}, .allow_practice = true});
  }

  ThreadWorld world_;
};

std::string Described(const evidence::Verdict& verdict) {
  std::string text;
  for (const evidence::Finding& finding : verdict.findings) {
    text += fmt::format("{}: {}\n", finding.where, finding.why.ToString());
  }
  return text;
}

TEST_F(Sm2Thread, OfAProposalByEcdsaAndAnAcceptanceBySm2IsInForceAndProvedOffline) {
  ASSERT_EQ(world_.vn_officer().suite(), certs::kEcdsaP256Sha256);
  ASSERT_EQ(world_.cn_officer().suite(), certs::kSm2Sm3);
  const v1::Message proposal = Submit(world_.vn_officer(), world_.Propose(kVn, {}));
  EXPECT_EQ(world_.State(proposal), "OPEN");
  const v1::Message acceptance =
      Submit(world_.cn_officer(), world_.Accept(kCn, proposal, proposal));
  EXPECT_EQ(world_.State(proposal), "IN_FORCE");
  world_.Pass(absl::Minutes(2));  // The witnesses cosign.

  for (const bool side : {kVn, kCn}) {
    const evidence::Verdict verdict = Exported(side, proposal);
    EXPECT_EQ(verdict.answer, evidence::Answer::kValid) << Described(verdict);
    EXPECT_THAT(verdict.notes, Contains(HasSubstr(": in force by")));
    ASSERT_EQ(verdict.messages.size(), 2U);
    std::vector<std::string> suites;
    for (const evidence::MessageFacts& message : verdict.messages) {
      suites.push_back(message.signatures.at(0).suite);
    }
    EXPECT_THAT(suites, ::testing::UnorderedElementsAre("ecdsa-p256-sha256", "sm2-sm3"));
  }
}

TEST_F(Sm2Thread, OfAProposalBySm2AndAnAcceptanceByEcdsaIsInForce) {
  const v1::Message proposal = Submit(world_.cn_officer(), world_.Propose(kCn, {}));
  EXPECT_EQ(world_.State(proposal), "OPEN");
  Submit(world_.vn_officer(), world_.Accept(kVn, proposal, proposal));
  EXPECT_EQ(world_.State(proposal), "IN_FORCE");
}

TEST_F(Sm2Thread, ReportsAndAcknowledgementsCrossBothWays) {
  for (const bool from_vn : {kVn, kCn}) {
    const certs::Signer& author = from_vn ? world_.vn_clerk() : world_.cn_clerk();
    const certs::Signer& reader = from_vn ? world_.cn_officer() : world_.vn_officer();
    const v1::Message report = Submit(author, world_.OneFigureReport(author, "LS-HN", 3, 5));
    world_.Node(!from_vn).Fetch(reader, report.header().message_id());
    Submit(reader, Acknowledging(world_, reader, report));
    const v1::Ladder ladder = world_.Node(from_vn).LadderOf(report.header().message_id());
    EXPECT_EQ(ladder.rung(), v1::RUNG_READ) << ladder.ShortDebugString();
  }
}

TEST_F(Sm2Thread, BatchesWhoseHeadIsSignedBySm2AreDelivered) {
  const certs::Signer& service = world_.cn_service();
  ASSERT_EQ(service.suite(), certs::kSm2Sm3);
  std::vector<v1::Message> reports;
  std::vector<v1::Envelope> envelopes;
  std::vector<certs::Digest> digests;
  for (int day = 10; day < 13; ++day) {
    reports.push_back(world_.OneFigureReport(service, "LS-HN", day, 7));
    v1::Envelope& envelope = envelopes.emplace_back();
    envelope.set_payload_type(std::string(certs::kMessagePayloadType));
    envelope.set_payload(reports.back().SerializeAsString());
    digests.push_back(certs::PaeDigest(envelope.payload_type(), envelope.payload()));
  }
  const std::vector<v1::BatchMembership> places = Need(certs::SignBatch(digests, service));
  for (size_t at = 0; at < envelopes.size(); ++at) {
    *envelopes[at].mutable_batch() = places[at];
    Need(world_.cn->Submit(service, envelopes[at]).status());
  }
  world_.Run();
  for (const v1::Message& report : reports) {
    EXPECT_EQ(world_.vn->Fetch(world_.vn_clerk(), report.header().message_id())
                  .message()
                  .envelope()
                  .payload(),
              report.SerializeAsString());
  }
}

}  // namespace
}  // namespace gatepost::testing
