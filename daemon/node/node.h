#ifndef GATEPOST_DAEMON_NODE_NODE_H_
#define GATEPOST_DAEMON_NODE_NODE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/config/node_settings.h"
#include "daemon/exchange/committer.h"

namespace gatepost::node {

// One running node: every part, built in order and handed down, and its threads.
//
//   committer      the one writer
//   after commit   receipts, next messages, watchers
//   ticker         heartbeats, dialling, summaries of refusals
//   gRPC's own     calls and frames; they verify signatures and hand over
class Node {
 public:
  // Opens the store, checks the ledger, listens. Errors: BAD_CONFIG, LEDGER_DAMAGED, STORE_FAILED,
  // NOT_REACHABLE when the address cannot be listened on.
  static absl::StatusOr<std::unique_ptr<Node>> Start(config::NodeSettings settings);

  // For a restored node that is not running, once its links have given back what they hold: opens
  // the next epoch of its log and enters it all (PROTOCOL.md 6). `without`: peers that it does not
  // wait for. What was done and what is lost, in words. Errors of exchange::OpenEpoch, and of Start
  // up to listening.
  static absl::StatusOr<std::string> OpenEpoch(config::NodeSettings settings,
                                               const std::set<std::string>& without);

  // For a restored node that is not running: forgets what that peer gave back; it gives it back
  // anew in its next session. BAD_ARGUMENT for no peer.
  static absl::Status ForgetReturned(config::NodeSettings settings, const std::string& peer);

  // For a node that is not running: its officer admits that epoch of the peer's log, which begins
  // with leaf `first`. BAD_ARGUMENT for one that is not later than the one known, or for no peer.
  static absl::Status AdmitEpoch(config::NodeSettings settings, const std::string& peer,
                                 uint64_t epoch, uint64_t first);

  // Loads what can be exchanged while the node runs anew, soon: the TLS pair, revocation lists,
  // deny list, policy. What is not good is refused, with an alarm, and what was there serves on.
  // The same happens when one of the files changes. Any thread.
  void Reload();
  // Says Bye to peers, ends calls, writes what was accepted, closes. Safe to call twice.
  void Stop();
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // The port that is listened on.
  int port() const;

 private:
  struct Parts;
  explicit Node(std::unique_ptr<Parts> parts);
  // One commit by the parts of a node that does not run.
  static absl::Status RunOnce(
      config::NodeSettings settings,
      const std::function<absl::Status(Parts&, exchange::CommitScope&)>& act);
  std::unique_ptr<Parts> parts_;
};

// Takes back the alarm that keeps a link down, after a person has looked at its evidence, and logs
// that. For a node that is not running. NOT_FOUND when that link has no alarm.
absl::Status ClearLinkAlarm(const config::NodeSettings& settings, const std::string& peer);

}  // namespace gatepost::node

#endif  // GATEPOST_DAEMON_NODE_NODE_H_
