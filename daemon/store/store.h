#ifndef GATEPOST_DAEMON_STORE_STORE_H_
#define GATEPOST_DAEMON_STORE_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "daemon/store/records.h"

namespace gatepost::store {

// What can be read, from a consistent state of the store: either the newest committed one or,
// inside a Transaction, that one with the transaction's own writes. A missing row is nullopt or
// empty; an error is REASON_STORE_FAILED and means the disk or the file, never the question.
class Reader {
 public:
  virtual ~Reader() = default;

  // Messages, by identity, by row (rising in the order of acceptance), by short reference.
  virtual absl::StatusOr<std::optional<MessageRecord>> FindMessage(
      std::string_view author, std::string_view message_id) const = 0;
  virtual absl::StatusOr<std::vector<MessageRecord>> FindMessagesById(
      std::string_view message_id) const = 0;
  // The message with that PAE digest that was submitted here, not received from a peer.
  virtual absl::StatusOr<std::optional<MessageRecord>> FindAccepted(
      const certs::Digest& pae) const = 0;
  virtual absl::StatusOr<std::optional<MessageRecord>> MessageByRow(int64_t row) const = 0;
  virtual absl::StatusOr<std::optional<MessageRecord>> MessageByReference(
      ShortReference reference) const = 0;
  // The message received from `peer` with that sequence number.
  virtual absl::StatusOr<std::optional<MessageRecord>> MessageBySequence(
      std::string_view peer, uint64_t sequence) const = 0;
  // Newest first, at most `filter.limit`, rows below `filter.before_row`.
  virtual absl::StatusOr<std::vector<MessageRecord>> ListMessages(
      const MessageFilter& filter) const = 0;

  // Certificate chain (DER, leaf first) by SHA-256 of its leaf.
  virtual absl::StatusOr<std::optional<std::vector<std::string>>> Chain(
      const certs::Digest& leaf_sha256) const = 0;

  // The outbox of one peer, a cursor: entries with sequence > `after`, ascending, at most `limit`.
  virtual absl::StatusOr<std::vector<OutgoingRecord>> Outgoing(std::string_view peer,
                                                               uint64_t after,
                                                               size_t limit) const = 0;
  // The places of one message in the outboxes of its recipients.
  virtual absl::StatusOr<std::vector<OutgoingRecord>> OutgoingOf(int64_t message_row) const = 0;
  // The first receipt that the peer gave for a sequence number.
  virtual absl::StatusOr<std::optional<ReceiptRecord>> Receipt(std::string_view peer,
                                                               uint64_t sequence) const = 0;
  // A head of the peer's log that was checked, by size.
  virtual absl::StatusOr<std::optional<PeerHeadRecord>> PeerHead(std::string_view peer,
                                                                 uint64_t epoch,
                                                                 uint64_t size) const = 0;
  // The largest of that epoch of at most `size` leaves.
  virtual absl::StatusOr<std::optional<PeerHeadRecord>> PeerHeadUpTo(std::string_view peer,
                                                                     uint64_t epoch,
                                                                     uint64_t size) const = 0;
  // Heads of the log `origin` with cosignatures, of at least `from_size`, smallest first, at most
  // `limit`; the newest.
  virtual absl::StatusOr<std::vector<CosignedHeadRecord>> CosignedHeads(std::string_view origin,
                                                                        uint64_t from_size,
                                                                        size_t limit) const = 0;
  virtual absl::StatusOr<std::optional<CosignedHeadRecord>> NewestCosignedHead(
      std::string_view origin) const = 0;
  // What this node's witness has last cosigned of the log `origin`.
  virtual absl::StatusOr<std::optional<WitnessedRecord>> Witnessed(
      std::string_view origin) const = 0;
  // The running digest after an incoming sequence number; nullopt when not received.
  virtual absl::StatusOr<std::optional<certs::Digest>> IncomingDigest(std::string_view peer,
                                                                      uint64_t sequence) const = 0;
  // The state of the link; a default LinkRecord when it never was up.
  virtual absl::StatusOr<LinkRecord> Link(std::string_view peer) const = 0;

  // The ledger. The group that holds leaf `index`; the newest group.
  virtual absl::StatusOr<std::optional<LeafGroup>> GroupOfLeaf(uint64_t index) const = 0;
  virtual absl::StatusOr<std::optional<LeafGroup>> LastGroup() const = 0;
  // Only `first_index`, `nodes` and `root` of it (leaves stay empty): for proofs.
  virtual absl::StatusOr<std::optional<LeafGroup>> NodesOfLeaf(uint64_t index) const = 0;

  // Yard reports. The newest applied report that holds (side, scope id, as-of).
  virtual absl::StatusOr<std::optional<int64_t>> ReportHolding(std::string_view side,
                                                               std::string_view scope_id,
                                                               absl::Time as_of) const = 0;
  virtual absl::StatusOr<std::optional<ReportRecord>> Report(int64_t message_row) const = 0;
  // Newest first.
  virtual absl::StatusOr<std::vector<ReportRecord>> ListReports(
      const ReportFilter& filter) const = 0;

  // Hours: what was said about them and was not void, by row ascending.
  virtual absl::StatusOr<std::vector<HoursRecord>> HoursAt(const HoursQuestion& question) const = 0;

  // The rows of the acknowledgements of a message that came from `peer`, ascending; those that were
  // submitted here for an empty one.
  virtual absl::StatusOr<std::vector<int64_t>> AcknowledgementsOf(int64_t message_row,
                                                                  std::string_view peer) const = 0;

  // Rungs given to the peer with number > `after`, ascending, at most `limit`.
  virtual absl::StatusOr<std::vector<RungRecord>> RungsGiven(std::string_view peer, uint64_t after,
                                                             size_t limit) const = 0;
  // The same of those taken from the peer.
  virtual absl::StatusOr<std::vector<RungRecord>> RungsTaken(std::string_view peer, uint64_t after,
                                                             size_t limit) const = 0;
  // All rungs of a message, given or taken, by peer and number.
  virtual absl::StatusOr<std::vector<RungRecord>> RungsOf(int64_t message_row) const = 0;

  // Agreements. Proposals that are first in their thread, newest first, below `before_row` unless
  // 0.
  virtual absl::StatusOr<std::vector<int64_t>> Threads(int64_t before_row, size_t limit) const = 0;
  // All messages of a thread, by row ascending.
  virtual absl::StatusOr<std::vector<ThreadEntry>> ThreadEntries(int64_t thread_row) const = 0;
  virtual absl::StatusOr<std::optional<ThreadEntry>> ThreadEntryOf(int64_t message_row) const = 0;
  // What was submitted here to the peer and is not decided yet, by row ascending.
  virtual absl::StatusOr<std::vector<ThreadEntry>> Unsettled(std::string_view peer) const = 0;
  virtual absl::StatusOr<std::optional<ProposalRecord>> Proposal(int64_t message_row) const = 0;
  // All in that state with the peer, by row ascending.
  virtual absl::StatusOr<std::vector<ProposalRecord>> ProposalsIn(v1::AgreementState state,
                                                                  std::string_view peer) const = 0;
  // Decisions on a link with number > `after`, ascending, at most `limit`; all of a thread.
  virtual absl::StatusOr<std::vector<DecisionRecord>> Decisions(std::string_view peer,
                                                                uint64_t after,
                                                                size_t limit) const = 0;
  virtual absl::StatusOr<std::vector<DecisionRecord>> DecisionsOfThread(
      int64_t thread_row) const = 0;

  // Messages that wait for signatures: by digest, identity, id and short reference.
  virtual absl::StatusOr<std::optional<HeldRecord>> Held(const certs::Digest& pae) const = 0;
  virtual absl::StatusOr<std::optional<HeldRecord>> FindHeld(std::string_view author,
                                                             std::string_view message_id) const = 0;
  virtual absl::StatusOr<std::vector<HeldRecord>> FindHeldById(
      std::string_view message_id) const = 0;
  virtual absl::StatusOr<std::optional<HeldRecord>> HeldByReference(
      ShortReference reference) const = 0;
  // Those with row > `after`, by row ascending, at most `limit`.
  virtual absl::StatusOr<std::vector<HeldRecord>> ListHeld(int64_t after, size_t limit) const = 0;
  // Those that nobody released until `at`, the longest overdue first, at most `limit`.
  virtual absl::StatusOr<std::vector<HeldRecord>> OverdueHeld(absl::Time at,
                                                              size_t limit) const = 0;
  // How many there are: of all authors and of `author`.
  virtual absl::StatusOr<HeldCount> CountHeld(std::string_view author) const = 0;
  // Whether a message with this digest waited here and was dropped.
  virtual absl::StatusOr<bool> WasDropped(const certs::Digest& pae) const = 0;
  // The roster of the domain with the highest version of those in force at `at`.
  virtual absl::StatusOr<std::optional<RosterRecord>> RosterAt(std::string_view trust_domain,
                                                               absl::Time at) const = 0;
  // The highest version that is held of the domain; 0: none.
  virtual absl::StatusOr<uint32_t> NewestRosterVersion(std::string_view trust_domain) const = 0;
  // What was announced about the keys of `subject`, by row of the message ascending.
  virtual absl::StatusOr<std::vector<AnnouncedKeyRecord>> AnnouncedKeys(
      std::string_view subject) const = 0;
  virtual absl::StatusOr<std::optional<EmergencyRecord>> Emergency(int64_t message_row) const = 0;
  // Those that are not countersigned, by row ascending.
  virtual absl::StatusOr<std::vector<EmergencyRecord>> OpenEmergencies() const = 0;

  // Small named values, e.g. the epoch.
  virtual absl::StatusOr<std::optional<std::string>> Meta(std::string_view key) const = 0;
  // Those whose key begins with `prefix`, by key.
  virtual absl::StatusOr<std::vector<MetaRecord>> MetaWithPrefix(std::string_view prefix) const = 0;
};

// One write transaction. There is never more than one. Nothing is visible to others, or durable,
// before Commit; a Transaction that is destroyed without Commit leaves no trace.
class Transaction : public Reader {
 public:
  // Stores a message and gives it its row and its short reference (the next number of
  // `record.reference.year`); both are set in the record that comes back.
  virtual absl::StatusOr<MessageRecord> InsertMessage(MessageRecord record) = 0;
  // Stores a HELD message and gives it its row and its short reference. With a row: replaces its
  // envelope.
  virtual absl::StatusOr<HeldRecord> HoldMessage(HeldRecord record) = 0;
  // It waits no more: released or dropped.
  virtual absl::Status RemoveHeld(int64_t row) = 0;
  // Remembers for ever that the message was dropped; the same again is no error.
  virtual absl::Status PutDropped(const certs::Digest& pae) = 0;
  // These two are given once for (domain, version) and (subject, use, new key): INTERNAL otherwise.
  virtual absl::Status PutRoster(const RosterRecord& record) = 0;
  virtual absl::Status PutAnnouncedKey(const AnnouncedKeyRecord& record) = 0;
  // Replaces what was known of the message.
  virtual absl::Status PutEmergency(const EmergencyRecord& record) = 0;
  // Forgets the envelope of a message, for ever; its row and its digests stay. From now on its
  // `envelope` is empty.
  virtual absl::Status PurgeBody(int64_t row) = 0;
  // Keeps a chain for ever; a chain that is held already is left as it is.
  virtual absl::Status PutChain(const certs::Digest& leaf_sha256,
                                const std::vector<std::string>& chain_der) = 0;
  virtual absl::Status PutOutgoing(const OutgoingRecord& record) = 0;
  virtual absl::Status PutReceipt(const ReceiptRecord& record) = 0;
  virtual absl::Status PutPeerHead(const PeerHeadRecord& record) = 0;
  // These two replace what was held of that size, and of that log.
  virtual absl::Status PutCosignedHead(const CosignedHeadRecord& record) = 0;
  virtual absl::Status PutWitnessed(const WitnessedRecord& record) = 0;
  virtual absl::Status PutIncomingDigest(std::string_view peer, uint64_t sequence,
                                         const certs::Digest& digest) = 0;
  virtual absl::Status PutLink(const LinkRecord& record) = 0;
  // One blob row; `group.first_index` must be the size of the log.
  virtual absl::Status AppendGroup(const LeafGroup& group) = 0;
  virtual absl::Status PutReport(const ReportRecord& record) = 0;
  // From now on `holder` is the newest applied report for (side, scope id, as-of).
  virtual absl::Status HoldReportKey(std::string_view side, std::string_view scope_id,
                                     absl::Time as_of, int64_t holder) = 0;
  // The key is held by nobody any more.
  virtual absl::Status FreeReportKey(std::string_view side, std::string_view scope_id,
                                     absl::Time as_of) = 0;
  // The report in `row` was replaced by the report in `by`.
  virtual absl::Status MarkReplaced(int64_t row, int64_t by) = 0;
  virtual absl::Status PutHours(const HoursRecord& record) = 0;
  // From `since` on the hours of the message in `row` are void, by the message in `by`. What is
  // void already stays so since then; a message that says no hours is left as it is.
  virtual absl::Status MarkHoursVoid(int64_t row, int64_t by, absl::Time since) = 0;
  virtual absl::Status PutAcknowledgement(const AcknowledgementRecord& record) = 0;
  // A number is given once, and so is a rung of a message to one actor: REASON_INTERNAL when it is
  // there.
  virtual absl::Status PutRung(const RungRecord& record) = 0;
  // These two replace what was known of the message.
  virtual absl::Status PutProposal(const ProposalRecord& record) = 0;
  virtual absl::Status PutThreadEntry(const ThreadEntry& entry) = 0;
  // A number is given once: REASON_INTERNAL when it is there.
  virtual absl::Status PutDecision(const DecisionRecord& record) = 0;
  virtual absl::Status PutMeta(std::string_view key, std::string_view value) = 0;

  // Makes everything durable with one sync: after OK it survives a power cut.
  virtual absl::Status Commit() = 0;
};

// Messages, ledger and projections of one node, in one place. Thread-safe: any thread may read; one
// thread (the committer) writes.
class Store {
 public:
  virtual ~Store() = default;

  // Begins the write transaction. FailedPrecondition when one is open.
  virtual absl::StatusOr<std::unique_ptr<Transaction>> Begin() = 0;

  // A view of the newest committed state. Cheap; give it back soon (it may hold back clean-up).
  virtual absl::StatusOr<std::unique_ptr<Reader>> Read() const = 0;

  // The same for proofs, from a reserve of its own: who holds a Reader may ask for a proof, and
  // then never waits for another holder of a Reader. Who holds this one must not ask for more.
  virtual absl::StatusOr<std::unique_ptr<Reader>> ReadForProof() const = 0;
};

}  // namespace gatepost::store

#endif  // GATEPOST_DAEMON_STORE_STORE_H_
