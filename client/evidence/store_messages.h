#ifndef GATEPOST_CLIENT_EVIDENCE_STORE_MESSAGES_H_
#define GATEPOST_CLIENT_EVIDENCE_STORE_MESSAGES_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "certs/certificate_cache.h"
#include "certs/envelope_verifier.h"
#include "client/evidence/store_parts.h"

namespace gatepost::evidence {

// Messages against the entries that say they were accepted or delivered: both in the order of the
// log, side by side.
class StoredMessageCheck {
 public:
  // `parts` must outlive it.
  explicit StoredMessageCheck(StoreCheckParts& parts);

  // The next entry; null when it is no leaf or was changed, which was found.
  void OnEntry(uint64_t index, const ledger::Leaf* leaf);
  // There are no more entries.
  void Finish();

 private:
  using Message = store::Row<store::MessageRecord>;

  void Advance();
  void FindStray();
  void Check(const Message& message, const ledger::Leaf* leaf);
  void CheckAgainstLeaf(const std::string& where, const store::MessageRecord& record,
                        const ledger::Leaf& leaf);
  void CheckEnvelope(const std::string& where, const store::MessageRecord& record, absl::Time at);
  void CheckHeader(const std::string& where, const store::MessageRecord& record,
                   const v1::MessageHeader& header);
  void CheckIncoming(const std::string& where, const ledger::Leaf& leaf);
  void CheckSignatures(const std::string& where, const store::MessageRecord& record,
                       const v1::Envelope& envelope, const std::string& author, absl::Time at);
  // The trust domain of a signer of which not every root is here; empty: of none.
  std::string WithoutRoots(const v1::Envelope& envelope) const;
  void FindWithoutRoots(const std::string& domain);

  StoreCheckParts& parts_;
  std::unique_ptr<store::Rows<store::MessageRecord>> rows_;
  std::optional<Message> next_;  // The one with the smallest leaf index that is left.
  int64_t last_row_ = 0;
  struct Direction {
    uint64_t sequence = 0;
    certs::Digest digest{};
  };
  std::map<std::string, Direction> incoming_;   // By peer.
  std::map<std::string, std::string> no_body_;  // Object of messages without a body; their row.
  std::set<std::string> purged_;                // Objects with a PURGED entry.
  std::set<std::string> without_roots_;         // Domains that were found to lack roots.
  std::unique_ptr<certs::CertificateSource> chains_;
  std::optional<certs::EnvelopeVerifier> verifier_;
};

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_STORE_MESSAGES_H_
