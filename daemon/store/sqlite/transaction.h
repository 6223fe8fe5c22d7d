#ifndef GATEPOST_DAEMON_STORE_SQLITE_TRANSACTION_H_
#define GATEPOST_DAEMON_STORE_SQLITE_TRANSACTION_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/store/sqlite/answers.h"
#include "daemon/store/sqlite/writer.h"
#include "daemon/store/store.h"

namespace gatepost::store::sqlite {

// The open write transaction of a Writer. After a write failed, Commit refuses: what the caller
// wanted is then there in part only.
class SqliteTransaction : public Answers<Transaction> {
 public:
  // `writer` has begun, and must outlive the transaction.
  explicit SqliteTransaction(Writer& writer);
  ~SqliteTransaction() override;

  absl::StatusOr<MessageRecord> InsertMessage(MessageRecord record) override;
  absl::StatusOr<HeldRecord> HoldMessage(HeldRecord record) override;
  absl::Status RemoveHeld(int64_t row) override;
  absl::Status PutDropped(const certs::Digest& pae) override;
  absl::Status PutRoster(const RosterRecord& record) override;
  absl::Status PutAnnouncedKey(const AnnouncedKeyRecord& record) override;
  absl::Status PutEmergency(const EmergencyRecord& record) override;
  absl::Status PurgeBody(int64_t row) override;
  absl::Status PutChain(const certs::Digest& leaf_sha256,
                        const std::vector<std::string>& chain_der) override;
  absl::Status PutOutgoing(const OutgoingRecord& record) override;
  absl::Status PutReceipt(const ReceiptRecord& record) override;
  absl::Status PutPeerHead(const PeerHeadRecord& record) override;
  absl::Status PutCosignedHead(const CosignedHeadRecord& record) override;
  absl::Status PutWitnessed(const WitnessedRecord& record) override;
  absl::Status PutIncomingDigest(std::string_view peer, uint64_t sequence,
                                 const certs::Digest& digest) override;
  absl::Status PutLink(const LinkRecord& record) override;
  absl::Status AppendGroup(const LeafGroup& group) override;
  absl::Status PutReport(const ReportRecord& record) override;
  absl::Status HoldReportKey(std::string_view side, std::string_view scope_id, absl::Time as_of,
                             int64_t holder) override;
  absl::Status FreeReportKey(std::string_view side, std::string_view scope_id,
                             absl::Time as_of) override;
  absl::Status MarkReplaced(int64_t row, int64_t by) override;
  absl::Status PutHours(const HoursRecord& record) override;
  absl::Status MarkHoursVoid(int64_t row, int64_t by, absl::Time since) override;
  absl::Status PutAcknowledgement(const AcknowledgementRecord& record) override;
  absl::Status PutRung(const RungRecord& record) override;
  absl::Status PutProposal(const ProposalRecord& record) override;
  absl::Status PutThreadEntry(const ThreadEntry& entry) override;
  absl::Status PutDecision(const DecisionRecord& record) override;
  absl::Status PutMeta(std::string_view key, std::string_view value) override;
  absl::Status Commit() override;

 private:
  // Runs `write` on the connection and remembers its failure.
  template <typename Write>
  auto Do(const Write& write) -> decltype(write(*connection_));

  Writer& writer_;
  absl::Status failed_;  // The first write that failed.
};

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_TRANSACTION_H_
