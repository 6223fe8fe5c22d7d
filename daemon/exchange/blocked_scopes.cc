#include "daemon/exchange/blocked_scopes.h"

#include <algorithm>
#include <utility>

#include "daemon/domain/hours/transcript_rules.h"
#include "daemon/system/reason.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

void AddClasses(const google::protobuf::RepeatedPtrField<std::string>& classes,
                std::set<std::string>& ids) {
  for (const std::string& cargo_class : classes) ids.insert("class:" + cargo_class);
}

// Whether a rule names its gates by a class of the register.
bool NamesAClass(const v1::Message& message) {
  const v1::Timetable* timetable = domain::TimetableIn(message);
  return timetable != nullptr &&
         std::ranges::any_of(timetable->rules(),
                             [](const v1::TimetableRule& rule) { return rule.has_named_as(); });
}

bool IsGateOrScope(const std::string& id) { return id.find(':') == std::string::npos; }

// The register entries that a message touches.
std::set<std::string> EntriesIn(const v1::Message& message) {
  std::set<std::string> ids(message.header().scope_ids().begin(),
                            message.header().scope_ids().end());
  for (const v1::Figure& figure : message.yard_report().figures()) {
    if (!figure.cargo_class().empty()) ids.insert("class:" + figure.cargo_class());
    if (!figure.split_id().empty()) ids.insert("split:" + figure.split_id());
    if (!figure.yard_id().empty()) ids.insert(figure.yard_id());
  }
  const v1::Timetable* timetable = domain::TimetableIn(message);
  if (timetable == nullptr) return ids;
  for (const v1::TimetableRule& rule : timetable->rules()) {
    const v1::Conditions& conditions = rule.conditions();
    AddClasses(rule.cargo_classes(), ids);
    AddClasses(conditions.admitted_cargo_classes(), ids);
    if (!conditions.holding_yard_id().empty()) ids.insert(conditions.holding_yard_id());
    for (const v1::Diversion& diversion : conditions.diversions()) {
      AddClasses(diversion.cargo_classes(), ids);
      ids.insert(diversion.gate_ids().begin(), diversion.gate_ids().end());
    }
  }
  return ids;
}

}  // namespace

void BlockedScopes::Set(std::string_view peer, std::set<std::string> ids) {
  std::lock_guard lock(mutex_);
  ids_.insert_or_assign(std::string(peer), std::move(ids));
}

absl::Status BlockedScopes::Check(std::string_view peer, const v1::Message& message) const {
  // An answer says nothing of the register: what it binds, the proposal says.
  if (message.has_acceptance() || message.has_rejection() || message.has_withdrawal()) {
    return absl::OkStatus();
  }
  std::lock_guard lock(mutex_);
  const auto found = ids_.find(peer);
  if (found == ids_.end() || found->second.empty()) return absl::OkStatus();
  const std::set<std::string>& ids = found->second;
  // Which gates a class comes to hangs on all of them, also on those that only one side has.
  const auto differs = std::ranges::find_if(ids, IsGateOrScope);
  if (differs != ids.end() && NamesAClass(message)) {
    return system::Refuse(v1::REASON_REGISTER_DIFFERS,
                          fmt::format("the same gates as {}, for a class of them", peer),
                          fmt::format("{}, which differs", *differs),
                          "bring both registers to the same version, or leave named_as out");
  }
  for (const std::string& id : EntriesIn(message)) {
    if (!ids.contains(id)) continue;
    return system::Refuse(v1::REASON_REGISTER_DIFFERS,
                          fmt::format("the same register entry {} as {}", id, peer),
                          "an entry that differs", "bring both registers to the same version");
  }
  return absl::OkStatus();
}

}  // namespace gatepost::exchange
