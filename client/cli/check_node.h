#ifndef GATEPOST_CLIENT_CLI_CHECK_NODE_H_
#define GATEPOST_CLIENT_CLI_CHECK_NODE_H_

#include <memory>

#include "client/cli/checklist.h"
#include "daemon/config/client_settings.h"
#include "daemon/system/clock.h"

namespace gatepost::cli {

// Asks the node about itself, a line for each thing that is found: whether it answers this identity
// at all, its clock beside ours, and of every link whether it stands, what waits for the other
// side, the other side's clock, and the alarms that a person must look at.
void CheckNode(const config::ClientSettings& settings,
               const std::shared_ptr<const system::Clock>& clock, Checklist& list);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_CHECK_NODE_H_
