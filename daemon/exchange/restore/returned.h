#ifndef GATEPOST_DAEMON_EXCHANGE_RESTORE_RETURNED_H_
#define GATEPOST_DAEMON_EXCHANGE_RESTORE_RETURNED_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/store/store.h"
#include "gatepost/v1/link_service.pb.h"

// What peers gave back to a restored node, kept as it came until the new epoch is open: while the
// node may log nothing, nothing of it can be entered where it belongs.
namespace gatepost::exchange {

enum class ReturnedKind { kSent, kReceived, kRung, kDecision };

// The leaf of a message, a rung or a decision that came back, and its index.
std::pair<const std::string&, uint64_t> LeafOf(const v1::LinkGiveBack& thing);

// How far the copy has come with this peer; `size` is not set.
v1::LinkRestored HeldBefore(const store::LinkRecord& link);

// The time of the last leaf that this node's log still has: nothing that was lost is older.
absl::StatusOr<absl::Time> EndOfLog(const store::Reader& store);

// How far the node has come with this peer, counting what was given back already. `size` is that of
// its log.
absl::StatusOr<v1::LinkRestored> HeldSoFar(const store::Reader& store,
                                           const store::LinkRecord& link, uint64_t size);

// Counts one more of that kind; its number.
uint64_t Count(ReturnedKind kind, v1::LinkRestored& so_far);
// Keeps the thing of that number, and `so_far`, which counts it.
absl::Status PutReturned(store::Transaction& store, std::string_view peer, ReturnedKind kind,
                         uint64_t number, const v1::LinkGiveBack& thing,
                         const v1::LinkRestored& so_far);
// The thing of that number; none when none is kept.
absl::StatusOr<std::optional<v1::LinkGiveBack>> FindReturned(const store::Reader& store,
                                                             std::string_view peer,
                                                             ReturnedKind kind, uint64_t number);
// By its number. REASON_LEDGER_DAMAGED when it was counted and is not there.
absl::StatusOr<v1::LinkGiveBack> MustHoldReturned(const store::Reader& store, std::string_view peer,
                                                  ReturnedKind kind, uint64_t number);

// Messages without their envelope: how many came back so far, and one more.
absl::StatusOr<uint64_t> CountPlaceOnly(const store::Reader& store, std::string_view peer);
absl::Status PutPlaceOnly(store::Transaction& store, std::string_view peer, uint64_t count);

// The heads that the peer gave back; none before it has.
absl::Status PutReturnedHeads(store::Transaction& store, std::string_view peer,
                              const v1::LinkHeldHeads& heads);
absl::StatusOr<std::optional<v1::LinkHeldHeads>> ReturnedHeads(const store::Reader& store,
                                                               std::string_view peer);

// The peer holds no more.
absl::Status PutGaveBack(store::Transaction& store, std::string_view peer, bool all);
absl::StatusOr<bool> GaveBack(const store::Reader& store, std::string_view peer);

// It is all entered: only the receipts and decisions that this node once gave stay, as evidence.
absl::Status ForgetReturned(store::Transaction& store, std::string_view peer,
                            const v1::LinkRestored& from, const v1::LinkRestored& to);

// None of it is to be entered: the peer gives it all back anew in its next session.
absl::Status DropReturned(store::Transaction& store, const store::LinkRecord& link);

// The receipt that this node gave for a message of the peer's, in a part of its log that is lost.
absl::StatusOr<std::optional<v1::LinkReturnedMessage>> LostReceipt(const store::Reader& store,
                                                                   std::string_view peer,
                                                                   uint64_t sequence);

// The same of a decision that this node gave.
absl::StatusOr<std::optional<v1::LinkDecision>> LostDecision(const store::Reader& store,
                                                             std::string_view peer,
                                                             uint64_t number);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_RESTORE_RETURNED_H_
