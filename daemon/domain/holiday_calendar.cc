#include "daemon/domain/holiday_calendar.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/text.h"
#include "daemon/domain/unknown_content.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"

namespace gatepost::domain {
namespace {

// One version of a country's year.
struct Edition {
  const v1::HolidayCalendar* calendar = nullptr;
  absl::CivilDay published;
  std::map<absl::CivilDay, const v1::CalendarDay*> days;
};

}  // namespace

struct CalendarData {
  config::v1::HolidayCalendars proto;
  // The lowest version first.
  std::map<std::pair<Country, int>, std::vector<Edition>> editions;
};

namespace {

constexpr size_t kLongestText = 300;
constexpr size_t kLongestCode = 40;

absl::Status Bad(std::string_view entry, std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_BAD_CONFIG, fmt::format("{}: {}", entry, wanted), came,
                        "correct the calendars");
}

// As error texts name it: `VN 2026 version 2`.
std::string NameOf(const v1::HolidayCalendar& calendar) {
  return fmt::format("{} {} version {}", system::Printable(calendar.country(), 16), calendar.year(),
                     calendar.version());
}

bool IsWeekend(absl::CivilDay day) {
  absl::Weekday weekday = absl::GetWeekday(day);
  return weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday;
}

// Words of [a-z0-9] joined by single `_`.
bool IsHolidayCode(std::string_view code) {
  if (code.empty() || code.size() > kLongestCode) return false;
  bool after_word = false;
  for (char c : code) {
    bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!word && !(c == '_' && after_word)) return false;
    after_word = word;
  }
  return after_word;
}

// A day that a calendar states: its refusal as BAD_CONFIG about `entry`.
absl::StatusOr<absl::CivilDay> StatedDay(std::string_view entry, const v1::CivilDate& date) {
  absl::StatusOr<absl::CivilDay> day = DayOf(date);
  if (day.ok()) return day;
  system::Refusal refusal = system::RefusalOf(day.status()).value_or(system::Refusal());
  return Bad(entry, refusal.wanted, refusal.came);
}

absl::Status CheckRequiredText(std::string_view entry, std::string_view field,
                               const std::string& text) {
  if (text.empty()) return Bad(entry, field, "none");
  if (CheckText(field, text, kLongestText).ok()) return absl::OkStatus();
  return Bad(entry, fmt::format("{}: a text that can be read (UTF-8, NFC)", field),
             fmt::format("'{}'", system::Printable(text, 64)));
}

absl::Status AddDay(const v1::CalendarDay& stated, Edition& edition) {
  std::string entry = NameOf(*edition.calendar);
  GATEPOST_ASSIGN_OR_RETURN(absl::CivilDay day, StatedDay(entry, stated.date()));
  entry += fmt::format(", {}", DayText(day));
  if (day.year() != edition.calendar->year()) {
    return Bad(entry, "a day of the calendar's year", fmt::format("a day of {}", day.year()));
  }
  if (stated.kind() == v1::DAY_KIND_UNSPECIFIED) {
    return Bad(entry, "a kind of day", v1::DayKind_Name(stated.kind()));
  }
  if (stated.kind() == v1::DAY_KIND_MAKE_UP_WORKDAY && !IsWeekend(day)) {
    return Bad(
        entry, "a make-up working day on a Saturday or Sunday",
        absl::FormatTime("%A", absl::FromCivil(day, absl::UTCTimeZone()), absl::UTCTimeZone()));
  }
  if (!IsHolidayCode(stated.holiday())) {
    return Bad(entry, "a holiday's code such as national_day",
               fmt::format("'{}'", system::Printable(stated.holiday(), 64)));
  }
  if (edition.days.emplace(day, &stated).second) return absl::OkStatus();
  return Bad(entry, "each day once", "the day twice");
}

absl::StatusOr<Edition> EditionOf(const v1::HolidayCalendar& calendar) {
  std::string entry = NameOf(calendar);
  Edition edition;
  edition.calendar = &calendar;
  if (calendar.version() == 0) return Bad(entry, "a version, from 1", "none");
  GATEPOST_RETURN_IF_ERROR(CheckRequiredText(entry, "issuer", calendar.issuer()));
  GATEPOST_RETURN_IF_ERROR(CheckRequiredText(entry, "source", calendar.source()));
  GATEPOST_ASSIGN_OR_RETURN(edition.published,
                            StatedDay(entry + ", published_on", calendar.published_on()));
  if (calendar.days().empty()) return Bad(entry, "the days that differ from any week", "none");
  for (const v1::CalendarDay& day : calendar.days()) {
    GATEPOST_RETURN_IF_ERROR(AddDay(day, edition));
  }
  return edition;
}

// The versions of one country's year, by number.
absl::Status CheckOrder(std::vector<Edition>& editions) {
  std::sort(editions.begin(), editions.end(), [](const Edition& a, const Edition& b) {
    return a.calendar->version() < b.calendar->version();
  });
  for (size_t at = 1; at < editions.size(); ++at) {
    const Edition& before = editions[at - 1];
    const Edition& edition = editions[at];
    if (edition.calendar->version() == before.calendar->version()) {
      return Bad(NameOf(*edition.calendar), "each version once", "the version twice");
    }
    if (edition.published < before.published) {
      return Bad(NameOf(*edition.calendar), "a version published on or after the one before",
                 fmt::format("{}, and version {} on {}", DayText(edition.published),
                             before.calendar->version(), DayText(before.published)));
    }
  }
  return absl::OkStatus();
}

const Edition* FindEdition(const CalendarData& data, Country country, int64_t year,
                           absl::CivilDay published_by) {
  if (year < 1 || year > 9999) return nullptr;
  auto found = data.editions.find({country, static_cast<int>(year)});
  if (found == data.editions.end()) return nullptr;
  for (auto edition = found->second.rbegin(); edition != found->second.rend(); ++edition) {
    if (edition->published <= published_by) return &*edition;
  }
  return nullptr;
}

DayStatus StatusOfKind(v1::DayKind kind) {
  switch (kind) {
    case v1::DAY_KIND_OFF:
      return DayStatus::kOffHoliday;
    case v1::DAY_KIND_MAKE_UP_WORKDAY:
      return DayStatus::kMakeUpWorkday;
    default:  // DAY_KIND_UNDECIDED; FromProto lets no other in.
      return DayStatus::kUnknown;
  }
}

}  // namespace

HolidayCalendars::HolidayCalendars() : data_(std::make_shared<const CalendarData>()) {}

HolidayCalendars::HolidayCalendars(std::shared_ptr<const CalendarData> data)
    : data_(std::move(data)) {}

absl::StatusOr<HolidayCalendars> HolidayCalendars::FromProto(
    const config::v1::HolidayCalendars& proto) {
  if (HasUnknown(proto)) {
    return Bad("calendars", "fields and kinds of day that this program knows", "others");
  }
  GATEPOST_RETURN_IF_ERROR(CheckRequiredText("calendars", "version", proto.version()));
  auto data = std::make_shared<CalendarData>();
  data->proto = proto;
  for (const v1::HolidayCalendar& calendar : data->proto.calendars()) {
    std::optional<Country> country = CountryOfCode(calendar.country());
    if (!country.has_value()) {
      return Bad(NameOf(calendar), "the country VN or CN",
                 fmt::format("'{}'", system::Printable(calendar.country(), 16)));
    }
    GATEPOST_ASSIGN_OR_RETURN(Edition edition, EditionOf(calendar));
    data->editions[{*country, calendar.year()}].push_back(std::move(edition));
  }
  for (auto& [year, editions] : data->editions) GATEPOST_RETURN_IF_ERROR(CheckOrder(editions));
  return HolidayCalendars(std::move(data));
}

const config::v1::HolidayCalendars& HolidayCalendars::proto() const { return data_->proto; }

HolidayCalendars HolidayCalendars::PublishedBy(absl::CivilDay day) const {
  HolidayCalendars then = *this;
  then.published_by_ = std::min(published_by_, day);
  return then;
}

const v1::HolidayCalendar* HolidayCalendars::Find(Country country, int year) const {
  const Edition* edition = FindEdition(*data_, country, year, published_by_);
  return edition == nullptr ? nullptr : edition->calendar;
}

DayFacts HolidayCalendars::Look(Country country, absl::CivilDay day) const {
  DayFacts facts;
  const Edition* edition = FindEdition(*data_, country, day.year(), published_by_);
  if (edition == nullptr) return facts;
  facts.calendar = edition->calendar;
  auto named = edition->days.find(day);
  if (named == edition->days.end()) {
    facts.status = IsWeekend(day) ? DayStatus::kOffWeekend : DayStatus::kWorking;
    return facts;
  }
  facts.status = StatusOfKind(named->second->kind());
  facts.holiday = named->second->holiday();
  return facts;
}

DayStatus HolidayCalendars::StatusOf(Country country, absl::CivilDay day) const {
  return Look(country, day).status;
}

}  // namespace gatepost::domain
