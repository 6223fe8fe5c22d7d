#include "daemon/store/sqlite/transaction.h"

#include <utility>

#include "daemon/store/sqlite/failure.h"
#include "daemon/system/status_macros.h"

namespace gatepost::store::sqlite {
namespace {

absl::Status StatusOf(const absl::Status& status) { return status; }

template <typename Value>
absl::Status StatusOf(const absl::StatusOr<Value>& value) {
  return value.status();
}

}  // namespace

SqliteTransaction::SqliteTransaction(Writer& writer)
    : Answers<Transaction>(&writer.connection()), writer_(writer) {}

SqliteTransaction::~SqliteTransaction() {
  if (connection_ != nullptr) writer_.Rollback();
}

template <typename Write>
auto SqliteTransaction::Do(const Write& write) -> decltype(write(*connection_)) {
  if (connection_ == nullptr) return Misused("an open transaction", "one that is over");
  auto written = write(*connection_);
  if (failed_.ok()) failed_ = StatusOf(written);
  return written;
}

absl::StatusOr<MessageRecord> SqliteTransaction::InsertMessage(MessageRecord record) {
  return Do([&](Connection& c) { return sqlite::InsertMessage(c, std::move(record)); });
}

absl::Status SqliteTransaction::PutChain(const certs::Digest& leaf_sha256,
                                         const std::vector<std::string>& chain_der) {
  return Do([&](Connection& c) { return sqlite::PutChain(c, leaf_sha256, chain_der); });
}

absl::Status SqliteTransaction::PutOutgoing(const OutgoingRecord& record) {
  return Do([&](Connection& c) { return sqlite::PutOutgoing(c, record); });
}

absl::Status SqliteTransaction::PutReceipt(const ReceiptRecord& record) {
  return Do([&](Connection& c) { return sqlite::PutReceipt(c, record); });
}

absl::Status SqliteTransaction::PutPeerHead(const PeerHeadRecord& record) {
  return Do([&](Connection& c) { return sqlite::PutPeerHead(c, record); });
}

absl::Status SqliteTransaction::PutIncomingDigest(std::string_view peer, uint64_t sequence,
                                                  const certs::Digest& digest) {
  return Do([&](Connection& c) { return sqlite::PutIncomingDigest(c, peer, sequence, digest); });
}

absl::Status SqliteTransaction::PutCosignedHead(const CosignedHeadRecord& record) {
  return Do([&](Connection& c) { return sqlite::PutCosignedHead(c, record); });
}

absl::Status SqliteTransaction::PutWitnessed(const WitnessedRecord& record) {
  return Do([&](Connection& c) { return sqlite::PutWitnessed(c, record); });
}

absl::StatusOr<HeldRecord> SqliteTransaction::HoldMessage(HeldRecord record) {
  return Do([&](Connection& c) { return sqlite::HoldMessage(c, std::move(record)); });
}

absl::Status SqliteTransaction::RemoveHeld(int64_t row) {
  return Do([&](Connection& c) { return sqlite::RemoveHeld(c, row); });
}

absl::Status SqliteTransaction::PutDropped(const certs::Digest& pae) {
  return Do([&](Connection& c) { return sqlite::PutDropped(c, pae); });
}

absl::Status SqliteTransaction::PutRoster(const RosterRecord& record) {
  return Do([&](Connection& c) { return sqlite::PutRoster(c, record); });
}

absl::Status SqliteTransaction::PutAnnouncedKey(const AnnouncedKeyRecord& record) {
  return Do([&](Connection& c) { return sqlite::PutAnnouncedKey(c, record); });
}

absl::Status SqliteTransaction::PutEmergency(const EmergencyRecord& record) {
  return Do([&](Connection& c) { return sqlite::PutEmergency(c, record); });
}

absl::Status SqliteTransaction::PurgeBody(int64_t row) {
  return Do([&](Connection& c) { return sqlite::PurgeBody(c, row); });
}

absl::Status SqliteTransaction::PutLink(const LinkRecord& record) {
  return Do([&](Connection& c) { return sqlite::PutLink(c, record); });
}

absl::Status SqliteTransaction::AppendGroup(const LeafGroup& group) {
  return Do([&](Connection& c) { return sqlite::AppendGroup(c, group); });
}

absl::Status SqliteTransaction::PutReport(const ReportRecord& record) {
  return Do([&](Connection& c) { return sqlite::PutReport(c, record); });
}

absl::Status SqliteTransaction::HoldReportKey(std::string_view side, std::string_view scope_id,
                                              absl::Time as_of, int64_t holder) {
  return Do([&](Connection& c) { return sqlite::HoldReportKey(c, side, scope_id, as_of, holder); });
}

absl::Status SqliteTransaction::FreeReportKey(std::string_view side, std::string_view scope_id,
                                              absl::Time as_of) {
  return Do([&](Connection& c) { return sqlite::FreeReportKey(c, side, scope_id, as_of); });
}

absl::Status SqliteTransaction::MarkReplaced(int64_t row, int64_t by) {
  return Do([&](Connection& c) -> absl::Status {
    GATEPOST_RETURN_IF_ERROR(MarkMessageReplaced(c, row, by));
    return MarkReportReplaced(c, row, by);
  });
}

absl::Status SqliteTransaction::PutHours(const HoursRecord& record) {
  return Do([&](Connection& c) { return sqlite::PutHours(c, record); });
}

absl::Status SqliteTransaction::MarkHoursVoid(int64_t row, int64_t by, absl::Time since) {
  return Do([&](Connection& c) { return sqlite::MarkHoursVoid(c, row, by, since); });
}

absl::Status SqliteTransaction::PutAcknowledgement(const AcknowledgementRecord& record) {
  return Do([&](Connection& c) { return sqlite::PutAcknowledgement(c, record); });
}

absl::Status SqliteTransaction::PutRung(const RungRecord& record) {
  return Do([&](Connection& c) { return sqlite::PutRung(c, record); });
}

absl::Status SqliteTransaction::PutProposal(const ProposalRecord& record) {
  return Do([&](Connection& c) { return sqlite::PutProposal(c, record); });
}

absl::Status SqliteTransaction::PutThreadEntry(const ThreadEntry& entry) {
  return Do([&](Connection& c) { return sqlite::PutThreadEntry(c, entry); });
}

absl::Status SqliteTransaction::PutDecision(const DecisionRecord& record) {
  return Do([&](Connection& c) { return sqlite::PutDecision(c, record); });
}

absl::Status SqliteTransaction::PutMeta(std::string_view key, std::string_view value) {
  return Do([&](Connection& c) { return sqlite::PutMeta(c, key, value); });
}

absl::Status SqliteTransaction::Commit() {
  if (connection_ == nullptr) return Misused("an open transaction", "one that is over");
  connection_ = nullptr;
  if (!failed_.ok()) {
    writer_.Rollback();
    return failed_;
  }
  return writer_.Commit();
}

}  // namespace gatepost::store::sqlite
