#ifndef GATEPOST_DAEMON_DOMAIN_LUNAR_H_
#define GATEPOST_DAEMON_DOMAIN_LUNAR_H_

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "daemon/domain/country.h"

// The lunisolar calendars of Viet Nam and China. Both follow one rule (GB/T 33661-2017; Viet Nam's
// Decision 121/CP of 1967) on clocks of their own: Viet Nam's on UTC+7, before 1968 on UTC+8;
// China's on UTC+8. So now and then a month begins a day apart, and in 1985 the year a month apart.
//
//   A month begins on the day of a new moon. Month 11 holds the winter solstice. Where 13 months
//   lie between one month 11 and the next, the first of them within which the sun enters no new
//   sign (a multiple of 30 degrees) is the leap month; it has the number of the month before it.
//
// The days are computed (astronomy.h), not looked up. Almanacs printed before 1929 went by other
// clocks and older tables, and are not followed. How fast the earth will turn is not known to the
// second, so a new moon about a minute from midnight may be printed a day apart from what is said
// here. Up to 2100 these are, by their UTC date, Viet Nam's of 2054-05-07, 2072-12-09, 2077-11-15
// and 2085-10-18, and China's of 2057-09-28, 2089-09-04 and 2097-08-07; none begins a year.
//
// All months are computed at the first question about a country (10 to 20 ms); from then on nothing
// changes, and a question takes less than a microsecond. Thread-safe.
namespace gatepost::domain {

// The years that are known: civil years, and lunar years by the civil year they begin in.
inline constexpr int kFirstLunarYear = 1900;
inline constexpr int kLastLunarYear = 2199;

struct LunarDate {
  int year = 0;        // The civil year in which the lunar year begins.
  int month = 0;       // 1 to 12.
  bool leap = false;   // The second month of this number in its year.
  int day = 0;         // 1 to 30.
  int month_days = 0;  // How many days the month has: 29 or 30.

  friend bool operator==(const LunarDate&, const LunarDate&) = default;
};

// The lunar date of a civil day of the country. BAD_TIME outside the civil years 1900 to 2199.
absl::StatusOr<LunarDate> LunarDateOf(Country country, absl::CivilDay day);

// The first day of the country's lunar year that begins in the civil year `year`: Tết, the Spring
// Festival. BAD_TIME outside 1900 to 2199.
absl::StatusOr<absl::CivilDay> LunarNewYear(Country country, int year);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_LUNAR_H_
