#include "tests/support/rewrite_log.h"

#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include "daemon/ledger/merkle.h"

namespace gatepost::testing {

namespace {

using Database = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;
using Statement = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

void Must(bool good, sqlite3* database) {
  if (good) return;
  std::fprintf(stderr, "the test needs this to work: %s\n", sqlite3_errmsg(database));
  std::abort();
}

Database Open(const std::string& folder) {
  sqlite3* database = nullptr;
  const int opened = sqlite3_open((folder + "/gatepost.db").c_str(), &database);
  Must(opened == SQLITE_OK, database);
  sqlite3_busy_timeout(database, 5000);
  return {database, sqlite3_close};
}

Statement Prepare(sqlite3* database, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  Must(sqlite3_prepare_v2(database, sql, -1, &statement, nullptr) == SQLITE_OK, database);
  return {statement, sqlite3_finalize};
}

std::string_view Blob(sqlite3_stmt* statement, int column) {
  return {static_cast<const char*>(sqlite3_column_blob(statement, column)),
          static_cast<size_t>(sqlite3_column_bytes(statement, column))};
}

void BindBlob(sqlite3_stmt* statement, int at, std::string_view bytes) {
  sqlite3_bind_blob(statement, at, bytes.data(), static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
}

struct Row {
  int64_t first_index;
  std::string leaves;
};

std::vector<Row> RowsOf(sqlite3* database) {
  std::vector<Row> rows;
  const Statement read =
      Prepare(database, "SELECT first_index, leaves FROM ledger_group ORDER BY first_index");
  while (sqlite3_step(read.get()) == SQLITE_ROW) {
    rows.push_back(Row{sqlite3_column_int64(read.get(), 0), std::string(Blob(read.get(), 1))});
  }
  return rows;
}

}  // namespace

void ExecuteOnStore(const std::string& folder, const std::string& sql) {
  const Database database = Open(folder);
  Must(sqlite3_exec(database.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK,
       database.get());
}

int RewriteLog(const std::string& folder,
               const std::function<void(uint64_t index, std::string& leaf)>& change) {
  const Database database = Open(folder);
  const Statement write =
      Prepare(database.get(),
              "UPDATE ledger_group SET leaves = ?, nodes = ?, root = ? WHERE first_index = ?");
  ledger::CompactRange range;
  int changed = 0;
  for (const Row& row : RowsOf(database.get())) {
    std::string leaves;
    std::vector<certs::Digest> nodes;
    for (size_t at = 0; at + 2 <= row.leaves.size();) {
      const size_t length = static_cast<size_t>(static_cast<uint8_t>(row.leaves[at])) << 8 |
                            static_cast<uint8_t>(row.leaves[at + 1]);
      const std::string before = row.leaves.substr(at + 2, length);
      std::string leaf = before;
      change(range.size(), leaf);
      changed += leaf != before;
      leaves += static_cast<char>(leaf.size() >> 8);
      leaves += static_cast<char>(leaf.size() & 0xff);
      leaves += leaf;
      range.Append(ledger::LeafHash(leaf), &nodes);
      at += 2 + length;
    }
    std::string hashes;
    for (const certs::Digest& node : nodes) hashes += certs::AsView(node);
    const certs::Digest root = range.Root();
    sqlite3_reset(write.get());
    BindBlob(write.get(), 1, leaves);
    BindBlob(write.get(), 2, hashes);
    BindBlob(write.get(), 3, certs::AsView(root));
    sqlite3_bind_int64(write.get(), 4, row.first_index);
    Must(sqlite3_step(write.get()) == SQLITE_DONE, database.get());
  }
  return changed;
}

}  // namespace gatepost::testing
