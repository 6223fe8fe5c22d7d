#ifndef GATEPOST_CLIENT_ARCHIVE_TILE_WRITER_H_
#define GATEPOST_CLIENT_ARCHIVE_TILE_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "certs/digest.h"
#include "daemon/ledger/merkle.h"

namespace gatepost::archive {

// Writes a whole log into a folder as static files (c2sp.org/tlog-tiles), for any web server and
// for tools that we did not write:
//
//   checkpoint              the signed head, with the cosignatures held; written last
//   tile/0/…                leaf hashes, 256 in a file, 32 bytes each
//   tile/<level>/…          roots of full tiles of the level below
//   tile/entries/…          256 leaves, each with its length in 2 bytes before it
//   envelopes/<xx>/<pae>.pb bodies: the envelope of each message that was archived with it
//   announcements-<n>.zip   bundles of evidence (client/evidence/README.md) of the keys that sign
//                           heads after those that the link agreement names; from 1, where there
//                           are such
//
// Each file is whole or not there. Bounded memory: one tile for each level.
class TileWriter {
 public:
  // Makes `folder`, which must not exist or be empty. BAD_ARGUMENT, STORE_FAILED.
  static absl::StatusOr<TileWriter> Create(std::string folder);

  // Appends the next leaf. BAD_ARGUMENT for more than 65,535 bytes; STORE_FAILED.
  absl::Status Append(std::string_view leaf);

  // Keeps an envelope under its PAE digest. STORE_FAILED.
  absl::Status PutEnvelope(const certs::Digest& pae, std::string_view envelope);

  // Keeps the next announcements-<n>.zip. STORE_FAILED.
  absl::Status PutAnnouncements(std::string_view bundle);

  // Writes what is left as partial tiles, and then `checkpoint`, a signed note, verbatim.
  // EVIDENCE_INVALID when it is of another size or root than what was appended.
  absl::Status Finish(std::string_view checkpoint);

  uint64_t size() const { return range_.size(); }

 private:
  explicit TileWriter(std::string folder) : folder_(std::move(folder)) {}
  absl::Status Write(const std::string& path, std::string_view bytes) const;
  absl::Status AppendHash(size_t level, const certs::Digest& hash);
  absl::Status WriteTile(size_t level) const;

  struct Level {
    uint64_t full = 0;  // Tiles written.
    std::vector<certs::Digest> hashes;
  };
  std::string folder_;
  ledger::CompactRange range_;
  std::vector<Level> levels_;
  std::string entries_;
  int announcements_ = 0;  // Bundles.
};

}  // namespace gatepost::archive

#endif  // GATEPOST_CLIENT_ARCHIVE_TILE_WRITER_H_
