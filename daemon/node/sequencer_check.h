#ifndef GATEPOST_DAEMON_NODE_SEQUENCER_CHECK_H_
#define GATEPOST_DAEMON_NODE_SEQUENCER_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "daemon/config/node_settings.h"
#include "daemon/store/store.h"

namespace gatepost::node {

// OK when each link agreement names the sequencer whose decisions the store holds, if it holds any:
// who decided the threads of a link goes on deciding them, for the decisions are numbered in its
// log and nothing hands that over. The first decision of a link tells who: the other node's came
// with its leaf. BAD_CONFIG, naming the file. `own` is this node.
absl::Status CheckSequencers(const store::Reader& store, const std::string& own,
                             const std::vector<config::LinkSettings>& links);

}  // namespace gatepost::node

#endif  // GATEPOST_DAEMON_NODE_SEQUENCER_CHECK_H_
