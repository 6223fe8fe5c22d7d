#include "daemon/node/sequencer_check.h"

#include <string>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::node {

absl::Status CheckSequencers(const store::Reader& store, const std::string& own,
                             const std::vector<config::LinkSettings>& links) {
  for (const config::LinkSettings& link : links) {
    const std::string& peer = link.peer.stated.node();
    GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::DecisionRecord> first,
                              store.Decisions(peer, 0, 1));
    if (first.empty()) continue;
    const bool own_decided = first.front().leaf.empty();
    if (own_decided == link.own_decides) continue;
    return system::Refuse(
        v1::REASON_BAD_CONFIG,
        fmt::format("{}: sequencer: {}, which decided on this link before", link.agreement_file,
                    own_decided ? own : peer),
        link.agreement.sequencer(),
        "name the same sequencer as before; a link that has decisions cannot change it");
  }
  return absl::OkStatus();
}

}  // namespace gatepost::node
