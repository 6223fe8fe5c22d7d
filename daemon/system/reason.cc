#include "daemon/system/reason.h"

#include <fmt/format.h>

#include <string>

#include "absl/strings/cord.h"
#include "absl/types/optional.h"
#include "daemon/system/utf8.h"
#include "google/rpc/error_details.pb.h"

namespace gatepost::system {
namespace {

constexpr std::string_view kPrefix = "REASON_";
constexpr std::string_view kDomain = "gatepost";

// Refusals travel in gRPC trailers, which are small, and may quote what strangers sent.
constexpr size_t kLongestTextBytes = 1000;

std::string TextOf(const google::rpc::ErrorInfo& info, const std::string& key) {
  auto found = info.metadata().find(key);
  return found == info.metadata().end() ? std::string() : found->second;
}

}  // namespace

absl::Status Refuse(v1::Reason reason, std::string_view wanted, std::string_view came,
                    std::string_view todo) {
  Refusal refusal{reason, Printable(wanted, kLongestTextBytes), Printable(came, kLongestTextBytes),
                  Printable(todo, kLongestTextBytes)};
  std::string name = ReasonName(reason);
  google::rpc::ErrorInfo info;
  info.set_reason(name);
  info.set_domain(std::string(kDomain));
  (*info.mutable_metadata())["wanted"] = refusal.wanted;
  (*info.mutable_metadata())["came"] = refusal.came;
  (*info.mutable_metadata())["todo"] = refusal.todo;
  absl::Status status(CodeOf(reason), fmt::format("{}: wanted {}; came {}; {}", name,
                                                  refusal.wanted, refusal.came, refusal.todo));
  status.SetPayload(kErrorInfoUrl, absl::Cord(info.SerializeAsString()));
  return status;
}

std::optional<Refusal> RefusalOf(const absl::Status& status) {
  absl::optional<absl::Cord> payload = status.GetPayload(kErrorInfoUrl);
  if (!payload) return std::nullopt;
  google::rpc::ErrorInfo info;
  if (!info.ParseFromString(std::string(*payload)) || info.domain() != kDomain) {
    return std::nullopt;
  }
  Refusal refusal;
  // A newer program may know reasons that this one does not: the texts still serve.
  if (!v1::Reason_Parse(std::string(kPrefix) + info.reason(), &refusal.reason)) {
    refusal.reason = v1::REASON_UNSPECIFIED;
  }
  refusal.wanted = TextOf(info, "wanted");
  refusal.came = TextOf(info, "came");
  refusal.todo = TextOf(info, "todo");
  return refusal;
}

v1::Reason ReasonOf(const absl::Status& status) {
  if (status.ok()) return v1::REASON_UNSPECIFIED;
  std::optional<Refusal> refusal = RefusalOf(status);
  return refusal ? refusal->reason : v1::REASON_INTERNAL;
}

std::string ReasonName(v1::Reason reason) {
  std::string name = v1::Reason_Name(reason);
  if (name.empty()) return fmt::format("UNKNOWN_{}", static_cast<int>(reason));
  return name.substr(kPrefix.size());
}

absl::StatusCode CodeOf(v1::Reason reason) {
  switch (reason) {
    case v1::REASON_NO_CERTIFICATE:
    case v1::REASON_CERTIFICATE_MALFORMED:
    case v1::REASON_UNKNOWN_TRUST_DOMAIN:
    case v1::REASON_CROSS_DOMAIN:
    case v1::REASON_CHAIN_BROKEN:
    case v1::REASON_CERTIFICATE_EXPIRED:
    case v1::REASON_CERTIFICATE_NOT_YET_VALID:
    case v1::REASON_CERTIFICATE_WRONG_USAGE:
    case v1::REASON_BAD_SPIFFE_ID:
    case v1::REASON_WEAK_KEY:
    case v1::REASON_WRONG_NODE:
    case v1::REASON_CERTIFICATE_REVOKED:
    case v1::REASON_REVOCATION_UNKNOWN:
    case v1::REASON_IDENTITY_DENIED:
      return absl::StatusCode::kUnauthenticated;

    case v1::REASON_NOT_ALLOWED:
    case v1::REASON_OVERRIDE_NOT_ALLOWED:
    case v1::REASON_NOT_IN_ROSTER:
    case v1::REASON_ROLE_NOT_ALLOWED:
    case v1::REASON_GATE_NOT_ALLOWED:
    case v1::REASON_EMERGENCY_NOT_ALLOWED:
    case v1::REASON_NOT_AN_AUTHORITY:
      return absl::StatusCode::kPermissionDenied;

    case v1::REASON_NOT_FOUND:
      return absl::StatusCode::kNotFound;

    case v1::REASON_MESSAGE_ID_REUSED:
    case v1::REASON_REQUEST_ID_REUSED:
    case v1::REASON_DUPLICATE_REPORT:
      return absl::StatusCode::kAlreadyExists;

    // The same bytes may pass once something else has changed.
    case v1::REASON_CERTIFICATE_NOT_HELD:
    case v1::REASON_NOT_ADDRESSED_HERE:
    case v1::REASON_UNKNOWN_RECIPIENT:
    case v1::REASON_REGISTER_DIFFERS:
    case v1::REASON_FUTURE_DATE:
    case v1::REASON_UNKNOWN_BASE:
    case v1::REASON_HOURS_UNKNOWN:
    case v1::REASON_PROTOCOL_VERSION:
    case v1::REASON_AGREEMENT_DIFFERS:
    case v1::REASON_CLOCK_SKEW:
    case v1::REASON_SIGNATURES_MISSING:
    case v1::REASON_OWN_SECOND_SIGNATURE:
    case v1::REASON_NOT_RELEASED:
    case v1::REASON_AGREEMENT_NOT_SIGNED:
    case v1::REASON_KEY_NOT_ANNOUNCED:
      return absl::StatusCode::kFailedPrecondition;

    // Redo the larger step: revise the newest report, or begin a new session.
    case v1::REASON_STALE_REVISION:
    case v1::REASON_WRONG_SUBJECT:
    case v1::REASON_BAD_FRAME:
    case v1::REASON_SEQUENCE_GAP:
    case v1::REASON_SEQUENCE_REUSED:
    case v1::REASON_FENCED:
    case v1::REASON_DOUBLE_DIAL:
    case v1::REASON_WINDOW_EXCEEDED:
      return absl::StatusCode::kAborted;

    case v1::REASON_OVERLOADED:
    case v1::REASON_NODE_STOPPING:
    case v1::REASON_STORE_FAILED:
    case v1::REASON_NOT_REACHABLE:
    case v1::REASON_PEER_SILENT:
      return absl::StatusCode::kUnavailable;

    case v1::REASON_TOO_MANY_REFUSALS:
    case v1::REASON_TOO_MANY_OPEN:
    case v1::REASON_RATE_EXCEEDED:
    case v1::REASON_TOO_MUCH_IN_FLIGHT:
    case v1::REASON_CALLER_TOO_SLOW:
      return absl::StatusCode::kResourceExhausted;

    case v1::REASON_BATCH_NOT_TAKEN:
      return absl::StatusCode::kUnimplemented;

    case v1::REASON_LINK_DIVERGED:
    case v1::REASON_HEAD_FORKED:
    case v1::REASON_LEDGER_DAMAGED:
      return absl::StatusCode::kDataLoss;

    case v1::REASON_UNSPECIFIED:
    case v1::REASON_INTERNAL:
      return absl::StatusCode::kInternal;

    // Everything else is wrong in what came, and stays wrong however often it is sent.
    default:
      return absl::StatusCode::kInvalidArgument;
  }
}

}  // namespace gatepost::system
