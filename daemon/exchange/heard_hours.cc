#include "daemon/exchange/heard_hours.h"

#include <utility>

#include "daemon/domain/agreements/proposal_rules.h"
#include "daemon/domain/hours/notice_rules.h"
#include "daemon/exchange/held.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

const v1::Timetable* DecidingTimetable(const v1::Message& message) {
  if (message.has_proposal()) return domain::TimetableIn(message.proposal());
  return domain::TimetableIn(message.notice());
}

namespace {

const v1::Timetable& NoTimetable() {
  static const v1::Timetable kNone;
  return kNone;
}

bool IsUnreadable(const store::HoursRecord& hours) {
  return hours.layer == static_cast<int32_t>(domain::HoursLayer::kUnreadable);
}

// An agreement: its hours, if it has any, and those that give way to it.
absl::StatusOr<domain::SaidHours> AgreedIn(const store::Reader& store, const HeardHours& one) {
  const v1::Timetable* timetable = DecidingTimetable(one.message);
  domain::SaidHours hours{one.hours.message_row,
                          static_cast<domain::HoursLayer>(one.hours.layer),
                          one.hours.since,
                          timetable != nullptr ? timetable : &NoTimetable(),
                          {}};
  const v1::Proposal& proposal = one.message.proposal();
  for (const v1::Basis& basis : proposal.basis()) {
    if (!basis.gives_way()) continue;
    const v1::MessageCitation& ended = basis.agreement();
    GATEPOST_ASSIGN_OR_RETURN(
        const store::MessageRecord record,
        FindNamed(store, ended.author(), ended.message_id(), ended.pae_sha256()));
    hours.over.push_back({record.row, domain::BeginOf(proposal)});
  }
  return hours;
}

}  // namespace

bool IsUnreadable(const HeardHours& heard) { return IsUnreadable(heard.hours); }

std::string KindOf(const v1::Message& message) {
  const v1::Proposal& agreed = message.proposal();
  const v1::Notice& notice = message.notice();
  const auto* field = message.has_proposal()
                          ? agreed.GetDescriptor()->FindFieldByNumber(agreed.terms_case())
                          : notice.GetDescriptor()->FindFieldByNumber(notice.kind_case());
  return field == nullptr ? "" : std::string(field->name());
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
      v1::Message message;
      // What was purged may have said anything, like what cannot be read.
      if (record.envelope.empty()) {
        row.layer = static_cast<int32_t>(domain::HoursLayer::kUnreadable);
      }
      if (!IsUnreadable(row)) {
        GATEPOST_ASSIGN_OR_RETURN(message, MessageIn(record));
      }
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
    if (IsUnreadable(one)) {
      domain::SaidHours unknown{
          row, domain::HoursLayer::kUnreadable, one.hours.since, &NoTimetable(), {}};
      unknown.unknown_at = one.hours.gate_ids;
      said.push_back(std::move(unknown));
      continue;
    }
    if (one.message.has_proposal()) {
      GATEPOST_ASSIGN_OR_RETURN(domain::SaidHours hours, AgreedIn(store, one));
      said.push_back(std::move(hours));
      continue;
    }
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
