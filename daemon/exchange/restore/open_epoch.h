#ifndef GATEPOST_DAEMON_EXCHANGE_RESTORE_OPEN_EPOCH_H_
#define GATEPOST_DAEMON_EXCHANGE_RESTORE_OPEN_EPOCH_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/link_parts.h"
#include "daemon/exchange/restore/again.h"
#include "daemon/store/guard_file.h"

// The two ends of being restored (PROTOCOL.md 6): how a node notices that its store is older than
// what it has signed, and how it goes on.
namespace gatepost::exchange {

// Compares the log with the guard file, when a node starts. A log that is behind it, that is not
// its continuation, or whose guard file is gone, is restored: that is remembered in the store, and
// the log signs nothing. Else the guard file is raised to the log. Only the disk's errors.
absl::Status CheckGuard(store::Store& store, LogBook& log, store::GuardFile& guard);

// What opening an epoch did.
struct OpenedEpoch {
  uint64_t epoch = 0;
  uint64_t first = 0;       // Its first leaf; the log of before reached up to here.
  uint64_t lost_epoch = 0;  // The newest that is known of; leaves from `first` up to
  uint64_t lost_end = 0;    // `lost_end` were there.
  AgainCounts counts;

  // Lost leaves of which nobody gave back a proof: acts that only this node knew, and the records
  // of its own messages and receipts.
  uint64_t lost() const { return lost_end - first - proved(); }
  // Lost leaves that came back with their proof.
  uint64_t proved() const;
};

// Opens the next epoch of a restored log, in one commit: an EPOCH leaf for each peer that names the
// newest head it gave back, everything that the peers gave back, and an EPOCH leaf that says what
// is lost. `links` are all links of the node; `guard` is what its guard file says. Of the peers in
// `without` nothing more is awaited; what they gave back is entered (DropReturned forgets it), and
// their EPOCH leaf says WITHOUT.
// A number is left out where an epoch that nobody here knows of may have been opened: without a
// guard file, or without a peer.
// It is all or nothing. REASON_BAD_ARGUMENT when the log is not restored, or for a peer that is
// none; REASON_NODE_RESTORED while a peer has not given back everything.
absl::StatusOr<OpenedEpoch> OpenEpoch(CommitScope& scope, const std::vector<LinkParts>& links,
                                      const std::optional<store::GuardRecord>& guard,
                                      const std::set<std::string>& without = {});

// One line for an operator.
std::string Describe(const OpenedEpoch& opened);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_RESTORE_OPEN_EPOCH_H_
