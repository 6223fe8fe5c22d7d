#ifndef GATEPOST_DAEMON_STORE_SQLITE_LINKS_H_
#define GATEPOST_DAEMON_STORE_SQLITE_LINKS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "certs/digest.h"
#include "daemon/store/records.h"
#include "daemon/store/sqlite/connection.h"

// What is known of each peer: the tables link, outgoing, receipt, peer_head and incoming_digest.
// Contracts: daemon/store/store.h.
namespace gatepost::store::sqlite {

absl::StatusOr<LinkRecord> Link(Connection& connection, std::string_view peer);
absl::StatusOr<std::vector<OutgoingRecord>> Outgoing(Connection& connection, std::string_view peer,
                                                     uint64_t after, size_t limit);
absl::StatusOr<std::vector<OutgoingRecord>> OutgoingOf(Connection& connection, int64_t message_row);
absl::StatusOr<std::optional<ReceiptRecord>> Receipt(Connection& connection, std::string_view peer,
                                                     uint64_t sequence);
absl::StatusOr<std::optional<PeerHeadRecord>> PeerHeadUpTo(Connection& connection,
                                                           std::string_view peer, uint64_t epoch,
                                                           uint64_t size);
absl::StatusOr<std::optional<PeerHeadRecord>> PeerHead(Connection& connection,
                                                       std::string_view peer, uint64_t epoch,
                                                       uint64_t size);
absl::StatusOr<std::optional<certs::Digest>> IncomingDigest(Connection& connection,
                                                            std::string_view peer,
                                                            uint64_t sequence);

// Replaces what was known of the link.
absl::Status PutLink(Connection& connection, const LinkRecord& record);

// These rows never change. What is there already with the same content is left as it is;
// REASON_INTERNAL when it has other content. For a head, content is the root: the text that was
// stored first stays, since receipts are shown with it.
absl::Status PutOutgoing(Connection& connection, const OutgoingRecord& record);
absl::Status PutReceipt(Connection& connection, const ReceiptRecord& record);
absl::Status PutPeerHead(Connection& connection, const PeerHeadRecord& record);
absl::Status PutIncomingDigest(Connection& connection, std::string_view peer, uint64_t sequence,
                               const certs::Digest& digest);

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_LINKS_H_
