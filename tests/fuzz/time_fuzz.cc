// Days, instants, times of day and zones as people and tables write them.

#include "client/import/stated_time.h"
#include "daemon/config/checks.h"
#include "daemon/domain/civil_time.h"
#include "tests/fuzz/promise.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gatepost;
  using fuzz::Promise;
  const std::string_view text = fuzz::ViewOf(data, size);
  const absl::CivilDay today(2026, 2, 7);
  const auto check_instant = [](const absl::StatusOr<v1::ZonedTime>& time) {
    fuzz::PromiseAnswer(time.status());
    if (!time.ok()) return;
    Promise(domain::InstantOf(*time).ok(), "an instant that was read is one");
    Promise(domain::LoadZone(time->zone()).ok(), "a zone that was read is one");
  };
  check_instant(domain::ParseInstant(text));
  check_instant(domain::ParseInstant(text, today));
  check_instant(client::ParseStatedTime(text, today));

  const auto day = domain::ParseDay(text);
  fuzz::PromiseAnswer(day.status());
  if (day.ok()) {
    Promise(domain::DayText(*day) == text, "a day has one spelling");
    Promise(domain::DayOf(domain::ToCivilDate(*day)).value() == *day, "a day is a date");
  }
  if (const auto days = client::ParseDates(text)) Promise(days->first <= days->last, "in order");

  const auto clock = domain::ParseClock(text);
  fuzz::PromiseAnswer(clock.status());
  if (clock.ok()) {
    Promise(clock->hour >= 0 && clock->hour < 24 && clock->minute >= 0 && clock->minute < 60,
            "a time of day is on a clock");
    fuzz::PromiseAnswer(domain::InstantOn(*clock, today).status());
  }
  fuzz::PromiseAnswer(domain::LoadZone(text).status());
  fuzz::PromiseAnswer(config::ParseZone(std::string(text)).status());
  return 0;
}
