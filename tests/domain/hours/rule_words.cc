#include "tests/domain/hours/rule_words.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include "daemon/domain/civil_time.h"

namespace gatepost::domain {
namespace {

[[noreturn]] void Unreadable(const std::string& words) {
  std::fprintf(stderr, "not the words of a rule: %s\n", words.c_str());
  std::abort();
}

std::vector<std::string> Split(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// One end of a span; true when it has a time.
bool Read(const std::string& text, v1::CivilDate& day, v1::TimeOfDay& time) {
  int y = 0, m = 0, d = 0, hour = 0, minute = 0;
  const int read = std::sscanf(text.c_str(), "%d-%d-%d %d:%d", &y, &m, &d, &hour, &minute);
  if (read != 3 && read != 5) Unreadable(text);
  day.set_year(y);
  day.set_month(m);
  day.set_day(d);
  time.set_hour(hour);
  time.set_minute(minute);
  return read == 5;
}

void ReadDays(const std::string& text, v1::TimetableDays& days) {
  const size_t dots = text.find("..");
  v1::TimeOfDay time;
  if (Read(text.substr(0, dots), *days.mutable_first(), time)) *days.mutable_begins() = time;
  std::string last = dots == std::string::npos ? text.substr(0, 10) : text.substr(dots + 2);
  days.set_end(last.empty() ? v1::END_KIND_OPEN : v1::END_KIND_STATED);
  if (last.empty()) return;
  if (last.front() == '~') {
    days.set_end(v1::END_KIND_ESTIMATED);
    last.erase(0, 1);
  }
  if (Read(last, *days.mutable_last(), time)) *days.mutable_ends() = time;
}

// `Mon` is 1.
int WeekdayNumber(const std::string& name) {
  constexpr std::array<std::string_view, 7> kNames = {"Mon", "Tue", "Wed", "Thu",
                                                      "Fri", "Sat", "Sun"};
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) Unreadable(name);
  return static_cast<int>(found - kNames.begin()) + 1;
}

void ReadWeekdays(const std::string& text, v1::TimetableDays& days) {
  if (text.empty()) return;
  const int first = WeekdayNumber(text.substr(0, 3));
  const int last = text.size() > 3 ? WeekdayNumber(text.substr(4)) : first;
  for (int day = first; day <= last; ++day) days.add_weekdays(static_cast<v1::Weekday>(day));
}

void ReadWindow(const std::string& text, v1::TimeOfDay& opens, v1::TimeOfDay& closes) {
  int h1 = 0, m1 = 0, h2 = 0, m2 = 0;
  if (std::sscanf(text.c_str(), "%d:%d-%d:%d", &h1, &m1, &h2, &m2) != 4) Unreadable(text);
  opens.set_hour(h1);
  opens.set_minute(m1);
  closes.set_hour(h2);
  closes.set_minute(m2);
}

void ReadHours(const std::string& text, v1::TimetableRule& rule) {
  const std::vector<std::string> words = Split(text);
  if (words.empty()) {
    rule.set_hours(rule.regime() == v1::REGIME_CLOSED ? v1::HOURS_KIND_NONE
                                                      : v1::HOURS_KIND_AS_BEFORE);
  } else if (text == "all day") {
    rule.set_hours(v1::HOURS_KIND_ALL_DAY);
  } else if (text == "not stated") {
    rule.set_hours(v1::HOURS_KIND_NOT_STATED);
  } else if (words.back() == "minutes") {
    rule.set_hours(v1::HOURS_KIND_DURATION_ONLY);
    rule.set_duration_minutes(std::atoi(words.front().c_str()));
  } else {
    rule.set_hours(v1::HOURS_KIND_WINDOWS);
    for (const std::string& word : words) {
      v1::TimeWindow& window = *rule.add_windows();
      ReadWindow(word, *window.mutable_opens(), *window.mutable_closes());
    }
  }
}

v1::Timetable In(std::string_view zone, const std::vector<RuleWords>& rules) {
  v1::Timetable timetable;
  timetable.set_zone(std::string(zone));
  for (const RuleWords& words : rules) *timetable.add_rules() = RuleOf(words);
  return timetable;
}

}  // namespace

v1::TimetableRule RuleOf(const RuleWords& words) {
  v1::TimetableRule rule;
  for (const std::string& id : Split(words.gates)) rule.add_gate_ids(id);
  rule.set_traffic(words.traffic);
  rule.set_direction(words.direction);
  rule.set_load(v1::LOAD_ANY);
  for (const std::string& id : Split(words.cargo)) rule.add_cargo_classes(id);
  ReadDays(words.days, *rule.mutable_days());
  ReadWeekdays(words.weekdays, *rule.mutable_days());
  rule.set_regime(words.regime);
  ReadHours(words.hours, rule);
  return rule;
}

v1::Timetable InHanoi(const std::vector<RuleWords>& rules) { return In(kHanoiZone, rules); }
v1::Timetable InBeijing(const std::vector<RuleWords>& rules) { return In(kBeijingZone, rules); }

void SetHolidays(v1::TimetableRule& rule, v1::HolidayCalendarChoice calendar,
                 v1::HolidayEffect effect, bool make_up_days_are_weekdays) {
  v1::HolidayRule& holidays = *rule.mutable_days()->mutable_holidays();
  holidays.set_calendar(calendar);
  holidays.set_effect(effect);
  holidays.set_make_up_days_are_weekdays(make_up_days_are_weekdays);
}

void AlsoPrint(v1::TimetableRule& rule, const std::string& zone, const std::string& hours) {
  const std::vector<std::string> words = Split(hours);
  if (static_cast<int>(words.size()) != rule.windows_size()) Unreadable(hours);
  for (int i = 0; i < rule.windows_size(); ++i) {
    v1::PrintedWindow& printed = *rule.mutable_windows(i)->add_also_printed();
    printed.set_zone(zone);
    ReadWindow(words[static_cast<size_t>(i)], *printed.mutable_opens(), *printed.mutable_closes());
  }
}

}  // namespace gatepost::domain
