#ifndef GATEPOST_CLIENT_ARCHIVE_TILE_CHECK_H_
#define GATEPOST_CLIENT_ARCHIVE_TILE_CHECK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/key_ring.h"
#include "daemon/ledger/note.h"

namespace gatepost::archive {

// One thing that does not hold in an archive.
struct ArchiveFinding {
  std::string where;  // A file of the archive, or `entry 812`.
  absl::Status why;   // EVIDENCE_INVALID or EVIDENCE_INCOMPLETE, or the error of a leaf.
};

// What a check of an archive has found.
struct ArchiveVerdict {
  ledger::Checkpoint head;
  std::vector<ledger::Cosignature> cosignatures;  // Of the witnesses that were given.
  uint64_t entries = 0;                           // Read and compared.
  uint64_t envelopes = 0;
  uint64_t messages = 0;                 // That entries say this node accepted or was delivered.
  std::vector<ArchiveFinding> findings;  // In order; at most 100, `finding_count` counts all.
  uint64_t finding_count = 0;
};

// Checks a folder that TileWriter wrote, or any tlog-tiles log whose entries are leaves of version
// 1: the head's signature by one of `log_keys`, each entry against its stored hash, each tile
// against the one below, the root, and leaves, times and facts as ledger::LogCheck does; each
// envelope against the digest that names it and the entry that logged it. An entry, tile or
// envelope that was changed is found where it is. Bounded memory, but for 16 bytes each fact and 32
// each message.
//
// Errors: what keeps it from reading at all, e.g. no checkpoint (EVIDENCE_INCOMPLETE), or
// BAD_HEAD_SIGNATURE.
absl::StatusOr<ArchiveVerdict> CheckArchive(const std::string& folder,
                                            const ledger::KeyRing& log_keys,
                                            const std::vector<ledger::VerifierKey>& witnesses);

}  // namespace gatepost::archive

#endif  // GATEPOST_CLIENT_ARCHIVE_TILE_CHECK_H_
