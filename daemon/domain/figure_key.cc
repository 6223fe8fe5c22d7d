#include "daemon/domain/figure_key.h"

#include <set>
#include <utility>

namespace gatepost::domain {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);

absl::Time TimeOf(const v1::ZonedTime& time) {
  return absl::FromUnixSeconds(time.instant().seconds()) +
         absl::Nanoseconds(time.instant().nanos());
}

}  // namespace

bool IsStock(v1::Measure measure) {
  return measure == v1::MEASURE_WAITING || measure == v1::MEASURE_WAITING_CHANGE ||
         measure == v1::MEASURE_REGISTERED_BEFOREHAND || measure == v1::MEASURE_CAPACITY;
}

bool IsChange(v1::Measure measure) {
  return measure == v1::MEASURE_WAITING_CHANGE || measure == v1::MEASURE_CLEARED_CHANGE;
}

FigureWhen WhenOf(const v1::Figure& figure, const v1::YardReport& report) {
  if (figure.time().has_period()) {
    const v1::FlowPeriod& period = figure.time().period();
    if (period.kind() == v1::PERIOD_KIND_UNKNOWN_BOUNDS) {
      return {period.kind(), absl::InfinitePast(), absl::InfinitePast()};
    }
    return {period.kind(), TimeOf(period.bounds().start()), TimeOf(period.bounds().end())};
  }
  absl::Time as_of = TimeOf(figure.time().has_as_of() ? figure.time().as_of() : report.as_of());
  if (IsStock(figure.measure())) return {v1::PERIOD_KIND_UNSPECIFIED, as_of, as_of};
  return {v1::PERIOD_KIND_DAY_TO_CUT_OFF, as_of - kDay, as_of};
}

FigureKey KeyOf(const v1::Figure& figure, const v1::YardReport& report) {
  return {.scope_id = figure.scope_id(),
          .extent = figure.extent(),
          .direction = figure.direction(),
          .measure = figure.measure(),
          .vehicle_country = figure.vehicle_country(),
          .load = figure.load(),
          .dwell = figure.dwell(),
          .cargo_class = figure.cargo_class(),
          .split_id = figure.split_id(),
          .yard_id = figure.yard_id(),
          .unit = figure.quantity().unit(),
          .unit_as_printed = figure.quantity().unit_as_printed(),
          .when = WhenOf(figure, report)};
}

FigureKey DayBefore(FigureKey key) {
  key.when.start -= kDay;
  key.when.end -= kDay;
  return key;
}

const v1::Figure* FigureIn(const v1::YardReport& report, const FigureKey& key) {
  const v1::Figure* but_for_split = nullptr;
  size_t others = 0;
  for (const v1::Figure& figure : report.figures()) {
    FigureKey other = KeyOf(figure, report);
    if (other == key) return &figure;
    other.split_id = key.split_id;
    if (other == key) {
      but_for_split = &figure;
      ++others;
    }
  }
  return others == 1 ? but_for_split : nullptr;
}

absl::Time EffectiveAsOf(const v1::Figure& figure, const v1::YardReport& report) {
  FigureWhen when = WhenOf(figure, report);
  return when.end == absl::InfinitePast() ? TimeOf(report.as_of()) : when.end;
}

std::vector<ReportKey> ReportKeys(const v1::YardReport& report) {
  std::set<ReportKey> keys;
  for (const v1::Figure& figure : report.figures()) {
    keys.insert({figure.scope_id(), EffectiveAsOf(figure, report)});
  }
  return {keys.begin(), keys.end()};
}

std::vector<std::string> ScopeIdsOf(const v1::YardReport& report) {
  std::set<std::string> ids;
  for (const v1::Figure& figure : report.figures()) {
    ids.insert(figure.scope_id());
    if (!figure.yard_id().empty()) ids.insert(figure.yard_id());
  }
  return {ids.begin(), ids.end()};
}

}  // namespace gatepost::domain
