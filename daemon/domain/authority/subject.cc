#include "daemon/domain/authority/subject.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "daemon/domain/authority/last_known.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::domain {
namespace {

constexpr std::array<std::string_view, 7> kFamilies = {
    "REPORT", "AGREEMENT", "NOTICE", "ACKNOWLEDGEMENT", "TRANSCRIPT", "AUTHORITY", "PING"};
constexpr std::array<std::string_view, 20> kActions = {
    "SEND",           "CORRECT",    "OVERRIDE",     "PROPOSE", "AMEND",       "TERMINATE",
    "ACCEPT",         "REJECT",     "WITHDRAW",     "CLOSURE", "INTAKE_STOP", "OBSERVED_STOP",
    "OBSERVED_HOURS", "RESUMPTION", "CANCELLATION", "SERVICE", "ROSTER",      "KEY",
    "COUNTERSIGN",    "EMERGENCY"};

// What can be done with messages of one family, EMERGENCY aside.
struct FamilyActions {
  std::string_view family;
  std::array<std::string_view, 8> actions;
};
constexpr std::array<FamilyActions, 7> kActionsOf = {
    {{"REPORT", {"SEND", "CORRECT", "OVERRIDE"}},
     {"AGREEMENT", {"PROPOSE", "AMEND", "TERMINATE", "ACCEPT", "REJECT", "WITHDRAW"}},
     {"NOTICE",
      {"SEND", "CLOSURE", "INTAKE_STOP", "OBSERVED_STOP", "OBSERVED_HOURS", "RESUMPTION",
       "CANCELLATION", "SERVICE"}},
     {"ACKNOWLEDGEMENT", {"SEND"}},
     {"TRANSCRIPT", {"SEND"}},
     {"AUTHORITY", {"ROSTER", "KEY", "COUNTERSIGN"}},
     {"PING", {"SEND"}}}};

absl::Status Bad(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_BAD_CONFIG, wanted, came, "correct the rule");
}

bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

template <typename Words>
bool Has(const Words& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

bool IsOf(std::string_view action, std::string_view family) {
  const auto found = std::ranges::find(kActionsOf, family, &FamilyActions::family);
  return action == "EMERGENCY" || (found != kActionsOf.end() && Has(found->actions, action));
}

}  // namespace

RuleSubjects::RuleSubjects(std::vector<config::v1::GateClass> classes, GateRegister gates,
                           std::string_view country)
    : classes_(std::move(classes)), gates_(std::move(gates)), vietnamese_(country == "VN") {}

std::string RuleSubjects::ClassOf(std::string_view gate_id, absl::CivilDay on) const {
  for (const v1::Gate* gate : WithParents(gates_, gate_id, on)) {
    const std::string& type = vietnamese_ ? gate->type_vn() : gate->type_cn();
    for (const config::v1::GateClass& one : classes_) {
      for (const std::string& word : one.type_words()) {
        if (type.starts_with(word)) return one.name();
      }
    }
  }
  return "";
}

bool RuleSubjects::Matches(const config::v1::RuleSubject& subject, const MessageFacts& facts,
                           std::string_view gate_id, absl::CivilDay on) const {
  if (!subject.families().empty() && !Has(subject.families(), facts.family)) return false;
  if (!subject.actions().empty() &&
      std::ranges::none_of(facts.actions,
                           [&](const std::string& act) { return Has(subject.actions(), act); })) {
    return false;
  }
  if (!subject.gate_classes().empty()) {
    const std::string of = gate_id.empty() ? "" : ClassOf(gate_id, on);
    if (of.empty() || !Has(subject.gate_classes(), of)) return false;
  }
  return subject.scope_ids().empty() ||
         (!gate_id.empty() && std::ranges::any_of(subject.scope_ids(), [&](const std::string& id) {
           return LiesIn(gates_, id, gate_id, on);
         }));
}

bool RuleSubjects::MatchesAny(const config::v1::RuleSubject& subject, const MessageFacts& facts,
                              absl::CivilDay on) const {
  if (facts.gate_ids.empty()) return Matches(subject, facts, "", on);
  return std::ranges::any_of(
      facts.gate_ids, [&](const std::string& gate) { return Matches(subject, facts, gate, on); });
}

absl::Status RuleSubjects::Check(const config::v1::RuleSubject& subject) const {
  for (const std::string& family : subject.families()) {
    if (!Has(kFamilies, family)) {
      return Bad(fmt::format("families of {}", fmt::join(kFamilies, ", ")), family);
    }
  }
  for (const std::string& action : subject.actions()) {
    if (!Has(kActions, action)) {
      return Bad(fmt::format("actions of {}", fmt::join(kActions, ", ")), action);
    }
    if (!subject.families().empty() &&
        std::ranges::none_of(subject.families(),
                             [&](const std::string& family) { return IsOf(action, family); })) {
      return Bad(fmt::format("actions of {}", fmt::join(subject.families(), ", ")), action);
    }
  }
  for (const std::string& name : subject.gate_classes()) {
    if (std::ranges::none_of(classes_, [&](const auto& one) { return one.name() == name; })) {
      return Bad("names of gate_classes in this file", name);
    }
  }
  for (const std::string& id : subject.scope_ids()) {
    const auto named = [&](const auto& entry) { return entry.id() == id; };
    if (std::ranges::none_of(gates_.proto().gates(), named) &&
        std::ranges::none_of(gates_.proto().scopes(), named)) {
      return Bad("ids of gates, yards or groups in the register", id);
    }
  }
  return absl::OkStatus();
}

absl::Status RuleSubjects::CheckClasses() const {
  std::set<std::string_view> names;
  for (const config::v1::GateClass& one : classes_) {
    if (!IsName(one.name()) || !names.insert(one.name()).second) {
      return Bad("each gate class once, named in [a-z0-9-]", fmt::format("'{}'", one.name()));
    }
    if (one.type_words().empty() || Has(one.type_words(), std::string_view(""))) {
      return Bad(fmt::format("the words with which types of class {} begin", one.name()), "none");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRole(std::string_view role) {
  if (IsName(role)) return absl::OkStatus();
  return Bad("a role of 1 to 64 characters of [a-z0-9-], e.g. shift-leader",
             fmt::format("'{}'", role));
}

}  // namespace gatepost::domain
