#ifndef GATEPOST_TESTS_EXCHANGE_ROSTERS_H_
#define GATEPOST_TESTS_EXCHANGE_ROSTERS_H_

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "tests/exchange/thread_world.h"

namespace gatepost::testing {

inline constexpr char kVnAuthority[] = "/agency/board/officer/shift-lead-1";
inline constexpr char kCnAuthority[] = "/agency/port-office/officer/duty-1";

using Members = std::vector<std::pair<const certs::Signer*, std::vector<std::string>>>;

// Two connected nodes whose officers speak for their sides.
class RosterWorld : public ThreadWorld {
 public:
  static Options WithAuthorities(Options options = {}) {
    options.vn_authorities = {kVnAuthority};
    options.cn_authorities = {kCnAuthority};
    return options;
  }
  explicit RosterWorld(Options options = {}) : ThreadWorld(WithAuthorities(std::move(options))) {
    Connect();
  }

  // A roster of the author's side; `members` in any order.
  v1::Message Roster(const certs::Signer& author, uint32_t version, const Members& members) {
    v1::Message message = NewMessage(author);
    v1::Roster* roster = message.mutable_roster();
    roster->set_trust_domain(std::string(author.id().trust_domain()));
    roster->set_version(version);
    std::set<std::pair<std::string, std::vector<std::string>>> ordered;
    for (const auto& [who, roles] : members) ordered.emplace(who->id().ToString(), roles);
    for (const auto& [id, roles] : ordered) {
      v1::RosterMember* member = roster->add_members();
      member->set_spiffe_id(id);
      member->mutable_roles()->Assign(roles.begin(), roles.end());
    }
    return message;
  }

  TestNode& NodeOf(const certs::Signer& author) {
    return author.id().trust_domain() == vn_officer().id().trust_domain() ? *vn : *cn;
  }

  // Signed by all of them, the author first, and handed in by him; what crosses, crosses. Of one
  // that is held instead of leaving: SIGNATURES_MISSING.
  absl::Status Say(const v1::Message& message, const std::vector<const certs::Signer*>& signers) {
    v1::Envelope envelope = Sign(*signers[0], message);
    for (size_t i = 1; i < signers.size(); ++i) Need(certs::SignEnvelope(envelope, *signers[i]));
    v1::SubmitRequest request;
    *request.mutable_envelope() = envelope;
    for (const certs::Signer* signer : signers) {
      v1::CertificateChain* chain = request.add_chains();
      for (const std::string& der : signer->certificate_chain_der()) chain->add_certificates(der);
    }
    TestNode& node = NodeOf(*signers[0]);
    absl::Status answered = absl::UnknownError("not answered");
    node.door->Submit(node.IdentityOf(*signers[0]), request,
                      [&](const absl::StatusOr<v1::SubmitResponse>& answer) {
                        answered = answer.status();
                        if (!answer.ok() || !answer->has_held()) return;
                        answered = system::Refuse(v1::REASON_SIGNATURES_MISSING, "to leave",
                                                  "it is held", "sign it once more");
                      });
    node.Settle();
    Run();
    return answered;
  }
  std::string ReasonOf(const absl::Status& status) {
    return status.ok() ? "OK" : system::ReasonName(system::ReasonOf(status));
  }

  // The result of the DELIVERED leaf about the message; empty when it did not arrive.
  static std::string Delivered(const TestNode& node, const v1::Message& message) {
    for (const ledger::Leaf& leaf : node.Leaves()) {
      if (leaf.event == ledger::event::kDelivered &&
          leaf.object == "message:" + message.header().message_id()) {
        return leaf.result;
      }
    }
    return "";
  }
  static std::vector<std::string> RosterLeaves(const TestNode& node) {
    std::vector<std::string> objects;
    for (const ledger::Leaf& leaf : node.Leaves()) {
      if (leaf.event == ledger::event::kRoster) objects.push_back(leaf.object);
    }
    return objects;
  }
  std::set<std::string> Roles(TestNode& node, const certs::Signer& who) {
    return Need(node.rosters.RolesOf(*Need(node.store->Read()), who.id(), clock.Now()));
  }
};

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_EXCHANGE_ROSTERS_H_
