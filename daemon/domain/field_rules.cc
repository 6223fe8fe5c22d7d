#include "daemon/domain/field_rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "daemon/domain/message_id.h"
#include "daemon/system/reason.h"
#include "daemon/system/utf8.h"

namespace gatepost::domain {
namespace {

using system::Refuse;

constexpr size_t kDigestSize = 32;

// MessageReference and MessageCitation have the same fields.
template <typename Name>
absl::Status CheckName(std::string_view field, const Name& named) {
  if (named.author().empty()) return Missing(fmt::format("{}.author", field));
  const absl::Status id = CheckMessageId(named.message_id());
  if (!id.ok()) return AtField(fmt::format("{}.message_id", field), id);
  if (named.pae_sha256().empty()) return Missing(fmt::format("{}.pae_sha256", field));
  if (named.pae_sha256().size() == kDigestSize) return absl::OkStatus();
  return Refuse(v1::REASON_MALFORMED_PAYLOAD, fmt::format("{}.pae_sha256: 32 bytes", field),
                fmt::format("{}", named.pae_sha256().size()), "send the SHA-256 itself");
}

}  // namespace

absl::Status Missing(std::string_view field, std::string_view came) {
  return Refuse(v1::REASON_FIELD_MISSING, field, came, fmt::format("state {}", field));
}

absl::Status MissingKind(std::string_view field) {
  return Missing(field, "none, or a value without meaning here");
}

absl::Status Conflict(std::string_view wanted, std::string_view came, std::string_view todo) {
  return Refuse(v1::REASON_FIELD_CONFLICT, wanted, came, todo);
}

absl::Status AtField(std::string_view field, const absl::Status& status) {
  const system::Refusal refusal = system::RefusalOf(status).value_or(system::Refusal());
  return Refuse(refusal.reason, fmt::format("{}: {}", field, refusal.wanted), refusal.came,
                refusal.todo);
}

absl::Status CheckVehicleCountry(const std::string& country) {
  const bool iso = country.size() == 2 &&
                   std::ranges::all_of(country, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (country.empty() || iso) return absl::OkStatus();
  return Refuse(v1::REASON_MALFORMED_PAYLOAD, "vehicle_country as two capital letters",
                fmt::format("'{}'", system::Printable(country, 20)),
                "write VN or CN, or leave it out for all");
}

absl::Status CheckCitation(std::string_view field, const v1::MessageCitation& named) {
  return CheckName(field, named);
}

absl::Status CheckReplaces(const v1::MessageHeader& header) {
  if (!header.has_replaces()) return absl::OkStatus();
  const v1::MessageReference& named = header.replaces();
  if (absl::Status status = CheckName("replaces", named); !status.ok()) return status;
  if (named.message_id() != header.message_id() || named.author() != header.author()) {
    return absl::OkStatus();
  }
  return Conflict("replaces: another message", "this message itself",
                  "name the message that this one replaces");
}

absl::Status CheckScopeIds(const v1::MessageHeader& header, const std::vector<std::string>& wanted,
                           std::string_view whose) {
  const auto& came = header.scope_ids();
  if (std::ranges::equal(came, wanted)) return absl::OkStatus();
  return Conflict(
      fmt::format("header.scope_ids: {}, sorted, each once: {}", whose, fmt::join(wanted, " ")),
      came.empty() ? "none" : system::Printable(fmt::format("{}", fmt::join(came, " ")), 200),
      "write the same in both");
}

}  // namespace gatepost::domain
