#include "daemon/store/evidence.h"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>
#include <utility>

#include "daemon/store/sqlite/answers.h"
#include "daemon/store/sqlite/connection.h"
#include "daemon/store/sqlite/lists.h"
#include "daemon/store/sqlite/query.h"
#include "daemon/store/sqlite/schema.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

constexpr char kPurpose[] = "to read evidence";
constexpr int kCacheKib = 8 * 1024;

// A number of the contract; the column could hold larger ones.
template <typename Enum>
absl::Status ReadEnum(const Query& query, int column, Enum& value) {
  if (!std::in_range<int32_t>(query.Integer(column))) return sqlite::Damaged(kPurpose, "an enum");
  value = static_cast<Enum>(query.Integer(column));
  return absl::OkStatus();
}

// Reads the columns of the present row into `record`, and `name` first of all.
template <typename Record>
using ReadRow = absl::Status (*)(const Query&, Record&, std::string&);

template <typename Record>
class SqliteRows : public Rows<Record> {
 public:
  SqliteRows(Query query, ReadRow<Record> read) : query_(std::move(query)), read_(read) {}

  absl::StatusOr<std::optional<Row<Record>>> Next() override {
    GATEPOST_ASSIGN_OR_RETURN(const bool found, query_.Next());
    if (!found) return std::nullopt;
    std::string name;
    Record record;
    absl::Status read = read_(query_, record, name);
    if (!read.ok()) return Row<Record>{std::move(name), std::move(read)};
    return Row<Record>{std::move(name), std::move(record)};
  }

 private:
  Query query_;
  const ReadRow<Record> read_;
};

absl::Status ReadGroup(const Query& query, StoredGroup& group, std::string& name) {
  group.first_index = query.Number(0);
  group.leaf_count = query.Number(1);
  name = fmt::format("ledger_group {}", group.first_index);
  group.root = query.String(2);
  group.nodes = query.String(3);
  group.leaves = query.String(4);
  return absl::OkStatus();
}

absl::Status ReadMessage(const Query& query, MessageRecord& record, std::string& name) {
  record.row = query.Integer(0);
  name = fmt::format("message {}", record.row);
  record.stored_at = query.Time(1);
  record.reference.number = static_cast<uint32_t>(query.Integer(2));
  record.author = query.String(3);
  record.message_id = query.String(4);
  GATEPOST_RETURN_IF_ERROR(query.Digest(5, record.pae));
  GATEPOST_RETURN_IF_ERROR(query.Digest(6, record.signatures));
  record.origin_node = query.String(7);
  record.received_from = query.String(8);
  record.incoming_sequence = query.Number(9);
  record.leaf_index = query.Number(10);
  record.envelope = query.String(13);
  GATEPOST_RETURN_IF_ERROR(ReadEnum(query, 11, record.standing));
  return ReadEnum(query, 12, record.reason);
}

absl::Status ReadChain(const Query& query, ChainRecord& record, std::string& name) {
  name = fmt::format("chain {}", certs::HexEncode(query.Bytes(0)));
  GATEPOST_RETURN_IF_ERROR(query.Digest(0, record.leaf_sha256));
  std::optional<std::vector<std::string>> chain = sqlite::UnpackStrings(query.Bytes(1));
  if (!chain || chain->empty()) return sqlite::Damaged(kPurpose, "certificates");
  record.certificates = *std::move(chain);
  return absl::OkStatus();
}

absl::Status ReadOutgoing(const Query& query, OutgoingRecord& record, std::string& name) {
  record.peer = query.String(0);
  record.sequence = query.Number(1);
  name = fmt::format("outgoing {} {}", record.peer, record.sequence);
  record.message_row = query.Integer(2);
  return query.Digest(3, record.running_digest);
}

absl::Status ReadIncoming(const Query& query, IncomingDigestRecord& record, std::string& name) {
  record.peer = query.String(0);
  record.sequence = query.Number(1);
  name = fmt::format("incoming_digest {} {}", record.peer, record.sequence);
  return query.Digest(2, record.digest);
}

absl::Status ReadReceipt(const Query& query, ReceiptRecord& record, std::string& name) {
  record.peer = query.String(0);
  record.sequence = query.Number(1);
  name = fmt::format("receipt {} {}", record.peer, record.sequence);
  record.leaf_index = query.Number(2);
  record.head_epoch = query.Number(3);
  record.head_size = query.Number(4);
  record.own_leaf_index = query.Number(5);
  record.leaf = query.String(8);
  record.path = query.String(9);
  GATEPOST_RETURN_IF_ERROR(ReadEnum(query, 6, record.rung));
  return ReadEnum(query, 7, record.reason);
}

absl::Status ReadPeerHead(const Query& query, PeerHeadRecord& record, std::string& name) {
  record.peer = query.String(0);
  record.epoch = query.Number(1);
  record.size = query.Number(2);
  name = fmt::format("peer_head {} {} {}", record.peer, record.epoch, record.size);
  record.checkpoint = query.String(4);
  return query.Digest(3, record.root);
}

absl::Status ReadRung(const Query& query, RungRecord& record, std::string& name) {
  record.peer = query.String(0);
  record.given = query.Integer(1) != 0;
  record.number = query.Number(2);
  name = fmt::format("rung {} {} {}", record.peer, record.given ? "given" : "taken", record.number);
  record.message_row = query.Integer(3);
  record.actor = query.String(5);
  record.epoch = query.Number(6);
  record.leaf_index = query.Number(7);
  record.head_size = query.Number(8);
  record.leaf = query.String(9);
  record.path = query.String(10);
  if (query.Integer(1) < 0 || query.Integer(1) > 1) return sqlite::Damaged(kPurpose, "given");
  return ReadEnum(query, 4, record.rung);
}

absl::Status ReadDecision(const Query& query, DecisionRecord& record, std::string& name) {
  record.peer = query.String(0);
  record.number = query.Number(1);
  name = fmt::format("decision {} {}", record.peer, record.number);
  record.thread_row = query.Integer(2);
  record.message_row = query.Integer(3);
  record.result = query.String(4);
  record.epoch = query.Number(5);
  record.leaf_index = query.Number(6);
  record.decided_at = query.Time(7);
  record.known_at = query.Time(8);
  record.leaf = query.String(9);
  record.path = query.String(10);
  record.head_size = query.Number(11);
  record.own_leaf_index = query.Number(12);
  return absl::OkStatus();
}

absl::Status ReadLink(const Query& query, LinkRecord& record, std::string& name) {
  record.peer = query.String(0);
  name = fmt::format("link {}", record.peer);
  record.last_queued = query.Number(1);
  record.last_receipted = query.Number(3);
  record.last_received = query.Number(4);
  record.peer_head_epoch = query.Number(6);
  record.peer_head_size = query.Number(7);
  record.last_decision = query.Number(8);
  record.last_rung_given = query.Number(9);
  record.last_rung_taken = query.Number(10);
  record.cosigned_epoch = query.Number(11);
  record.cosigned_size = query.Number(12);
  GATEPOST_RETURN_IF_ERROR(query.Digest(2, record.queued_digest));
  return query.Digest(5, record.received_digest);
}

absl::Status ReadCosigned(const Query& query, CosignedHeadRecord& record, std::string& name) {
  record.origin = query.String(0);
  record.size = query.Number(1);
  name = fmt::format("cosigned_head {} {}", record.origin, record.size);
  record.checkpoint = query.String(2);
  return absl::OkStatus();
}

absl::Status ReadWitnessed(const Query& query, WitnessedRecord& record, std::string& name) {
  record.origin = query.String(0);
  name = fmt::format("witnessed {}", record.origin);
  record.size = query.Number(1);
  record.checkpoint = query.String(3);
  return query.Digest(2, record.root);
}

class SqliteEvidence : public sqlite::Answers<EvidenceReader> {
 public:
  explicit SqliteEvidence(std::unique_ptr<Connection> connection)
      : Answers(connection.get()), owned_(std::move(connection)) {}

  std::unique_ptr<Rows<StoredGroup>> AllGroups() const override {
    return All(ReadGroup,
               "SELECT first_index, leaf_count, root, nodes, leaves FROM ledger_group"
               " ORDER BY first_index");
  }
  // The sort holds only keys, and each message is read when its turn comes: a LIMIT keeps the inner
  // question apart, and CROSS JOIN its order.
  std::unique_ptr<Rows<MessageRecord>> AllMessages() const override {
    return All(ReadMessage,
               "SELECT m.row, m.stored_at, m.number, m.author, m.message_id, m.pae, m.signatures,"
               " m.origin_node, m.received_from, m.incoming_sequence, m.leaf_index, m.standing,"
               " m.reason, m.envelope FROM (SELECT row AS key, leaf_index AS place FROM message"
               " ORDER BY leaf_index, row LIMIT -1) CROSS JOIN message m ON m.row = key");
  }
  std::unique_ptr<Rows<ChainRecord>> AllChains() const override {
    return All(ReadChain, "SELECT leaf_sha256, certificates FROM chain ORDER BY row");
  }
  std::unique_ptr<Rows<OutgoingRecord>> AllOutgoing() const override {
    return All(ReadOutgoing,
               "SELECT peer, sequence, message_row, running_digest FROM outgoing"
               " ORDER BY peer, sequence");
  }
  std::unique_ptr<Rows<IncomingDigestRecord>> AllIncomingDigests() const override {
    return All(ReadIncoming,
               "SELECT peer, sequence, digest FROM incoming_digest ORDER BY peer, sequence");
  }
  std::unique_ptr<Rows<ReceiptRecord>> AllReceipts() const override {
    return All(ReadReceipt,
               "SELECT peer, sequence, leaf_index, head_epoch, head_size, own_leaf_index, rung,"
               " reason, leaf, path FROM receipt ORDER BY peer, sequence");
  }
  std::unique_ptr<Rows<PeerHeadRecord>> AllPeerHeads() const override {
    return All(ReadPeerHead,
               "SELECT peer, epoch, size, root, checkpoint FROM peer_head"
               " ORDER BY peer, epoch, size");
  }
  std::unique_ptr<Rows<RungRecord>> AllRungs() const override {
    return All(ReadRung,
               "SELECT peer, given, number, message_row, rung, actor, epoch, leaf_index, head_size,"
               " leaf, path FROM rung ORDER BY peer, given, number");
  }
  std::unique_ptr<Rows<DecisionRecord>> AllDecisions() const override {
    return All(ReadDecision,
               "SELECT peer, number, thread_row, message_row, result, epoch, leaf_index,"
               " decided_at, known_at, leaf, path, head_size, own_leaf_index FROM decision"
               " ORDER BY peer, number");
  }
  std::unique_ptr<Rows<LinkRecord>> AllLinks() const override {
    return All(ReadLink,
               "SELECT peer, last_queued, queued_digest, last_receipted, last_received,"
               " received_digest, peer_head_epoch, peer_head_size, last_decision, last_rung_given,"
               " last_rung_taken, cosigned_epoch, cosigned_size FROM link ORDER BY peer");
  }
  std::unique_ptr<Rows<CosignedHeadRecord>> AllCosignedHeads() const override {
    return All(ReadCosigned,
               "SELECT origin, size, checkpoint FROM cosigned_head"
               " ORDER BY length(origin), origin, size");
  }
  std::unique_ptr<Rows<WitnessedRecord>> AllWitnessed() const override {
    return All(ReadWitnessed, "SELECT origin, size, root, checkpoint FROM witnessed");
  }

 private:
  template <typename Record>
  std::unique_ptr<Rows<Record>> All(ReadRow<Record> read, const std::string& sql) const {
    return std::make_unique<SqliteRows<Record>>(owned_->RunOnce(kPurpose, sql), read);
  }

  const std::unique_ptr<Connection> owned_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<EvidenceReader>> OpenEvidence(const std::string& folder) {
  const std::string file = (std::filesystem::path(folder) / "gatepost.db").string();
  std::error_code error;
  const bool has_log = std::filesystem::exists(file + "-wal", error);
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection,
                            Connection::OpenForReading(file, kCacheKib, !has_log));
  GATEPOST_RETURN_IF_ERROR(sqlite::CheckOwner(*connection));
  GATEPOST_ASSIGN_OR_RETURN(const int64_t version,
                            connection->Number(kPurpose, "PRAGMA user_version"));
  if (version != sqlite::kSchemaVersion) {
    return system::Refuse(v1::REASON_STORE_FAILED,
                          fmt::format("a store of schema version {}", sqlite::kSchemaVersion),
                          fmt::format("version {}", version),
                          "let a node of this version open a copy of it first");
  }
  // The state of this moment, for all questions.
  GATEPOST_RETURN_IF_ERROR(
      connection->Execute(kPurpose, "BEGIN; SELECT count(*) FROM meta WHERE key = ''"));
  return std::make_unique<SqliteEvidence>(std::move(connection));
}

}  // namespace gatepost::store
