#include "client/process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "daemon/system/reason.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_files.h"

namespace gatepost::client {
namespace {

using ::testing::HasSubstr;
using testing::ReadTestFile;
using testing::TemporaryFolder;
using testing::WriteTestFile;

Command Shell(const TemporaryFolder& folder, const std::string& script) {
  return {.arguments = {"/bin/sh", "-c", script}, .log_file = folder.Under("log")};
}

// Looks until `text` is in the log; false after 20 s.
bool WaitForLog(const TemporaryFolder& folder, const std::string& text) {
  for (int i = 0; i < 4000; ++i) {
    if (ReadTestFile(folder.Under("log")).find(text) != std::string::npos) return true;
    poll(nullptr, 0, 5);
  }
  return false;
}

TEST(ProcessTest, RunsApartWithItsLogAndEndsWhenAsked) {
  TemporaryFolder folder;
  auto process = StartDetached(Shell(folder, "echo started; exec cat /dev/zero > /dev/null"));
  ASSERT_TRUE(process.ok()) << process.status();
  EXPECT_TRUE(WaitForLog(folder, "started"));
  EXPECT_TRUE(IsRunning(*process));
  EXPECT_EQ(getsid(process->pid), process->pid);
  EXPECT_TRUE(StopProcess(*process, absl::Seconds(5)).ok());
  EXPECT_FALSE(IsRunning(*process));
}

TEST(ProcessTest, OneThatDoesNotListenIsKilled) {
  TemporaryFolder folder;
  auto process = StartDetached(
      Shell(folder, "trap '' TERM; echo started; while :; do read x < /dev/zero; done"));
  ASSERT_TRUE(process.ok()) << process.status();
  ASSERT_TRUE(WaitForLog(folder, "started"));
  EXPECT_TRUE(StopProcess(*process, absl::Milliseconds(50)).ok());
  EXPECT_FALSE(IsRunning(*process));
}

TEST(ProcessTest, EndedChildIsNotRunning) {
  TemporaryFolder folder;
  auto process = StartDetached(Shell(folder, "echo done"));
  ASSERT_TRUE(process.ok()) << process.status();
  for (int i = 0; i < 4000 && IsRunning(*process); ++i) poll(nullptr, 0, 5);
  EXPECT_FALSE(IsRunning(*process));
  EXPECT_EQ(ReadTestFile(folder.Under("log")), "done\n");
}

// A mark with our own number but another start is that of a process long gone.
TEST(ProcessTest, AnotherProcessWithTheSameNumberIsLeftAlone) {
  TemporaryFolder folder;
  auto process = StartDetached(Shell(folder, "echo started; exec cat /dev/zero > /dev/null"));
  ASSERT_TRUE(process.ok()) << process.status();
  ProcessMark earlier = *process;
  earlier.start_ticks -= 1;
  EXPECT_FALSE(IsRunning(earlier));
  EXPECT_TRUE(StopProcess(earlier, absl::Seconds(1)).ok());
  ProcessMark before_boot = *process;
  before_boot.boot_id = "another";
  EXPECT_FALSE(SignalProcess(before_boot, SIGKILL));
  EXPECT_TRUE(IsRunning(*process));
  EXPECT_TRUE(StopProcess(*process, absl::Seconds(5)).ok());
}

TEST(ProcessTest, MarkSurvivesItsFile) {
  TemporaryFolder folder;
  ASSERT_TRUE(
      WritePidFile(folder.Under("pid"), {.pid = 42, .start_ticks = 7, .boot_id = "b"}).ok());
  auto mark = ReadPidFile(folder.Under("pid"));
  ASSERT_TRUE(mark.has_value());
  EXPECT_EQ(mark->pid, 42);
  EXPECT_EQ(mark->start_ticks, 7u);
  EXPECT_EQ(mark->boot_id, "b");
  WriteTestFile(folder.Under("pid"), "garbage");
  EXPECT_FALSE(ReadPidFile(folder.Under("pid")).has_value());
  EXPECT_FALSE(ReadPidFile(folder.Under("none")).has_value());
}

TEST(ProcessTest, MissingProgramIsNamed) {
  TemporaryFolder folder;
  absl::Status status =
      StartDetached({.arguments = {folder.Under("gone")}, .log_file = folder.Under("log")})
          .status();
  EXPECT_EQ(system::ReasonOf(status), v1::REASON_NOT_FOUND);
  EXPECT_THAT(std::string(status.message()), HasSubstr("gone"));
}

TEST(ProcessTest, LogTailIsItsLastLines) {
  TemporaryFolder folder;
  WriteTestFile(folder.Under("log"), "one\ntwo\nthree\n");
  EXPECT_EQ(LogTail(folder.Under("log"), 2), "two | three");
  EXPECT_EQ(LogTail(folder.Under("none"), 2), "no log");
}

}  // namespace
}  // namespace gatepost::client
