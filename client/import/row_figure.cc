#include "client/import/row_figure.h"

#include <cstdint>
#include <string_view>
#include <utility>

#include "absl/time/time.h"
#include "client/import/quantity.h"
#include "client/import/words.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"
#include "fmt/core.h"

namespace gatepost::client {
namespace {

constexpr int64_t kDaySeconds = 24 * 60 * 60;

// Where in the table something stands, for people with a spreadsheet open.
std::string Place(const ImportRow& row, const RowReader& reader, Field field) {
  return fmt::format("row {}, column {}: \"{}\"", row.number, reader.ColumnOf(field),
                     system::Printable(row[field], 60));
}

absl::Status Unmapped(const ImportRow& row, const RowReader& reader, Field field,
                      std::string_view allowed) {
  return system::Refuse(v1::REASON_UNMAPPED_ROW, allowed, Place(row, reader, field),
                        "correct the cell, or give its word a meaning in a mapping file");
}

// The same refusal, saying which row it came from.
absl::Status AtRow(const absl::Status& status, const ImportRow& row, const RowReader& reader,
                   Field field) {
  const std::optional<system::Refusal> refusal = system::RefusalOf(status);
  if (!refusal.has_value()) return status;
  return system::Refuse(refusal->reason, refusal->wanted,
                        fmt::format("{}: {}", Place(row, reader, field), refusal->came),
                        refusal->todo);
}

std::string AllowedClasses(const CargoOnDate& cargo) {
  std::string text = "all";
  for (const v1::CargoClass& known : cargo.classes) text += ", " + known.id();
  return text;
}

// Fields whose words are a fixed list, in the order of the columns of daily-reports.csv.
absl::Status TakeWords(const ImportRow& row, const RowReader& reader, RowFigure& taken) {
  v1::Figure& figure = taken.figure;
  const auto direction = DirectionOf(row[Field::kDirection], taken.side);
  if (!direction) return Unmapped(row, reader, Field::kDirection, AllowedWords("direction"));
  figure.set_direction(*direction);
  const auto measure = MeasureOf(row[Field::kMeasure]);
  if (!measure) return Unmapped(row, reader, Field::kMeasure, AllowedWords("measure"));
  figure.set_measure(measure->measure);
  taken.period = measure->period;
  figure.set_load(v1::LOAD_ANY);
  if (!row[Field::kLoad].empty()) {
    const auto load = LoadOf(row[Field::kLoad]);
    if (!load) return Unmapped(row, reader, Field::kLoad, AllowedWords("load"));
    figure.set_load(*load);
  }
  figure.set_dwell(v1::DWELL_ANY);
  if (!row[Field::kDwell].empty()) {
    const auto dwell = DwellOf(row[Field::kDwell]);
    if (!dwell) return Unmapped(row, reader, Field::kDwell, AllowedWords("dwell"));
    figure.set_dwell(*dwell);
  }
  const std::string& vehicles = row[Field::kVehicles];
  if (!vehicles.empty() && vehicles != "all" && vehicles != "VN" && vehicles != "CN") {
    return Unmapped(row, reader, Field::kVehicles, "all, VN, CN");
  }
  if (vehicles != "all") figure.set_vehicle_country(vehicles);
  const std::string complete = NormalWord(row[Field::kSetComplete]);
  if (!complete.empty() && complete != "yes" && complete != "no") {
    return Unmapped(row, reader, Field::kSetComplete, "yes, no or empty");
  }
  figure.set_set_complete(complete == "yes");
  return absl::OkStatus();
}

// What kind of period a flow covers, from the measure, the period cell and the dates.
absl::Status TakePeriod(const ImportRow& row, const RowReader& reader, RowFigure& taken) {
  const bool several_days = taken.dates.first != taken.dates.last;
  if (!IsFlow(taken.figure.measure())) {
    if (several_days) {
      return Unmapped(row, reader, Field::kBusinessDate,
                      "one date: what is counted at an instant has no range of dates");
    }
    return absl::OkStatus();  // What the period cell says about a stock has no meaning.
  }
  v1::PeriodKind stated =
      several_days ? v1::PERIOD_KIND_SEVERAL_DAYS : v1::PERIOD_KIND_DAY_TO_CUT_OFF;
  if (!row[Field::kPeriod].empty()) {
    const auto period = PeriodOf(row[Field::kPeriod]);
    if (!period) return Unmapped(row, reader, Field::kPeriod, AllowedWords("period"));
    stated = *period;
  }
  // A word in the measure (cleared_per_day) is the more exact of the two.
  if (taken.period == v1::PERIOD_KIND_UNSPECIFIED) taken.period = stated;
  const bool of_one_day =
      taken.period == v1::PERIOD_KIND_DAY_TO_CUT_OFF || taken.period == v1::PERIOD_KIND_DAY_SO_FAR;
  if (several_days && of_one_day) {
    return Unmapped(row, reader, Field::kPeriod,
                    "total, per_day, per_hour or unknown for several days");
  }
  if (!several_days && taken.period == v1::PERIOD_KIND_SEVERAL_DAYS) {
    return Unmapped(row, reader, Field::kBusinessDate,
                    "two dates like 2026-01-31/2026-02-01 for a total of several days");
  }
  return absl::OkStatus();
}

absl::Status TakeScope(const ImportRow& row, const RowReader& reader, ImportRegister& known,
                       RowFigure& taken) {
  if (row[Field::kScope].empty()) {
    return Unmapped(row, reader, Field::kScope, "a gate, yard or group of the register");
  }
  absl::StatusOr<ScopeOnDate> scope = known.Resolve(row[Field::kScope], taken.dates.last);
  if (!scope.ok()) return AtRow(scope.status(), row, reader, Field::kScope);
  taken.figure.set_scope_id(scope->id);
  taken.figure.set_extent(scope->extent);
  if (!row[Field::kScopeKind].empty()) {
    const auto extent = ExtentOf(row[Field::kScopeKind]);
    if (!extent) return Unmapped(row, reader, Field::kScopeKind, AllowedWords("extent"));
    taken.figure.set_extent(*extent);
  }
  if (!row[Field::kYard].empty()) {
    absl::StatusOr<ScopeOnDate> yard = known.Resolve(row[Field::kYard], taken.dates.last);
    if (!yard.ok()) return AtRow(yard.status(), row, reader, Field::kYard);
    taken.figure.set_yard_id(yard->id);
  }
  return absl::OkStatus();
}

absl::Status TakeCargo(const ImportRow& row, const RowReader& reader, ImportRegister& known,
                       RowFigure& taken) {
  GATEPOST_ASSIGN_OR_RETURN(const CargoOnDate* cargo, known.Cargo(taken.dates.last));
  const std::string wanted = NormalWord(row[Field::kCargo]);
  if (!wanted.empty() && wanted != "all") {
    for (const v1::CargoClass& known_class : cargo->classes) {
      if (NormalWord(known_class.id()) == wanted) taken.figure.set_cargo_class(known_class.id());
    }
    if (taken.figure.cargo_class().empty()) {
      return Unmapped(row, reader, Field::kCargo, AllowedClasses(*cargo));
    }
  }
  if (!row[Field::kSplit].empty()) {
    std::string allowed;
    for (const v1::CargoSplit& split : cargo->splits) {
      if (split.id() == row[Field::kSplit]) taken.figure.set_split_id(split.id());
      allowed += (allowed.empty() ? "" : ", ") + split.id();
    }
    if (taken.figure.split_id().empty()) return Unmapped(row, reader, Field::kSplit, allowed);
  }
  return absl::OkStatus();
}

absl::Status TakeQuantity(const ImportRow& row, const RowReader& reader, RowFigure& taken) {
  absl::StatusOr<v1::Quantity> quantity = QuantityFromCells(
      row[Field::kValue], row[Field::kQualifier], row[Field::kUnit], taken.figure.measure());
  if (!quantity.ok()) {
    const std::string message(quantity.status().message());
    const Field field = message.starts_with("unit")        ? Field::kUnit
                        : message.starts_with("qualifier") ? Field::kQualifier
                                                           : Field::kValue;
    return Unmapped(row, reader, field, message);
  }
  *taken.figure.mutable_quantity() = *std::move(quantity);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RowReport> ReportOfRow(const ImportRow& row, const RowReader& reader) {
  const std::optional<DateRange> dates = ParseDates(row[Field::kBusinessDate]);
  if (!dates.has_value()) {
    return Unmapped(row, reader, Field::kBusinessDate,
                    "a date like 2026-01-31, or two like 2026-01-31/2026-02-01");
  }
  if (row[Field::kSide] != "VN" && row[Field::kSide] != "CN") {
    return Unmapped(row, reader, Field::kSide, "VN or CN");
  }
  return RowReport{*dates, row[Field::kSide]};
}

absl::StatusOr<RowFigure> FigureOfRow(const ImportRow& row, const RowReport& report,
                                      const RowReader& reader, ImportRegister& known) {
  RowFigure taken;
  taken.dates = report.dates;
  taken.side = report.side;
  GATEPOST_RETURN_IF_ERROR(TakeWords(row, reader, taken));
  GATEPOST_RETURN_IF_ERROR(TakePeriod(row, reader, taken));
  if (!row[Field::kAsOf].empty()) {
    absl::StatusOr<v1::ZonedTime> time = ParseStatedTime(row[Field::kAsOf], taken.dates.last);
    if (!time.ok()) return AtRow(time.status(), row, reader, Field::kAsOf);
    taken.stated = *std::move(time);
  }
  GATEPOST_RETURN_IF_ERROR(TakeScope(row, reader, known, taken));
  GATEPOST_RETURN_IF_ERROR(TakeCargo(row, reader, known, taken));
  GATEPOST_RETURN_IF_ERROR(TakeQuantity(row, reader, taken));
  return taken;
}

void ApplyTimes(const RowFigure& row, const v1::ZonedTime& as_of, bool assumed,
                v1::Figure& figure) {
  const bool own = row.stated.has_value() &&
                   (assumed || row.stated->instant().seconds() != as_of.instant().seconds());
  const v1::ZonedTime& end = row.stated.has_value() ? *row.stated : as_of;
  if (!IsFlow(row.figure.measure())) {
    if (own) *figure.mutable_time()->mutable_as_of() = end;
    return;
  }
  if (row.period == v1::PERIOD_KIND_DAY_TO_CUT_OFF && !own) return;
  v1::FlowPeriod* period = figure.mutable_time()->mutable_period();
  period->set_kind(row.period);
  figure.mutable_time()->set_assumed(assumed && !row.stated.has_value());
  if (row.period == v1::PERIOD_KIND_UNKNOWN_BOUNDS) return;
  *period->mutable_bounds()->mutable_end() = end;
  *period->mutable_bounds()->mutable_start() = end;
  const int64_t days = row.dates.last - row.dates.first + 1;
  int64_t start = end.instant().seconds() - days * kDaySeconds;
  if (row.period == v1::PERIOD_KIND_DAY_SO_FAR) {
    // A zone that could not be read was refused with the time itself.
    const absl::StatusOr<absl::Time> midnight =
        domain::InstantOn({.hour = 0, .minute = 0, .zone = end.zone()}, row.dates.last);
    if (midnight.ok()) start = absl::ToUnixSeconds(*midnight);
  }
  period->mutable_bounds()->mutable_start()->mutable_instant()->set_seconds(start);
}

}  // namespace gatepost::client
