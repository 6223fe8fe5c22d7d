#include "client/evidence/stored_zip.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "daemon/system/reason.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_files.h"

namespace gatepost::evidence {
namespace {

Files Sample() {
  return {{"a/one.txt", "first\n"},
          {"a/two.bin", std::string("\0\xff\0", 3)},
          {"empty", ""},
          {"z.pem", std::string(3000, 'z')}};
}

std::string Written(const Files& files) { return WriteStoredZip(files).value(); }

bool Passes(const std::string& command) { return std::system(command.c_str()) == 0; }

TEST(StoredZip, ReadsBackWhatWasWritten) {
  for (const Files& files : {Files{}, Sample()}) {
    const StoredZip read = ReadStoredZip(Written(files));
    EXPECT_FALSE(read.fault.has_value());
    EXPECT_EQ(read.files, files);
  }
}

// Python's own reader and Info-ZIP, where it is installed, open it and find its checksums right.
TEST(StoredZip, OtherToolsOpenIt) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.Under("sample.zip");
  testing::WriteTestFile(path, Written(Sample()));
  EXPECT_TRUE(
      Passes("/usr/bin/python3 -c \"import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); "
             "assert z.testzip() is None; assert z.read('a/one.txt')==b'first\\n'; "
             "assert z.infolist()[0].date_time==(1980,1,1,0,0,0)\" " +
             path));
  EXPECT_TRUE(Passes("! command -v unzip >/dev/null || unzip -tqq " + path));
}

// Flips each bit of each byte: the reader sees all of it.
TEST(StoredZip, EveryFlippedBitIsFound) {
  const std::string archive = Written(Sample());
  size_t flips = 0;
  for (size_t at = 0; at < archive.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = archive;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      ASSERT_TRUE(ReadStoredZip(changed).fault.has_value()) << "byte " << at << " bit " << bit;
      ++flips;
    }
  }
  RecordProperty("flips", static_cast<int>(flips));
}

TEST(StoredZip, TheFileOfAFlippedByteIsNamed) {
  std::string archive = Written(Sample());
  archive[archive.find("first") + 2] = 'x';
  ASSERT_TRUE(ReadStoredZip(archive).fault.has_value());
  EXPECT_EQ(ReadStoredZip(archive).fault->where, "a/one.txt");
}

TEST(StoredZip, WhatIsCutOffOrAddedIsFound) {
  const std::string archive = Written(Sample());
  for (size_t size = 0; size < archive.size(); ++size) {
    ASSERT_TRUE(ReadStoredZip(archive.substr(0, size)).fault.has_value()) << size;
  }
  EXPECT_TRUE(ReadStoredZip(archive + '\0').fault.has_value());
  EXPECT_TRUE(ReadStoredZip('\0' + archive).fault.has_value());
}

// One name twice is what lets two readers see different files.
TEST(StoredZip, FilesTwiceOrOutOfOrderAreRefused) {
  const std::string one = Written({{"a", "1"}});
  const std::string two = Written({{"b", "2"}});
  const std::string record_a = one.substr(0, 30 + 1 + 1);
  const std::string record_b = two.substr(0, 30 + 1 + 1);
  const std::string both = Written({{"a", "1"}, {"b", "2"}});
  const std::string rest = both.substr(record_a.size() + record_b.size());
  ASSERT_EQ(record_a + record_b + rest, both);
  EXPECT_EQ(ReadStoredZip(record_b + record_a + rest).fault->where, "a");
  EXPECT_EQ(ReadStoredZip(record_a + record_a + rest).fault->where, "a");
}

TEST(StoredZip, NamesThatLeadElsewhereAreRefused) {
  for (const char* name :
       {"", "/a", "a/", "a//b", "../a", "a/../b", ".", "a/.", "a b", "a\\b", "\xc3\xa9"}) {
    EXPECT_FALSE(IsFileName(name)) << name;
    EXPECT_EQ(system::ReasonOf(WriteStoredZip({{name, ""}}).status()), v1::REASON_BAD_ARGUMENT);
  }
  EXPECT_FALSE(IsFileName(std::string(kLongestNameBytes + 1, 'a')));
  EXPECT_EQ(system::ReasonOf(WriteStoredZip({{"READ.txt", ""}, {"read.txt", ""}}).status()),
            v1::REASON_BAD_ARGUMENT);
  for (const char* name : {"a", "a/b-c_d.e", "..a", "a/...b", "A"})
    EXPECT_TRUE(IsFileName(name)) << name;
}

TEST(StoredZip, TooManyFilesAndTooMuchAreRefused) {
  Files many;
  for (size_t i = 0; i <= kMostFiles; ++i) many["f" + std::to_string(i)] = "";
  EXPECT_EQ(system::ReasonOf(WriteStoredZip(many).status()), v1::REASON_TOO_LARGE);
  many.erase(many.begin());
  EXPECT_FALSE(ReadStoredZip(Written(many)).fault.has_value());
}

}  // namespace
}  // namespace gatepost::evidence
