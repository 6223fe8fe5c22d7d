#ifndef GATEPOST_CLIENT_CLI_NOTICE_COMPOSE_H_
#define GATEPOST_CLIENT_CLI_NOTICE_COMPOSE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/cli/commands.h"
#include "client/cli/session.h"
#include "gatepost/v1/notice.pb.h"

// What was typed, as parts of notices and proposals. Errors: BAD_ARGUMENT, BAD_TIME, NO_TIME_ZONE,
// those of the node's register.
namespace gatepost::cli {

// The gates that names stand for on a day, ascending, each once.
using ExpandGates = std::function<absl::StatusOr<std::vector<std::string>>(
    const std::vector<std::string>& names, absl::CivilDay on)>;

// The gates, ascending, each once: each one named with all below it, groups as their members, as
// of `on`.
absl::StatusOr<std::vector<std::string>> GatesTyped(Session& session,
                                                    const std::vector<std::string>& names,
                                                    absl::CivilDay on);

v1::Traffic TrafficTyped(const std::string& word);
absl::StatusOr<v1::Direction> DirectionTyped(const std::string& word, const std::string& country);

// An instant as ParseInstant reads it, or a day with its zone (`2026-02-15H`): its beginning.
absl::StatusOr<v1::ZonedTime> BeginningTyped(const std::string& typed);

// A stretch of a day, `08:00-12:00`, as it is typed for the option `flag`.
absl::StatusOr<v1::TimeWindow> WindowTyped(const std::string& flag, const std::string& typed);

// A timetable of one rule for the options' gates, traffic and span, in the zone that was typed.
// `hours` is what it says of hours where no window was typed. Directions are words of `country`.
absl::StatusOr<v1::Timetable> TimetableTyped(const SpanOptions& options, const std::string& country,
                                             const ExpandGates& gates, v1::Regime regime,
                                             v1::HoursKind hours);
absl::StatusOr<v1::Timetable> TimetableTyped(Session& session, const SpanOptions& options,
                                             v1::Regime regime, v1::HoursKind hours);

// A regime by its word: normal, closed, preregistered, passengers, empties, intake-stop, shortened,
// extended, pilot; REGIME_NORMAL for an empty one.
v1::Regime RegimeTyped(const std::string& word);

// The papers that were typed.
absl::StatusOr<v1::Papers> PapersTyped(const PaperOptions& options);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_NOTICE_COMPOSE_H_
