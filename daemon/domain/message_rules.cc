#include "daemon/domain/message_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/field_rules.h"
#include "daemon/domain/message_id.h"
#include "daemon/domain/text.h"
#include "daemon/domain/yard_rules.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"

namespace gatepost::domain {
namespace {

using system::Printable;
using system::Refuse;

constexpr size_t kLongestId = 64;

// The ids of a list: at most `limit`, each of a possible form, each once.
template <typename Ids>
absl::Status CheckIds(std::string_view field, const Ids& ids, int limit) {
  if (ids.size() > limit) {
    return Refuse(v1::REASON_MALFORMED_PAYLOAD, fmt::format("{}: at most {}", field, limit),
                  fmt::format("{}", ids.size()), "send several messages");
  }
  std::set<std::string_view> seen;
  for (const std::string& id : ids) {
    if (!IsNodeId(id)) {
      return Refuse(v1::REASON_MALFORMED_PAYLOAD,
                    fmt::format("{}: ids of small letters, digits, '.', '_' and '-'", field),
                    fmt::format("'{}'", Printable(id, kLongestId)), "correct the id");
    }
    if (!seen.insert(id).second) {
      return Refuse(v1::REASON_FIELD_CONFLICT, fmt::format("{}: each once", field),
                    fmt::format("'{}' twice", id), "leave one out");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckAddresses(const v1::MessageHeader& header) {
  if (header.origin_node().empty()) return Missing("origin_node");
  if (!IsNodeId(header.origin_node())) {
    return Refuse(v1::REASON_MALFORMED_PAYLOAD, "origin_node: a node id such as vn-langson",
                  fmt::format("'{}'", Printable(header.origin_node(), kLongestId)),
                  "correct the id");
  }
  if (header.recipient_nodes().empty()) return Missing("recipient_nodes");
  GATEPOST_RETURN_IF_ERROR(CheckIds("recipient_nodes", header.recipient_nodes(), kMostRecipients));
  const auto& recipients = header.recipient_nodes();
  if (std::find(recipients.begin(), recipients.end(), header.origin_node()) != recipients.end()) {
    return Refuse(v1::REASON_FIELD_CONFLICT, "recipient_nodes without the origin",
                  header.origin_node(), "leave the origin out");
  }
  return CheckIds("addressed_agencies", header.addressed_agencies(), kMostAddressedAgencies);
}

absl::Status CheckAuthoredAt(const v1::MessageHeader& header, absl::Time now) {
  if (!header.has_authored_at()) return Missing("authored_at");
  GATEPOST_ASSIGN_OR_RETURN(absl::Time time, InstantOf(header.authored_at()));
  if (time <= now + kFutureTolerance) return absl::OkStatus();
  const std::string& zone = header.authored_at().zone();
  return Refuse(v1::REASON_FUTURE_DATE,
                fmt::format("authored_at: a time that has come; it is {}", TimeText(now, zone)),
                TimeText(time, zone), "check the clock of the machine that wrote it");
}

absl::Status CheckSalt(const std::string& salt) {
  if (salt.size() < kShortestSalt) {
    return Refuse(v1::REASON_SALT_TOO_SHORT,
                  fmt::format("a salt of at least {} random bytes", kShortestSalt),
                  fmt::format("{}", salt.size()), "add a random salt");
  }
  if (salt.size() > kLongestSalt) {
    return Refuse(v1::REASON_MALFORMED_PAYLOAD,
                  fmt::format("a salt of at most {} bytes", kLongestSalt),
                  fmt::format("{}", salt.size()), "shorten the salt");
  }
  return absl::OkStatus();
}

bool HasUnknownFields(const google::protobuf::Message& message) {
  return !message.GetReflection()->GetUnknownFields(message).empty();
}

}  // namespace

bool IsNodeId(std::string_view id) {
  bool characters = std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
  return !id.empty() && id.size() <= kLongestId && characters && id != "." && id != "..";
}

absl::Status CheckHeader(const v1::Message& message, const HeaderContext& context) {
  if (!message.has_header()) return Missing("header");
  const v1::MessageHeader& header = message.header();
  GATEPOST_RETURN_IF_ERROR(CheckMessageId(header.message_id()));
  if (header.author() != context.author) {
    return Refuse(v1::REASON_AUTHOR_NOT_SIGNER,
                  fmt::format("author {}, the signer", context.author),
                  fmt::format("'{}'", Printable(header.author())),
                  "sign with the author's key, or name the signer as author");
  }
  GATEPOST_RETURN_IF_ERROR(CheckSalt(header.salt()));
  GATEPOST_RETURN_IF_ERROR(CheckAddresses(header));
  GATEPOST_RETURN_IF_ERROR(CheckAuthoredAt(header, context.now));
  if (header.has_emergency()) {
    if (header.emergency().reason().empty()) return Missing("emergency.reason");
    GATEPOST_RETURN_IF_ERROR(
        CheckText("emergency.reason", header.emergency().reason(), kLongestEmergencyReason));
  }
  // A body of a newer schema is an unknown field here.
  if (message.body_case() == v1::Message::BODY_NOT_SET && !HasUnknownFields(message)) {
    return Missing("body");
  }
  return absl::OkStatus();
}

absl::Status CheckPing(const v1::Ping& ping, const v1::MessageHeader& header) {
  bool printable = std::all_of(ping.token().begin(), ping.token().end(),
                               [](char c) { return c >= ' ' && c <= '~'; });
  if (!printable || ping.token().size() > kLongestPingToken) {
    return Refuse(v1::REASON_MALFORMED_PAYLOAD,
                  fmt::format("token: up to {} printable ASCII characters", kLongestPingToken),
                  fmt::format("'{}'", Printable(ping.token(), kLongestPingToken)),
                  "shorten the token");
  }
  if (!header.scope_ids().empty() || header.has_replaces()) {
    return Refuse(v1::REASON_FIELD_CONFLICT, "a ping about no scope, which replaces nothing",
                  header.has_replaces() ? "replaces" : "scope_ids", "leave it out");
  }
  return absl::OkStatus();
}

}  // namespace gatepost::domain
