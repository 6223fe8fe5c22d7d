#include "daemon/exchange/unreadable_hours.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "daemon/domain/hours/in_force.h"
#include "daemon/domain/hours/notice_rules.h"
#include "daemon/exchange/held.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

constexpr absl::CivilDay kEver(1, 1, 1);
constexpr absl::CivilDay kForEver(9999, 12, 31);

using GateIds = std::set<std::string>;

// Whether what one side says alone may change hours.
bool MaySayHours(const v1::Message& message) {
  return message.has_notice() || message.body_case() == v1::Message::BODY_NOT_SET;
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

absl::Status Put(const CommitScope& scope, const store::MessageRecord& record,
                 const GateIds& gate_ids) {
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

absl::StatusOr<bool> IsEntered(const CommitScope& scope, int64_t row, const GateIds& gate_ids) {
  for (const std::string& gate : gate_ids) {
    GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::HoursRecord> said,
                              scope.store.HoursAt({gate, kEver, kForEver, scope.now}));
    if (std::ranges::any_of(said, [&](const auto& one) { return one.message_row == row; })) {
      return true;
    }
  }
  return false;
}

// The gates of a message that an agreement names, when it is held.
absl::StatusOr<std::optional<store::MessageRecord>> FindCited(const store::Reader& store,
                                                              const v1::MessageCitation& cited) {
  return store.FindMessage(cited.author(), cited.message_id());
}

}  // namespace

absl::Status EnterCarried(const CommitScope& scope, const domain::GateRegister& gates,
                          const OpenedMessage& opened, const store::MessageRecord& record) {
  if (!opened.newer_schema || !MaySayHours(opened.message)) return absl::OkStatus();
  GateIds gate_ids;
  const absl::CivilDay day = absl::ToCivilDay(record.stored_at, absl::UTCTimeZone());
  AddScopes(record.scope_ids, gates, day, gate_ids);
  AddScopes(domain::GatesOf(opened.message.notice()), gates, day, gate_ids);
  return Put(scope, record, gate_ids);
}

absl::Status EnterUnreadable(const CommitScope& scope, const domain::GateRegister& gates,
                             const store::MessageRecord& record) {
  if (record.standing != v1::RUNG_CARRIED) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(v1::Message message, MessageIn(record));
  if (MaySayHours(message)) return absl::OkStatus();  // It did so when it came.
  GateIds gate_ids;
  const absl::CivilDay day = absl::ToCivilDay(scope.now, absl::UTCTimeZone());
  AddScopes(record.scope_ids, gates, day, gate_ids);
  if (message.has_acceptance()) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> accepted,
                              FindCited(scope.store, message.acceptance().proposal()));
    if (accepted.has_value()) {
      AddScopes(accepted->scope_ids, gates, day, gate_ids);
      GATEPOST_ASSIGN_OR_RETURN(message, MessageIn(*accepted));
    }
  }
  for (const v1::Basis& basis : message.proposal().basis()) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> ended,
                              FindCited(scope.store, basis.agreement()));
    if (ended.has_value()) AddScopes(ended->scope_ids, gates, day, gate_ids);
  }
  GATEPOST_ASSIGN_OR_RETURN(const bool entered, IsEntered(scope, record.row, gate_ids));
  return entered ? absl::OkStatus() : Put(scope, record, gate_ids);
}

}  // namespace gatepost::exchange
