#ifndef GATEPOST_CLIENT_EVIDENCE_ANCHORS_H_
#define GATEPOST_CLIENT_EVIDENCE_ANCHORS_H_

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "certs/certificate.h"
#include "certs/trust.h"
#include "client/evidence/announcements.h"
#include "client/evidence/found.h"
#include "client/evidence/log_keys.h"
#include "daemon/config/link_agreement.h"
#include "daemon/ledger/note.h"
#include "gatepost/v1/audit_service.pb.h"

namespace gatepost::evidence {

// Whom a check believes: the keys and roots that link agreements name, and nothing else in the
// bundle. Agreements of the bundle count only where the reader's own copy is the same bytes: what
// another one says is not used, and is a finding. Where he gave none at all, the bundle's are used
// and the finding says what is missing.
class Anchors {
 public:
  // `own` are the bytes of the reader's link agreement files.
  static Anchors Make(const v1::GetEvidenceResponse& evidence, std::span<const std::string> own,
                      Found& found);

  const std::vector<config::LinkAgreement>& agreements() const { return agreements_; }
  // The node of that name; null when no agreement has it. Lives as long as the anchors.
  const config::AgreedNode* FindNode(std::string_view node) const;
  // Whether only an agreement that is not the reader's names the node.
  bool IsUnread(std::string_view node) const { return unread_nodes_.contains(node); }
  // The trust domain of a node that any agreement of the reader names; empty for others.
  std::string DomainOf(std::string_view node) const;
  // The agreement between two nodes; null when there is none.
  const config::LinkAgreement* Between(std::string_view a, std::string_view b) const;
  // The nodes that have a link to `node`, each once: by all agreements that the reader gave, in the
  // bundle or not.
  std::vector<std::string> PeersOf(std::string_view node) const;
  // The keys of logs and witnesses: those of the agreements, and those that the bundle's messages
  // announce.
  const LogKeys& keys() const { return keys_; }
  // The announcements among the bundle's messages whose signatures hold (VerifiedAnnouncements).
  const std::vector<Announcement>& announced() const { return announced_; }
  // Whether the reader gave agreements of his own.
  bool own() const { return own_; }
  // The witness keys of all nodes, whatever agreement of the reader names them.
  const std::vector<ledger::VerifierKey>& witnesses() const { return witnesses_; }
  // Nullopt when the agreements' roots make no trust store.
  const std::optional<certs::TrustStore>& trust() const { return trust_; }
  // The agreed roots of a trust domain that the bundle holds.
  std::vector<certs::Certificate> RootsOf(std::string_view domain) const;
  // Whether the bundle lacks a root of the domain, or only agreements that are not the reader's
  // name the domain.
  bool LacksRootsOf(std::string_view domain) const { return lacking_.contains(domain); }
  // One of its trust domains is of practice.
  bool practice() const { return practice_; }

 private:
  void TakeAgreements(const v1::GetEvidenceResponse& evidence, std::span<const std::string> own,
                      Found& found);
  void TakeRoots(const v1::GetEvidenceResponse& evidence, Found& found);
  void TakeKeys(const v1::GetEvidenceResponse& evidence, Found& found);

  std::vector<config::LinkAgreement> agreements_;
  std::vector<config::LinkAgreement> others_;  // The reader's own that the bundle does not have.
  bool own_ = false;
  std::set<std::string, std::less<>> unread_nodes_;
  LogKeys keys_;
  std::vector<Announcement> announced_;
  std::vector<ledger::VerifierKey> witnesses_;
  std::map<std::string, std::vector<certs::Certificate>, std::less<>> roots_;  // By domain.
  std::set<std::string, std::less<>> lacking_;
  std::optional<certs::TrustStore> trust_;
  bool practice_ = false;
};

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_ANCHORS_H_
