#include "daemon/exchange/heard_hours.h"

#include <utility>

#include "daemon/domain/hours/notice_rules.h"
#include "daemon/exchange/held.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

const v1::Timetable* DecidingTimetable(const v1::Message& message) {
  const v1::Proposal& proposal = message.proposal();
  switch (proposal.terms_case()) {
    case v1::Proposal::kHolidayHours:
      return &proposal.holiday_hours().timetable();
    case v1::Proposal::kScheduleChange:
      return &proposal.schedule_change().timetable();
    case v1::Proposal::kRegularTimetable:
      return &proposal.regular_timetable().timetable();
    default:
      return domain::TimetableIn(message.notice());
  }
}

absl::StatusOr<HeardByRow> Listen(const store::Reader& store, std::span<const std::string> gates,
                                  domain::Span span, absl::Time as_known_at) {
  HeardByRow heard;
  store::HoursQuestion asked;
  asked.from = absl::ToCivilDay(span.from, absl::UTCTimeZone()) - 1;
  asked.to = absl::ToCivilDay(span.to, absl::UTCTimeZone()) + 1;
  asked.as_known_at = as_known_at;
  for (const std::string& gate : gates) {
    asked.gate_id = gate;
    GATEPOST_ASSIGN_OR_RETURN(std::vector<store::HoursRecord> rows, store.HoursAt(asked));
    for (store::HoursRecord& row : rows) {
      if (heard.contains(row.message_row)) continue;
      GATEPOST_ASSIGN_OR_RETURN(store::MessageRecord record, MustHold(store, row.message_row));
      GATEPOST_ASSIGN_OR_RETURN(v1::Message message, MessageIn(record));
      const int64_t at = row.message_row;
      heard.emplace(at, HeardHours{std::move(row), std::move(record), std::move(message)});
    }
  }
  return heard;
}

absl::StatusOr<std::vector<domain::SaidHours>> SaidIn(const store::Reader& store,
                                                      const HeardByRow& heard) {
  std::vector<domain::SaidHours> said;
  for (const auto& [row, one] : heard) {
    const v1::Timetable* timetable = DecidingTimetable(one.message);
    if (timetable == nullptr) continue;
    domain::SaidHours hours{
        row, static_cast<domain::HoursLayer>(one.hours.layer), one.hours.since, timetable, {}};
    for (const v1::MessageCitation& ended : one.message.notice().resumption().ends()) {
      GATEPOST_ASSIGN_OR_RETURN(
          const store::MessageRecord record,
          FindNamed(store, ended.author(), ended.message_id(), ended.pae_sha256()));
      hours.ends.push_back(record.row);
    }
    said.push_back(std::move(hours));
  }
  return said;
}

}  // namespace gatepost::exchange
