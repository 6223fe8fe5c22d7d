#ifndef GATEPOST_CLIENT_CLI_CHECK_CONNECTION_H_
#define GATEPOST_CLIENT_CLI_CHECK_CONNECTION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "certs/spiffe_id.h"
#include "certs/trust.h"
#include "client/cli/checklist.h"

namespace gatepost::cli {

// Where a connection should lead, and with what.
struct Connecting {
  // host:port.
  std::string address;
  // Who must answer there.
  certs::SpiffeId expected;
  // What is shown there.
  std::string certificate_file;
  std::string key_file;
};

// Goes the way to a node step by step, a line each: its name resolves, its port answers, TLS 1.3 is
// spoken there, its certificate leads to a root of `trust` and names the expected node, and it
// takes our certificate. A refusal that TLS does not explain (FACTS.md 3.6) is explained by what is
// left: that our own certificate is good from here is told by the lines before. Waits at most
// `limit` for a step. True when the node took us.
bool CheckConnection(const Connecting& connecting, const certs::TrustStore& trust,
                     absl::Duration limit, absl::Time now, Checklist& list);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_CHECK_CONNECTION_H_
