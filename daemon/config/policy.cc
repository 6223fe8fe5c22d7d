#include "daemon/config/policy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "daemon/config/installed_file.h"
#include "daemon/config/text_file.h"
#include "daemon/system/status_macros.h"

namespace gatepost::config {
namespace {

constexpr size_t kLongestId = 100;
constexpr uint32_t kLongestHoldMinutes = 30 * 24 * 60;
constexpr uint32_t kLongestCountersignMinutes = 7 * 24 * 60;

using File = Parsed<v1::Policy>;

template <typename Roles>
absl::Status CheckRoles(const File& file, const std::string& field, const Roles& roles) {
  std::set<std::string_view> seen;
  for (int i = 0; i < roles.size(); ++i) {
    const std::string at = fmt::format("{}[{}]", field, i);
    GATEPOST_RETURN_IF_ERROR(AtField(file, at, domain::CheckRole(roles[i])));
    if (!seen.insert(roles[i]).second) {
      return FieldError(file, at, "each role once", fmt::format("{} a second time", roles[i]));
    }
  }
  return absl::OkStatus();
}

template <typename Roles>
absl::Status CheckSomeRoles(const File& file, const std::string& field, const Roles& roles) {
  if (roles.empty()) return FieldError(file, field, "at least one role, e.g. officer", "none");
  return CheckRoles(file, field, roles);
}

// Its id is the object of a leaf, which has no spaces (PROTOCOL.md 3).
absl::Status CheckId(const File& file) {
  const std::string& id = file.value.id();
  const bool good = !id.empty() && id.size() <= kLongestId &&
                    std::ranges::all_of(id, [](char c) { return c >= '!' && c <= '~'; });
  if (good) return absl::OkStatus();
  return FieldError(file, "id", "1 to 100 printable ASCII characters, e.g. langson-2026-1",
                    fmt::format("'{}'", id));
}

template <typename Rule>
absl::Status CheckSubject(const File& file, const std::string& at, const Rule& rule,
                          const domain::RuleSubjects& subjects) {
  const std::string field = at + ".subject";
  if (!rule.has_subject()) {
    return FieldError(file, field, "what the rule is about; {} for everything", "nothing");
  }
  return AtField(file, field, subjects.Check(rule.subject()));
}

absl::Status CheckAuthorRules(const File& file, const domain::RuleSubjects& subjects) {
  for (int i = 0; i < file.value.author_rules_size(); ++i) {
    const v1::AuthorRule& rule = file.value.author_rules(i);
    const std::string at = fmt::format("author_rules[{}]", i);
    GATEPOST_RETURN_IF_ERROR(CheckSomeRoles(file, at + ".roles", rule.roles()));
    GATEPOST_RETURN_IF_ERROR(CheckSubject(file, at, rule, subjects));
  }
  return absl::OkStatus();
}

absl::Status CheckCallRules(const File& file) {
  for (int i = 0; i < file.value.call_rules_size(); ++i) {
    const v1::CallRule& rule = file.value.call_rules(i);
    const std::string at = fmt::format("call_rules[{}]", i);
    GATEPOST_RETURN_IF_ERROR(CheckSomeRoles(file, at + ".roles", rule.roles()));
    const std::string wanted = fmt::format("acts of {}", fmt::join(domain::kCallActs, ", "));
    if (rule.acts().empty()) return FieldError(file, at + ".acts", wanted, "none");
    for (int j = 0; j < rule.acts_size(); ++j) {
      if (std::ranges::find(domain::kCallActs, rule.acts(j)) != domain::kCallActs.end()) continue;
      return FieldError(file, fmt::format("{}.acts[{}]", at, j), wanted,
                        fmt::format("'{}'", rule.acts(j)));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckReleaseRules(const File& file, const domain::RuleSubjects& subjects) {
  for (int i = 0; i < file.value.release_rules_size(); ++i) {
    const v1::ReleaseRule& rule = file.value.release_rules(i);
    const std::string at = fmt::format("release_rules[{}]", i);
    GATEPOST_RETURN_IF_ERROR(CheckSubject(file, at, rule, subjects));
    GATEPOST_RETURN_IF_ERROR(AtField(file, at, domain::CheckReleaseRule(rule, subjects)));
  }
  return absl::OkStatus();
}

absl::Status CheckEmergency(const File& file, const domain::RuleSubjects& subjects) {
  if (!file.value.has_emergency()) return absl::OkStatus();
  const v1::EmergencyRule& rule = file.value.emergency();
  if (rule.roles().empty()) {
    return FieldError(file, "emergency.roles", "who may declare an emergency", "nobody",
                      "name the roles, or leave `emergency` out: then nobody may");
  }
  GATEPOST_RETURN_IF_ERROR(CheckRoles(file, "emergency.roles", rule.roles()));
  if (rule.countersigned_by().empty()) {
    return FieldError(file, "emergency.countersigned_by",
                      "who may countersign what left in an emergency", "nobody");
  }
  GATEPOST_RETURN_IF_ERROR(CheckRoles(file, "emergency.countersigned_by", rule.countersigned_by()));
  if (rule.has_subject()) {
    GATEPOST_RETURN_IF_ERROR(AtField(file, "emergency.subject", subjects.Check(rule.subject())));
  }
  if (rule.within_minutes() <= kLongestCountersignMinutes) return absl::OkStatus();
  return FieldError(file, "emergency.within_minutes",
                    fmt::format("1 to {}, or nothing", kLongestCountersignMinutes),
                    fmt::format("{}", rule.within_minutes()));
}

absl::Status CheckClasses(const File& file, const domain::GateRegister& gates) {
  // One after the other, so that the one at fault is named.
  for (int i = 0; i < file.value.gate_classes_size(); ++i) {
    const auto first = file.value.gate_classes().begin();
    const domain::RuleSubjects upto({first, first + i + 1}, gates, "");
    GATEPOST_RETURN_IF_ERROR(
        AtField(file, fmt::format("gate_classes[{}]", i), upto.CheckClasses()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> InstalledPolicyFile() {
  return FindInstalled(
      {"the policy", "daemon/config/policy/default-policy.textproto", "policy_file"});
}

absl::StatusOr<PolicyFile> LoadPolicy(const std::string& path, const domain::GateRegister& gates,
                                      std::string_view country) {
  const std::string full = AbsolutePath(path, AbsolutePath(".", ""));
  GATEPOST_ASSIGN_OR_RETURN(std::string bytes, ReadConfigFile(full));
  return ParsePolicy(full, std::move(bytes), gates, country);
}

absl::StatusOr<PolicyFile> ParsePolicy(const std::string& path, std::string bytes,
                                       const domain::GateRegister& gates,
                                       std::string_view country) {
  File file;
  file.path = path;
  file.bytes = std::move(bytes);
  file.places = std::make_unique<google::protobuf::TextFormat::ParseInfoTree>();
  GATEPOST_RETURN_IF_ERROR(ParseText(path, file.bytes, &file.value, file.places.get()));
  GATEPOST_RETURN_IF_ERROR(CheckId(file));
  GATEPOST_RETURN_IF_ERROR(CheckClasses(file, gates));
  domain::RuleSubjects subjects(
      {file.value.gate_classes().begin(), file.value.gate_classes().end()}, gates, country);
  GATEPOST_RETURN_IF_ERROR(CheckAuthorRules(file, subjects));
  GATEPOST_RETURN_IF_ERROR(CheckCallRules(file));
  GATEPOST_RETURN_IF_ERROR(CheckReleaseRules(file, subjects));
  GATEPOST_RETURN_IF_ERROR(CheckEmergency(file, subjects));
  if (file.value.hold_minutes() > kLongestHoldMinutes) {
    return FieldError(file, "hold_minutes", fmt::format("1 to {}, or nothing", kLongestHoldMinutes),
                      fmt::format("{}", file.value.hold_minutes()));
  }
  const certs::Digest sha256 = certs::Sha256Of(file.bytes);
  return PolicyFile{
      path, sha256,
      std::make_shared<const domain::Policy>(std::move(file.value), std::move(subjects))};
}

}  // namespace gatepost::config
