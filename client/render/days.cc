#include "client/render/days.h"

#include "absl/time/civil_time.h"
#include "client/render/hours_words.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/lunar_label.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

std::string StatusText(v1::DayStatus status) {
  switch (status) {
    case v1::DAY_STATUS_UNKNOWN:
      return _("unknown");
    case v1::DAY_STATUS_WORKING:
      return _("works");
    case v1::DAY_STATUS_MAKE_UP_WORKDAY:
      return _("works (made up)");
    case v1::DAY_STATUS_OFF_WEEKEND:
      return _("off (weekend)");
    case v1::DAY_STATUS_OFF_HOLIDAY:
      return _("off");
    default:
      return fmt::format("?{}", static_cast<int>(status));
  }
}

std::string SideText(const v1::DayOnOneSide& side) {
  std::string text = StatusText(side.status());
  if (!side.holiday().empty()) text += ", " + side.holiday();
  return text;
}

// One side's half of the pair: `off`, `on` or `?`.
std::string Half(v1::DayStatus status) {
  if (status == v1::DAY_STATUS_OFF_WEEKEND || status == v1::DAY_STATUS_OFF_HOLIDAY) return _("off");
  if (status == v1::DAY_STATUS_WORKING || status == v1::DAY_STATUS_MAKE_UP_WORKDAY) return _("on");
  return "?";
}

std::string WeekdayOf(const v1::CivilDate& date) {
  const absl::Weekday day = absl::GetWeekday(domain::CheckedDay(date));
  return WeekdayText(static_cast<v1::Weekday>(static_cast<int>(day) + 1));
}

std::string LunarText(const v1::DayOnOneSide& side, domain::Country country) {
  if (!side.has_lunar()) return "";
  const v1::LunarDay& lunar = side.lunar();
  return domain::LunarLabel({lunar.year(), lunar.month(), lunar.leap(), lunar.day(), 0},
                            domain::LunarLanguage(country));
}

}  // namespace

std::string PairText(const v1::DayOnBothSides& day) {
  return Half(day.vn().status()) + "/" + Half(day.cn().status());
}

std::string DaysText(const v1::ListDaysResponse& days) {
  Table table({{_("Date")},
               {_("Day")},
               {_("Viet Nam")},
               {_("China")},
               {_("VN/CN")},
               {_("Lunar, Viet Nam")},
               {_("Lunar, China")}});
  for (const v1::DayOnBothSides& day : days.days()) {
    table.Add({DateText(day.date()), WeekdayOf(day.date()), SideText(day.vn()), SideText(day.cn()),
               PairText(day), LunarText(day.vn(), domain::Country::kVietNam),
               LunarText(day.cn(), domain::Country::kChina)});
  }
  std::string text = table.ToText();
  for (const v1::CalendarUsed& calendar : days.calendars()) {
    text += Say("{0} {1}, version {2}: {3}, {4}; {5}", calendar.country(), calendar.year(),
                calendar.version(), calendar.issuer(), DateText(calendar.published_on()),
                calendar.source()) +
            "\n";
  }
  return text;
}

std::string DaysCsv(const v1::ListDaysResponse& days) {
  Table table(
      {{"date"}, {"vn"}, {"vn_holiday"}, {"cn"}, {"cn_holiday"}, {"vn_lunar"}, {"cn_lunar"}});
  for (const v1::DayOnBothSides& day : days.days()) {
    table.Add({DateText(day.date()), v1::DayStatus_Name(day.vn().status()), day.vn().holiday(),
               v1::DayStatus_Name(day.cn().status()), day.cn().holiday(),
               LunarText(day.vn(), domain::Country::kVietNam),
               LunarText(day.cn(), domain::Country::kChina)});
  }
  return table.ToCsv();
}

}  // namespace gatepost::render
