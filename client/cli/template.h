#ifndef GATEPOST_CLIENT_CLI_TEMPLATE_H_
#define GATEPOST_CLIENT_CLI_TEMPLATE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "client/cli/output.h"
#include "client/cli/session.h"
#include "gatepost/v1/yard_report.pb.h"

// `yard send --like-yesterday`: yesterday's lines, today's numbers. Yesterday's numbers are never
// sent again by themselves: a line that nobody filled in says "not reported".
namespace gatepost::cli {

// The figures that the user's side has in force for the day before `day`, in their order, without
// those of several days or unknown periods. NOT_FOUND when there are none.
absl::StatusOr<std::vector<v1::Figure>> YesterdaysFigures(Session& session, absl::CivilDay day);

// Adds yesterday's lines that `report` does not have yet, as not reported.
void AddLines(const std::vector<v1::Figure>& yesterday, v1::YardReport& report);

// Asks on the terminal for each line that is not reported: a number, Enter for not reported, `=`
// for yesterday's number again, `x` for not operating. Does nothing where nobody can be asked;
// false when the user ended the input before the last line.
bool AskForLines(const Session& session, const std::vector<v1::Figure>& yesterday,
                 v1::YardReport& report);

// Fills in stated changes against the day before that nobody typed, where both numbers are exact:
// they are marked derived.
void ComputeChanges(const std::vector<v1::Figure>& yesterday, v1::YardReport& report);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_TEMPLATE_H_
