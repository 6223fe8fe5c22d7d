// When a figure may hold; the other half of figure_rules.h.

#include <fmt/format.h>

#include <string>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/figure_key.h"
#include "daemon/domain/figure_rules.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::domain {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);
// Totals over years occur; over more than ten they are a typing error.
constexpr absl::Duration kLongestPeriod = absl::Hours(3660 * 24);

absl::Status Wrong(v1::Reason reason, std::string_view wanted, std::string_view came,
                   std::string_view todo = "correct the figure's time") {
  return system::Refuse(reason, wanted, came, todo);
}

// The instant, if it can be read and does not lie in the future.
absl::StatusOr<absl::Time> PastInstant(const v1::ZonedTime& time, const FigureContext& context) {
  absl::StatusOr<absl::Time> instant = InstantOf(time);
  if (!instant.ok()) return instant;
  if (*instant > context.latest) {
    return Wrong(v1::REASON_FUTURE_DATE, "a time that has come", TimeText(*instant, time.zone()),
                 "send it later, or correct the time");
  }
  return *instant;
}

absl::Status NotOfDate(std::string_view what, absl::Time time, const v1::ZonedTime& as_written,
                       const FigureContext& context) {
  return Wrong(v1::REASON_FIELD_CONFLICT,
               fmt::format("{} on the business date {}", what, DayText(context.business_date)),
               TimeText(time, as_written.zone()),
               "correct the time, or report it under its own business date");
}

// What the kind of a period promises about its bounds.
absl::Status CheckBounds(v1::PeriodKind kind, absl::Time start, absl::Time end,
                         const v1::ZonedPeriod& as_written, const FigureContext& context) {
  absl::Duration length = end - start;
  std::string came = fmt::format("{} to {}", TimeText(start, as_written.start().zone()),
                                 TimeText(end, as_written.end().zone()));
  auto bad = [&](std::string_view wanted) {
    return Wrong(v1::REASON_BAD_TIME, wanted, came, "correct the period or its kind");
  };
  if (length <= absl::ZeroDuration()) return bad("a period that ends after it starts");
  if (length > kLongestPeriod) return bad("a period of at most ten years");
  switch (kind) {
    case v1::PERIOD_KIND_DAY_TO_CUT_OFF:
      if (length != kDay) return bad("the 24 hours up to a cut-off");
      break;
    case v1::PERIOD_KIND_DAY_SO_FAR: {
      GATEPOST_ASSIGN_OR_RETURN(absl::TimeZone zone, LoadZone(as_written.start().zone()));
      if (start != absl::FromCivil(context.business_date, zone) || length > kDay) {
        return bad("the business date from its start up to an instant of it");
      }
      break;
    }
    case v1::PERIOD_KIND_SEVERAL_DAYS:
      if (length <= kDay) return bad("a period of more than a day");
      break;
    case v1::PERIOD_KIND_PER_DAY:
      if (length < kDay) return bad("an average per day over at least a day");
      break;
    default:
      if (length < absl::Hours(1)) return bad("an average per hour over at least an hour");
      break;
  }
  return absl::OkStatus();
}

absl::Status CheckPeriod(const v1::FlowPeriod& period, const FigureContext& context) {
  v1::PeriodKind kind = period.kind();
  if (kind == v1::PERIOD_KIND_UNSPECIFIED || !v1::PeriodKind_IsValid(kind)) {
    return Wrong(v1::REASON_FIELD_MISSING, "period.kind", "none, or a value without meaning here");
  }
  if (kind == v1::PERIOD_KIND_UNKNOWN_BOUNDS) {
    if (!period.has_bounds()) return absl::OkStatus();
    return Wrong(v1::REASON_FIELD_CONFLICT, "no bounds where they are unknown", "bounds",
                 "leave the bounds out, or state the kind of period");
  }
  if (!period.has_bounds()) {
    return Wrong(v1::REASON_FIELD_MISSING, "period.bounds", "none",
                 "state the bounds, or PERIOD_KIND_UNKNOWN_BOUNDS");
  }
  GATEPOST_ASSIGN_OR_RETURN(absl::Time start, PastInstant(period.bounds().start(), context));
  GATEPOST_ASSIGN_OR_RETURN(absl::Time end, PastInstant(period.bounds().end(), context));
  GATEPOST_RETURN_IF_ERROR(CheckBounds(kind, start, end, period.bounds(), context));
  // Totals of several days may have ended before; the day's own flows are of the business date.
  bool of_one_day = kind == v1::PERIOD_KIND_DAY_TO_CUT_OFF || kind == v1::PERIOD_KIND_DAY_SO_FAR;
  absl::Time day_ends = absl::FromCivil(context.business_date + 1, context.zone) + kAfterMidnight;
  bool belongs = of_one_day ? BelongsTo(end, context.business_date, context.zone) : end < day_ends;
  if (belongs) return absl::OkStatus();
  return NotOfDate("a period that ends", end, period.bounds().end(), context);
}

}  // namespace

bool BelongsTo(absl::Time time, absl::CivilDay date, const absl::TimeZone& zone) {
  return time >= absl::FromCivil(date, zone) &&
         time < absl::FromCivil(date + 1, zone) + kAfterMidnight;
}

absl::Status CheckFigureTime(const v1::Figure& figure, const FigureContext& context) {
  if (!figure.has_time()) return absl::OkStatus();
  bool stock = IsStock(figure.measure());
  switch (figure.time().kind_case()) {
    case v1::FigureTime::kAsOf: {
      if (!stock) {
        return Wrong(v1::REASON_FIELD_CONFLICT, "a period for a flow", "an instant",
                     "state a period, or leave the time out");
      }
      GATEPOST_ASSIGN_OR_RETURN(absl::Time as_of, PastInstant(figure.time().as_of(), context));
      if (BelongsTo(as_of, context.business_date, context.zone)) return absl::OkStatus();
      return NotOfDate("a stock", as_of, figure.time().as_of(), context);
    }
    case v1::FigureTime::kPeriod:
      if (stock) {
        return Wrong(v1::REASON_FIELD_CONFLICT, "an instant for a stock", "a period",
                     "state the instant, or leave the time out");
      }
      return CheckPeriod(figure.time().period(), context);
    default:
      return Wrong(v1::REASON_FIELD_MISSING, "time.as_of or time.period", "neither",
                   "state one of them, or leave the time out");
  }
}

}  // namespace gatepost::domain
