#include "daemon/domain/authority/agreed_rules.h"

#include <algorithm>
#include <utility>

#include "daemon/system/reason.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace gatepost::domain {
namespace {

// What no emergency lets through with fewer signatures.
bool IsNeverUrgent(std::string_view family) {
  return family == "AGREEMENT" || family == "AUTHORITY";
}

bool KeepsUpTheLink(std::string_view family) {
  return family == "PING" || family == "AUTHORITY" || family == "ACKNOWLEDGEMENT";
}

}  // namespace

AgreedRules::AgreedRules(Stated stated, const GateRegister& gates)
    : stated_(std::move(stated)),
      vn_(stated_.gate_classes, gates, "VN"),
      cn_(stated_.gate_classes, gates, "CN") {}

absl::Status AgreedRules::CheckFamily(const v1::Message& message) const {
  const std::string_view family = FamilyOf(message);
  if (stated_.families.empty() || family.empty() || KeepsUpTheLink(family) ||
      std::ranges::find(stated_.families, family) != stated_.families.end()) {
    return absl::OkStatus();
  }
  return system::Refuse(
      v1::REASON_SCOPE_NOT_OF_LINK,
      fmt::format("families that the link is about: {}", fmt::join(stated_.families, ", ")), family,
      "send it over another link, or agree that such messages cross this one");
}

absl::Status AgreedRules::CheckScope(const v1::Message& message, absl::CivilDay on) const {
  if (stated_.scope_ids.empty()) return absl::OkStatus();
  const MessageFacts facts = FactsOf(message, vn_.gates(), on);
  if (facts.family != "AGREEMENT" && facts.family != "NOTICE") return absl::OkStatus();
  config::v1::RuleSubject link;
  link.mutable_scope_ids()->Assign(stated_.scope_ids.begin(), stated_.scope_ids.end());
  for (const std::string& gate : facts.gate_ids) {
    if (vn_.Matches(link, facts, gate, on)) continue;
    return system::Refuse(v1::REASON_SCOPE_NOT_OF_LINK,
                          fmt::format("gates that the link is about, {} with all below them",
                                      fmt::join(stated_.scope_ids, ", ")),
                          gate, "send it over the link that is about this gate");
  }
  return absl::OkStatus();
}

std::vector<StillNeeded> AgreedRules::Needed(const v1::Message& message, std::string_view country,
                                             const std::vector<SignerRoles>& signers,
                                             absl::CivilDay on) const {
  const RuleSubjects& subjects = country == "VN" ? vn_ : cn_;
  const MessageFacts facts = FactsOf(message, subjects.gates(), on);
  if (!message.header().has_emergency() || IsNeverUrgent(facts.family)) {
    return SignaturesMissing(stated_.release_rules, subjects, facts, signers, on);
  }
  return SignaturesMissing(RulesForEmergencies(stated_.release_rules), subjects, facts, signers,
                           on);
}

void AddNeeded(std::vector<StillNeeded>& all, const std::vector<StillNeeded>& more) {
  for (const StillNeeded& one : more) {
    const auto same = std::ranges::find(all, one.roles, &StillNeeded::roles);
    if (same == all.end()) {
      all.push_back(one);
    } else {
      same->count = std::max(same->count, one.count);
    }
  }
}

std::string NeededText(const std::vector<StillNeeded>& needed) {
  std::string text;
  for (const StillNeeded& one : needed) {
    text += fmt::format("{}{} more by {}", text.empty() ? "" : "; ", one.count,
                        fmt::join(one.roles, " or "));
  }
  return text;
}

}  // namespace gatepost::domain
