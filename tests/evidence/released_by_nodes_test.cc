// Two whole nodes whose agreement asks for two signatures: what either exports carries the roster
// by which it was released, and holds offline; what they keep of announced keys is found.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "certs/pem.h"
#include "client/evidence/bundle.h"
#include "client/evidence/log_keys.h"
#include "client/evidence/side_messages.h"
#include "client/evidence/store_check.h"
#include "client/evidence/verify_bundle.h"
#include "daemon/exchange/audit/audit_queries.h"
#include "daemon/system/reason.h"
#include "google/protobuf/text_format.h"
#include "tests/exchange/rosters.h"

namespace gatepost::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kTwoOnPings[] =
    "subject { families: \"PING\" } signatures { roles: \"officer\" count: 1 } "
    "signatures { roles: \"shift-leader\" count: 1 }";

RosterWorld::Options Asking() {
  RosterWorld::Options options;
  if (!google::protobuf::TextFormat::ParseFromString(kTwoOnPings,
                                                     &options.rules.release_rules.emplace_back())) {
    Need(absl::InvalidArgumentError(kTwoOnPings));
  }
  return options;
}

class ReleasedByNodes : public ::testing::Test {
 protected:
  ReleasedByNodes() : world_(Asking()) {}

  std::string Agreement() {
    std::string text = "id: \"test\"\n";
    for (const bool vn_side : {true, false}) {
      const TestNode& node = world_.Node(vn_side);
      const certs::PracticeCa& ca = vn_side ? world_.vn_ca : world_.cn_ca;
      text += fmt::format(
          "nodes {{\n  node: \"{}\"\n  spiffe_id: \"{}\"\n  country: \"{}\"\n"
          "  root_sha256: \"{}\"\n  log_vkey: \"{}\"\n  witness_vkey: \"{}\"\n"
          "  suites: \"ecdsa-p256-sha256\"\n  suites: \"ed25519\"\n  authorities: \"{}\"\n}}\n",
          node.setup.node.node, node.setup.node.spiffe_id.ToString(), node.setup.node.country,
          certs::ToHex(certs::Sha256Of(certs::DerFromPem(ca.root_pem()).at(0))),
          LogKey(vn_side).Format(), Need(ledger::VerifierOf(*node.witness_key)).Format(),
          world_.Officer(vn_side).id().ToString());
    }
    return text + "sequencer: \"vn-langson\"\nfamilies: \"REPORT\"\n" +
           "cut_off { hour: 20 zone: \"Asia/Ho_Chi_Minh\" }\nrelease_rules { " + kTwoOnPings +
           " }\n";
  }
  ledger::VerifierKey LogKey(bool vn_side) {
    return Need(ledger::VerifierOf(*world_.Node(vn_side).log_key));
  }

  v1::GetEvidenceResponse Exported(bool vn_side, const v1::Message& message) {
    TestNode& node = world_.Node(vn_side);
    exchange::LinkTermsByPeer links;
    links.emplace(node.setup.link.peer_node, node.setup.link);
    const exchange::AuditQueries queries(
        {node.setup.node, links, *node.store, *node.log, *world_.trust, world_.clock,
         [&node](std::string_view) { return node.link->HeldByPeer(); }});
    v1::GetEvidenceRequest request;
    request.set_reference(message.header().message_id());
    v1::GetEvidenceResponse evidence =
        Need(queries.GetEvidence(node.IdentityOf(world_.Officer(vn_side)), request)).response;
    evidence.set_link_agreements(0, Agreement());  // In this world nodes hold a word in its place.
    return evidence;
  }
  evidence::Verdict Checked(const v1::GetEvidenceResponse& evidence) {
    return evidence::VerifyBundle(Need(Need(evidence::Bundle::Make(evidence)).Seal()),
                                  {.link_agreements = {Agreement()}, .allow_practice = true});
  }
  // That its node's log is signed by `next` from some day on; nobody changes it here.
  v1::Message Announcing(bool vn_side, const ledger::VerifierKey& next) {
    v1::Message message = world_.NewMessage(world_.Officer(vn_side));
    v1::KeyAnnouncement& said = *message.mutable_key_announcement();
    said.set_subject(world_.Node(vn_side).setup.node.spiffe_id.ToString());
    said.set_use(v1::KEY_USE_LOG);
    said.set_old_key(LogKey(vn_side).Format());
    said.set_new_key(next.Format());
    return message;
  }
  static ledger::VerifierKey AnotherLogKey(const std::string& node) {
    return Need(ledger::VerifierKey::Create(ledger::LogKeyName(node), ledger::kEd25519Type,
                                            std::string(32, 'k')));
  }

  RosterWorld world_;
};

std::string Described(const evidence::Verdict& verdict) {
  std::string text;
  for (const evidence::Finding& finding : verdict.findings) {
    text += fmt::format("{}: {}\n", finding.where, finding.why.ToString());
  }
  return text;
}

TEST_F(ReleasedByNodes, EitherExportsTheRosterAndTheReaderSeesTheRoles) {
  const certs::Signer& officer = world_.vn_officer();
  const certs::Signer& clerk = world_.vn_clerk();
  ASSERT_TRUE(
      world_
          .Say(world_.Roster(officer, 1, {{&officer, {"officer"}}, {&clerk, {"shift-leader"}}}),
               {&officer})
          .ok());
  const v1::Message ping = world_.NewPing(officer, "one");
  ASSERT_TRUE(world_.Say(ping, {&officer, &clerk}).ok());
  world_.Pass(absl::Minutes(2));  // The witnesses cosign.
  for (const bool vn_side : {true, false}) {
    v1::GetEvidenceResponse evidence = Exported(vn_side, ping);
    ASSERT_THAT(evidence.messages(), SizeIs(2));
    EXPECT_THAT(evidence::AskedMessages(evidence), ::testing::ElementsAre(1));
    const evidence::Verdict verdict = Checked(evidence);
    EXPECT_EQ(verdict.answer, evidence::Answer::kValid) << Described(verdict);
    EXPECT_THAT(verdict.notes, Contains(HasSubstr(clerk.id().ToString() + " as shift-leader")));
    evidence.mutable_messages()->DeleteSubrange(0, 1);
    EXPECT_EQ(Checked(evidence).answer, evidence::Answer::kIncomplete)
        << Described(Checked(evidence));
  }
}

// The folder's own messages say which keys came; whose word they are is told by the roots alone.
TEST_F(ReleasedByNodes, AFolderSaysWhichKeysWereAnnounced) {
  const certs::Signer& officer = world_.vn_officer();
  const ledger::VerifierKey next = AnotherLogKey("vn-langson");
  ASSERT_EQ(world_.ReasonOf(world_.Say(Announcing(true, next), {&officer})), "OK");
  evidence::LogKeys agreed;
  ASSERT_TRUE(agreed.Add(Need(config::ParseLinkAgreement("test", Agreement()))).ok());
  for (const bool vn_side : {true, false}) {
    const std::string& folder = world_.Node(vn_side).setup.store_folder;
    const evidence::StoredAnnouncements stored =
        Need(evidence::AnnouncementsInStore(folder, world_.trust.get()));
    EXPECT_TRUE(stored.unproved.empty());
    ASSERT_THAT(stored.proved, SizeIs(1));
    evidence::LogKeys keys = agreed;
    EXPECT_THAT(keys.Announce(stored.proved), SizeIs(0));
    EXPECT_EQ(keys.Log("vn-langson")->newest(), next);
    // Said again, nothing changes.
    EXPECT_THAT(keys.Announce(stored.proved), SizeIs(0));
    EXPECT_EQ(keys.Log("vn-langson")->keys().size(), 2U);

    const evidence::StoredAnnouncements without_roots =
        Need(evidence::AnnouncementsInStore(folder, nullptr));
    EXPECT_TRUE(without_roots.proved.empty());
    ASSERT_THAT(without_roots.unproved, SizeIs(1));
    EXPECT_EQ(system::ReasonOf(without_roots.unproved[0].why), v1::REASON_EVIDENCE_INCOMPLETE);
  }
}

// Heads hold by any key of the ring, and by no other one; what was found before counts.
TEST_F(ReleasedByNodes, AFolderIsCheckedByEveryKeyOfItsLog) {
  const certs::Signer& officer = world_.vn_officer();
  ASSERT_TRUE(world_.Say(world_.Roster(officer, 1, {{&officer, {"officer"}}}), {&officer}).ok());
  world_.Pass(absl::Minutes(2));
  const auto keys_of = [&](bool vn_side, bool with_own) {
    const TestNode& node = world_.Node(vn_side);
    ledger::KeyRing log(AnotherLogKey(node.setup.node.node));
    if (with_own) Need(log.Add(LogKey(vn_side)));
    return evidence::NodeKeys{node.setup.node.node, log,
                              Need(ledger::VerifierOf(*node.witness_key))};
  };
  const std::string& folder = world_.vn->setup.store_folder;
  evidence::StoreCheckOptions options{.own = keys_of(true, true), .peers = {keys_of(false, true)}};
  EXPECT_EQ(Need(evidence::CheckStore(folder, options)).answer, evidence::Answer::kValid);
  options.found = {{"message 1", system::Refuse(v1::REASON_NOT_AN_AUTHORITY, "a", "b", "c")}};
  EXPECT_EQ(Need(evidence::CheckStore(folder, options)).answer, evidence::Answer::kInvalid);
  options.found.clear();
  options.own = keys_of(true, false);
  EXPECT_EQ(Need(evidence::CheckStore(folder, options)).answer, evidence::Answer::kInvalid);
}

}  // namespace
}  // namespace gatepost::testing
