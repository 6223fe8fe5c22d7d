#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "daemon/store/sqlite/sqlite_store.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "tests/store/backends.h"
#include "tests/store/batches.h"
#include "tests/store/samples.h"
#include "tests/support/temporary_folder.h"

namespace gatepost::store {
namespace {

using ::testing::HasSubstr;

// What came, in the refusal to open the store in `folder`.
std::string CameOf(const std::string& folder) {
  const absl::Status status = OpenSqliteStore(folder).status();
  std::optional<system::Refusal> refusal = system::RefusalOf(status);
  if (!refusal || refusal->reason != v1::REASON_STORE_FAILED) return status.ToString();
  return refusal->came;
}

// Runs `sql` on the file, as a stranger's tool would.
void Execute(const std::string& file, const std::string& sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(database);
  EXPECT_EQ(sqlite3_close(database), SQLITE_OK);
}

TEST(SqliteFolder, IsMadeForItsOwnerOnly) {
  testing::TemporaryFolder folder;
  ASSERT_TRUE(OpenSqliteStore(folder.Under("deep/data")).ok());
  EXPECT_EQ(std::filesystem::status(folder.Under("deep/data")).permissions(),
            std::filesystem::perms::owner_all);
}

TEST(SqliteFolder, IsHeldByOneStoreAndThenFree) {
  testing::TemporaryFolder folder;
  std::unique_ptr<Store> store = Get(OpenSqliteStore(folder.path()));
  EXPECT_EQ(CameOf(folder.path()), "process " + std::to_string(getpid()) + " holds it");
  store = nullptr;
  EXPECT_TRUE(OpenSqliteStore(folder.path()).ok());
}

// A child process tries while we hold the folder, and says by its exit code what came of it.
TEST(SqliteFolder, AnotherProcessIsRefused) {
  testing::TemporaryFolder folder;
  std::unique_ptr<Store> store = Get(OpenSqliteStore(folder.path()));
  const std::string wanted = "process " + std::to_string(getpid()) + " holds it";
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) _exit(CameOf(folder.path()) == wanted ? 0 : 1);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

// A newer program was killed: its version stands in the write-ahead log, which is not ours to move.
TEST(SqliteFolder, ANewerSchemaIsRefusedAndLeftAsItIs) {
  testing::TemporaryFolder folder;
  Get(OpenSqliteStore(folder.Under("data"))) = nullptr;
  std::filesystem::create_directory(folder.Under("killed"));
  {
    sqlite3* newer = nullptr;
    ASSERT_EQ(sqlite3_open(folder.Under("data/gatepost.db").c_str(), &newer), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(newer, "PRAGMA user_version = 99", nullptr, nullptr, nullptr),
              SQLITE_OK);
    for (const char* name : {"gatepost.db", "gatepost.db-wal"}) {
      std::filesystem::copy(folder.Under("data/") + name, folder.Under("killed/") + name);
    }
    ASSERT_EQ(sqlite3_close(newer), SQLITE_OK);
  }
  const std::string database = Get(system::ReadFile(folder.Under("killed/gatepost.db")));
  const std::string log = Get(system::ReadFile(folder.Under("killed/gatepost.db-wal")));
  ASSERT_FALSE(log.empty());
  EXPECT_EQ(CameOf(folder.Under("killed")), "version 99");
  EXPECT_EQ(Get(system::ReadFile(folder.Under("killed/gatepost.db"))), database);
  EXPECT_EQ(Get(system::ReadFile(folder.Under("killed/gatepost.db-wal"))), log);

  Execute(folder.Under("killed/gatepost.db"), "PRAGMA user_version = 9");
  EXPECT_TRUE(OpenSqliteStore(folder.Under("killed")).ok());
}

// Version 1 had no index of what was accepted; it comes with its messages.
TEST(SqliteFolder, AnOlderSchemaIsBroughtUp) {
  testing::TemporaryFolder folder;
  MessageRecord message = SampleMessage(1);
  message.received_from = "";
  message.incoming_sequence = 0;
  {
    std::unique_ptr<Store> store = Get(OpenSqliteStore(folder.path()));
    std::unique_ptr<Transaction> transaction = Get(store->Begin());
    message = Get(transaction->InsertMessage(message));
    ASSERT_TRUE(transaction->Commit().ok());
  }
  const std::string file = folder.Under("gatepost.db");
  Execute(file,
          "DROP INDEX message_accepted; DROP TABLE hours; DROP TABLE hours_gate; "
          "DROP TABLE acknowledgement; DROP TABLE proposal; DROP TABLE thread_entry; "
          "DROP TABLE decision; DROP TABLE rung; DROP TABLE cosigned_head; DROP TABLE witnessed; "
          "DROP TABLE held; DROP TABLE dropped; DROP TABLE roster; DROP TABLE announced_key; DROP "
          "TABLE emergency; "
          "ALTER TABLE link DROP COLUMN last_decision; "
          "ALTER TABLE link DROP COLUMN cosigned_epoch; "
          "ALTER TABLE link DROP COLUMN cosigned_size; "
          "ALTER TABLE link DROP COLUMN last_rung_given; "
          "ALTER TABLE link DROP COLUMN last_rung_taken");
  Execute(file, "PRAGMA user_version = 1");
  std::unique_ptr<Store> store = Get(OpenSqliteStore(folder.path()));
  EXPECT_EQ(Get(Get(store->Read())->FindAccepted(message.pae)), message);
  store = nullptr;
  Execute(file, "DROP INDEX message_accepted");  // It is there.
}

TEST(SqliteFolder, ADatabaseOfAnotherProgramIsRefusedAndLeftAsItIs) {
  testing::TemporaryFolder folder;
  Execute(folder.Under("gatepost.db"), "CREATE TABLE theirs (x); PRAGMA application_id = 66");
  const std::string before = Get(system::ReadFile(folder.Under("gatepost.db")));
  EXPECT_EQ(CameOf(folder.path()), "a database of application id 0x42");
  EXPECT_EQ(Get(system::ReadFile(folder.Under("gatepost.db"))), before);
}

TEST(SqliteFolder, AFileThatIsNoDatabaseIsRefusedAndLeftAsItIs) {
  testing::TemporaryFolder folder;
  const std::string text(5000, 'x');
  std::ofstream(folder.Under("gatepost.db")) << text;
  EXPECT_THAT(CameOf(folder.path()), HasSubstr("SQLite error 26"));
  EXPECT_EQ(Get(system::ReadFile(folder.Under("gatepost.db"))), text);
}

TEST(SqliteFolder, APathThatIsAFileIsRefused) {
  testing::TemporaryFolder folder;
  std::ofstream(folder.Under("data")) << "x";
  EXPECT_EQ(CameOf(folder.Under("data")), "Not a directory");
}

TEST(SqliteFolder, AfterACleanStopTheDatabaseAloneHoldsAll) {
  testing::TemporaryFolder folder;
  {
    std::unique_ptr<Store> store = Get(OpenSqliteStore(folder.Under("data")));
    for (int batch = 1; batch <= 3; ++batch) ASSERT_TRUE(CommitBatch(*store, batch).ok());
    EXPECT_GT(std::filesystem::file_size(folder.Under("data/gatepost.db-wal")), 0u);
  }
  EXPECT_EQ(std::filesystem::file_size(folder.Under("data/gatepost.db-wal")), 0u);
  std::filesystem::create_directory(folder.Under("copy"));
  std::filesystem::copy(folder.Under("data/gatepost.db"), folder.Under("copy/gatepost.db"));
  const std::unique_ptr<Store> copy = Get(OpenSqliteStore(folder.Under("copy")));
  EXPECT_EQ(Get(CountWholeBatches(*Get(copy->Read()))), 3);
}

// Overwrites the pages of the ledger; the questions say that the file is damaged.
TEST(SqliteFolder, ADamagedFileIsAnErrorNotAnAnswer) {
  testing::TemporaryFolder folder;
  {
    std::unique_ptr<Store> store = Get(OpenSqliteStore(folder.path()));
    for (int batch = 1; batch <= 3; ++batch) ASSERT_TRUE(CommitBatch(*store, batch).ok());
  }
  Execute(folder.Under("gatepost.db"), "UPDATE ledger_group SET leaves = x'0005aa'");
  Execute(folder.Under("gatepost.db"),
          "UPDATE ledger_group SET nodes = x'00' WHERE leaf_count = 6");
  const std::unique_ptr<Store> store = Get(OpenSqliteStore(folder.path()));
  const std::unique_ptr<Reader> reader = Get(store->Read());
  EXPECT_EQ(system::ReasonOf(reader->GroupOfLeaf(1).status()), v1::REASON_STORE_FAILED);
  EXPECT_EQ(system::ReasonOf(reader->NodesOfLeaf(1).status()), v1::REASON_STORE_FAILED);
}

}  // namespace
}  // namespace gatepost::store
