#ifndef GATEPOST_DAEMON_EXCHANGE_HOURS_QUERIES_H_
#define GATEPOST_DAEMON_EXCHANGE_HOURS_QUERIES_H_

#include "absl/status/statusor.h"
#include "daemon/domain/gate_register.h"
#include "daemon/domain/holiday_calendar.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"
#include "gatepost/v1/hours_service.pb.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::exchange {

// What users may ask about hours. Reads only; any thread.
class HoursQueries {
 public:
  // All must outlive it.
  HoursQueries(const NodeTerms& node, const store::Store& store, const domain::GateRegister& gates,
               const domain::HolidayCalendars& calendars, const system::Clock& clock)
      : node_(node), store_(store), gates_(gates), calendars_(calendars), clock_(clock) {}

  // What is in force at gates over a span, as known at a time (DESIGN.md 10). Errors of
  // GateRegister::Resolve; BAD_TIME, NO_TIME_ZONE, FIELD_MISSING, BAD_ARGUMENT (no scope, more than
  // 62 days).
  absl::StatusOr<v1::GetHoursResponse> GetHours(const v1::GetHoursRequest& request) const;

  // The same as if the draft, which was checked, were in force from now on; it is cited as `draft`.
  absl::StatusOr<v1::GetHoursResponse> GetHoursWith(const v1::GetHoursRequest& request,
                                                    const v1::Proposal& draft) const;

  // The timetable with its relative changes resolved from the hours that are agreed now. Errors of
  // domain::ResolveRelative.
  absl::StatusOr<v1::Timetable> Resolved(const v1::Timetable& said) const;

  // A notice with its relative changes resolved likewise, ready to be signed. Errors of
  // domain::ResolveRelative; WRONG_FAMILY where a part of what it resumes stays closed on days on
  // which the rest works, which a resumption cannot say.
  absl::StatusOr<v1::PrepareNoticeResponse> PrepareNotice(
      const v1::PrepareNoticeRequest& request) const;

  // Both sides' official calendars and lunar dates. BAD_TIME, FIELD_MISSING, BAD_ARGUMENT (more
  // than 400 days).
  absl::StatusOr<v1::ListDaysResponse> ListDays(const v1::ListDaysRequest& request) const;

  // Agreed hours beside what was seen, day by day. As ListDays, but 62 days; NO_TIME_ZONE; errors
  // of GateRegister::Resolve.
  absl::StatusOr<v1::ListObservedDaysResponse> ListObservedDays(
      const v1::ListObservedDaysRequest& request) const;

  // How early each change of hours that began on those days was known here: what was in force when
  // it began, and stops that were only seen. As ListDays; NO_TIME_ZONE; errors of
  // GateRegister::Resolve.
  absl::StatusOr<v1::ListLeadTimesResponse> ListLeadTimes(
      const v1::ListLeadTimesRequest& request) const;

 private:
  absl::StatusOr<v1::GetHoursResponse> AnswerWith(const v1::GetHoursRequest& request,
                                                  const v1::Proposal* draft) const;

  const NodeTerms& node_;
  const store::Store& store_;
  const domain::GateRegister& gates_;
  const domain::HolidayCalendars& calendars_;
  const system::Clock& clock_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_HOURS_QUERIES_H_
