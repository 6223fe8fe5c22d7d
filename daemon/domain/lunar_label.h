#ifndef GATEPOST_DAEMON_DOMAIN_LUNAR_LABEL_H_
#define GATEPOST_DAEMON_DOMAIN_LUNAR_LABEL_H_

#include <string>
#include <string_view>

#include "daemon/domain/country.h"
#include "daemon/domain/lunar.h"

// Lunar days as people on each side write them in notices. The year is left out. Thread-safe.
namespace gatepost::domain {

// The day in `language`: `vi` or `zh`; empty for any other, which has no usual words.
//
//   vi: `28 Chạp`, `mùng 1 Tết`, `mùng 6 tháng Giêng`, `mùng 10 tháng 3`, `mùng 3 tháng 2 nhuận`.
//       Days up to 10 are `mùng`; the first three of the year are Tết; months 1 and 12 have names,
//       the others their number.
//   zh: `腊月廿八`, `正月初一`, `闰二月初三`. Month 11 is `十一月`.
//
// The date counts by the calendar it was made for: a Chinese date in Vietnamese words stays a date
// of the Chinese calendar.
std::string LunarLabel(const LunarDate& date, std::string_view language);

// The language of a country's own labels: `vi` or `zh`.
constexpr std::string_view LunarLanguage(Country country) {
  return country == Country::kVietNam ? "vi" : "zh";
}

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_LUNAR_LABEL_H_
