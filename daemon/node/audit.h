#ifndef GATEPOST_DAEMON_NODE_AUDIT_H_
#define GATEPOST_DAEMON_NODE_AUDIT_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/exchange/audit/audit_log.h"
#include "daemon/exchange/audit/audit_queries.h"
#include "daemon/exchange/link.h"
#include "daemon/rpc/audit_service.h"

namespace gatepost::node {

// The parts of a node that answer auditors.
class Audit {
 public:
  using Links = std::vector<std::unique_ptr<exchange::Link>>;

  // All must outlive it. `parts` needs no `held_by_peer`: the links tell.
  Audit(exchange::AuditQueries::Parts parts, const Links& links, exchange::Committer& committer,
        rpc::GateKeeper& keeper)
      : log_(parts.node, committer, parts.clock),
        queries_(Asking(std::move(parts), links)),
        service_(keeper, queries_, log_) {}

  rpc::AuditServiceImpl* service() { return &service_; }

 private:
  static exchange::AuditQueries::Parts Asking(exchange::AuditQueries::Parts parts,
                                              const Links& links) {
    parts.held_by_peer = [&links](std::string_view peer) -> std::string {
      for (const std::unique_ptr<exchange::Link>& link : links) {
        if (link->terms().peer_node == peer) return link->HeldByPeer();
      }
      return "";
    };
    return parts;
  }

  exchange::AuditLog log_;
  const exchange::AuditQueries queries_;
  rpc::AuditServiceImpl service_;
};

}  // namespace gatepost::node

#endif  // GATEPOST_DAEMON_NODE_AUDIT_H_
