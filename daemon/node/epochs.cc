// What an officer does about epochs, to a node that does not run.
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/exchange/link_epoch.h"
#include "daemon/exchange/restore/open_epoch.h"
#include "daemon/exchange/restore/returned.h"
#include "daemon/node/parts.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::node {

absl::Status Node::RunOnce(config::NodeSettings settings,
                           const std::function<absl::Status(Parts&, exchange::CommitScope&)>& act) {
  Parts parts(std::move(settings));
  GATEPOST_RETURN_IF_ERROR(parts.BuildCore());
  absl::Status done;
  GATEPOST_RETURN_IF_ERROR(
      parts.committer->Post([&](exchange::CommitScope& scope) { return act(parts, scope); },
                            [&done](const absl::Status& committed) { done = committed; },
                            exchange::Committer::When::kAlways));
  parts.committer->Step();
  GATEPOST_RETURN_IF_ERROR(done);
  return parts.guard->Sync();
}

namespace {

absl::Status CheckPeer(const exchange::LinkTermsByPeer& links, const std::string& peer) {
  if (links.contains(peer)) return absl::OkStatus();
  return system::Refuse(v1::REASON_BAD_ARGUMENT, "a peer of this node", peer,
                        "name it as the link agreement does");
}

}  // namespace

absl::StatusOr<std::string> Node::OpenEpoch(config::NodeSettings settings,
                                            const std::set<std::string>& without) {
  std::string said;
  GATEPOST_RETURN_IF_ERROR(
      RunOnce(std::move(settings), [&](Parts& parts, exchange::CommitScope& scope) -> absl::Status {
        std::vector<exchange::LinkParts> links;
        for (const config::LinkSettings& link : parts.settings.links) {
          links.push_back(parts.PartsOf(link));
        }
        GATEPOST_ASSIGN_OR_RETURN(const exchange::OpenedEpoch opened,
                                  exchange::OpenEpoch(scope, links, parts.guard->found(), without));
        said = exchange::Describe(opened);
        return absl::OkStatus();
      }));
  return said;
}

absl::Status Node::ForgetReturned(config::NodeSettings settings, const std::string& peer) {
  return RunOnce(std::move(settings),
                 [&](Parts& parts, exchange::CommitScope& scope) -> absl::Status {
                   GATEPOST_RETURN_IF_ERROR(CheckPeer(parts.links, peer));
                   GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord link, scope.store.Link(peer));
                   return exchange::DropReturned(scope.store, link);
                 });
}

absl::Status Node::AdmitEpoch(config::NodeSettings settings, const std::string& peer,
                              uint64_t epoch, uint64_t first) {
  return RunOnce(std::move(settings),
                 [&](Parts& parts, exchange::CommitScope& scope) -> absl::Status {
                   GATEPOST_RETURN_IF_ERROR(scope.log.CheckMaySign());
                   GATEPOST_RETURN_IF_ERROR(CheckPeer(parts.links, peer));
                   return exchange::AdmitEpoch(scope, peer, {epoch, first});
                 });
}

}  // namespace gatepost::node
