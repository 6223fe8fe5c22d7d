#ifndef GATEPOST_DAEMON_DOMAIN_FIGURE_KEY_H_
#define GATEPOST_DAEMON_DOMAIN_FIGURE_KEY_H_

#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gatepost/v1/yard_report.pb.h"

// What a figure is about, apart from its number. Functions that take a report expect one that
// ValidateYardReport has passed; all are thread-safe.
namespace gatepost::domain {

// When a figure holds. A stock holds at `end`; a flow from `start` up to `end`. Both are
// absl::InfinitePast() when nobody knows the bounds.
struct FigureWhen {
  v1::PeriodKind kind = v1::PERIOD_KIND_UNSPECIFIED;  // Unspecified for a stock.
  absl::Time start;
  absl::Time end;
  friend bool operator==(const FigureWhen&, const FigureWhen&) = default;
  friend std::strong_ordering operator<=>(const FigureWhen&, const FigureWhen&) = default;
};

// Everything that tells one figure from another: all of v1::Figure but its quantity and what it
// says of sums. The unit is part of it: vehicles and persons at one gate are two figures.
struct FigureKey {
  std::string scope_id;
  v1::ScopeExtent extent = v1::SCOPE_EXTENT_UNSPECIFIED;
  v1::Direction direction = v1::DIRECTION_UNSPECIFIED;
  v1::Measure measure = v1::MEASURE_UNSPECIFIED;
  std::string vehicle_country;
  v1::Load load = v1::LOAD_UNSPECIFIED;
  v1::Dwell dwell = v1::DWELL_UNSPECIFIED;
  std::string cargo_class;
  std::string split_id;
  std::string yard_id;
  v1::Unit unit = v1::UNIT_UNSPECIFIED;
  std::string unit_as_printed;
  FigureWhen when;
  friend bool operator==(const FigureKey&, const FigureKey&) = default;
  friend std::strong_ordering operator<=>(const FigureKey&, const FigureKey&) = default;
};

// Whether `measure` is a stock, which holds at an instant (DOMAIN.md 3); a stated change is what
// the number is that changes.
bool IsStock(v1::Measure measure);

// Whether `measure` is a stated change, the only one that may be negative.
bool IsChange(v1::Measure measure);

// When the figure holds: as it says, or else at the report's cut-off (a stock) or over the 24 hours
// up to it (a flow).
FigureWhen WhenOf(const v1::Figure& figure, const v1::YardReport& report);

// The key of a figure of `report`.
FigureKey KeyOf(const v1::Figure& figure, const v1::YardReport& report);

// The same figure 24 hours before, which is one civil day in every zone without daylight saving.
FigureKey DayBefore(FigureKey key);

// The figure of `report` with this key; if there is none, the only one that differs from it in no
// more than its split. nullptr otherwise.
const v1::Figure* FigureIn(const v1::YardReport& report, const FigureKey& key);

// The instant that a figure is filed under: a stock's instant, the end of a flow's period, the
// report's cut-off where the bounds are unknown.
absl::Time EffectiveAsOf(const v1::Figure& figure, const v1::YardReport& report);

// One side may report each of these once as an original (PROTOCOL.md 1).
struct ReportKey {
  std::string scope_id;
  absl::Time as_of;
  friend bool operator==(const ReportKey&, const ReportKey&) = default;
  friend std::strong_ordering operator<=>(const ReportKey&, const ReportKey&) = default;
};

// The distinct keys of all figures, sorted.
std::vector<ReportKey> ReportKeys(const v1::YardReport& report);

// All gates, yards and groups that the report is about, the figures' yards included, sorted, each
// once: what the header's scope_ids must hold.
std::vector<std::string> ScopeIdsOf(const v1::YardReport& report);

// English words for error texts and findings; texts for people are made in client/render.
std::string MeasureWord(v1::Measure measure);
std::string DirectionWord(v1::Direction direction);  // `VN→CN`, `CN→VN`, `both ways`
std::string UnitWord(v1::Unit unit);

// The figure's name: `waiting VN→CN LS-ALL fruit`, with what else sets it apart.
std::string NameOf(const FigureKey& key);

// The quantity: `1,057 vehicles`, `about 3,793 tonnes`, `70 to 90 vehicles`, `not reported`.
std::string QuantityText(const v1::Quantity& quantity);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_FIGURE_KEY_H_
