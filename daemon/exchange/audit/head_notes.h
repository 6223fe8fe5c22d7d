#ifndef GATEPOST_DAEMON_EXCHANGE_AUDIT_HEAD_NOTES_H_
#define GATEPOST_DAEMON_EXCHANGE_AUDIT_HEAD_NOTES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/exchange/log_book.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "gatepost/v1/audit_service.pb.h"

// Heads and proofs under them, with all cosignatures that are held here.
namespace gatepost::exchange {

// An own leaf, proved: under the head of `size`; for 0 under the smallest cosigned head of its
// epoch above it, while there is none under the newest, or under that of its own group where the
// newest is of a later epoch. NOT_FOUND, BAD_ARGUMENT as LogBook::ProveUnder.
absl::StatusOr<v1::EvidenceLeaf> ProveOwn(const store::Reader& store, const LogBook& log,
                                          const NodeTerms& node, uint64_t index, uint64_t size = 0);

// A leaf of a peer's log as the store keeps it.
struct PeerLeaf {
  std::string_view peer;
  uint64_t epoch = 0;
  uint64_t head_size = 0;
  uint64_t index = 0;
  std::string_view leaf;
  std::string_view path;  // 32 bytes each.
};

// It, with its proof under the head that it came with.
absl::StatusOr<v1::EvidenceLeaf> ProvePeers(const store::Reader& store, const PeerLeaf& kept);

// The cosigned head of exactly that size; nullopt when none is held.
absl::StatusOr<std::optional<std::string>> CosignedNote(const store::Reader& store,
                                                        std::string_view origin, uint64_t size);

// The head of the own log of that size as a note, with cosignatures where they are held. While the
// log was restored and signs nothing, only those: NODE_RESTORED for others.
absl::StatusOr<std::string> OwnNote(const store::Reader& store, const LogBook& log, uint64_t size);

// The newest head of the own log that has cosignatures, else the newest; empty for an empty log,
// and for one that signs nothing and holds no such head.
absl::StatusOr<std::string> NewestOwnNote(const store::Reader& store, const LogBook& log);

// The same of a peer's log, of what is held here.
absl::StatusOr<std::string> NewestPeerNote(const store::Reader& store, std::string_view peer);

// The nodes whose witnesses have a line on the note, in its order. The lines were checked when they
// came.
std::vector<std::string> CosignersOf(std::string_view note);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AUDIT_HEAD_NOTES_H_
