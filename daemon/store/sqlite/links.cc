#include "daemon/store/sqlite/links.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "daemon/store/sqlite/query.h"
#include "daemon/system/status_macros.h"
#include "gatepost/v1/reason.pb.h"
#include "gatepost/v1/receipt.pb.h"

namespace gatepost::store::sqlite {
namespace {

constexpr char kReadLink[] = "to read the state of a link";
constexpr char kReadOutgoing[] = "to read the outbox";
constexpr char kReadReceipt[] = "to read a receipt";
constexpr char kReadHead[] = "to read a peer's head";
constexpr char kReadDigest[] = "to read a running digest";

// Columns: peer, sequence, message_row, running_digest.
absl::StatusOr<std::vector<OutgoingRecord>> ReadOutgoing(Query& query) {
  std::vector<OutgoingRecord> records;
  while (true) {
    GATEPOST_ASSIGN_OR_RETURN(bool more, query.Next());
    if (!more) return records;
    OutgoingRecord record;
    record.peer = query.String(0);
    record.sequence = query.Number(1);
    record.message_row = query.Integer(2);
    GATEPOST_RETURN_IF_ERROR(query.Digest(3, record.running_digest));
    records.push_back(std::move(record));
  }
}

absl::Status HeldDifferently(std::string_view what, std::string_view peer, uint64_t number) {
  return Misused(fmt::format("to store {} {} of {} once", what, number, peer),
                 "another content than the one held");
}

}  // namespace

absl::StatusOr<LinkRecord> Link(Connection& connection, std::string_view peer) {
  LinkRecord record;
  record.peer = std::string(peer);
  Query query =
      connection.Run(kReadLink,
                     "SELECT fencing, last_queued, queued_digest, last_receipted, last_received,"
                     " received_digest, peer_head_epoch, peer_head_size, alarm, last_decision,"
                     " last_rung_given, last_rung_taken, cosigned_epoch, cosigned_size"
                     " FROM link WHERE peer = ?");
  GATEPOST_ASSIGN_OR_RETURN(bool found, query.BindText(peer).Next());
  if (!found) return record;
  record.fencing = query.Number(0);
  record.last_queued = query.Number(1);
  GATEPOST_RETURN_IF_ERROR(query.Digest(2, record.queued_digest));
  record.last_receipted = query.Number(3);
  record.last_received = query.Number(4);
  GATEPOST_RETURN_IF_ERROR(query.Digest(5, record.received_digest));
  record.peer_head_epoch = query.Number(6);
  record.peer_head_size = query.Number(7);
  record.alarm = query.String(8);
  record.last_decision = query.Number(9);
  record.last_rung_given = query.Number(10);
  record.last_rung_taken = query.Number(11);
  record.cosigned_epoch = query.Number(12);
  record.cosigned_size = query.Number(13);
  return record;
}

absl::StatusOr<std::vector<OutgoingRecord>> Outgoing(Connection& connection, std::string_view peer,
                                                     uint64_t after, size_t limit) {
  Query query = connection.Run(kReadOutgoing,
                               "SELECT peer, sequence, message_row, running_digest FROM outgoing"
                               " WHERE peer = ? AND sequence > ? ORDER BY sequence LIMIT ?");
  query.BindText(peer).BindBound(after).BindBound(limit);
  return ReadOutgoing(query);
}

absl::StatusOr<std::vector<OutgoingRecord>> OutgoingOf(Connection& connection,
                                                       int64_t message_row) {
  Query query = connection.Run(kReadOutgoing,
                               "SELECT peer, sequence, message_row, running_digest FROM outgoing"
                               " WHERE message_row = ? ORDER BY peer, sequence");
  query.Bind(message_row);
  return ReadOutgoing(query);
}

absl::StatusOr<std::optional<ReceiptRecord>> Receipt(Connection& connection, std::string_view peer,
                                                     uint64_t sequence) {
  Query query = connection.Run(kReadReceipt,
                               "SELECT peer, sequence, leaf_index, head_epoch, head_size,"
                               " own_leaf_index, rung, reason, leaf, path FROM receipt"
                               " WHERE peer = ? AND sequence = ?");
  GATEPOST_ASSIGN_OR_RETURN(bool found, query.BindText(peer).BindBound(sequence).Next());
  if (!found) return std::nullopt;
  ReceiptRecord record;
  record.peer = query.String(0);
  record.sequence = query.Number(1);
  record.leaf_index = query.Number(2);
  record.head_epoch = query.Number(3);
  record.head_size = query.Number(4);
  record.own_leaf_index = query.Number(5);
  record.rung = static_cast<v1::Rung>(query.Integer(6));
  record.reason = static_cast<v1::Reason>(query.Integer(7));
  record.leaf = query.String(8);
  record.path = query.String(9);
  return record;
}

namespace {

absl::StatusOr<std::optional<PeerHeadRecord>> HeadIn(Query query) {
  GATEPOST_ASSIGN_OR_RETURN(bool found, query.Next());
  if (!found) return std::nullopt;
  PeerHeadRecord record;
  record.peer = query.String(0);
  record.epoch = query.Number(1);
  record.size = query.Number(2);
  GATEPOST_RETURN_IF_ERROR(query.Digest(3, record.root));
  record.checkpoint = query.String(4);
  return record;
}

}  // namespace

absl::StatusOr<std::optional<PeerHeadRecord>> PeerHead(Connection& connection,
                                                       std::string_view peer, uint64_t epoch,
                                                       uint64_t size) {
  Query query = connection.Run(kReadHead,
                               "SELECT peer, epoch, size, root, checkpoint FROM peer_head"
                               " WHERE peer = ? AND epoch = ? AND size = ?");
  query.BindText(peer).BindBound(epoch).BindBound(size);
  return HeadIn(std::move(query));
}

absl::StatusOr<std::optional<PeerHeadRecord>> PeerHeadUpTo(Connection& connection,
                                                           std::string_view peer, uint64_t epoch,
                                                           uint64_t size) {
  Query query = connection.Run(kReadHead,
                               "SELECT peer, epoch, size, root, checkpoint FROM peer_head"
                               " WHERE peer = ? AND epoch = ? AND size <= ?"
                               " ORDER BY size DESC LIMIT 1");
  query.BindText(peer).BindBound(epoch).BindBound(size);
  return HeadIn(std::move(query));
}

absl::StatusOr<std::optional<certs::Digest>> IncomingDigest(Connection& connection,
                                                            std::string_view peer,
                                                            uint64_t sequence) {
  Query query = connection.Run(
      kReadDigest, "SELECT digest FROM incoming_digest WHERE peer = ? AND sequence = ?");
  GATEPOST_ASSIGN_OR_RETURN(bool found, query.BindText(peer).BindBound(sequence).Next());
  if (!found) return std::nullopt;
  certs::Digest digest{};
  GATEPOST_RETURN_IF_ERROR(query.Digest(0, digest));
  return digest;
}

absl::Status PutLink(Connection& connection, const LinkRecord& record) {
  Query query = connection.Run(
      "to store the state of a link",
      "INSERT OR REPLACE INTO link (peer, fencing, last_queued, queued_digest, last_receipted,"
      " last_received, received_digest, peer_head_epoch, peer_head_size, alarm,"
      " last_decision, last_rung_given, last_rung_taken, cosigned_epoch, cosigned_size)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  query.BindText(record.peer).Bind(record.fencing).Bind(record.last_queued);
  query.Bind(record.queued_digest).Bind(record.last_receipted).Bind(record.last_received);
  query.Bind(record.received_digest).Bind(record.peer_head_epoch).Bind(record.peer_head_size);
  query.BindText(record.alarm).Bind(record.last_decision);
  query.Bind(record.last_rung_given).Bind(record.last_rung_taken);
  return query.Bind(record.cosigned_epoch).Bind(record.cosigned_size).Finish();
}

absl::Status PutOutgoing(Connection& connection, const OutgoingRecord& record) {
  Query query =
      connection.Run("to store a place in the outbox",
                     "INSERT OR IGNORE INTO outgoing"
                     " (peer, sequence, message_row, running_digest) VALUES (?, ?, ?, ?)");
  query.BindText(record.peer).Bind(record.sequence).Bind(record.message_row);
  GATEPOST_RETURN_IF_ERROR(query.Bind(record.running_digest).Finish());
  if (connection.ChangedRows() == 1) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(std::vector<OutgoingRecord> held,
                            Outgoing(connection, record.peer, record.sequence - 1, 1));
  if (held.size() == 1 && held.front() == record) return absl::OkStatus();
  return HeldDifferently("outgoing sequence number", record.peer, record.sequence);
}

absl::Status PutReceipt(Connection& connection, const ReceiptRecord& record) {
  Query query = connection.Run(
      "to store a receipt",
      "INSERT OR IGNORE INTO receipt (peer, sequence, leaf_index, head_epoch, head_size,"
      " own_leaf_index, rung, reason, leaf, path) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  query.BindText(record.peer).Bind(record.sequence).Bind(record.leaf_index);
  query.Bind(record.head_epoch).Bind(record.head_size).Bind(record.own_leaf_index);
  query.Bind(static_cast<int>(record.rung)).Bind(static_cast<int>(record.reason));
  GATEPOST_RETURN_IF_ERROR(query.BindBlob(record.leaf).BindBlob(record.path).Finish());
  if (connection.ChangedRows() == 1) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(std::optional<ReceiptRecord> held,
                            Receipt(connection, record.peer, record.sequence));
  if (held == record) return absl::OkStatus();
  return HeldDifferently("receipt", record.peer, record.sequence);
}

absl::Status PutPeerHead(Connection& connection, const PeerHeadRecord& record) {
  Query query = connection.Run("to store a peer's head",
                               "INSERT OR IGNORE INTO peer_head"
                               " (peer, epoch, size, root, checkpoint) VALUES (?, ?, ?, ?, ?)");
  query.BindText(record.peer).Bind(record.epoch).Bind(record.size);
  GATEPOST_RETURN_IF_ERROR(query.Bind(record.root).BindText(record.checkpoint).Finish());
  if (connection.ChangedRows() == 1) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(std::optional<PeerHeadRecord> held,
                            PeerHead(connection, record.peer, record.epoch, record.size));
  if (held && held->root == record.root) return absl::OkStatus();
  return HeldDifferently("head", record.peer, record.size);
}

absl::Status PutIncomingDigest(Connection& connection, std::string_view peer, uint64_t sequence,
                               const certs::Digest& digest) {
  Query query = connection.Run(
      "to store a running digest",
      "INSERT OR IGNORE INTO incoming_digest (peer, sequence, digest) VALUES (?, ?, ?)");
  GATEPOST_RETURN_IF_ERROR(query.BindText(peer).Bind(sequence).Bind(digest).Finish());
  if (connection.ChangedRows() == 1) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(std::optional<certs::Digest> held,
                            IncomingDigest(connection, peer, sequence));
  if (held == digest) return absl::OkStatus();
  return HeldDifferently("incoming sequence number", peer, sequence);
}

}  // namespace gatepost::store::sqlite
