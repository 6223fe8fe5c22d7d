#include "daemon/config/retention.h"

#include <algorithm>
#include <array>
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

absl::StatusOr<RetentionSettings> ReadRetention(const Parsed<v1::NodeConfig>& file) {
  RetentionSettings settings;
  for (int i = 0; i < file.value.retention_size(); ++i) {
    const v1::RetentionRule& rule = file.value.retention(i);
    const std::string at = fmt::format("retention[{}]", i);
    if (std::ranges::find(kFamilies, rule.family()) == kFamilies.end()) {
      return FieldError(file, at + ".family", fmt::format("one of {}", fmt::join(kFamilies, ", ")),
                        fmt::format("'{}'", rule.family()),
                        "leave out what is to be kept for ever, as agreements are");
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
  if (settings.held_references.contains("") || settings.held_scopes.contains("")) {
    return FieldError(file, "legal_hold", "references and ids", "an empty one");
  }
  return settings;
}

}  // namespace gatepost::config
