#ifndef GATEPOST_DAEMON_DOMAIN_HOLIDAY_CALENDAR_H_
#define GATEPOST_DAEMON_DOMAIN_HOLIDAY_CALENDAR_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "daemon/domain/country.h"
#include "gatepost/config/v1/calendars.pb.h"
#include "gatepost/v1/calendar.pb.h"

// Official days off and working days of both sides, as published (DOMAIN.md 4, N12). A day is a
// civil day of the country that is asked about. Everything here is thread-safe.
namespace gatepost::domain {

struct CalendarData;

// What a country's calendar says of a day.
enum class DayStatus {
  kUnknown,  // No calendar of that year is held, or the day is announced and undecided.
  kWorking,
  kMakeUpWorkday,  // A Saturday or Sunday that is worked.
  kOffWeekend,
  kOffHoliday,  // Also when it falls on a weekend.
};

// A day, and why. Pointers are valid as long as any copy of the calendars.
struct DayFacts {
  DayStatus status = DayStatus::kUnknown;
  // Code of the holiday, or of the one that is made up for; empty for days that no calendar names.
  std::string holiday;
  // Issuer, version and source; nullptr when no calendar of that year is held.
  const v1::HolidayCalendar* calendar = nullptr;
};

// All calendars that are held. Checked once, then constant: copies share their data.
class HolidayCalendars {
 public:
  // None: every day is unknown.
  HolidayCalendars();

  // Fails with BAD_CONFIG, naming country, year, version and day, when: the data or a calendar has
  // no version, issuer, source or day of publication; a country is neither VN nor CN; the same
  // version of a country's year stands twice, or came out before a lower one; a calendar names no
  // day, a day outside its year or one day twice; a make-up working day is no Saturday or Sunday; a
  // holiday's code or a text has a wrong form, or something is of a newer schema.
  static absl::StatusOr<HolidayCalendars> FromProto(const config::v1::HolidayCalendars& proto);

  // The calendars as they were read.
  const config::v1::HolidayCalendars& proto() const;

  // The same, without every version that was published after `day`: what could be known then.
  HolidayCalendars PublishedBy(absl::CivilDay day) const;

  // The highest version of the country's year; nullptr when there is none.
  const v1::HolidayCalendar* Find(Country country, int year) const;

  // The day by the calendar that Find finds. A day that it does not name is a working day from
  // Monday to Friday and off on Saturday and Sunday.
  DayFacts Look(Country country, absl::CivilDay day) const;

  // The same, only what it comes to.
  DayStatus StatusOf(Country country, absl::CivilDay day) const;

 private:
  explicit HolidayCalendars(std::shared_ptr<const CalendarData> data);

  std::shared_ptr<const CalendarData> data_;  // Shared by copies; constant.
  absl::CivilDay published_by_{9999, 12, 31};
};

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_HOLIDAY_CALENDAR_H_
