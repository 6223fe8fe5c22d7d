#include "daemon/store/sqlite/sqlite_store.h"

#include <utility>

#include "daemon/store/sqlite/answers.h"
#include "daemon/store/sqlite/connection.h"
#include "daemon/store/sqlite/data_folder.h"
#include "daemon/store/sqlite/reader_pool.h"
#include "daemon/store/sqlite/transaction.h"
#include "daemon/store/sqlite/writer.h"
#include "daemon/system/status_macros.h"

namespace gatepost::store {
namespace {

// A view of the newest commit, through a connection on loan.
class SqliteReader : public sqlite::Answers<Reader> {
 public:
  SqliteReader(sqlite::ReaderPool& pool, std::unique_ptr<sqlite::Connection> connection)
      : Answers(connection.get()), pool_(pool), loan_(std::move(connection)) {}
  ~SqliteReader() override { pool_.GiveBack(std::move(loan_)); }

 private:
  sqlite::ReaderPool& pool_;
  std::unique_ptr<sqlite::Connection> loan_;
};

class SqliteStore : public Store {
 public:
  SqliteStore(std::unique_ptr<sqlite::DataFolder> folder, std::unique_ptr<sqlite::Writer> writer,
              std::unique_ptr<sqlite::ReaderPool> readers,
              std::unique_ptr<sqlite::ReaderPool> proof_readers)
      : folder_(std::move(folder)),
        writer_(std::move(writer)),
        readers_(std::move(readers)),
        proof_readers_(std::move(proof_readers)) {}

  absl::StatusOr<std::unique_ptr<Transaction>> Begin() override {
    GATEPOST_RETURN_IF_ERROR(writer_->Begin());
    return std::make_unique<sqlite::SqliteTransaction>(*writer_);
  }

  absl::StatusOr<std::unique_ptr<Reader>> Read() const override { return From(*readers_); }

  absl::StatusOr<std::unique_ptr<Reader>> ReadForProof() const override {
    return From(*proof_readers_);
  }

 private:
  static absl::StatusOr<std::unique_ptr<Reader>> From(sqlite::ReaderPool& pool) {
    GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<sqlite::Connection> connection, pool.Take());
    return std::make_unique<SqliteReader>(pool, std::move(connection));
  }

  // Readers go first, then the writer cleans up, then the folder is free for others.
  const std::unique_ptr<sqlite::DataFolder> folder_;
  const std::unique_ptr<sqlite::Writer> writer_;
  const std::unique_ptr<sqlite::ReaderPool> readers_;
  const std::unique_ptr<sqlite::ReaderPool> proof_readers_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const std::string& path,
                                                       const SqliteOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<sqlite::DataFolder> folder,
                            sqlite::DataFolder::Hold(path));
  const std::string file = folder->File("gatepost.db");
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<sqlite::Writer> writer,
                            sqlite::Writer::Open(file, options));
  auto readers = std::make_unique<sqlite::ReaderPool>(file, options);
  auto proof_readers = std::make_unique<sqlite::ReaderPool>(file, options);
  return std::make_unique<SqliteStore>(std::move(folder), std::move(writer), std::move(readers),
                                       std::move(proof_readers));
}

}  // namespace gatepost::store
