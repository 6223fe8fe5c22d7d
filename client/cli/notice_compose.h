#ifndef GATEPOST_CLIENT_CLI_NOTICE_COMPOSE_H_
#define GATEPOST_CLIENT_CLI_NOTICE_COMPOSE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/cli/commands.h"
#include "client/cli/session.h"
#include "gatepost/v1/notice.pb.h"

// What was typed, as parts of a notice. Errors: BAD_ARGUMENT, BAD_TIME, NO_TIME_ZONE, those of the
// node's register.
namespace gatepost::cli {

// The gates, ascending, each once: each one named with all below it, groups as their members, as
// of `on`.
absl::StatusOr<std::vector<std::string>> GatesTyped(Session& session,
                                                    const std::vector<std::string>& names,
                                                    absl::CivilDay on);

v1::Traffic TrafficTyped(const std::string& word);
absl::StatusOr<v1::Direction> DirectionTyped(const std::string& word, const std::string& country);

// A timetable of one rule for the options' gates, traffic and span, in the zone that was typed.
absl::StatusOr<v1::Timetable> TimetableTyped(Session& session, const NoticeOptions& options,
                                             v1::Regime regime, v1::HoursKind hours);

// A regime by its word; REGIME_NORMAL for an empty one.
v1::Regime RegimeTyped(const std::string& word);

// The papers that were typed.
absl::StatusOr<v1::Papers> PapersTyped(const NoticeOptions& options);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_NOTICE_COMPOSE_H_
