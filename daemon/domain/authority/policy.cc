#include "daemon/domain/authority/policy.h"

#include <algorithm>
#include <utility>

#include "daemon/domain/authority/facts.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace gatepost::domain {
namespace {

constexpr int kDefaultHoldMinutes = 24 * 60;
constexpr int kDefaultCountersignMinutes = 60;

template <typename Words>
bool Share(const Words& words, const std::set<std::string>& roles) {
  return std::ranges::any_of(words, [&](const std::string& word) { return roles.contains(word); });
}

// The subject without its gates: which messages it names, wherever.
config::v1::RuleSubject Anywhere(config::v1::RuleSubject subject) {
  subject.clear_gate_classes();
  subject.clear_scope_ids();
  return subject;
}

// The gates to look at one by one: an empty one for a message about none.
std::set<std::string> GatesOrNone(const MessageFacts& facts) {
  return facts.gate_ids.empty() ? std::set<std::string>{""} : facts.gate_ids;
}

std::string Act(const MessageFacts& facts) {
  return fmt::format("{} {}", facts.family.empty() ? "message" : facts.family,
                     fmt::join(facts.actions, " "));
}

std::string Who(std::string_view who, const std::set<std::string>& roles) {
  return fmt::format("{}, who is {}", who, fmt::join(roles, ", "));
}

absl::Status NotInRoster(std::string_view who) {
  return system::Refuse(v1::REASON_NOT_IN_ROSTER, "a name in the roster of its trust domain", who,
                        "have the roster name it, with its roles");
}

// Rosters and key announcements: who may write those, the link agreements say, or a roster that
// forgot its own author would be the last one.
bool SpeaksForItsSide(const v1::Message& message) {
  return message.has_roster() || message.has_key_announcement();
}

v1::Finding Warning(std::string subject, std::string text) {
  v1::Finding finding;
  finding.set_severity(v1::SEVERITY_WARNING);
  finding.set_reason(v1::REASON_ROLE_TOO_LOW);
  finding.set_subject(std::move(subject));
  finding.set_text(std::move(text));
  finding.set_figure_index(-1);
  return finding;
}

}  // namespace

Policy::Policy(config::v1::Policy rules, RuleSubjects subjects)
    : rules_(std::move(rules)), subjects_(std::move(subjects)) {}

Policy::Passing Policy::AtGate(const std::set<std::string>& roles, const MessageFacts& facts,
                               std::string_view gate, absl::CivilDay on) const {
  Passing passing;
  for (const config::v1::AuthorRule& rule : rules_.author_rules()) {
    if (!Share(rule.roles(), roles)) continue;
    if (!subjects_.Matches(rule.subject(), facts, gate, on)) continue;
    (rule.warn() ? passing.warned : passing.allowed) = true;
  }
  return passing;
}

std::set<std::string> Policy::RolesFor(const MessageFacts& facts, std::string_view gate,
                                       absl::CivilDay on) const {
  std::set<std::string> roles;
  for (const config::v1::AuthorRule& rule : rules_.author_rules()) {
    if (!rule.warn() && subjects_.Matches(rule.subject(), facts, gate, on)) {
      roles.insert(rule.roles().begin(), rule.roles().end());
    }
  }
  return roles;
}

bool Policy::WritesSomewhere(const std::set<std::string>& roles, const MessageFacts& facts,
                             absl::CivilDay on) const {
  return std::ranges::any_of(rules_.author_rules(), [&](const config::v1::AuthorRule& rule) {
    return Share(rule.roles(), roles) && subjects_.Matches(Anywhere(rule.subject()), facts, "", on);
  });
}

std::string Policy::GateText(std::string_view gate, absl::CivilDay on) const {
  if (gate.empty()) return "no gate";
  const std::string of = subjects_.ClassOf(gate, on);
  return fmt::format("{} ({})", gate, of.empty() ? "of no class" : of);
}

absl::Status Policy::Refused(const PolicyQuestion& asked, const MessageFacts& facts,
                             const std::set<std::string>& roles, const std::string& gate) const {
  const bool elsewhere = WritesSomewhere(roles, facts, asked.on);
  const std::set<std::string> able = RolesFor(facts, gate, asked.on);
  const std::string what =
      elsewhere ? fmt::format("{} about {}", Act(facts), GateText(gate, asked.on)) : Act(facts);
  return system::Refuse(
      elsewhere ? v1::REASON_GATE_NOT_ALLOWED : v1::REASON_ROLE_NOT_ALLOWED,
      able.empty() ? fmt::format("a rule of policy {} that allows {}", id(), what)
                   : fmt::format("an author who is {}, for {}", fmt::join(able, " or "), what),
      Who(asked.author, roles),
      able.empty() ? "have the policy say who may" : "have one of them write it");
}

absl::Status Policy::CheckEmergency(const PolicyQuestion& asked, const MessageFacts& facts,
                                    const std::set<std::string>& roles) const {
  const config::v1::EmergencyRule& rule = rules_.emergency();
  const auto refuse = [&](std::string_view wanted, std::string_view came) {
    return system::Refuse(v1::REASON_EMERGENCY_NOT_ALLOWED, wanted, came,
                          "send it without an emergency, or have somebody send it who may");
  };
  if (!Share(rule.roles(), roles)) {
    return refuse(rule.roles().empty()
                      ? fmt::format("no emergency: policy {} lets nobody declare one", id())
                      : fmt::format("an author who is {}", fmt::join(rule.roles(), " or ")),
                  Who(asked.author, roles));
  }
  // A second pair of eyes that asks for a third would never end.
  if (asked.message.has_countersignature()) return refuse("no emergency", Act(facts));
  if (!rule.has_subject()) {
    if (facts.family != "AGREEMENT") return absl::OkStatus();
    return refuse("anything but agreements", Act(facts));
  }
  for (const std::string& gate : GatesOrNone(facts)) {
    if (subjects_.Matches(rule.subject(), facts, gate, asked.on)) continue;
    return refuse(fmt::format("what the emergency rule of policy {} is about", id()),
                  fmt::format("{} about {}", Act(facts), GateText(gate, asked.on)));
  }
  return absl::OkStatus();
}

absl::Status Policy::CheckNewer(const PolicyQuestion& asked, const MessageFacts& facts,
                                const std::set<std::string>& roles) const {
  // What it says of its family and gates was checked by nobody, so every rule that could be about
  // it is taken to be.
  for (const config::v1::ReleaseRule& rule : rules_.release_rules()) {
    if (facts.family.empty() || subjects_.Matches(Anywhere(rule.subject()), facts, "", asked.on)) {
      return system::Refuse(v1::REASON_NEWER_SCHEMA, "a message that can be released here",
                            "content that this version does not know",
                            "send it with what this version knows, or upgrade the node");
    }
  }
  const bool writes = std::ranges::any_of(
      rules_.author_rules(), [&](const auto& rule) { return Share(rule.roles(), roles); });
  if (facts.family.empty() ? !writes : !WritesSomewhere(roles, facts, asked.on)) {
    return Refused(asked, facts, roles, "");
  }
  return absl::OkStatus();
}

absl::StatusOr<Ruling> Policy::Rule(const PolicyQuestion& asked) const {
  if (!asked.newer_schema && SpeaksForItsSide(asked.message)) {
    Ruling ruling;
    ruling.needed = NeededBy(asked, FactsOf(asked.message, subjects_.gates(), asked.on));
    return ruling;
  }
  const auto author = std::ranges::find(asked.signers, asked.author, &SignerRoles::spiffe_id);
  if (author == asked.signers.end() || author->roles.empty()) return NotInRoster(asked.author);
  const std::set<std::string>& roles = author->roles;
  const MessageFacts facts = FactsOf(asked.message, subjects_.gates(), asked.on);
  if (asked.newer_schema) GATEPOST_RETURN_IF_ERROR(CheckNewer(asked, facts, roles));
  if (asked.message.header().has_emergency()) {
    GATEPOST_RETURN_IF_ERROR(CheckEmergency(asked, facts, roles));
    const uint32_t stated = rules_.emergency().within_minutes();
    return Ruling{
        .warnings = {},
        .needed = NeededBy(asked, facts),
        .countersign_within = absl::Minutes(stated == 0 ? kDefaultCountersignMinutes : stated)};
  }
  if (asked.newer_schema) return Ruling{};

  Ruling ruling;
  for (const std::string& gate : GatesOrNone(facts)) {
    const Passing passing = AtGate(roles, facts, gate, asked.on);
    if (passing.allowed) continue;
    if (!passing.warned) return Refused(asked, facts, roles, gate);
    ruling.warned_gates.insert(gate);
    const std::set<std::string> able = RolesFor(facts, gate, asked.on);
    ruling.warnings.push_back(
        Warning(fmt::format("{} about {}", Act(facts), GateText(gate, asked.on)),
                able.empty() ? fmt::format("written by {}", fmt::join(roles, ", "))
                             : fmt::format("written by {}, meant for {}", fmt::join(roles, ", "),
                                           fmt::join(able, " or "))));
  }
  ruling.needed = NeededBy(asked, facts);
  return ruling;
}

std::vector<StillNeeded> Policy::NeededBy(const PolicyQuestion& asked,
                                          const MessageFacts& facts) const {
  std::vector<config::v1::ReleaseRule> release(rules_.release_rules().begin(),
                                               rules_.release_rules().end());
  const bool urgent = asked.message.header().has_emergency() && !SpeaksForItsSide(asked.message);
  if (urgent) release = RulesForEmergencies(release);
  return SignaturesMissing(release, subjects_, facts, asked.signers, asked.on);
}

absl::Status Policy::MayCountersign(const std::set<std::string>& roles,
                                    std::string_view who) const {
  if (roles.empty()) return NotInRoster(who);
  const auto& able = rules_.emergency().countersigned_by();
  if (Share(able, roles)) return absl::OkStatus();
  return system::Refuse(v1::REASON_ROLE_NOT_ALLOWED,
                        able.empty()
                            ? fmt::format("a rule of policy {} that says who countersigns", id())
                            : fmt::format("a countersignature by {}", fmt::join(able, " or ")),
                        Who(who, roles), "have one of them countersign it");
}

absl::Status Policy::MayCall(const std::set<std::string>& roles, std::string_view act,
                             std::string_view who) const {
  if (roles.empty()) return NotInRoster(who);
  std::set<std::string> able;
  for (const config::v1::CallRule& rule : rules_.call_rules()) {
    if (std::ranges::find(rule.acts(), act) == rule.acts().end()) continue;
    if (Share(rule.roles(), roles)) return absl::OkStatus();
    able.insert(rule.roles().begin(), rule.roles().end());
  }
  return system::Refuse(
      v1::REASON_NOT_ALLOWED,
      able.empty() ? fmt::format("a rule of policy {} that lets somebody {}", id(), act)
                   : fmt::format("a caller who is {}, to {}", fmt::join(able, " or "), act),
      Who(who, roles), "ask one of them");
}

std::vector<std::string> Policy::ActsOf(const std::set<std::string>& roles) const {
  std::vector<std::string> acts;
  for (const std::string_view act : kCallActs) {
    if (MayCall(roles, act, "").ok()) acts.emplace_back(act);
  }
  return acts;
}

absl::Duration Policy::hold() const {
  return absl::Minutes(rules_.hold_minutes() == 0 ? kDefaultHoldMinutes : rules_.hold_minutes());
}

}  // namespace gatepost::domain
