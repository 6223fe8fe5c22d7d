#include "client/archive/tile_check.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "certs/dsse.h"
#include "client/archive/tile_path.h"
#include "daemon/ledger/leaf.h"
#include "daemon/ledger/log_check.h"
#include "daemon/ledger/merkle.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"
#include "gatepost/v1/envelope.pb.h"

namespace gatepost::archive {

namespace {

constexpr size_t kMostFindings = 100;
constexpr char kAsk[] = "take the archive anew from the node, and compare: gatepost audit compare";

class Checker {
 public:
  Checker(std::string folder, ArchiveVerdict verdict)
      : folder_(std::move(folder)), verdict_(std::move(verdict)) {
    log_.ExpectHead(verdict_.head.size, verdict_.head.root, "the archive's checkpoint");
  }

  ArchiveVerdict Run() {
    const uint64_t size = verdict_.head.size;
    for (uint64_t n = 0; n * kTileWidth < size; ++n) {
      CheckEntries(n, std::min(kTileWidth, size - n * kTileWidth));
    }
    log_.Finish();
    for (const ledger::LogFinding& finding : log_.findings()) {
      Find(fmt::format("entry {}", finding.index), finding.why);
    }
    // Those that were not kept there are still counted.
    verdict_.finding_count += log_.finding_count() - log_.findings().size();
    for (size_t level = 1; level < levels_.size(); ++level) CheckLevel(level);
    CheckEnvelopes();
    return std::move(verdict_);
  }

 private:
  void Find(std::string where, absl::Status why) {
    ++verdict_.finding_count;
    if (verdict_.findings.size() < kMostFindings) {
      verdict_.findings.push_back(ArchiveFinding{std::move(where), std::move(why)});
    }
  }

  void FindDifference(const std::string& where, std::string_view wanted, std::string_view came) {
    Find(where, system::Refuse(v1::REASON_EVIDENCE_INVALID, wanted, came, kAsk));
  }

  // The file's bytes; empty, with a finding, when it cannot be read.
  std::string Read(const std::string& path) {
    absl::StatusOr<std::string> bytes = system::ReadFile(fmt::format("{}/{}", folder_, path));
    if (bytes.ok()) return *std::move(bytes);
    Find(path, system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE, "a file of the archive",
                              std::string(bytes.status().message()), kAsk));
    return "";
  }

  // The hashes in a tile, as many as are whole.
  std::vector<certs::Digest> ReadTile(int level, uint64_t n, uint64_t width) {
    const std::string path = TilePath(level, n, width);
    const std::string bytes = Read(path);
    std::vector<certs::Digest> hashes;
    for (size_t at = 0; at + 32 <= bytes.size(); at += 32) {
      hashes.push_back(*certs::DigestFromBytes(bytes.substr(at, 32)));
    }
    if (bytes.size() != 32 * width && !bytes.empty()) {
      FindDifference(path, fmt::format("{} bytes", 32 * width), fmt::format("{}", bytes.size()));
    }
    return hashes;
  }

  // One bundle of entries and the tile of their hashes.
  void CheckEntries(uint64_t n, uint64_t width) {
    const std::string path = EntriesPath(n, width);
    const std::string bytes = Read(path);
    std::vector<std::string> leaves;
    size_t at = 0;
    while (leaves.size() < width && at + 2 <= bytes.size()) {
      const size_t length = static_cast<size_t>(static_cast<uint8_t>(bytes[at])) << 8 |
                            static_cast<uint8_t>(bytes[at + 1]);
      if (at + 2 + length > bytes.size()) break;
      leaves.push_back(bytes.substr(at + 2, length));
      at += 2 + length;
    }
    if (leaves.size() != width || at != bytes.size()) {
      FindDifference(path, fmt::format("{} entries and nothing more", width),
                     fmt::format("{} entries in {} of {} bytes", leaves.size(), at, bytes.size()));
    }
    const std::vector<certs::Digest> hashes = ReadTile(0, n, width);
    for (size_t i = 0; i < leaves.size(); ++i) {
      const certs::Digest hash = ledger::LeafHash(leaves[i]);
      if (i < hashes.size() && hash != hashes[i]) {
        FindDifference(fmt::format("entry {}", n * kTileWidth + i),
                       fmt::format("hash {}, as its tile says", certs::ToHex(hashes[i])),
                       fmt::format("{}, of {}", certs::ToHex(hash), path));
      }
      Append(0, hash);
      Note(leaves[i]);
    }
    verdict_.entries += leaves.size();
    log_.Feed(ledger::LogEntries{n * kTileWidth, leaves, std::nullopt, std::nullopt});
  }

  // Remembers what a level's tiles should hold.
  void Append(size_t level, const certs::Digest& hash) {
    if (level == levels_.size()) levels_.emplace_back();
    if (carry_.size() <= level) carry_.resize(level + 1);
    if (level > 0) levels_[level].push_back(hash);  // Level 0 is compared entry by entry.
    std::vector<certs::Digest>& tile = carry_[level];
    tile.push_back(hash);
    if (tile.size() < kTileWidth) return;
    std::vector<certs::Digest> row = std::exchange(tile, {});
    while (row.size() > 1) {
      for (size_t i = 0; i < row.size() / 2; ++i) {
        row[i] = ledger::NodeHash(row[2 * i], row[2 * i + 1]);
      }
      row.resize(row.size() / 2);
    }
    Append(level + 1, row.front());
  }

  // The tiles of a level above the entries, against the tiles below.
  void CheckLevel(size_t level) {
    const std::vector<certs::Digest>& wanted = levels_[level];
    for (uint64_t n = 0; n * kTileWidth < wanted.size(); ++n) {
      const uint64_t width = std::min<uint64_t>(kTileWidth, wanted.size() - n * kTileWidth);
      const std::vector<certs::Digest> hashes = ReadTile(static_cast<int>(level), n, width);
      for (uint64_t i = 0; i < std::min<uint64_t>(width, hashes.size()); ++i) {
        const certs::Digest& hash = wanted[n * kTileWidth + i];
        if (hash == hashes[i]) continue;
        FindDifference(fmt::format("{} hash {}", TilePath(static_cast<int>(level), n, width), i),
                       certs::ToHex(hash), certs::ToHex(hashes[i]));
      }
    }
  }

  void Note(const std::string& bytes) {
    const absl::StatusOr<ledger::Leaf> leaf = ledger::Leaf::Parse(bytes);
    if (!leaf.ok() || !leaf->pae.has_value()) return;
    if (leaf->event != ledger::event::kAccepted && leaf->event != ledger::event::kDelivered) return;
    ++verdict_.messages;
    paes_.insert(*leaf->pae);
  }

  void CheckEnvelopes() {
    std::error_code error;
    std::vector<std::string> files;
    std::filesystem::recursive_directory_iterator file(fmt::format("{}/envelopes", folder_), error);
    for (; file != std::filesystem::recursive_directory_iterator(); file.increment(error)) {
      if (file->is_regular_file(error)) {
        files.push_back(std::filesystem::relative(file->path(), folder_, error).string());
      }
    }
    std::ranges::sort(files);
    for (const std::string& path : files) {
      ++verdict_.envelopes;
      v1::Envelope envelope;
      const bool read = envelope.ParseFromString(Read(path));
      const certs::Digest pae = certs::PaeDigest(envelope.payload_type(), envelope.payload());
      const std::string hex = certs::ToHex(pae);
      if (!read || path != fmt::format("envelopes/{}/{}.pb", hex.substr(0, 2), hex)) {
        FindDifference(path, "an envelope with the digest that its name says", hex);
      } else if (!paes_.contains(pae)) {
        FindDifference(path, "an entry that logged this message", "none");
      }
    }
  }

  const std::string folder_;
  ArchiveVerdict verdict_;
  ledger::LogCheck log_;
  std::vector<std::vector<certs::Digest>> levels_;  // Above the entries: all hashes of a level.
  std::vector<std::vector<certs::Digest>> carry_;   // By level: the tile that is being filled.
  std::set<certs::Digest> paes_;
};

}  // namespace

absl::StatusOr<ArchiveVerdict> CheckArchive(const std::string& folder,
                                            const ledger::KeyRing& log_keys,
                                            const std::vector<ledger::VerifierKey>& witnesses) {
  const absl::StatusOr<std::string> note = system::ReadFile(fmt::format("{}/checkpoint", folder));
  if (!note.ok()) {
    return system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE, "an archive with its checkpoint",
                          std::string(note.status().message()),
                          "name the folder that gatepost audit archive has written");
  }
  GATEPOST_ASSIGN_OR_RETURN(ledger::OpenedCheckpoint opened,
                            ledger::OpenCheckpoint(*note, log_keys, witnesses));
  ArchiveVerdict verdict;
  verdict.head = std::move(opened.checkpoint);
  verdict.cosignatures = std::move(opened.cosignatures);
  return Checker(folder, std::move(verdict)).Run();
}

}  // namespace gatepost::archive
