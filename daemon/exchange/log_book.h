#ifndef GATEPOST_DAEMON_EXCHANGE_LOG_BOOK_H_
#define GATEPOST_DAEMON_EXCHANGE_LOG_BOOK_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/key_ring.h"
#include "daemon/ledger/leaf.h"
#include "daemon/ledger/merkle.h"
#include "daemon/ledger/note.h"
#include "daemon/ledger/receipt.h"
#include "daemon/store/epochs.h"
#include "daemon/store/store.h"
#include "daemon/system/random.h"

namespace gatepost::exchange {

using NoteSignerPtr = std::shared_ptr<const ledger::NoteSigner>;

// The log at one of its sizes.
struct Head {
  uint64_t size = 0;
  certs::Digest root = ledger::EmptyRoot();
  friend bool operator==(const Head&, const Head&) = default;
};

// A leaf and how it is proved under one head.
struct ProvedLeaf {
  std::string leaf;  // Exact bytes.
  uint64_t index = 0;
  std::vector<certs::Digest> path;
  Head head;
};

// The node's own append-only log (PROTOCOL.md 3-4), on top of the store's groups.
//
// One commit writes one group: the leaves, and the perfect-subtree nodes that they complete. A head
// is the log at the end of a group. It is not stored: it is signed again whenever it is needed, and
// since Ed25519 is deterministic, the same head always has the same bytes. So a leaf's first
// receipt, under the head of its own group, can be made again at any time, byte for byte.
//
// A head is signed by the key that signed when its size was reached, also after that key was given
// up; where that key is not held any more, by the next one that is: the proof is as good, and only
// its bytes are others.
//
// A log that lost its end and was restored goes on in a new epoch (epochs.h). From the moment when
// that is known until the new epoch is open, it signs nothing: two histories of one epoch under one
// key would be a fork.
//
// Draft, Write, Publish and Discard belong to the committer's thread. Everything else may be called
// from any thread and sees published groups only.
class LogBook : private ledger::NodeReader {
 public:
  // Opens the log in `store` and checks it: the newest group's leaves are hashed again, and the
  // root is computed from stored subtrees. REASON_LEDGER_DAMAGED says where it does not fit. A log
  // that was found restored (RememberRestored) is so again.
  // `signer` signs now, unless the store says that another of `held` does (key_times.h);
  // KEY_NOT_ANNOUNCED when the store says so of a key that is in neither. `held` are the keys that
  // are held of those before and after it. `keys` are all keys of the log, oldest first
  // (ledger_keys.h); without them, those that have signed and those that are held, in that order.
  // `store` and `random` must outlive the log book.
  static absl::StatusOr<std::unique_ptr<LogBook>> Open(
      const store::Store& store, std::string node, NoteSignerPtr signer, system::Random& random,
      std::vector<NoteSignerPtr> held = {}, std::optional<ledger::KeyRing> keys = std::nullopt);

  // ---- The committer's thread.

  // Begins the next group. Leaves get a time that is not before `now` and never decreases.
  void Draft(absl::Time now);
  // Adds a leaf to the draft: time, epoch and nonce are set here. Returns its index.
  absl::StatusOr<uint64_t> Add(ledger::Leaf leaf);
  // The time of the draft's leaves.
  absl::Time draft_time() const { return draft_time_; }
  // The epoch of the draft's leaves.
  uint64_t draft_epoch() const { return draft_epoch_; }
  // From this draft on `signer` signs the heads. Work that calls it also adds a leaf.
  absl::Status ExchangeKey(store::Transaction& transaction, NoteSignerPtr signer);
  // The draft, still empty, is the beginning of a later epoch; with its commit the log may sign
  // again. REASON_BAD_ARGUMENT for an epoch that is not later.
  absl::Status OpenEpoch(store::Transaction& transaction, uint64_t epoch);
  // Whether the draft has leaves.
  bool draft_empty() const { return draft_.leaves.empty(); }
  // Writes the draft's group into `transaction`; nothing when it is empty.
  absl::Status Write(store::Transaction& transaction);
  // The transaction is durable: the group becomes the newest head.
  void Publish();
  // The transaction failed: as if the draft had never been.
  void Discard();

  // ---- Any thread.

  // The newest epoch, and all of them.
  uint64_t epoch() const { return epochs().newest(); }
  store::Epochs epochs() const;
  // From now on nothing is signed and no leaf is taken, because of `why`.
  void StopSigning(const std::string& why);
  // Why nothing may be signed (PROTOCOL.md 6); empty: everything may.
  std::string restored() const;
  // REASON_NODE_RESTORED while nothing may be signed.
  absl::Status CheckMaySign() const;
  // The newest head.
  Head head() const;
  // The root of the first `size` leaves. REASON_BAD_ARGUMENT when the log is shorter.
  absl::StatusOr<certs::Digest> RootAtSize(uint64_t size) const;
  // The checkpoint of `head` (C2SP signed note), always the same bytes for the same head.
  // REASON_NODE_RESTORED while nothing may be signed.
  absl::StatusOr<std::string> Checkpoint(const Head& head) const;
  // Leaf `index` under the head of its own group. REASON_NOT_FOUND beyond the log.
  absl::StatusOr<ProvedLeaf> Prove(uint64_t index) const;
  // Leaf `index` under the head of `size`. REASON_NOT_FOUND beyond the log, REASON_BAD_ARGUMENT for
  // a size that does not cover the leaf or that the log has not reached.
  absl::StatusOr<ProvedLeaf> ProveUnder(uint64_t index, uint64_t size) const;
  // Leaves of one group under its head; indices ascending and in one group.
  absl::StatusOr<std::vector<ProvedLeaf>> ProveInGroup(const std::vector<uint64_t>& indices) const;
  // Leaf and tlog-proof of `Prove`; the leaf alone while nothing may be signed.
  absl::StatusOr<ledger::Receipt> ReceiptOf(uint64_t index) const;
  // Proof that the log of `old_size` is the beginning of that of `new_size`; empty for 0.
  absl::StatusOr<std::vector<certs::Digest>> Consistency(uint64_t old_size,
                                                         uint64_t new_size) const;
  // The key that signs the next head.
  ledger::VerifierKey verifier_key() const;
  // This log's own keys, to recognise its heads when a peer shows them: those that have signed, and
  // those that are held or announced and may sign next.
  const ledger::LiveKeys& keys() const { return keys_; }
  // Origin of the checkpoints of the newest epoch.
  std::string origin() const { return ledger::LogOrigin(node_, epoch()); }
  // Origin of the checkpoint over `size` leaves: <node>/audit/<epoch>.
  std::string Origin(uint64_t size) const;

 private:
  // A key and from which heads on it signs.
  struct Signing {
    uint64_t after = 0;    // It signs the heads that are larger.
    NoteSignerPtr signer;  // It, or the next one that is held.
  };

  LogBook(const store::Store& store, std::string node, ledger::LiveKeys keys,
          std::vector<Signing> signing, system::Random& random);

  absl::StatusOr<certs::Digest> Node(int level, uint64_t index) const override;
  absl::Status Restore();
  NoteSignerPtr SignerOf(uint64_t size) const;
  // Remembers nodes of a group; the caller holds `mutex_`.
  void Remember(uint64_t first_ordinal, const std::vector<certs::Digest>& nodes) const;

  const store::Store& store_;
  const std::string node_;
  const ledger::LiveKeys keys_;
  system::Random& random_;

  // The committer's thread only.
  ledger::CompactRange draft_range_;
  store::LeafGroup draft_;
  uint64_t draft_epoch_ = 1;
  std::optional<Signing> draft_signing_;
  absl::Time draft_time_;
  absl::Time last_time_;

  mutable std::mutex mutex_;
  store::Epochs epochs_;          // Guarded by mutex_.
  std::string restored_;          // Guarded by mutex_.
  std::vector<Signing> signing_;  // By rising `after`. Guarded by mutex_.
  ledger::CompactRange range_;    // Guarded by mutex_.
  // The newest published group, whole: most receipts are asked for right after their commit.
  std::shared_ptr<const store::LeafGroup> newest_;  // Guarded by mutex_.
  // Nodes by ordinal; the newest ones and those of high subtrees. Guarded by mutex_.
  mutable std::unordered_map<uint64_t, certs::Digest> nodes_;
  mutable std::deque<uint64_t> nodes_order_;  // Oldest first. Guarded by mutex_.
  mutable uint64_t checkpoint_size_ = 0;      // Of checkpoint_; 0: none. Guarded by mutex_.
  mutable std::string checkpoint_;            // Guarded by mutex_.
};

// Makes it durable that the log was found restored, because of `why`; nothing else is changed.
absl::Status RememberRestored(store::Transaction& transaction, const std::string& why);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_LOG_BOOK_H_
