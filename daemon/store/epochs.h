#ifndef GATEPOST_DAEMON_STORE_EPOCHS_H_
#define GATEPOST_DAEMON_STORE_EPOCHS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/store/store.h"

namespace gatepost::store {

// The epochs of one log (PROTOCOL.md 6). Its leaves are one sequence; each epoch is a stretch of
// it, and begins with an EPOCH leaf. What a lost end of an earlier epoch held is not in it any
// more.
//
//   leaf   0 … m-1  | m …          a head of size m or less is of epoch 1, a larger one of epoch 2
//   epoch  1        | 2
class Epochs {
 public:
  struct Start {
    uint64_t epoch = 0;
    uint64_t first = 0;  // Index of its first leaf.
    friend bool operator==(const Start&, const Start&) = default;
  };

  // Every log begins with epoch 1.
  Epochs() : starts_{{1, 0}} {}

  uint64_t newest() const { return starts_.back().epoch; }
  uint64_t newest_first() const { return starts_.back().first; }
  // The epoch of the leaf at `index`, and of a head over `size` leaves.
  uint64_t OfLeaf(uint64_t index) const;
  uint64_t OfHead(uint64_t size) const { return StartOf(size).epoch; }
  // The beginning of the epoch that a head over `size` leaves is of.
  Start StartOf(uint64_t size) const;
  // A later epoch begins. Where the log was restored to before an earlier beginning, that epoch is
  // lost whole: its beginning is forgotten. REASON_BAD_ARGUMENT for an epoch that is not later.
  absl::Status Add(Start start);

 private:
  std::vector<Start> starts_;  // Ascending in both.
};

// Where the epochs of this node's log are kept, and of a peer's as far as they were admitted:
// prefixes of names in the store's meta values.
std::string OwnEpochs();
std::string PeerEpochs(std::string_view peer);

// The epochs that are kept under `prefix`. REASON_LEDGER_DAMAGED when they are no epochs.
absl::StatusOr<Epochs> ReadEpochs(const Reader& store, const std::string& prefix);

// Keeps the beginning of an epoch.
absl::Status PutEpoch(Transaction& store, const std::string& prefix, Epochs::Start start);

}  // namespace gatepost::store

#endif  // GATEPOST_DAEMON_STORE_EPOCHS_H_
