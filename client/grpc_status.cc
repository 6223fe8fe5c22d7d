#include "client/grpc_status.h"

#include <fmt/format.h>

#include <string_view>

#include "absl/strings/cord.h"
#include "daemon/system/reason.h"
#include "google/rpc/status.pb.h"

namespace gatepost::client {
namespace {

bool Contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// The node's own refusal, when the trailers carry one.
std::optional<absl::Status> NodesWord(const grpc::Status& status) {
  google::rpc::Status details;
  if (status.error_details().empty() || !details.ParseFromString(status.error_details())) {
    return std::nullopt;
  }
  absl::Status result(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  for (const google::protobuf::Any& detail : details.details()) {
    result.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  if (!system::RefusalOf(result)) return std::nullopt;
  return result;
}

absl::Status NotReachable(const ConnectionFacts& facts, std::string_view came,
                          std::string_view todo) {
  return system::Refuse(v1::REASON_NOT_REACHABLE,
                        fmt::format("node {} at {}", facts.node, facts.address), came, todo);
}

// What a closed connection may mean: the node does not say, so everything that can be known from
// here is said.
absl::Status HandshakeClosed(const ConnectionFacts& facts) {
  if (!facts.own_certificate.ok()) {
    std::optional<system::Refusal> own = system::RefusalOf(facts.own_certificate);
    return NotReachable(
        facts,
        fmt::format("the node ended the connection; our certificate {} is not good: {}",
                    facts.certificate_file,
                    own ? fmt::format("{}, wanted {}, came {}", system::ReasonName(own->reason),
                                      own->wanted, own->came)
                        : std::string(facts.own_certificate.message())),
        "have a certificate issued that is");
  }
  return NotReachable(
      facts,
      fmt::format(
          "the connection was ended without a word; our certificate {} looks good from here",
          facts.certificate_file),
      "ask for the node's log, which names the reason if it refused the certificate; or whether "
      "something between ended the connection");
}

absl::Status Unavailable(const std::string& message, const ConnectionFacts& facts) {
  if (Contains(message, "Custom verification check failed") && facts.refused_by_us) {
    return *facts.refused_by_us;
  }
  if (Contains(message, "Connection refused")) {
    return NotReachable(facts, "nobody listens there", "check the address, and that the node runs");
  }
  if (Contains(message, "DNS resolution failed") || Contains(message, "Domain name not found")) {
    return NotReachable(facts, "its name is not known", "check node_address in the client config");
  }
  if (Contains(message, "SSL_ERROR_SSL") || Contains(message, "wrong version number")) {
    return NotReachable(facts, fmt::format("no TLS 1.3 there: {}", message),
                        "check the address: it is not that of a gatepost node");
  }
  if (Contains(message, "Socket closed") || Contains(message, "Connection reset") ||
      Contains(message, "Broken pipe") || Contains(message, "Handshake")) {
    return HandshakeClosed(facts);
  }
  return NotReachable(facts, message.empty() ? "no connection" : message,
                      "try again; look at the node's log");
}

}  // namespace

absl::Status FromGrpc(const grpc::Status& status, const ConnectionFacts& facts) {
  if (status.ok()) return absl::OkStatus();
  if (std::optional<absl::Status> refusal = NodesWord(status)) return *refusal;
  const std::string& message = status.error_message();
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      return Unavailable(message, facts);
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return NotReachable(facts, fmt::format("no answer within {}", facts.deadline),
                          "try again; what was sent may have been accepted all the same");
    case grpc::StatusCode::CANCELLED:
      return absl::CancelledError(message);
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return system::Refuse(v1::REASON_TOO_LARGE, "a call of a size that both sides take", message,
                            "send less at once");
    case grpc::StatusCode::UNIMPLEMENTED:
      return system::Refuse(v1::REASON_PROTOCOL_VERSION, "a node that knows this call",
                            fmt::format("{} does not", facts.node), "upgrade the node");
    default:
      return system::Refuse(
          v1::REASON_INTERNAL, "an answer, or a refusal with a reason",
          fmt::format("code {}: {}", static_cast<int>(status.error_code()), message),
          "try once more; look at the node's log");
  }
}

bool WorthRetrying(const absl::Status& status) {
  switch (system::ReasonOf(status)) {
    case v1::REASON_NOT_REACHABLE:
    case v1::REASON_OVERLOADED:
    case v1::REASON_NODE_STOPPING:
      return true;
    default:
      return false;
  }
}

}  // namespace gatepost::client
