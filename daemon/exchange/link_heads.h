#ifndef GATEPOST_DAEMON_EXCHANGE_LINK_HEADS_H_
#define GATEPOST_DAEMON_EXCHANGE_LINK_HEADS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "certs/digest.h"
#include "daemon/exchange/link_parts.h"
#include "daemon/store/epochs.h"
#include "gatepost/v1/link_service.pb.h"
#include "google/protobuf/repeated_ptr_field.h"

// Heads of the two logs in one session: every proof on the link stands under one, and each new one
// must continue the last (PROTOCOL.md 4). Under the link's lock.
namespace gatepost::exchange {

// What the peer was shown of this node's log.
class ShownHeads {
 public:
  // `log` must outlive it.
  explicit ShownHeads(const LogBook& log) : log_(log) {}

  // Takes the newest head of ours that the peer says it holds, empty for none, and what our Hello
  // says of our newest epoch. NODE_RESTORED when this node has signed it and does not hold it: our
  // store is older than what we have said.
  absl::Status Start(const std::string& held_by_peer, const v1::LinkEpoch& opened);

  // Fills in a frame's head and its consistency with the last one shown; from now on it was shown.
  template <typename Frame>
  absl::Status Show(const Head& head, Frame& frame) {
    absl::StatusOr<std::string> note = log_.Checkpoint(head);
    if (!note.ok()) return note.status();
    absl::StatusOr<std::vector<std::string>> consistency = ConsistencyWith(head);
    if (!consistency.ok()) return consistency.status();
    frame.set_head(*std::move(note));
    frame.set_shown_size(shown_.size);
    for (std::string& hash : *consistency) frame.add_consistency(std::move(hash));
    if (head.size > shown_.size) shown_ = KnownHead{head.size, head.root};
    return absl::OkStatus();
  }

  // The same, with the leaf that the frame is about and its proof under that head.
  template <typename Frame>
  absl::Status ShowLeaf(ProvedLeaf proved, Frame& frame) {
    if (absl::Status shown = Show(proved.head, frame); !shown.ok()) return shown;
    frame.set_leaf(std::move(proved.leaf));
    frame.set_leaf_index(proved.index);
    for (const certs::Digest& hash : proved.path) frame.add_path(std::string(certs::AsView(hash)));
    return absl::OkStatus();
  }

 private:
  absl::StatusOr<std::vector<std::string>> ConsistencyWith(const Head& head) const;

  const LogBook& log_;
  KnownHead shown_;
};

// A head of the peer's log whose signature was checked.
struct CheckedHead {
  KnownHead head;
  std::string note;  // With the lines that were checked here, and no others.
  uint64_t epoch = 0;
  std::string handed = {};  // As it came, where it had other lines too.
};

// A new epoch of the peer's log that this side admitted and that fits what it holds.
struct AdmittedEpoch {
  store::Epochs::Start start;
  CheckedHead head;  // The first one of the epoch.
};

// Keeps a checked head of the peer's log in `epoch` as evidence; it becomes `link`'s newest unless
// a larger one is known. The caller stores `link`.
absl::Status KeepPeerHead(store::Transaction& store, store::LinkRecord& link, uint64_t epoch,
                          const CheckedHead& head);

using HashList = google::protobuf::RepeatedPtrField<std::string>;

// The peer's log as this session knows it.
class PeerHeads {
 public:
  // Two signed heads that cannot both be: both notes, as evidence. `proved` when they are of one
  // size, so that nothing more is needed; else a proof between them did not hold.
  struct Fork {
    absl::Status why;
    std::string held;
    std::string came;
    bool proved = false;
  };
  using OnFork = std::function<void(const Fork&)>;

  PeerHeads(const LinkParts& parts, OnFork on_fork);

  // Takes both Hellos: the head that we said we hold, and the newest that the peer says it has.
  // LINK_DIVERGED for an older epoch or a smaller log; HEAD_FORKED when they contradict each other;
  // for a later epoch the errors of CheckOpened.
  absl::Status Start(const v1::LinkHello& ours, const v1::LinkHello& theirs);

  // Checks the head of a frame. TOO_LARGE, BAD_HEAD_SIGNATURE, BAD_RECEIPT (another log, another
  // consistency than the one asked for), HEAD_FORKED.
  absl::StatusOr<CheckedHead> Check(const std::string& note, uint64_t shown_size,
                                    const HashList& consistency);

  // The frame under it was taken: later ones continue from here. An older head changes nothing.
  void Take(const CheckedHead& head);

  // The newest epoch of the peer's log.
  uint64_t epoch() const { return epochs_.newest(); }
  // A new epoch of the peer's log that begins with this session, for the commit that opens it.
  const std::optional<AdmittedEpoch>& admitted() const { return admitted_; }

 private:
  absl::Status Forked(const CheckedHead& held, const CheckedHead& came) const;
  // Whether `came`, which signed `head`, may continue what signed `known_`; both are of `keys`.
  absl::Status CheckKeyGoesOn(const CheckedHead& head, const ledger::KeyRing& keys,
                              const ledger::VerifierKey& came) const;

  const LinkParts parts_;
  const OnFork on_fork_;
  std::string OriginOf(uint64_t size) const;

  store::Epochs epochs_;  // Of the peer's log.
  std::optional<AdmittedEpoch> admitted_;
  CheckedHead known_;  // Newest checked head.
  CheckedHead hello_;  // The head of its Hello: signed, not proved to continue `known_`.
};

// LINK_DIVERGED: the peer's history is not the one that this node holds.
absl::Status Diverged(std::string_view wanted, std::string_view came);

// BAD_RECEIPT: what the peer proves is not what was wanted.
absl::Status BadReceipt(std::string_view wanted, std::string_view came);

// The hashes of a proof. BAD_RECEIPT for more than 64, or others than 32 bytes long.
absl::StatusOr<std::vector<certs::Digest>> DigestsOf(const HashList& path);

// The hashes of a proof, one after the other, as the store keeps them.
std::string Joined(const HashList& path);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_LINK_HEADS_H_
