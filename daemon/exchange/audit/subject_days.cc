#include "daemon/exchange/audit/subject_days.h"

#include <algorithm>
#include <vector>

#include "daemon/domain/agreements/proposal_rules.h"
#include "daemon/domain/agreements/thread_rules.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/observed.h"
#include "daemon/exchange/heard_hours.h"
#include "daemon/exchange/held.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

std::optional<SubjectDays> DaysIn(const v1::Timetable& timetable) {
  std::optional<SubjectDays> days;
  for (const v1::TimetableRule& rule : timetable.rules()) {
    const absl::CivilDay first = domain::CheckedDay(rule.days().first());
    std::optional<absl::CivilDay> last;
    if (rule.days().end() == v1::END_KIND_STATED) last = domain::CheckedDay(rule.days().last());
    if (!days.has_value()) {
      days = SubjectDays{first, last};
      continue;
    }
    days->first = std::min(days->first, first);
    days->last = days->last.has_value() && last.has_value()
                     ? std::optional(std::max(*days->last, *last))
                     : std::nullopt;
  }
  return days;
}

// The day of an instant where it was written.
absl::CivilDay DayIn(const v1::ZonedTime& time) {
  const absl::TimeZone zone = domain::LoadZone(time.zone()).value_or(absl::UTCTimeZone());
  return absl::ToCivilDay(domain::InstantOf(time).value_or(absl::UnixEpoch()), zone);
}

// Of something that was seen at a moment; nullptr for other notices.
const v1::ZonedTime* SeenAt(const v1::Notice& notice) {
  if (notice.has_observed_stop()) return &notice.observed_stop().since();
  if (notice.has_observed_hours()) return &notice.observed_hours().at();
  if (notice.has_service()) return &notice.service().since();
  return nullptr;
}

// When this node knew that the agreement binds; nullopt when it never did.
absl::StatusOr<std::optional<absl::Time>> BoundSince(const store::Reader& store,
                                                     const store::MessageRecord& proposal) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ThreadEntry> entry,
                            store.ThreadEntryOf(proposal.row));
  if (!entry.has_value()) return std::nullopt;
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::ThreadEntry> entries,
                            store.ThreadEntries(entry->thread_row));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::DecisionRecord> decisions,
                            store.DecisionsOfThread(entry->thread_row));
  const std::string in_force = domain::StateName(v1::AGREEMENT_STATE_IN_FORCE);
  std::optional<absl::Time> since;
  for (const store::DecisionRecord& decision : decisions) {
    if (decision.result != in_force) continue;
    const bool about_it = std::ranges::any_of(entries, [&](const store::ThreadEntry& one) {
      return one.message_row == decision.message_row && one.proposal_row == proposal.row;
    });
    if (about_it) since = std::min(since.value_or(decision.known_at), decision.known_at);
  }
  return since;
}

// The first instant of the effect of hours that are checked, at any gate.
std::optional<absl::Time> BeginOf(const v1::Message& message) {
  if (message.has_proposal()) return domain::BeginOf(message.proposal());
  if (message.notice().has_observed_stop()) {
    const absl::StatusOr<absl::Time> seen =
        domain::InstantOf(message.notice().observed_stop().since());
    if (seen.ok()) return *seen;
    return std::nullopt;
  }
  const v1::Timetable* timetable = DecidingTimetable(message);
  if (timetable == nullptr) return std::nullopt;
  std::optional<absl::Time> first;
  for (const v1::TimetableRule& rule : timetable->rules()) {
    for (const std::string& gate : rule.gate_ids()) {
      const std::optional<absl::Time> begins = domain::BeginAt(*timetable, gate);
      if (begins.has_value()) first = std::min(first.value_or(*begins), *begins);
    }
  }
  return first;
}

absl::StatusOr<std::optional<SubjectDays>> DaysOfRow(const store::Reader& store, int64_t row,
                                                     const store::MessageRecord& of) {
  if (row == 0 || row == of.row) return std::nullopt;
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record, MustHold(store, row));
  if (record.standing != v1::RUNG_APPLIED || record.envelope.empty()) return std::nullopt;
  GATEPOST_ASSIGN_OR_RETURN(const v1::Message message, MessageIn(record));
  // This ends: what is replaced or answered was stored before.
  return DaysOf(store, record, message);
}

}  // namespace

absl::StatusOr<std::optional<SubjectDays>> DaysOf(const store::Reader& store,
                                                  const store::MessageRecord& record,
                                                  const v1::Message& message) {
  if (message.has_yard_report()) {
    const absl::StatusOr<absl::CivilDay> day = domain::DayOf(message.yard_report().business_date());
    if (!day.ok()) return std::nullopt;
    return SubjectDays{*day, *day};
  }
  if (record.standing != v1::RUNG_APPLIED) return std::nullopt;
  if (message.has_transcript()) return DaysIn(message.transcript().timetable());
  if (message.has_proposal() && message.proposal().has_termination()) {
    return SubjectDays{DayIn(message.proposal().termination().effective()), std::nullopt};
  }
  if (const v1::Timetable* timetable = DecidingTimetable(message)) return DaysIn(*timetable);
  if (message.has_notice()) {
    if (const v1::ZonedTime* seen = SeenAt(message.notice())) {
      return SubjectDays{DayIn(*seen), DayIn(*seen)};
    }
    return DaysOfRow(store, record.replaces_row, record);
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ThreadEntry> entry,
                            store.ThreadEntryOf(record.row));
  if (!entry.has_value()) return std::nullopt;
  return DaysOfRow(store, entry->proposal_row, record);
}

absl::StatusOr<std::optional<absl::Duration>> LeadTimeOf(const store::Reader& store,
                                                         const store::MessageRecord& record,
                                                         const v1::Message& message) {
  if (record.standing != v1::RUNG_APPLIED || (!message.has_proposal() && !message.has_notice())) {
    return std::nullopt;
  }
  const std::optional<absl::Time> begins = BeginOf(message);
  if (!begins.has_value()) return std::nullopt;
  std::optional<absl::Time> known = record.stored_at;
  if (message.has_proposal()) {
    GATEPOST_ASSIGN_OR_RETURN(known, BoundSince(store, record));
  }
  if (!known.has_value()) return std::nullopt;
  return *begins - *known;
}

}  // namespace gatepost::exchange
