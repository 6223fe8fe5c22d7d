#ifndef GATEPOST_CLIENT_GRPC_STATUS_H_
#define GATEPOST_CLIENT_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include <optional>
#include <string>

#include "absl/status/status.h"

namespace gatepost::client {

// What a client knows of its connection, to explain what TLS does not say.
struct ConnectionFacts {
  // The node that was called, and its address.
  std::string node;
  std::string address;
  // Our own TLS certificate: its file, and how our own roots judge it at this moment.
  std::string certificate_file;
  absl::Status own_certificate;
  // Why our side left the last handshake; nullopt when it did not.
  std::optional<absl::Status> refused_by_us;
  // How long the call was allowed to take, as text, e.g. 10s.
  std::string deadline;
};

// The outcome of a call. A refusal of the node comes back as the node made it (system::RefusalOf
// reads it). Everything else is a failure of the transport:
//   NOT_REACHABLE     nobody listens, the name is unknown, the connection ended or was refused in
//                     the handshake (a node tells a refused client nothing: FACTS.md 3.6), or the
//                     deadline passed; `came` says which, and what may be behind it
//   WRONG_NODE, CROSS_DOMAIN, ...   our side left the handshake, for that reason
//   TOO_LARGE         the call was larger than the node takes
//   PROTOCOL_VERSION  the node does not know the call
//   INTERNAL          any other error without a reason
absl::Status FromGrpc(const grpc::Status& status, const ConnectionFacts& facts);

// Whether the same call may succeed if it is tried again soon: the node was not reached or said
// that it takes no more for now. Not for a certificate that one side does not accept.
bool WorthRetrying(const absl::Status& status);

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_GRPC_STATUS_H_
