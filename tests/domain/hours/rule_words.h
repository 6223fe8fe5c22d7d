#ifndef GATEPOST_TESTS_DOMAIN_HOURS_RULE_WORDS_H_
#define GATEPOST_TESTS_DOMAIN_HOURS_RULE_WORDS_H_

#include <string>
#include <vector>

#include "gatepost/v1/timetable.pb.h"

// Rules of hours in a line or two each, for tests that need many. What cannot be read ends the test
// program.
namespace gatepost::domain {

struct RuleWords {
  std::string gates;  // Ids, with a space between.
  // `2026-02-15`, `2026-02-15..2026-02-18`, `2026-02-24..` (open), `2026-02-10..~2026-02-12` (end
  // estimated); each day may have a time: `2025-04-14 18:00..2025-04-17`.
  std::string days;
  v1::Regime regime = v1::REGIME_NORMAL;
  // `8:00-11:00 12:00-14:00`, `all day`, `480 minutes` or `not stated`; empty: as before, or none
  // when CLOSED.
  std::string hours = {};
  v1::Traffic traffic = v1::TRAFFIC_GOODS;
  v1::Direction direction = v1::DIRECTION_BOTH;
  std::string cargo = {};     // Classes, with a space between.
  std::string weekdays = {};  // `Mon-Fri`, `Sun`; empty: all.
};

v1::TimetableRule RuleOf(const RuleWords& words);

// Rules in Hanoi time, and in Beijing time.
v1::Timetable InHanoi(const std::vector<RuleWords>& rules);
v1::Timetable InBeijing(const std::vector<RuleWords>& rules);

// How holidays count in a rule.
void SetHolidays(v1::TimetableRule& rule, v1::HolidayCalendarChoice calendar,
                 v1::HolidayEffect effect, bool make_up_days_are_weekdays = false);

// Prints the rule's windows for another zone too: `9:00-10:00 16:00-17:00`.
void AlsoPrint(v1::TimetableRule& rule, const std::string& zone, const std::string& hours);

}  // namespace gatepost::domain

#endif  // GATEPOST_TESTS_DOMAIN_HOURS_RULE_WORDS_H_
