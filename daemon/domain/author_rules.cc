#include "daemon/domain/author_rules.h"

#include "daemon/system/reason.h"

namespace gatepost::domain {
namespace {

constexpr std::string_view kOfficer = "officer";

absl::Status NotAllowed(std::string_view wanted, std::string_view who, std::string_view todo) {
  return system::Refuse(v1::REASON_NOT_ALLOWED, wanted, who, todo);
}

}  // namespace

absl::Status MayAuthor(std::string_view author, std::string_view role, const v1::Message& message) {
  if (role != "clerk" && role != "service" && role != kOfficer) {
    return NotAllowed("a clerk, a service or an officer as author", author,
                      "have the message signed by one of them");
  }
  const bool agrees = message.has_proposal() || message.has_acceptance() ||
                      message.has_rejection() || message.has_withdrawal();
  if (agrees && role != kOfficer) {
    return NotAllowed("an officer, for what binds both sides", author, "have an officer sign it");
  }
  if (message.has_yard_report() && message.yard_report().has_override() && role != kOfficer) {
    return system::Refuse(v1::REASON_OVERRIDE_NOT_ALLOWED, "an override signed by an officer",
                          author, "ask an officer to send it, or correct the figures");
  }
  return absl::OkStatus();
}

absl::Status MayBatch(const v1::Message& message) {
  if (message.has_yard_report()) return absl::OkStatus();
  return system::Refuse(v1::REASON_NOT_ALLOWED, "reports only in a batch", "another message",
                        "send it by itself, with signatures of its own");
}

}  // namespace gatepost::domain
