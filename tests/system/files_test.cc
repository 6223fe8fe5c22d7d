#include "daemon/system/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "daemon/system/reason.h"
#include "tests/support/temporary_folder.h"

namespace gatepost::system {
namespace {

using testing::TemporaryFolder;

mode_t ModeOf(const std::string& path) {
  struct stat about{};
  EXPECT_EQ(stat(path.c_str(), &about), 0) << path;
  return about.st_mode & 07777;
}

size_t EntriesIn(const std::string& path) {
  size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    (void)entry;
    ++count;
  }
  return count;
}

TEST(FilesTest, WhatWasWrittenIsRead) {
  const TemporaryFolder folder;
  const std::string path = folder.Under("file");
  std::string bytes = "line\n";
  bytes += std::string("\0\xff", 2) + std::string(200000, 'x');
  ASSERT_TRUE(WriteFileAtomically(path, bytes).ok());
  EXPECT_EQ(ReadFile(path).value(), bytes);
  ASSERT_TRUE(WriteFileAtomically(path, "").ok());
  EXPECT_EQ(ReadFile(path).value(), "");
  EXPECT_EQ(EntriesIn(folder.path()), 1u) << "no temporary file may stay";
}

TEST(FilesTest, WrittenFilesHaveTheModeThatWasAsked) {
  const TemporaryFolder folder;
  const mode_t before = umask(077);
  EXPECT_TRUE(WriteFileAtomically(folder.Under("public"), "x").ok());
  umask(0);
  EXPECT_TRUE(WriteFileAtomically(folder.Under("secret"), "x", 0600).ok());
  umask(before);
  EXPECT_EQ(ModeOf(folder.Under("public")), 0644u);
  EXPECT_EQ(ModeOf(folder.Under("secret")), 0600u);
  // Replacing a readable file by a secret one leaves nothing readable.
  EXPECT_TRUE(WriteFileAtomically(folder.Under("public"), "y", 0600).ok());
  EXPECT_EQ(ModeOf(folder.Under("public")), 0600u);
}

TEST(FilesTest, FailedWriteLeavesTheOldFileAndNothingElse) {
  const TemporaryFolder folder;
  const absl::Status missing = WriteFileAtomically(folder.Under("none/file"), "x");
  EXPECT_EQ(ReasonOf(missing), v1::REASON_STORE_FAILED);
  // A folder stands where the file should go: the rename fails after everything was written.
  ASSERT_TRUE(EnsureDirectory(folder.Under("taken/inside")).ok());
  EXPECT_EQ(ReasonOf(WriteFileAtomically(folder.Under("taken"), "x")), v1::REASON_STORE_FAILED);
  EXPECT_TRUE(std::filesystem::is_directory(folder.Under("taken/inside")));
  EXPECT_EQ(EntriesIn(folder.path()), 1u);
}

// Readers beside a writer see the old text or the new one, never a piece.
TEST(FilesTest, ReadersNeverSeeHalfAFile) {
  const TemporaryFolder folder;
  const std::string path = folder.Under("file");
  const std::string old_text(50000, 'a'), new_text(60000, 'b');
  ASSERT_TRUE(WriteFileAtomically(path, old_text).ok());
  std::thread writer([&] {
    for (int round = 0; round < 50; ++round) {
      EXPECT_TRUE(WriteFileAtomically(path, round % 2 == 0 ? new_text : old_text).ok());
    }
  });
  for (int round = 0; round < 500; ++round) {
    absl::StatusOr<std::string> text = ReadFile(path);
    ASSERT_TRUE(text.ok()) << text.status();
    EXPECT_TRUE(*text == old_text || *text == new_text);
  }
  writer.join();
}

TEST(FilesTest, UnreadableFilesAreNamed) {
  const TemporaryFolder folder;
  const absl::Status missing = ReadFile(folder.Under("none")).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(std::string(missing.message()).find(folder.Under("none")), std::string::npos);
  EXPECT_EQ(ReadFile(folder.path()).status().code(), absl::StatusCode::kInvalidArgument);
  ASSERT_EQ(mkfifo(folder.Under("pipe").c_str(), 0600), 0);
  EXPECT_EQ(ReadFile(folder.Under("pipe")).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(FilesTest, FilesBeyondTheLimitAreRefused) {
  const TemporaryFolder folder;
  ASSERT_TRUE(WriteFileAtomically(folder.Under("file"), "12345").ok());
  EXPECT_EQ(ReadFile(folder.Under("file"), 5).value(), "12345");
  EXPECT_EQ(ReadFile(folder.Under("file"), 4).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(FilesTest, DirectoriesAreMadeWithAllAboveThem) {
  const TemporaryFolder folder;
  const std::string deep = folder.Under("a/b/c");
  ASSERT_TRUE(EnsureDirectory(deep, 0700).ok());
  EXPECT_EQ(ModeOf(deep), 0700u);
  EXPECT_EQ(ModeOf(folder.Under("a")), 0700u);
  EXPECT_TRUE(EnsureDirectory(deep, 0755).ok());
  EXPECT_EQ(ModeOf(deep), 0700u) << "an existing folder keeps its mode";
  EXPECT_TRUE(EnsureDirectory(folder.Under("d//e/")).ok());
  EXPECT_TRUE(std::filesystem::is_directory(folder.Under("d/e")));
  EXPECT_TRUE(EnsureDirectory(".").ok());
  EXPECT_TRUE(EnsureDirectory("/").ok());
}

TEST(FilesTest, DirectoryInPlaceOfAFileIsRefused) {
  const TemporaryFolder folder;
  ASSERT_TRUE(WriteFileAtomically(folder.Under("file"), "x").ok());
  EXPECT_EQ(ReasonOf(EnsureDirectory(folder.Under("file"))), v1::REASON_STORE_FAILED);
  EXPECT_EQ(ReasonOf(EnsureDirectory(folder.Under("file/below"))), v1::REASON_STORE_FAILED);
  EXPECT_EQ(ReasonOf(EnsureDirectory("")), v1::REASON_STORE_FAILED);
  EXPECT_EQ(ReadFile(folder.Under("file")).value(), "x");
}

}  // namespace
}  // namespace gatepost::system
