#include "daemon/domain/validity.h"

#include <fmt/format.h>

#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::domain {

absl::StatusOr<DayRange> RangeOf(const v1::Validity& validity) {
  DayRange range;
  if (validity.has_from()) {
    GATEPOST_ASSIGN_OR_RETURN(range.first, DayOf(validity.from()));
  }
  if (validity.has_to()) {
    GATEPOST_ASSIGN_OR_RETURN(range.last, DayOf(validity.to()));
  }
  if (range.last < range.first) {
    return system::Refuse(v1::REASON_BAD_TIME, "a validity that ends on or after its first day",
                          fmt::format("{} to {}", DayText(range.first), DayText(range.last)),
                          "correct the validity");
  }
  return range;
}

bool ValidOn(const v1::Validity& validity, absl::CivilDay day) {
  absl::StatusOr<DayRange> range = RangeOf(validity);
  return range.ok() && range->Contains(day);
}

std::string RangeText(const DayRange& range) {
  bool from = range.first != DayRange().first;
  bool to = range.last != DayRange().last;
  if (from && to) return fmt::format("{} to {}", DayText(range.first), DayText(range.last));
  if (from) return fmt::format("from {}", DayText(range.first));
  if (to) return fmt::format("to {}", DayText(range.last));
  return "always";
}

}  // namespace gatepost::domain
