#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>

#include "daemon/store/sqlite/sqlite_store.h"
#include "tests/store/backends.h"
#include "tests/store/batches.h"
#include "tests/support/temporary_folder.h"

namespace gatepost::store {
namespace {

constexpr int kKills = 60;

// In the child: commits batch after batch, and reports each through the pipe, until it is killed.
[[noreturn]] void CommitForEver(const std::string& folder, int pipe) {
  absl::StatusOr<std::unique_ptr<Store>> store = OpenSqliteStore(folder, {.checkpoint_pages = 100});
  if (!store.ok()) _exit(1);
  absl::StatusOr<std::unique_ptr<Reader>> reader = (*store)->Read();
  if (!reader.ok()) _exit(2);
  absl::StatusOr<int> count = CountWholeBatches(**reader);
  if (!count.ok()) _exit(3);
  *reader = nullptr;
  for (int batch = *count + 1;; ++batch) {
    if (!CommitBatch(**store, batch).ok()) _exit(4);
    if (write(pipe, &batch, sizeof batch) != sizeof batch) _exit(5);
  }
}

// Passes `span` without giving the processor away, so that the kill comes at a random point of a
// commit and not always where the child wakes us.
void Spin(std::chrono::microseconds span) {
  const auto end = std::chrono::steady_clock::now() + span;
  while (std::chrono::steady_clock::now() < end) {
  }
}

// Kills the committing process again and again, each time after a random number of reports and a
// random moment more. The next process finds all that was reported, and no half of a batch.
TEST(SqliteKill, NothingReportedIsLostAndNothingIsHalfAtAnyKill) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937 random(seed);
  testing::TemporaryFolder folder;
  int reported = 0;
  for (int kill_number = 1; kill_number <= kKills; ++kill_number) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      close(ends[0]);
      CommitForEver(folder.path(), ends[1]);
    }
    close(ends[1]);
    int batch = 0;
    for (unsigned reports = random() % 8; reports > 0; --reports) {
      if (read(ends[0], &batch, sizeof batch) == sizeof batch) reported = batch;
    }
    Spin(std::chrono::microseconds(random() % 3000));
    ASSERT_EQ(kill(child, SIGKILL), 0);
    // What it had said before it died counts as well.
    while (read(ends[0], &batch, sizeof batch) == sizeof batch) reported = batch;
    close(ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "exit code " << WEXITSTATUS(status);
  }
  const std::unique_ptr<Store> store = Get(OpenSqliteStore(folder.path()));
  ASSERT_NE(store, nullptr);
  const int count = Get(CountWholeBatches(*Get(store->Read())));
  EXPECT_GE(count, reported);
  EXPECT_GT(reported, kKills);
}

}  // namespace
}  // namespace gatepost::store
