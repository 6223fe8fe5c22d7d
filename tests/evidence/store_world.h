#ifndef GATEPOST_TESTS_EVIDENCE_STORE_WORLD_H_
#define GATEPOST_TESTS_EVIDENCE_STORE_WORLD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "client/evidence/store_check.h"
#include "tests/exchange/thread_world.h"
#include "tests/support/temporary_folder.h"

struct sqlite3;

namespace gatepost::testing {

// A value of a row: its bytes, and how SQLite keeps it.
struct Cell {
  enum class Kind { kInteger, kText, kBlob, kNull } kind = Kind::kNull;
  int64_t number = 0;
  std::string bytes;
};

// A copy of a node's database that a test changes; CheckStore reads it after each change.
class DatabaseCopy {
 public:
  // Copies `<folder>/gatepost.db`, whoever has it open.
  explicit DatabaseCopy(const std::string& folder);
  ~DatabaseCopy();

  const std::string& folder() const { return folder_.path(); }
  std::vector<std::vector<Cell>> Ask(const std::string& sql, const std::vector<Cell>& values = {});
  // False when the schema itself refuses it.
  bool Do(const std::string& sql, const std::vector<Cell>& values = {});
  int Changes() const;

 private:
  TemporaryFolder folder_;
  sqlite3* database_ = nullptr;
};

// Two nodes that have said everything that leaves evidence: reports alone, revised and in a batch,
// a refused one and one that could not be opened, acknowledgements, agreements of which one ends
// another, and heads that were cosigned.
class StoreWorld : public ThreadWorld {
 public:
  StoreWorld();

  evidence::StoreCheckOptions OptionsOf(bool vn_side);
  std::string FolderOf(bool vn_side) { return Node(vn_side).setup.store_folder; }

 private:
  void Report(bool vn_side, int day);
  void Batch();
  void Cosign(bool vn_side);
  evidence::NodeKeys KeysOf(bool vn_side);

  int days_ = 0;
};

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_EVIDENCE_STORE_WORLD_H_
