#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "certs/dsse.h"
#include "certs/ed25519.h"
#include "client/archive/tile_check.h"
#include "client/archive/tile_path.h"
#include "client/archive/tile_writer.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "fmt/format.h"
#include "gatepost/v1/envelope.pb.h"
#include "tests/support/temporary_folder.h"

namespace gatepost::archive {
namespace {

namespace fs = std::filesystem;

constexpr char kOrigin[] = "vn-langson/audit/1";

ledger::Ed25519NoteSigner LogKey() {
  return {ledger::LogKeyName("vn-langson"), ledger::kEd25519Type,
          certs::Ed25519Key::FromSeed(std::string(32, 'k')).value()};
}

v1::Envelope EnvelopeNumber(uint64_t number) {
  v1::Envelope envelope;
  envelope.set_payload_type(std::string(certs::kMessagePayloadType));
  envelope.set_payload(fmt::format("payload {}", number));
  return envelope;
}

std::string LeafNumber(uint64_t number) {
  ledger::Leaf leaf;
  leaf.event = ledger::event::kAccepted;
  leaf.time = absl::FromUnixSeconds(1'770'000'000) + absl::Seconds(static_cast<int64_t>(number));
  leaf.epoch = 1;
  leaf.object = fmt::format("message:{}", number);
  const v1::Envelope envelope = EnvelopeNumber(number);
  leaf.pae = certs::PaeDigest(envelope.payload_type(), envelope.payload());
  return leaf.Encode().value();
}

// An archive of `size` entries with the bodies of the first ten, in `folder`.
void WriteArchive(const std::string& folder, uint64_t size) {
  TileWriter writer = TileWriter::Create(folder).value();
  ledger::CompactRange range;
  for (uint64_t i = 0; i < size; ++i) {
    const std::string leaf = LeafNumber(i);
    range.Append(ledger::LeafHash(leaf));
    ASSERT_TRUE(writer.Append(leaf).ok());
    if (i >= 10) continue;
    const v1::Envelope envelope = EnvelopeNumber(i);
    ASSERT_TRUE(writer
                    .PutEnvelope(certs::PaeDigest(envelope.payload_type(), envelope.payload()),
                                 envelope.SerializeAsString())
                    .ok());
  }
  const ledger::Ed25519NoteSigner key = LogKey();
  const std::string head =
      ledger::SignCheckpoint(ledger::Checkpoint{kOrigin, size, range.Root()}, key).value();
  ASSERT_TRUE(writer.Finish(head).ok());
}

absl::StatusOr<ArchiveVerdict> Check(const std::string& folder) {
  const ledger::Ed25519NoteSigner key = LogKey();
  return CheckArchive(folder, ledger::VerifierOf(key).value(), {});
}

std::vector<std::string> FilesOf(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& file : fs::recursive_directory_iterator(folder)) {
    if (file.is_regular_file()) files.push_back(fs::relative(file.path(), folder));
  }
  std::sort(files.begin(), files.end());
  return files;
}

void Overwrite(const std::string& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

// c2sp.org/tlog-tiles, "Merkle Tree": its example, and a partial tile.
TEST(TilePath, IsAsTheSpecificationSays) {
  EXPECT_EQ(EntriesPath(1'234'067, 256), "tile/entries/x001/x234/067");
  EXPECT_EQ(TilePath(0, 0, 256), "tile/0/000");
  EXPECT_EQ(TilePath(1, 1000, 17), "tile/1/x001/000.p/17");
}

// 70,000 entries: 273 full tiles and one of 112 at level 0, one full and one of 17 at level 1, and
// one of 1 at level 2 (c2sp.org/tlog-tiles).
TEST(TileArchive, SeventyThousandEntriesMakeTheTilesOfTheSpecification) {
  const testing::TemporaryFolder folder;
  WriteArchive(folder.Under("log"), 70'000);
  const std::vector<std::string> files = FilesOf(folder.Under("log/tile"));
  const std::set<std::string> names(files.begin(), files.end());
  EXPECT_TRUE(names.contains("0/272"));
  EXPECT_TRUE(names.contains("0/273.p/112"));
  EXPECT_TRUE(names.contains("1/000"));
  EXPECT_TRUE(names.contains("1/001.p/17"));
  EXPECT_TRUE(names.contains("2/000.p/1"));
  EXPECT_TRUE(names.contains("entries/273.p/112"));
  EXPECT_EQ(files.size(), 2 * 274u + 3);
  const ArchiveVerdict verdict = Check(folder.Under("log")).value();
  EXPECT_EQ(verdict.finding_count, 0u);
  EXPECT_EQ(verdict.entries, 70'000u);
  EXPECT_EQ(verdict.messages, 70'000u);
  EXPECT_EQ(verdict.envelopes, 10u);
}

// Every byte of a small archive is changed in turn: each is found, in the entry or the file where
// it is.
TEST(TileArchive, EveryChangedByteIsFoundWhereItIs) {
  const testing::TemporaryFolder folder;
  const std::string log = folder.Under("log");
  WriteArchive(log, 20);
  ASSERT_EQ(Check(log)->finding_count, 0u);
  std::map<std::string, int> flipped;
  for (const std::string& file : FilesOf(log)) {
    const std::string path = log + "/" + file;
    const std::string good = system::ReadFile(path).value();
    size_t entry = 0;
    size_t entry_end = 0;
    for (size_t at = 0; at < good.size(); ++at) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ 1);
      Overwrite(path, bad);
      const absl::StatusOr<ArchiveVerdict> verdict = Check(log);
      ++flipped[file];
      if (!verdict.ok()) {
        EXPECT_EQ(file, "checkpoint") << at;
        continue;
      }
      ASSERT_GT(verdict->finding_count, 0u) << file << " byte " << at;
      const std::string& where = verdict->findings.front().where;
      if (file.starts_with("tile/entries/")) {
        if (at >= entry_end) {
          entry += entry_end == 0 ? 0 : 1;
          entry_end =
              at + 2 + (static_cast<uint8_t>(good[at]) << 8 | static_cast<uint8_t>(good[at + 1]));
        }
        EXPECT_TRUE(where == fmt::format("entry {}", entry) || where == file) << where;
      } else if (file.starts_with("tile/0/")) {
        EXPECT_EQ(where, fmt::format("entry {}", at / 32));
      } else {
        EXPECT_EQ(where, file) << at;
      }
    }
    Overwrite(path, good);
  }
  for (const auto& [file, count] : flipped) {
    fmt::print("{}: {} bytes changed, all found\n", file, count);
  }
  EXPECT_EQ(Check(log)->finding_count, 0u);
}

// Files are left out or exchanged, and an entry is dropped, said twice, or exchanged with another.
TEST(TileArchive, WhatIsMissingTwiceOrInAnotherPlaceIsFound) {
  const testing::TemporaryFolder folder;
  const std::string log = folder.Under("log");
  WriteArchive(log, 600);
  const std::vector<std::string> files = FilesOf(log);
  for (const std::string& file : files) {
    const std::string path = log + "/" + file;
    const std::string good = system::ReadFile(path).value();
    fs::remove(path);
    const absl::StatusOr<ArchiveVerdict> verdict = Check(log);
    if (file.starts_with("envelopes/")) {
      EXPECT_EQ(verdict->finding_count, 0u) << "bodies may be purged";
    } else if (verdict.ok()) {
      ASSERT_GT(verdict->finding_count, 0u) << file;
      EXPECT_EQ(verdict->findings.front().where, file);
      EXPECT_EQ(system::ReasonOf(verdict->findings.front().why), v1::REASON_EVIDENCE_INCOMPLETE);
    } else {
      EXPECT_EQ(file, "checkpoint");
    }
    Overwrite(path, good);
  }
  const std::string entries = log + "/tile/entries/001";
  const std::string good = system::ReadFile(entries).value();
  const size_t one = 2 + LeafNumber(256).size();
  Overwrite(entries, good.substr(one) + good.substr(0, one));
  EXPECT_EQ(Check(log)->findings.front().where, "entry 256");
  Overwrite(entries, good.substr(one));
  EXPECT_EQ(Check(log)->findings.front().where, "tile/entries/001");
  Overwrite(entries, good + good.substr(0, one));
  EXPECT_EQ(Check(log)->findings.front().where, "tile/entries/001");
  Overwrite(entries, good);
  fs::rename(log + "/tile/0/000", log + "/was");
  fs::rename(log + "/tile/0/001", log + "/tile/0/000");
  fs::rename(log + "/was", log + "/tile/0/001");
  EXPECT_EQ(Check(log)->findings.front().where, "entry 0");
}

TEST(TileArchive, AHeadOfAnotherLogIsNotWritten) {
  const testing::TemporaryFolder folder;
  TileWriter writer = TileWriter::Create(folder.Under("log")).value();
  ASSERT_TRUE(writer.Append(LeafNumber(0)).ok());
  const ledger::Ed25519NoteSigner key = LogKey();
  const std::string head =
      ledger::SignCheckpoint(ledger::Checkpoint{kOrigin, 1, ledger::EmptyRoot()}, key).value();
  EXPECT_EQ(system::ReasonOf(writer.Finish(head)), v1::REASON_EVIDENCE_INVALID);
  EXPECT_FALSE(fs::exists(folder.Under("log/checkpoint")));
  EXPECT_EQ(system::ReasonOf(TileWriter::Create(folder.path()).status()), v1::REASON_BAD_ARGUMENT);
}

}  // namespace
}  // namespace gatepost::archive
