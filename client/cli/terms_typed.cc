#include "client/cli/terms_typed.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "client/cli/parse_rule.h"
#include "client/cli/relative_typed.h"
#include "daemon/config/text_file.h"
#include "daemon/domain/field_rules.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

absl::Status WrongUse(std::string_view wanted, std::string_view came, std::string_view todo) {
  return system::Refuse(v1::REASON_BAD_ARGUMENT, wanted, came, todo);
}

std::optional<v1::Weekday> WeekdayOf(std::string_view word) {
  constexpr std::string_view kWords[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  const auto* found = std::find(std::begin(kWords), std::end(kWords), word);
  if (found == std::end(kWords)) return std::nullopt;
  return static_cast<v1::Weekday>(v1::WEEKDAY_MONDAY + (found - std::begin(kWords)));
}

// `sat`, or a span of days such as `mon-fri`.
absl::Status SetWeekdays(const std::vector<std::string>& typed, v1::TimetableDays& days) {
  std::set<v1::Weekday> chosen;
  for (const std::string& text : typed) {
    const size_t dash = text.find('-');
    const auto first = WeekdayOf(std::string_view(text).substr(0, dash));
    const auto last =
        dash == std::string::npos ? first : WeekdayOf(std::string_view(text).substr(dash + 1));
    if (!first || !last || *last < *first) {
      return WrongUse("--weekday mon, tue, wed, thu, fri, sat or sun, or a span such as mon-fri",
                      fmt::format("'{}'", text), "correct --weekday");
    }
    for (int day = *first; day <= *last; ++day) chosen.insert(static_cast<v1::Weekday>(day));
  }
  for (const v1::Weekday day : chosen) days.add_weekdays(day);
  return absl::OkStatus();
}

// `not:VN`, `only:either`, `also:both`.
absl::Status SetHolidays(const std::string& typed, v1::TimetableDays& days) {
  if (typed.empty()) return absl::OkStatus();
  static const std::map<std::string, v1::HolidayEffect, std::less<>> kEffects = {
      {"also", v1::HOLIDAY_EFFECT_INCLUDED},
      {"not", v1::HOLIDAY_EFFECT_EXCLUDED},
      {"only", v1::HOLIDAY_EFFECT_ONLY}};
  static const std::map<std::string, v1::HolidayCalendarChoice, std::less<>> kCalendars = {
      {"VN", v1::HOLIDAY_CALENDAR_CHOICE_VN},
      {"CN", v1::HOLIDAY_CALENDAR_CHOICE_CN},
      {"either", v1::HOLIDAY_CALENDAR_CHOICE_EITHER},
      {"both", v1::HOLIDAY_CALENDAR_CHOICE_BOTH}};
  const size_t colon = typed.find(':');
  const auto effect = kEffects.find(std::string_view(typed).substr(0, colon));
  const auto calendar = colon == std::string::npos
                            ? kCalendars.end()
                            : kCalendars.find(std::string_view(typed).substr(colon + 1));
  if (effect == kEffects.end() || calendar == kCalendars.end()) {
    return WrongUse("--holidays also, not or only, then :VN, :CN, :either or :both",
                    fmt::format("'{}'", typed), "write e.g. --holidays not:VN");
  }
  days.mutable_holidays()->set_effect(effect->second);
  days.mutable_holidays()->set_calendar(calendar->second);
  return absl::OkStatus();
}

// A time of day, 07:30, to 24:00.
std::optional<v1::TimeOfDay> ClockTyped(std::string_view text) {
  int hour = 0, minute = 0;
  const char* const end = text.data() + text.size();
  if (text.size() != 5 || text[2] != ':' ||
      std::from_chars(text.data(), text.data() + 2, hour).ptr != text.data() + 2 ||
      std::from_chars(text.data() + 3, end, minute).ptr != end) {
    return std::nullopt;
  }
  v1::TimeOfDay time;
  time.set_hour(hour);
  time.set_minute(minute);
  return time;
}

// `17:30`, or for one direction `export=17:30`; each into the window that it lies in.
absl::Status SetLastEntries(const TermsOptions& options, const std::string& country,
                            v1::TimetableRule& rule) {
  const auto minutes = [](const v1::TimeOfDay& time) { return time.hour() * 60 + time.minute(); };
  for (const std::string& typed : options.last_entries) {
    const size_t equals = typed.find('=');
    const size_t start = equals == std::string::npos ? 0 : equals + 1;
    const std::optional<v1::TimeOfDay> time = ClockTyped(std::string_view(typed).substr(start));
    if (!time || rule.windows().empty()) {
      return WrongUse("--last-entry TIME or DIRECTION=TIME within a --window, e.g. export=17:30",
                      fmt::format("'{}'{}", typed, time ? " without --window" : ""),
                      "write it in the zone of --from");
    }
    v1::LastEntry entry;
    *entry.mutable_time() = *time;
    GATEPOST_ASSIGN_OR_RETURN(
        const v1::Direction direction,
        DirectionTyped(start == 0 ? "both" : typed.substr(0, equals), country));
    entry.set_direction(direction);
    // Where it lies in none, the node says so.
    auto window = std::ranges::find_if(*rule.mutable_windows(), [&](const v1::TimeWindow& one) {
      return minutes(one.opens()) <= minutes(*time) && minutes(*time) <= minutes(one.closes());
    });
    if (window == rule.mutable_windows()->end()) --window;
    *window->add_last_entries() = entry;
  }
  return absl::OkStatus();
}

// A timetable of the one rule that the flags say.
absl::StatusOr<v1::Timetable> RuleOfFlags(const TermsOptions& options, const TypedBy& by) {
  if (options.gates.empty() || options.from.empty()) {
    return WrongUse("--gate and --from, or --file",
                    options.gates.empty() ? "no --gate" : "no --from",
                    "say which gates and from when on");
  }
  const v1::Regime regime = RegimeTyped(options.regime);
  const v1::HoursKind hours = options.all_day               ? v1::HOURS_KIND_ALL_DAY
                              : regime == v1::REGIME_CLOSED ? v1::HOURS_KIND_NONE
                                                            : v1::HOURS_KIND_AS_BEFORE;
  GATEPOST_ASSIGN_OR_RETURN(v1::Timetable timetable,
                            TimetableTyped(options, by.country, by.gates, regime, hours));
  v1::TimetableRule& rule = *timetable.mutable_rules(0);
  if (options.load == "loaded") rule.set_load(v1::LOAD_LOADED);
  if (options.load == "empty") rule.set_load(v1::LOAD_EMPTY);
  GATEPOST_RETURN_IF_ERROR(SetWeekdays(options.weekdays, *rule.mutable_days()));
  GATEPOST_RETURN_IF_ERROR(SetHolidays(options.holidays, *rule.mutable_days()));
  if (options.make_up_days) {
    if (!rule.days().has_holidays()) {
      return WrongUse("--make-up-days beside --holidays", "no --holidays",
                      "say by whose calendar, e.g. --holidays not:VN");
    }
    rule.mutable_days()->mutable_holidays()->set_make_up_days_are_weekdays(true);
  }
  GATEPOST_RETURN_IF_ERROR(SetLastEntries(options, by.country, rule));
  GATEPOST_RETURN_IF_ERROR(
      SetChange(options.relative, !options.windows.empty() || options.all_day, rule));
  return timetable;
}

absl::StatusOr<v1::Timetable> TimetableOfFlags(const TermsOptions& options, const TypedBy& by) {
  if (options.rules.empty()) return RuleOfFlags(options, by);
  v1::Timetable timetable;
  for (const std::string& typed : options.rules) {
    GATEPOST_ASSIGN_OR_RETURN(const TermsOptions rule, RuleTyped(options, typed));
    absl::StatusOr<v1::Timetable> one = RuleOfFlags(rule, by);
    if (!one.ok()) {
      if (!system::RefusalOf(one.status()).has_value()) return one.status();
      return domain::AtField(fmt::format("--rule {}", timetable.rules_size() + 1), one.status());
    }
    if (!timetable.zone().empty() && timetable.zone() != one->zone()) {
      return WrongUse("all rules in one zone",
                      fmt::format("{} and {}", timetable.zone(), one->zone()),
                      "write all times with H, or all with B");
    }
    timetable.set_zone(one->zone());
    *timetable.add_rules() = std::move(*one->mutable_rules(0));
  }
  return timetable;
}

v1::Proposal::TermsCase CaseOf(TermsKind kind) {
  switch (kind) {
    case TermsKind::kHolidayHours:
      return v1::Proposal::kHolidayHours;
    case TermsKind::kRegularTimetable:
      return v1::Proposal::kRegularTimetable;
    default:
      return v1::Proposal::kScheduleChange;
  }
}

absl::StatusOr<v1::Proposal> FromFile(const TermsOptions& options, TermsKind kind, bool any_kind) {
  if (!options.gates.empty() || !options.from.empty() || !options.rules.empty()) {
    return WrongUse("--file, or flags for the terms", "both", "say the terms in one way");
  }
  GATEPOST_ASSIGN_OR_RETURN(const auto read, config::ReadTextProto<v1::Proposal>(options.file));
  const auto name = [&](int number) {
    const auto* field = v1::Proposal::descriptor()->FindFieldByNumber(number);
    return field == nullptr ? std::string("no terms") : std::string(field->name());
  };
  if (read.value.terms_case() == v1::Proposal::TERMS_NOT_SET ||
      (!any_kind && read.value.terms_case() != CaseOf(kind))) {
    return WrongUse(any_kind ? "a Proposal with terms" : name(CaseOf(kind)),
                    fmt::format("{} in {}", name(read.value.terms_case()), options.file),
                    "correct the file, or use the command for these terms");
  }
  return read.value;
}

}  // namespace

absl::StatusOr<v1::Proposal> ProposalTyped(const TermsOptions& options, TermsKind kind,
                                           const TypedBy& by, bool any_kind) {
  v1::Proposal proposal;
  if (!options.file.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(proposal, FromFile(options, kind, any_kind));
  } else {
    GATEPOST_ASSIGN_OR_RETURN(v1::Timetable timetable, TimetableOfFlags(options, by));
    switch (kind) {
      case TermsKind::kHolidayHours:
        if (options.occasion.empty()) {
          return WrongUse("--occasion, the holiday by its code", "none",
                          "write e.g. --occasion tet or --occasion spring_festival");
        }
        proposal.mutable_holiday_hours()->set_occasion(options.occasion);
        *proposal.mutable_holiday_hours()->mutable_timetable() = std::move(timetable);
        break;
      case TermsKind::kRegularTimetable:
        *proposal.mutable_regular_timetable()->mutable_timetable() = std::move(timetable);
        break;
      case TermsKind::kScheduleChange:
        *proposal.mutable_schedule_change()->mutable_timetable() = std::move(timetable);
        break;
    }
  }
  if (proposal.side().empty()) proposal.set_side(by.country);
  if (!proposal.has_papers()) {
    GATEPOST_ASSIGN_OR_RETURN(v1::Papers papers, PapersTyped(options));
    if (papers.ByteSizeLong() > 0) *proposal.mutable_papers() = std::move(papers);
  }
  return proposal;
}

}  // namespace gatepost::cli
