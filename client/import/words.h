#ifndef GATEPOST_CLIENT_IMPORT_WORDS_H_
#define GATEPOST_CLIENT_IMPORT_WORDS_H_

#include <optional>
#include <string>
#include <string_view>

#include "gatepost/v1/yard_report.pb.h"

// The words of imported tables, of `--figure` and of `--set`, and the contract's values they stand
// for. They are a format, not text for people: never translated. Each `...Word` gives the word that
// exported tables use; each `...Of` takes every accepted spelling (lower case, `-` and `_` alike)
// and is nullopt for any other.
namespace gatepost::client {

// `word` in the spelling the functions here compare: lower case ASCII, `-` and ` ` as `_`.
std::string NormalWord(std::string_view word);

// own, with_below, yard, group.
std::string_view ExtentWord(v1::ScopeExtent extent);
std::optional<v1::ScopeExtent> ExtentOf(std::string_view word);

// export and import are words of `side` (ISO 3166-1 alpha-2, VN or CN): its export leaves it.
// Accepted beside them: both, vn_cn, cn_vn, vn_to_cn, cn_to_vn.
std::string_view DirectionWord(v1::Direction direction, std::string_view side);
std::optional<v1::Direction> DirectionOf(std::string_view word, std::string_view side);

// A measure word may say the period too: cleared_per_day, arrived_per_hour.
struct MeasureAndPeriod {
  v1::Measure measure = v1::MEASURE_UNSPECIFIED;
  v1::PeriodKind period = v1::PERIOD_KIND_UNSPECIFIED;  // UNSPECIFIED: the word says nothing of it.
};

// cleared, waiting, arrived, turned_back, moved, two_way_loaded, weight, cleared_change,
// waiting_change, registered, capacity.
std::string_view MeasureWord(v1::Measure measure);
std::optional<MeasureAndPeriod> MeasureOf(std::string_view word);

// True for what holds over a period, not at an instant (domain::IsStock).
bool IsFlow(v1::Measure measure);

// day, so_far, total, per_day, per_hour, unknown.
std::string_view PeriodWord(v1::PeriodKind kind);
std::optional<v1::PeriodKind> PeriodOf(std::string_view word);

// exact, derived, about (approx), at_least (min), at_most (max), range, average.
std::string_view QualifierWord(v1::Qualifier qualifier);
std::optional<v1::Qualifier> QualifierOf(std::string_view word);

// any, loaded, empty.
std::string_view LoadWord(v1::Load load);
std::optional<v1::Load> LoadOf(std::string_view word);

// any, under_24h, 24h_to_36h, over_36h.
std::string_view DwellWord(v1::Dwell dwell);
std::optional<v1::Dwell> DwellOf(std::string_view word);

// vehicles, wagons, trains, vessels, tonnes, persons. Several of them joined by `+` are MIXED,
// which UnitWord leaves empty: such a unit is kept as printed.
std::string_view UnitWord(v1::Unit unit);
std::optional<v1::Unit> UnitOf(std::string_view word);

// The words that `kind` accepts (extent, direction, measure, period, qualifier, load, dwell, unit),
// joined by commas, for error texts.
std::string AllowedWords(std::string_view kind);

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_IMPORT_WORDS_H_
