#ifndef GATEPOST_DAEMON_EXCHANGE_AUDIT_AUDIT_QUERIES_H_
#define GATEPOST_DAEMON_EXCHANGE_AUDIT_AUDIT_QUERIES_H_

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "certs/identity.h"
#include "certs/trust.h"
#include "daemon/exchange/audit/audit_log.h"
#include "daemon/exchange/audit/audit_view.h"
#include "daemon/exchange/log_book.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"
#include "gatepost/v1/audit_service.pb.h"

namespace gatepost::exchange {

// What auditors may ask. Reads only; any thread. No answer may be given before its trace is durable
// (AuditLog). Every caller was admitted: for GetEvidence and ProveEntry for Act::kAuditLink, for
// the others for Act::kAudit.
class AuditQueries {
 public:
  struct Parts {
    const NodeTerms& node;
    const LinkTermsByPeer& links;
    const store::Store& store;
    const LogBook& log;
    const certs::TrustStore& trust;
    const system::Clock& clock;
    // The newest head of the own log that the peer said it holds; empty: it did not say.
    std::function<std::string(std::string_view peer)> held_by_peer;
  };
  // All parts must outlive it.
  explicit AuditQueries(Parts parts) : parts_(std::move(parts)) {}

  // Whether the caller sees all of the log: he is of the node's own side.
  bool SeesAll(const certs::Identity& caller) const;

  // Entries that fit, newest first (entry_filter.h). An answer looks at no more than 20,000
  // entries, and at the messages of no more than 4,000. BAD_ARGUMENT, BAD_TIME, BAD_CURSOR;
  // NOT_FOUND for a thread of a message that is not held.
  absl::StatusOr<Audited<v1::ListEntriesResponse>> ListEntries(
      const v1::ListEntriesRequest& request) const;

  // Everything held here that proves one message (evidence_leaves.h), or its whole thread with the
  // acknowledgements of each, and what it is checked by (evidence_support.h). NOT_FOUND, also for
  // what the caller may not see; BAD_ARGUMENT for an id that several authors used; TOO_LARGE for
  // more than 32 MiB.
  absl::StatusOr<Audited<v1::GetEvidenceResponse>> GetEvidence(
      const certs::Identity& caller, const v1::GetEvidenceRequest& request) const;

  // NOT_FOUND beyond the log, and for what the caller may not see; BAD_ARGUMENT for a size that
  // does not cover the entry or that the log has not reached.
  absl::StatusOr<Audited<v1::ProveEntryResponse>> ProveEntry(
      const certs::Identity& caller, const v1::ProveEntryRequest& request) const;

  // BAD_ARGUMENT for sizes that are no 1 <= old <= new <= the log's.
  absl::StatusOr<Audited<v1::ProveConsistencyResponse>> ProveConsistency(
      const v1::ProveConsistencyRequest& request) const;

  // Groups from the one that holds the entry on, about 1 MiB of them, at least one; none beyond the
  // log.
  absl::StatusOr<Audited<v1::ReadLogResponse>> ReadLog(const v1::ReadLogRequest& request) const;

  // Heads and sequence numbers of all links. BAD_ARGUMENT for more than 1,000 places.
  absl::StatusOr<Audited<v1::GetHeadsResponse>> GetHeads(const v1::GetHeadsRequest& request) const;

 private:
  absl::StatusOr<store::MessageRecord> Find(const store::Reader& store, const AuditView& view,
                                            std::string_view reference,
                                            std::string_view author) const;
  absl::StatusOr<v1::LinkHeads> HeadsOf(const store::Reader& store, const LinkTerms& link) const;

  const Parts parts_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AUDIT_AUDIT_QUERIES_H_
