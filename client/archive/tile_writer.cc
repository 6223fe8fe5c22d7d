#include "client/archive/tile_writer.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "client/archive/tile_path.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::archive {

namespace {

constexpr size_t kLargestEntry = 65'535;

// The root over the hashes of a full tile.
certs::Digest RootOf(const std::vector<certs::Digest>& hashes) {
  std::vector<certs::Digest> row = hashes;
  while (row.size() > 1) {
    for (size_t i = 0; i < row.size() / 2; ++i)
      row[i] = ledger::NodeHash(row[2 * i], row[2 * i + 1]);
    row.resize(row.size() / 2);
  }
  return row.front();
}

}  // namespace

absl::StatusOr<TileWriter> TileWriter::Create(std::string folder) {
  std::error_code error;
  if (std::filesystem::exists(folder, error) && !std::filesystem::is_empty(folder, error)) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a new or empty folder", folder,
                          "name another folder");
  }
  GATEPOST_RETURN_IF_ERROR(system::EnsureDirectory(folder));
  return TileWriter(std::move(folder));
}

absl::Status TileWriter::Write(const std::string& path, std::string_view bytes) const {
  const std::string file = fmt::format("{}/{}", folder_, path);
  GATEPOST_RETURN_IF_ERROR(system::EnsureDirectory(file.substr(0, file.rfind('/'))));
  return system::WriteFileAtomically(file, bytes);
}

absl::Status TileWriter::WriteTile(size_t level) const {
  const Level& held = levels_[level];
  std::string bytes;
  for (const certs::Digest& hash : held.hashes) bytes += certs::AsView(hash);
  return Write(TilePath(static_cast<int>(level), held.full, held.hashes.size()), bytes);
}

absl::Status TileWriter::AppendHash(size_t level, const certs::Digest& hash) {
  if (level == levels_.size()) levels_.emplace_back();
  levels_[level].hashes.push_back(hash);
  if (levels_[level].hashes.size() < kTileWidth) return absl::OkStatus();
  GATEPOST_RETURN_IF_ERROR(WriteTile(level));
  const certs::Digest root = RootOf(levels_[level].hashes);
  levels_[level].hashes.clear();
  ++levels_[level].full;
  return AppendHash(level + 1, root);
}

absl::Status TileWriter::Append(std::string_view leaf) {
  if (leaf.size() > kLargestEntry) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, fmt::format("at most {} bytes", kLargestEntry),
                          fmt::format("an entry of {}", leaf.size()), "archive leaves only");
  }
  entries_ += static_cast<char>(leaf.size() >> 8);
  entries_ += static_cast<char>(leaf.size() & 0xff);
  entries_ += leaf;
  const certs::Digest hash = ledger::LeafHash(leaf);
  range_.Append(hash);
  if (range_.size() % kTileWidth == 0) {
    GATEPOST_RETURN_IF_ERROR(
        Write(EntriesPath(range_.size() / kTileWidth - 1, kTileWidth), entries_));
    entries_.clear();
  }
  return AppendHash(0, hash);
}

absl::Status TileWriter::PutAnnouncements(std::string_view bundle) {
  return Write(AnnouncementsFile(++announcements_), bundle);
}

absl::Status TileWriter::PutEnvelope(const certs::Digest& pae, std::string_view envelope) {
  const std::string hex = certs::ToHex(pae);
  return Write(fmt::format("envelopes/{}/{}.pb", hex.substr(0, 2), hex), envelope);
}

absl::Status TileWriter::Finish(std::string_view checkpoint) {
  const size_t end = checkpoint.rfind("\n\n");
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Checkpoint head,
                            ledger::Checkpoint::ParseBody(checkpoint.substr(
                                0, end == std::string_view::npos ? end : end + 1)));
  if (head.size != size() || head.root != range_.Root()) {
    return system::Refuse(
        v1::REASON_EVIDENCE_INVALID,
        fmt::format("a head of size {} and root {}", size(), certs::ToHex(range_.Root())),
        fmt::format("size {} and root {}", head.size, certs::ToHex(head.root)),
        "compare both nodes' logs: gatepost audit compare");
  }
  if (!entries_.empty()) {
    GATEPOST_RETURN_IF_ERROR(
        Write(EntriesPath(size() / kTileWidth, size() % kTileWidth), entries_));
  }
  for (size_t level = 0; level < levels_.size(); ++level) {
    if (!levels_[level].hashes.empty()) GATEPOST_RETURN_IF_ERROR(WriteTile(level));
  }
  return Write("checkpoint", checkpoint);
}

}  // namespace gatepost::archive
