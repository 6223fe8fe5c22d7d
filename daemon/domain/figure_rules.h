#ifndef GATEPOST_DAEMON_DOMAIN_FIGURE_RULES_H_
#define GATEPOST_DAEMON_DOMAIN_FIGURE_RULES_H_

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "daemon/domain/gate_register.h"
#include "gatepost/v1/yard_report.pb.h"

namespace gatepost::domain {

// What the figures of one report are judged by; all of it checked already.
struct FigureContext {
  const GateRegister& gate_register;  // Must outlive the call.
  absl::CivilDay business_date;
  absl::TimeZone zone;  // Of the business date.
  absl::Time latest;    // Instants after it lie in the future.
};

// The last instant that belongs to a business date, at the latest: a cut-off may come after
// midnight.
inline constexpr absl::Duration kAfterMidnight = absl::Hours(12);

// From the start of `date` in `zone` up to, not including, kAfterMidnight after its end.
bool BelongsTo(absl::Time time, absl::CivilDay date, const absl::TimeZone& zone);

// The rules of one figure, without the others: its fields, its scope and classes, its quantity.
// Reasons as of ValidateYardReport (yard_rules.h); which figure it is, the caller adds.
// Thread-safe.
absl::Status CheckFigure(const v1::Figure& figure, const FigureContext& context);

// The rules of a figure's time; called by CheckFigure.
absl::Status CheckFigureTime(const v1::Figure& figure, const FigureContext& context);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_FIGURE_RULES_H_
