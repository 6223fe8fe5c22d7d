#ifndef GATEPOST_DAEMON_NODE_TERMS_H_
#define GATEPOST_DAEMON_NODE_TERMS_H_

#include "daemon/config/node_settings.h"
#include "daemon/exchange/retention.h"
#include "daemon/exchange/terms.h"

namespace gatepost::node {

// What the exchange needs to know of a checked configuration.
exchange::NodeTerms TermsOf(const config::NodeSettings& settings);
exchange::LinkTermsByPeer LinkTermsOf(const config::NodeSettings& settings);
exchange::RetentionTerms RetentionTermsOf(const config::NodeSettings& settings);

}  // namespace gatepost::node

#endif  // GATEPOST_DAEMON_NODE_TERMS_H_
