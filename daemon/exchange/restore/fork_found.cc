#include "daemon/exchange/restore/fork_found.h"

#include <cstdint>
#include <optional>

#include "certs/digest.h"
#include "daemon/exchange/link_epoch.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

// The leaf `event`, with the evidence under its number.
absl::Status NameWith(CommitScope& scope, const char* event, std::string_view peer,
                      const std::string& evidence) {
  ledger::Leaf leaf;
  leaf.event = event;
  leaf.peer = std::string(peer);
  leaf.object = fmt::format("link:{}", peer);
  leaf.result = system::ReasonName(v1::REASON_HEAD_FORKED);
  leaf.detail = fmt::format("evidence:{}", certs::ToHex(certs::Sha256Of(evidence)));
  GATEPOST_ASSIGN_OR_RETURN(const uint64_t index, scope.log.Add(std::move(leaf)));
  return scope.store.PutMeta(fmt::format("evidence/{}/{}", peer, index), evidence);
}

}  // namespace

absl::Status NameOwnFork(CommitScope& scope, std::string_view peer, const std::string& held,
                         const std::string& came) {
  return NameWith(scope, ledger::event::kAlarm, peer, held + "\n" + came);
}

absl::Status NameFork(CommitScope& scope, std::string_view peer, const std::string& held,
                      const std::string& came) {
  const std::string evidence = held + "\n" + came;
  GATEPOST_RETURN_IF_ERROR(NameWith(scope, ledger::event::kAlarm, peer, evidence));
  GATEPOST_RETURN_IF_ERROR(NameWith(scope, ledger::event::kPeerFork, peer, evidence));
  GATEPOST_ASSIGN_OR_RETURN(store::LinkRecord link, scope.store.Link(peer));
  if (!link.alarm.empty()) return absl::OkStatus();
  link.alarm = "two heads of one size came back that contradict each other";
  return scope.store.PutLink(link);
}

absl::Status KeepOrFork(CommitScope& scope, const LinkTerms& link, const std::string& note) {
  const absl::StatusOr<ledger::OpenedCheckpoint> opened =
      ledger::OpenCheckpoint(note, link.peer_log_keys.Now());
  if (!opened.ok()) return absl::OkStatus();
  const ledger::Checkpoint& head = opened->checkpoint;
  const uint64_t epoch = EpochInOrigin(head.origin);
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::PeerHeadRecord> held,
                            scope.store.PeerHead(link.peer_node, epoch, head.size));
  if (!held.has_value()) {
    return scope.store.PutPeerHead({link.peer_node, epoch, head.size, head.root, note});
  }
  if (held->root == head.root) return absl::OkStatus();
  return NameFork(scope, link.peer_node, held->checkpoint, note);
}

}  // namespace gatepost::exchange
