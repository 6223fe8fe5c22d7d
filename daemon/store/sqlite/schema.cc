#include "daemon/store/sqlite/schema.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "daemon/store/sqlite/query.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::store::sqlite {
namespace {

constexpr char kLook[] = "to look at the store's file";

// Explained in daemon/store/README.md. Wide columns come last: SQLite reads a row from its front
// and follows overflow pages only as far as it is asked to.
constexpr std::string_view kTables = R"sql(
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE reference_year (
  year INTEGER PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT;

CREATE TABLE message (
  row INTEGER PRIMARY KEY,
  stored_at INTEGER NOT NULL,
  year INTEGER NOT NULL,
  number INTEGER NOT NULL,
  author TEXT NOT NULL,
  message_id TEXT NOT NULL,
  pae BLOB NOT NULL,
  signatures BLOB NOT NULL,
  origin_node TEXT NOT NULL,
  received_from TEXT,
  incoming_sequence INTEGER,
  leaf_index INTEGER NOT NULL,
  standing INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  findings BLOB NOT NULL,
  replaces_row INTEGER NOT NULL,
  replaced_by_row INTEGER NOT NULL,
  scope_ids BLOB NOT NULL,
  envelope BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX message_identity ON message (message_id, author);
CREATE UNIQUE INDEX message_reference ON message (year, number);
CREATE UNIQUE INDEX message_incoming ON message (received_from, incoming_sequence)
  WHERE received_from IS NOT NULL;
CREATE INDEX message_author ON message (author);
CREATE INDEX message_direction ON message (received_from IS NULL);

CREATE TABLE message_scope (
  scope_id TEXT NOT NULL,
  row INTEGER NOT NULL,
  PRIMARY KEY (scope_id, row)
) STRICT, WITHOUT ROWID;

CREATE TABLE chain (
  row INTEGER PRIMARY KEY,
  leaf_sha256 BLOB NOT NULL UNIQUE,
  certificates BLOB NOT NULL
) STRICT;

CREATE TABLE outgoing (
  peer TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  message_row INTEGER NOT NULL,
  running_digest BLOB NOT NULL,
  PRIMARY KEY (peer, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX outgoing_message ON outgoing (message_row);

CREATE TABLE receipt (
  row INTEGER PRIMARY KEY,
  peer TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  leaf_index INTEGER NOT NULL,
  head_epoch INTEGER NOT NULL,
  head_size INTEGER NOT NULL,
  own_leaf_index INTEGER NOT NULL,
  rung INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  leaf BLOB NOT NULL,
  path BLOB NOT NULL,
  UNIQUE (peer, sequence)
) STRICT;

CREATE TABLE peer_head (
  row INTEGER PRIMARY KEY,
  peer TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  checkpoint TEXT NOT NULL,
  UNIQUE (peer, epoch, size)
) STRICT;

CREATE TABLE incoming_digest (
  peer TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  digest BLOB NOT NULL,
  PRIMARY KEY (peer, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE link (
  peer TEXT PRIMARY KEY,
  fencing INTEGER NOT NULL,
  last_queued INTEGER NOT NULL,
  queued_digest BLOB NOT NULL,
  last_receipted INTEGER NOT NULL,
  last_received INTEGER NOT NULL,
  received_digest BLOB NOT NULL,
  peer_head_epoch INTEGER NOT NULL,
  peer_head_size INTEGER NOT NULL,
  alarm TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_group (
  first_index INTEGER PRIMARY KEY,
  leaf_count INTEGER NOT NULL,
  root BLOB NOT NULL,
  nodes BLOB NOT NULL,
  leaves BLOB NOT NULL
) STRICT;

CREATE TABLE report (
  message_row INTEGER PRIMARY KEY,
  side TEXT NOT NULL,
  business_date INTEGER NOT NULL,
  as_of INTEGER NOT NULL,
  version INTEGER NOT NULL,
  original_row INTEGER NOT NULL,
  replaces_row INTEGER NOT NULL,
  replaced_by_row INTEGER NOT NULL,
  scope_ids BLOB NOT NULL
) STRICT;
CREATE INDEX report_date ON report (business_date);
CREATE INDEX report_chain ON report (original_row);

CREATE TABLE report_scope (
  scope_id TEXT NOT NULL,
  message_row INTEGER NOT NULL,
  PRIMARY KEY (scope_id, message_row)
) STRICT, WITHOUT ROWID;

CREATE TABLE report_key (
  side TEXT NOT NULL,
  scope_id TEXT NOT NULL,
  as_of INTEGER NOT NULL,
  holder INTEGER NOT NULL,
  PRIMARY KEY (side, scope_id, as_of)
) STRICT, WITHOUT ROWID;
)sql";

// A repeat is found before its bytes may be parsed.
constexpr std::string_view kAcceptedByDigest = R"sql(
CREATE INDEX message_accepted ON message (pae) WHERE received_from IS NULL;
)sql";

// By gate and last day, so that a question about today passes over what is over.
constexpr std::string_view kHours = R"sql(
CREATE TABLE hours (
  message_row INTEGER PRIMARY KEY,
  layer INTEGER NOT NULL,
  since INTEGER NOT NULL,
  first_day INTEGER NOT NULL,
  last_day INTEGER NOT NULL,
  void_since INTEGER NOT NULL,
  void_by_row INTEGER NOT NULL,
  gate_ids BLOB NOT NULL
) STRICT;

CREATE TABLE hours_gate (
  gate_id TEXT NOT NULL,
  last_day INTEGER NOT NULL,
  message_row INTEGER NOT NULL,
  PRIMARY KEY (gate_id, last_day, message_row)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::string_view kAcknowledgements = R"sql(
CREATE TABLE acknowledgement (
  about_row INTEGER NOT NULL,
  peer TEXT NOT NULL,
  message_row INTEGER NOT NULL,
  PRIMARY KEY (about_row, peer, message_row)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::string_view kAgreements = R"sql(
CREATE TABLE proposal (
  message_row INTEGER PRIMARY KEY,
  thread_row INTEGER NOT NULL,
  peer TEXT NOT NULL,
  state INTEGER NOT NULL,
  disputed INTEGER NOT NULL,
  since INTEGER NOT NULL,
  begins INTEGER NOT NULL,
  answer_by INTEGER NOT NULL,
  over_from INTEGER NOT NULL
) STRICT;
CREATE INDEX proposal_state ON proposal (state, peer);
CREATE INDEX proposal_first ON proposal (message_row) WHERE message_row = thread_row;

CREATE TABLE thread_entry (
  message_row INTEGER PRIMARY KEY,
  thread_row INTEGER NOT NULL,
  proposal_row INTEGER NOT NULL,
  peer TEXT NOT NULL,
  submitted_here INTEGER NOT NULL,
  decided INTEGER NOT NULL
) STRICT;
CREATE INDEX thread_entry_thread ON thread_entry (thread_row);
CREATE INDEX thread_entry_undecided ON thread_entry (peer) WHERE submitted_here AND NOT decided;

CREATE TABLE decision (
  peer TEXT NOT NULL,
  number INTEGER NOT NULL,
  thread_row INTEGER NOT NULL,
  message_row INTEGER NOT NULL,
  result TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  leaf_index INTEGER NOT NULL,
  decided_at INTEGER NOT NULL,
  known_at INTEGER NOT NULL,
  leaf BLOB NOT NULL,
  path BLOB NOT NULL,
  head_size INTEGER NOT NULL,
  own_leaf_index INTEGER NOT NULL,
  PRIMARY KEY (peer, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX decision_thread ON decision (thread_row);

ALTER TABLE link ADD COLUMN last_decision INTEGER NOT NULL DEFAULT 0;
)sql";

// Who has what came, and who has what went: one row for each leaf that says so.
constexpr std::string_view kRungs = R"sql(
CREATE TABLE rung (
  peer TEXT NOT NULL,
  given INTEGER NOT NULL,
  number INTEGER NOT NULL,
  message_row INTEGER NOT NULL,
  rung INTEGER NOT NULL,
  actor TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  leaf_index INTEGER NOT NULL,
  head_size INTEGER NOT NULL,
  leaf BLOB NOT NULL,
  path BLOB NOT NULL,
  PRIMARY KEY (peer, given, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX rung_message ON rung (message_row, peer, rung, actor);

ALTER TABLE link ADD COLUMN last_rung_given INTEGER NOT NULL DEFAULT 0;
ALTER TABLE link ADD COLUMN last_rung_taken INTEGER NOT NULL DEFAULT 0;

ALTER TABLE thread_entry RENAME COLUMN decided TO settled;
DROP INDEX thread_entry_undecided;
CREATE INDEX thread_entry_unsettled ON thread_entry (peer) WHERE submitted_here AND NOT settled;
)sql";

// Heads with cosignatures, and what this node's witness has cosigned of each log.
constexpr std::string_view kWitness = R"sql(
CREATE TABLE cosigned_head (
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  checkpoint BLOB NOT NULL,
  PRIMARY KEY (origin, size)
) STRICT, WITHOUT ROWID;

CREATE TABLE witnessed (
  origin TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  checkpoint BLOB NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE link ADD COLUMN cosigned_epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE link ADD COLUMN cosigned_size INTEGER NOT NULL DEFAULT 0;
)sql";

// Who may do what: messages that wait for signatures, rosters, announced keys, emergencies.
constexpr std::string_view kAuthority = R"sql(
CREATE TABLE held (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  held_at INTEGER NOT NULL,
  drops_at INTEGER NOT NULL,
  year INTEGER NOT NULL,
  number INTEGER NOT NULL,
  author TEXT NOT NULL,
  message_id TEXT NOT NULL,
  pae BLOB NOT NULL UNIQUE,
  leaf_index INTEGER NOT NULL,
  envelope BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX held_identity ON held (message_id, author);
CREATE UNIQUE INDEX held_reference ON held (year, number);

CREATE TABLE roster (
  trust_domain TEXT NOT NULL,
  version INTEGER NOT NULL,
  since INTEGER NOT NULL,
  message_row INTEGER NOT NULL,
  PRIMARY KEY (trust_domain, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE announced_key (
  subject TEXT NOT NULL,
  key_use INTEGER NOT NULL,
  new_key TEXT NOT NULL,
  old_key TEXT NOT NULL,
  since INTEGER NOT NULL,
  old_until INTEGER NOT NULL,
  message_row INTEGER NOT NULL,
  PRIMARY KEY (subject, key_use, new_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE emergency (
  message_row INTEGER PRIMARY KEY,
  due INTEGER NOT NULL,
  countersigned_by INTEGER NOT NULL,
  alarmed INTEGER NOT NULL
) STRICT;
CREATE INDEX emergency_open ON emergency (message_row) WHERE countersigned_by = 0;
)sql";

// What waits is bounded, and what was dropped does not come again.
constexpr std::string_view kHeldBounds = R"sql(
CREATE INDEX held_drops ON held (drops_at);
CREATE INDEX held_author ON held (author);

CREATE TABLE dropped (
  pae BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;
)sql";

// Step n brings a file of version n to version n + 1. A step that was released never changes.
constexpr std::array<std::string_view, kSchemaVersion> kSteps = {
    kTables, kAcceptedByDigest, kHours,     kAcknowledgements, kAgreements,
    kRungs,  kWitness,          kAuthority, kHeldBounds};

}  // namespace

absl::Status CheckOwner(Connection& connection) {
  GATEPOST_ASSIGN_OR_RETURN(const int64_t version, connection.Number(kLook, "PRAGMA user_version"));
  GATEPOST_ASSIGN_OR_RETURN(const int64_t owner, connection.Number(kLook, "PRAGMA application_id"));
  GATEPOST_ASSIGN_OR_RETURN(const int64_t tables,
                            connection.Number(kLook, "SELECT count(*) FROM sqlite_schema"));
  if (owner == 0 && version == 0 && tables == 0) return absl::OkStatus();
  if (owner != kApplicationId) {
    return system::Refuse(v1::REASON_STORE_FAILED,
                          fmt::format("a store of application id {:#x}", kApplicationId),
                          fmt::format("a database of application id {:#x}", owner),
                          "name the node's own data folder in its config");
  }
  if (version < 1 || version > kSchemaVersion) {
    return system::Refuse(
        v1::REASON_STORE_FAILED, fmt::format("a store of schema version 1 to {}", kSchemaVersion),
        fmt::format("version {}", version), "run the program that wrote it, or a newer one");
  }
  return absl::OkStatus();
}

absl::Status MakeSchema(Connection& connection) {
  GATEPOST_ASSIGN_OR_RETURN(const int64_t version, connection.Number(kLook, "PRAGMA user_version"));
  if (version == kSchemaVersion) return absl::OkStatus();
  std::string sql = "BEGIN IMMEDIATE;";
  for (auto step = static_cast<size_t>(version); step < kSteps.size(); ++step) sql += kSteps[step];
  sql += fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT", kApplicationId,
                     kSchemaVersion);
  return connection.Execute("to make the tables", sql);
}

}  // namespace gatepost::store::sqlite
