#include "tests/evidence/store_world.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdlib>

#include "certs/batch.h"
#include "certs/dsse.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/cosignature.h"
#include "tests/exchange/acknowledgements.h"

namespace gatepost::testing {
namespace {

constexpr bool kVn = true;
constexpr bool kCn = false;

void Must(bool holds, sqlite3* database) {
  if (holds) return;
  std::fprintf(stderr, "the test's database: %s\n", sqlite3_errmsg(database));
  std::abort();
}

void Bind(sqlite3_stmt* statement, const std::vector<Cell>& values) {
  for (int at = 0; at < static_cast<int>(values.size()); ++at) {
    const Cell& cell = values[static_cast<size_t>(at)];
    const int size = static_cast<int>(cell.bytes.size());
    switch (cell.kind) {
      case Cell::Kind::kInteger:
        sqlite3_bind_int64(statement, at + 1, cell.number);
        break;
      case Cell::Kind::kText:
        sqlite3_bind_text(statement, at + 1, cell.bytes.data(), size, SQLITE_TRANSIENT);
        break;
      case Cell::Kind::kBlob:
        sqlite3_bind_blob(statement, at + 1, cell.bytes.data(), size, SQLITE_TRANSIENT);
        break;
      case Cell::Kind::kNull:
        sqlite3_bind_null(statement, at + 1);
        break;
    }
  }
}

Cell Column(sqlite3_stmt* statement, int column) {
  Cell cell;
  const auto bytes = [&] {
    const void* data = sqlite3_column_blob(statement, column);
    return std::string(static_cast<const char*>(data),
                       static_cast<size_t>(sqlite3_column_bytes(statement, column)));
  };
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return {Cell::Kind::kInteger, sqlite3_column_int64(statement, column), ""};
    case SQLITE_TEXT:
      return {Cell::Kind::kText, 0, bytes()};
    case SQLITE_BLOB:
      return {Cell::Kind::kBlob, 0, bytes()};
    default:
      return cell;
  }
}

std::unique_ptr<ledger::NoteSigner> WitnessOf(bool vn_side) {
  return std::make_unique<ledger::Ed25519NoteSigner>(
      ledger::WitnessKeyName(vn_side ? "vn-langson" : "cn-pingxiang"),
      ledger::kEd25519CosignatureType,
      Need(certs::Ed25519Key::FromSeed(std::string(32, vn_side ? 'V' : 'C'))));
}

}  // namespace

DatabaseCopy::DatabaseCopy(const std::string& folder) {
  sqlite3* source = nullptr;
  Must(sqlite3_open((folder + "/gatepost.db").c_str(), &source) == SQLITE_OK, source);
  const std::string copy = folder_.Under("gatepost.db");
  Must(sqlite3_exec(source, fmt::format("VACUUM INTO '{}'", copy).c_str(), nullptr, nullptr,
                    nullptr) == SQLITE_OK,
       source);
  sqlite3_close(source);
  Must(sqlite3_open(copy.c_str(), &database_) == SQLITE_OK, database_);
  Must(sqlite3_exec(database_, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF", nullptr,
                    nullptr, nullptr) == SQLITE_OK,
       database_);
}

DatabaseCopy::~DatabaseCopy() { sqlite3_close(database_); }

std::vector<std::vector<Cell>> DatabaseCopy::Ask(const std::string& sql,
                                                 const std::vector<Cell>& values) {
  sqlite3_stmt* statement = nullptr;
  Must(sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK, database_);
  Bind(statement, values);
  std::vector<std::vector<Cell>> rows;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    std::vector<Cell>& row = rows.emplace_back();
    for (int at = 0; at < sqlite3_column_count(statement); ++at) {
      row.push_back(Column(statement, at));
    }
  }
  sqlite3_finalize(statement);
  return rows;
}

bool DatabaseCopy::Do(const std::string& sql, const std::vector<Cell>& values) {
  sqlite3_stmt* statement = nullptr;
  Must(sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK, database_);
  Bind(statement, values);
  const bool done = sqlite3_step(statement) == SQLITE_DONE;
  sqlite3_finalize(statement);
  return done;
}

int DatabaseCopy::Changes() const { return sqlite3_changes(database_); }

StoreWorld::StoreWorld() {
  Connect();
  Report(kVn, 3);
  Report(kCn, 3);
  Report(kVn, 4);
  Batch();
  const v1::Message older = Propose(kVn, {.first_day = 18, .last_day = 0});
  Need(Send(kVn, older));
  Run();
  Need(Send(kCn, Accept(kCn, older, older)));
  Run();
  const v1::Message newer =
      Propose(kCn, {.first_day = 22, .last_day = 0, .hours = "8-17"}, {older});
  Need(Send(kCn, newer));
  Run();
  Need(Send(kVn, Accept(kVn, newer, newer)));
  Run();
  // An officer whose certificate has expired when his message arrives.
  const certs::Signer& leaving =
      AddPerson(vn_ca, "/agency/board/officer/leaving",
                certs::IssueOptions{.not_after = clock.Now() + absl::Hours(1)});
  v1::Message late = NewPing(leaving, "late");
  Cut();
  Need(vn->Submit(leaving, Sign(leaving, late)).status());
  Pass(absl::Hours(2));
  Connect();
  Run();
  Cosign(kVn);
  Cosign(kCn);
  Report(kVn, 5);
}

void StoreWorld::Report(bool vn_side, int day) {
  const certs::Signer& author = vn_side ? vn_clerk() : cn_clerk();
  const certs::Signer& reader = vn_side ? cn_officer() : vn_officer();
  const v1::Message report = OneFigureReport(author, "LS-HN", day, 5);
  Need(Node(vn_side).Submit(author, Sign(author, report)).status());
  Run();
  Node(!vn_side).Fetch(reader, report.header().message_id());
  const v1::Message read = Acknowledging(*this, reader, report);
  Need(Node(!vn_side).Submit(reader, Sign(reader, read)).status());
  Run();
}

void StoreWorld::Batch() {
  std::vector<v1::Envelope> envelopes;
  std::vector<certs::Digest> digests;
  for (int day = 10; day < 13; ++day) {
    v1::Envelope& envelope = envelopes.emplace_back();
    envelope.set_payload_type(std::string(certs::kMessagePayloadType));
    envelope.set_payload(OneFigureReport(vn_service(), "LS-HN", day, 7).SerializeAsString());
    digests.push_back(certs::PaeDigest(envelope.payload_type(), envelope.payload()));
  }
  const std::vector<v1::BatchMembership> places = Need(certs::SignBatch(digests, vn_service()));
  for (size_t at = 0; at < envelopes.size(); ++at) {
    *envelopes[at].mutable_batch() = places[at];
    Need(vn->Submit(vn_service(), envelopes[at]).status());
  }
  Run();
}

// The side's newest head with the other witness's cosignature, as both keep it.
void StoreWorld::Cosign(bool vn_side) {
  TestNode& node = Node(vn_side);
  TestNode& other = Node(!vn_side);
  const exchange::Head head = node.head();
  const ledger::Checkpoint checkpoint{node.log->origin(), head.size, head.root};
  const std::string note =
      Need(node.log->Checkpoint(head)) +
      Need(ledger::Cosign(checkpoint.Body(), *WitnessOf(!vn_side), clock.Now()));
  const auto own = Need(node.store->Begin());
  Need(own->PutCosignedHead({checkpoint.origin, head.size, note}));
  store::LinkRecord link = Need(own->Link(other.setup.node.node));
  link.cosigned_epoch = 1;
  link.cosigned_size = head.size;
  Need(own->PutLink(link));
  Need(own->Commit());
  const auto theirs = Need(other.store->Begin());
  Need(theirs->PutWitnessed({checkpoint.origin, head.size, head.root, note}));
  Need(theirs->PutCosignedHead({checkpoint.origin, head.size, note}));
  Need(theirs->Commit());
}

evidence::NodeKeys StoreWorld::KeysOf(bool vn_side) {
  return {Node(vn_side).setup.node.node, Need(ledger::VerifierOf(*Node(vn_side).log_key)),
          Need(ledger::VerifierOf(*WitnessOf(vn_side)))};
}

evidence::StoreCheckOptions StoreWorld::OptionsOf(bool vn_side) {
  return {.own = KeysOf(vn_side), .peers = {KeysOf(!vn_side)}, .trust = trust.get()};
}

}  // namespace gatepost::testing
