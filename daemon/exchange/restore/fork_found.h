#ifndef GATEPOST_DAEMON_EXCHANGE_RESTORE_FORK_FOUND_H_
#define GATEPOST_DAEMON_EXCHANGE_RESTORE_FORK_FOUND_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/terms.h"

// Heads that a restored node got back and that cannot stand beside others.
namespace gatepost::exchange {

// Two signed heads of one log that cannot both be, `held` and `came`: both notes are kept as
// evidence, with an ALARM leaf HEAD_FORKED and a PEER_FORK leaf about the link to `peer`. The link
// stays down until a person has looked. Only the disk's errors.
absl::Status NameFork(CommitScope& scope, std::string_view peer, const std::string& held,
                      const std::string& came);

// The same of this node's own log, which it has signed twice: an ALARM leaf. The peer that showed
// it is not to blame, and its link goes on.
absl::Status NameOwnFork(CommitScope& scope, std::string_view peer, const std::string& held,
                         const std::string& came);

// Keeps `note`, a head of the peer's log, as evidence; where another one of its size is held,
// NameFork. A note that its log did not sign is left out. Only the disk's errors.
absl::Status KeepOrFork(CommitScope& scope, const LinkTerms& link, const std::string& note);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_RESTORE_FORK_FOUND_H_
