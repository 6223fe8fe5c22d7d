#ifndef GATEPOST_DAEMON_EXCHANGE_BLOCKED_SCOPES_H_
#define GATEPOST_DAEMON_EXCHANGE_BLOCKED_SCOPES_H_

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::exchange {

// The register entries on which two nodes differ. Only messages that touch them are blocked
// (PROTOCOL.md 6); everything else goes on. Thread-safe.
class BlockedScopes {
 public:
  // Replaces what is known of `peer`: the ids of entries whose digests differ.
  void Set(std::string_view peer, std::set<std::string> ids);

  // REASON_REGISTER_DIFFERS when the message touches an entry that differs from the peer's: a scope
  // of its header, or a cargo class, split, yard or gate that its body names. A message that names
  // gates by a class touches every gate and scope.
  absl::Status Check(std::string_view peer, const v1::Message& message) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::set<std::string>, std::less<>> ids_;  // Guarded by mutex_.
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_BLOCKED_SCOPES_H_
