// HoursQueries::ListDays.
#include <set>
#include <utility>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/lunar.h"
#include "daemon/exchange/hours_queries.h"
#include "daemon/exchange/scopes_asked.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr int64_t kMostDays = 400;

v1::DayStatus StatusFor(domain::DayStatus status) {
  switch (status) {
    case domain::DayStatus::kUnknown:
      return v1::DAY_STATUS_UNKNOWN;
    case domain::DayStatus::kWorking:
      return v1::DAY_STATUS_WORKING;
    case domain::DayStatus::kMakeUpWorkday:
      return v1::DAY_STATUS_MAKE_UP_WORKDAY;
    case domain::DayStatus::kOffWeekend:
      return v1::DAY_STATUS_OFF_WEEKEND;
    case domain::DayStatus::kOffHoliday:
      return v1::DAY_STATUS_OFF_HOLIDAY;
  }
  return v1::DAY_STATUS_UNSPECIFIED;
}

// Fills one side of a day; names the calendar it rests on.
void Describe(const domain::HolidayCalendars& calendars, domain::Country country,
              absl::CivilDay day, v1::DayOnOneSide& side,
              std::set<std::pair<std::string, int32_t>>& named, v1::ListDaysResponse& response) {
  const domain::DayFacts facts = calendars.Look(country, day);
  side.set_status(StatusFor(facts.status));
  side.set_holiday(facts.holiday);
  // Outside the years that are computed a day has no lunar date.
  if (const auto lunar = domain::LunarDateOf(country, day); lunar.ok()) {
    side.mutable_lunar()->set_year(lunar->year);
    side.mutable_lunar()->set_month(lunar->month);
    side.mutable_lunar()->set_leap(lunar->leap);
    side.mutable_lunar()->set_day(lunar->day);
  }
  const v1::HolidayCalendar* calendar = facts.calendar;
  if (calendar == nullptr || !named.emplace(calendar->country(), calendar->year()).second) return;
  v1::CalendarUsed* used = response.add_calendars();
  used->set_country(calendar->country());
  used->set_year(calendar->year());
  used->set_issuer(calendar->issuer());
  used->set_version(calendar->version());
  used->set_source(calendar->source());
  *used->mutable_published_on() = calendar->published_on();
}

}  // namespace

absl::StatusOr<v1::ListDaysResponse> HoursQueries::ListDays(
    const v1::ListDaysRequest& request) const {
  GATEPOST_ASSIGN_OR_RETURN(const domain::DayRange days,
                            DaysAsked(request.from(), request.to(), kMostDays));
  const auto [from, to] = days;
  v1::ListDaysResponse response;
  std::set<std::pair<std::string, int32_t>> named;  // Country and year.
  for (absl::CivilDay day = from; day <= to; ++day) {
    v1::DayOnBothSides* both = response.add_days();
    *both->mutable_date() = domain::ToCivilDate(day);
    Describe(calendars_, domain::Country::kVietNam, day, *both->mutable_vn(), named, response);
    Describe(calendars_, domain::Country::kChina, day, *both->mutable_cn(), named, response);
  }
  return response;
}

}  // namespace gatepost::exchange
