#ifndef GATEPOST_DAEMON_EXCHANGE_LINK_EPOCH_H_
#define GATEPOST_DAEMON_EXCHANGE_LINK_EPOCH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/exchange/link_heads.h"
#include "daemon/exchange/link_parts.h"
#include "daemon/store/epochs.h"
#include "gatepost/v1/link_service.pb.h"

// How a link goes on with a log that has begun a new epoch (PROTOCOL.md 6).
//
//   restored node                                         peer
//   EPOCH leaf for each peer: the head it gave back       officer: --admit-epoch PEER:EPOCH:FIRST
//   Hello: that leaf, proved under the epoch's first head ─▶ names exactly the newest head held?
//                                                           continues what is held and not lost?
//                                                           then it goes on from there
namespace gatepost::exchange {

// A head of a log, as an EPOCH leaf names it.
struct NamedHead {
  uint64_t epoch = 0;
  uint64_t size = 0;  // 0: none.
  certs::Digest root{};
};

// The detail of an EPOCH leaf: the index of the epoch's first leaf, and the head.
std::string EpochDetail(uint64_t first, const NamedHead& head);
// The object of an EPOCH leaf.
std::string EpochObject(uint64_t epoch);

// The epoch in an origin `<node>/audit/<epoch>`; 0 when it is none.
uint64_t EpochInOrigin(std::string_view origin);

// Keeps what a later Hello to `peer` says of the epoch that is being opened: where its leaf is, and
// the size of the largest head of the peer's that is not lost.
absl::Status PutOpened(store::Transaction& store, std::string_view peer, uint64_t epoch,
                       uint64_t leaf_index, uint64_t earlier_size);

// What a Hello to the peer says of the newest epoch; none when the peer was not named in it.
absl::StatusOr<std::optional<v1::LinkEpoch>> OpenedFor(const LinkParts& parts,
                                                       const store::Reader& reader);

// An officer of this side admits that epoch of the peer's log, from leaf `first` on: logs an EPOCH
// leaf. What this side holds proofs of beyond that leaf, the peer's log does not have any more.
// BAD_ARGUMENT for an epoch that is not later than the one known.
absl::Status AdmitEpoch(CommitScope& scope, const std::string& peer, store::Epochs::Start start);

// Checks the peer's Hello, of an epoch later than all of `known`. EPOCH_NOT_ADMITTED, also where
// another first leaf was admitted; BAD_HEAD_SIGNATURE, BAD_RECEIPT; LINK_DIVERGED when the epoch
// does not name the newest head that is held (`ours`), or does not continue what it must continue.
absl::StatusOr<AdmittedEpoch> CheckOpened(const LinkParts& parts, const store::Epochs& known,
                                          const v1::LinkHello& ours, const v1::LinkHello& theirs);

// The link goes on in the admitted epoch: logs an EPOCH leaf and keeps its first head as `link`'s
// newest. The caller stores `link`.
absl::Status Continue(CommitScope& scope, store::LinkRecord& link, const AdmittedEpoch& epoch);

// The largest head that is held of the peer's log, of at most `size` leaves and of what the epochs
// in `known` still reach.
absl::StatusOr<std::optional<store::PeerHeadRecord>> HeldUpTo(const store::Reader& store,
                                                              const std::string& peer,
                                                              const store::Epochs& known,
                                                              uint64_t size);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_LINK_EPOCH_H_
