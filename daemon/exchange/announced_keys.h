#ifndef GATEPOST_DAEMON_EXCHANGE_ANNOUNCED_KEYS_H_
#define GATEPOST_DAEMON_EXCHANGE_ANNOUNCED_KEYS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/exchange/terms.h"
#include "daemon/ledger/key_ring.h"
#include "daemon/store/store.h"
#include "gatepost/v1/authority.pb.h"

// The keys of nodes as they were announced in messages, over those that were agreed.
namespace gatepost::exchange {

// All keys that `subject`, a node's SPIFFE id, has had for its log or witness, oldest first: those
// that link agreements named, in the order in which this node met them, and those announced in
// between. `trusted` is the key that an agreement names, or that signs now: where it is none of
// them, it is the newest, since both sides have agreed on it anew. LEDGER_DAMAGED, the store's
// errors.
absl::StatusOr<ledger::KeyRing> RingOf(const store::Reader& store, std::string_view subject,
                                       v1::KeyUse use, const ledger::VerifierKey& trusted);

// The keys that agreements have named for this subject and use, as far as this node remembers,
// oldest first. LEDGER_DAMAGED, the store's errors.
absl::StatusOr<std::vector<ledger::VerifierKey>> AgreedKeys(const store::Reader& store,
                                                            std::string_view subject,
                                                            v1::KeyUse use);

// Remembers for ever which keys the agreements name, those of `node` and of its peers, and brings
// the keys of all peers to what they have announced. Call when the store is open, before any link
// is; whether anything was written, so that it must be committed. Errors as RingOf.
absl::StatusOr<bool> LoadAgreedKeys(store::Transaction& store, const NodeTerms& node,
                                    const LinkTermsByPeer& links);

// The announcement of `vkey`; nullopt: there is none. The store's errors.
absl::StatusOr<std::optional<store::AnnouncedKeyRecord>> AnnouncementOf(const store::Reader& store,
                                                                        std::string_view subject,
                                                                        v1::KeyUse use,
                                                                        std::string_view vkey);

// The peers that cannot check yet what the key of this node signs: neither does the agreement of
// their link name it, nor have they receipted its announcement as APPLIED. The store's errors.
absl::StatusOr<std::vector<std::string>> AwaitedPeers(
    const store::Reader& store, const LinkTermsByPeer& links, v1::KeyUse use, std::string_view vkey,
    const std::optional<store::AnnouncedKeyRecord>& announcement);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_ANNOUNCED_KEYS_H_
