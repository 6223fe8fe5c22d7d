#ifndef GATEPOST_TESTS_EVIDENCE_ROSTER_WORLD_H_
#define GATEPOST_TESTS_EVIDENCE_ROSTER_WORLD_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "certs/dsse.h"
#include "tests/evidence/evidence_world.h"
#include "tests/support/test_files.h"

namespace gatepost::evidence {

// A world whose agreement names both officers as authorities, and asks for an officer and a shift
// leader on every ping.
struct RosterWorld : EvidenceWorld {
  static constexpr char kTwoOnPings[] =
      "release_rules {\n  subject { families: \"PING\" }\n"
      "  signatures { roles: \"officer\" count: 1 }\n"
      "  signatures { roles: \"shift-leader\" count: 1 }\n}\n";

  explicit RosterWorld(const std::string& rules = kTwoOnPings)
      : vn_clerk(vn_authority.Issue("/agency/board/clerk/02")) {
    for (const certs::Signer* officer : {vn_officer.get(), cn_officer.get()}) {
      const std::string country =
          officer == vn_officer.get() ? "  country: \"VN\"\n" : "  country: \"CN\"\n";
      agreement = testing::Replaced(
          agreement, country, country + "  authorities: \"" + officer->id().ToString() + "\"\n");
    }
    agreement += rules;
  }

  using Members = std::vector<std::pair<const certs::Signer*, std::vector<std::string>>>;

  // A roster of the author's side.
  v1::Message Roster(const certs::Signer& author, uint32_t version, const Members& members) const {
    v1::Message message;
    v1::Roster& roster = *message.mutable_roster();
    roster.set_trust_domain(std::string(author.id().trust_domain()));
    roster.set_version(version);
    std::map<std::string, std::vector<std::string>> ordered;
    for (const auto& [who, roles] : members) ordered.emplace(who->id().ToString(), roles);
    for (const auto& [id, roles] : ordered) {
      v1::RosterMember& member = *roster.add_members();
      member.set_spiffe_id(id);
      member.mutable_roles()->Assign(roles.begin(), roles.end());
    }
    return message;
  }
  // The clerk leads a shift, the officer is one.
  v1::Message UsualRoster(uint32_t version) const {
    return Roster(*vn_officer, version,
                  {{vn_officer.get(), {"officer"}}, {vn_clerk.get(), {"shift-leader"}}});
  }

  // A message of vn, signed by all of them, the author first.
  Sent Signed(v1::Message body, const std::vector<const certs::Signer*>& signers) {
    Sent sent = Write(vn, *signers[0], std::move(body));
    for (size_t i = 1; i < signers.size(); ++i) {
      if (const absl::Status done = certs::SignEnvelope(sent.envelope, *signers[i]); !done.ok()) {
        throw std::runtime_error(done.ToString());
      }
    }
    sent.signatures = certs::SignaturesDigest(sent.envelope);
    return sent;
  }
  Sent BothSigned(const std::string& token) {
    return Signed(Ping(token), {vn_officer.get(), vn_clerk.get()});
  }

  // That `next` follows `before` as a key of the node of `log`.
  v1::Message Announcing(const TestLog& log, v1::KeyUse use, const std::string& before,
                         const std::string& next) const {
    v1::Message message;
    v1::KeyAnnouncement& said = *message.mutable_key_announcement();
    const std::string domain =
        &log == &vn ? vn_authority.trust_domain() : cn_authority.trust_domain();
    said.set_subject("spiffe://" + domain + "/node/" + log.node());
    said.set_use(use);
    said.set_old_key(before);
    said.set_new_key(next);
    return message;
  }
  // Of a log: announced by its officer, then changed.
  void ExchangeLogKey(TestLog& log, char seed) {
    const std::string next = TestLog(log.node(), seed).log_vkey();
    Cross(Write(log, OfficerOf(log), Announcing(log, v1::KEY_USE_LOG, log.log_vkey(), next)));
    Cosign();
    log.ChangeLogKey(seed);
  }
  void ExchangeWitnessKey(TestLog& log, char seed) {
    const std::string next = TestLog(log.node(), static_cast<char>(seed - 1)).witness_vkey();
    Cross(
        Write(log, OfficerOf(log), Announcing(log, v1::KEY_USE_WITNESS, log.witness_vkey(), next)));
    Cosign();
    log.ChangeWitnessKey(seed);
  }
  const certs::Signer& OfficerOf(const TestLog& log) const {
    return &log == &vn ? *vn_officer : *cn_officer;
  }

  // As EvidenceWorld's, with the clerk's chain.
  v1::GetEvidenceResponse Evidence(const TestLog& exporter) const {
    v1::GetEvidenceResponse evidence = EvidenceWorld::Evidence(exporter);
    v1::CertificateChain& chain = *evidence.add_chains();
    for (const std::string& der : vn_clerk->certificate_chain_der()) chain.add_certificates(der);
    return evidence;
  }
  Verdict Check(const v1::GetEvidenceResponse& evidence) const {
    return VerifyBundle(Sealed(evidence), Options());
  }
  Verdict Check(const TestLog& exporter) const { return Check(Evidence(exporter)); }

  std::unique_ptr<certs::Signer> vn_clerk;
};

}  // namespace gatepost::evidence

#endif  // GATEPOST_TESTS_EVIDENCE_ROSTER_WORLD_H_
