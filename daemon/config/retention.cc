#include "daemon/config/retention.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::config {

namespace {

constexpr std::array<std::string_view, 5> kFamilies = {"REPORT", "NOTICE", "ACKNOWLEDGEMENT",
                                                       "TRANSCRIPT", "PING"};
constexpr uint32_t kFewestDays = 30;
constexpr uint32_t kMostDays = 36'500;

}  // namespace

absl::StatusOr<RetentionSettings> ReadRetention(const Parsed<v1::NodeConfig>& file,
                                                const domain::GateRegister& gates) {
  RetentionSettings settings;
  for (int i = 0; i < file.value.retention_size(); ++i) {
    const v1::RetentionRule& rule = file.value.retention(i);
    const std::string at = fmt::format("retention[{}]", i);
    if (std::ranges::find(kFamilies, rule.family()) == kFamilies.end()) {
      return FieldError(file, at + ".family", fmt::format("one of {}", fmt::join(kFamilies, ", ")),
                        fmt::format("'{}'", rule.family()),
                        "leave out what is to be kept for ever, as agreements and rosters are");
    }
    if (rule.keep_days() < kFewestDays || rule.keep_days() > kMostDays) {
      return FieldError(file, at + ".keep_days", fmt::format("{} to {}", kFewestDays, kMostDays),
                        fmt::format("{}", rule.keep_days()));
    }
    if (!settings.keep_days.emplace(rule.family(), static_cast<int>(rule.keep_days())).second) {
      return FieldError(file, at + ".family", "each family once", rule.family());
    }
  }
  const v1::LegalHold& hold = file.value.legal_hold();
  settings.held_references.insert(hold.references().begin(), hold.references().end());
  settings.held_scopes.insert(hold.scope_ids().begin(), hold.scope_ids().end());
  if (settings.held_references.contains("")) {
    return FieldError(file, "legal_hold.references", "message ids or references", "an empty one");
  }
  std::set<std::string_view> known;
  for (const gatepost::v1::Gate& gate : gates.proto().gates()) known.insert(gate.id());
  for (const gatepost::v1::Scope& scope : gates.proto().scopes()) known.insert(scope.id());
  for (int i = 0; i < hold.scope_ids_size(); ++i) {
    if (known.contains(hold.scope_ids(i))) continue;
    return FieldError(file, fmt::format("legal_hold.scope_ids[{}]", i),
                      "the id of a gate, yard or group in the register",
                      fmt::format("'{}'", hold.scope_ids(i)));
  }
  return settings;
}

}  // namespace gatepost::config
