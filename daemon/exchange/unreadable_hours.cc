#include "daemon/exchange/unreadable_hours.h"

#include <set>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "daemon/domain/hours/in_force.h"
#include "daemon/domain/hours/notice_rules.h"

namespace gatepost::exchange {

namespace {

constexpr absl::CivilDay kEver(1, 1, 1);
constexpr absl::CivilDay kForEver(9999, 12, 31);

using GateIds = std::set<std::string>;

// Of the kinds that do, and of a kind that this program does not know.
bool MaySayHours(const v1::Message& message) {
  const v1::Notice& notice = message.notice();
  switch (notice.kind_case()) {
    case v1::Notice::kClosure:
    case v1::Notice::kIntakeStop:
    case v1::Notice::kResumption:
    case v1::Notice::kCancellation:
      return true;
    case v1::Notice::kObservedStop:
    case v1::Notice::kService:
    case v1::Notice::kObservedHours:
      return false;
    case v1::Notice::KIND_NOT_SET:
      return message.has_notice();
  }
  return true;
}

// Nothing that the register does not know: nobody can ask about it, and nothing was checked.
void AddScopes(const std::vector<std::string>& scope_ids, const domain::GateRegister& gates,
               absl::CivilDay day, GateIds& all) {
  for (const std::string& id : scope_ids) {
    if (!gates.EntryDigest(id).has_value()) continue;
    const std::vector<std::string> members = gates.GroupMembers(id, day);
    all.insert(members.begin(), members.end());
    if (members.empty()) all.insert(id);
  }
}

}  // namespace

absl::Status EnterCarried(const CommitScope& scope, const domain::GateRegister& gates,
                          const OpenedMessage& opened, const store::MessageRecord& record) {
  if (!opened.newer_schema || !MaySayHours(opened.message)) return absl::OkStatus();
  GateIds gate_ids;
  const absl::CivilDay day = absl::ToCivilDay(record.stored_at, absl::UTCTimeZone());
  AddScopes(record.scope_ids, gates, day, gate_ids);
  AddScopes(domain::GatesOf(opened.message.notice()), gates, day, gate_ids);
  if (gate_ids.empty()) return absl::OkStatus();
  store::HoursRecord hours;
  hours.message_row = record.row;
  hours.layer = static_cast<int32_t>(domain::HoursLayer::kUnreadable);
  hours.since = scope.now;
  hours.first_day = kEver;
  hours.last_day = kForEver;
  hours.gate_ids.assign(gate_ids.begin(), gate_ids.end());
  return scope.store.PutHours(hours);
}

}  // namespace gatepost::exchange
