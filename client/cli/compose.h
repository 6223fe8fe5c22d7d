#ifndef GATEPOST_CLIENT_CLI_COMPOSE_H_
#define GATEPOST_CLIENT_CLI_COMPOSE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "client/cli/commands.h"
#include "client/cli/session.h"
#include "client/import/import_register.h"
#include "gatepost/v1/yard_report.pb.h"

namespace gatepost::cli {

// A report of the user's side for `day` without figures: an original, as of what was stated.
// Errors of domain::InstantOn.
absl::StatusOr<v1::YardReport> EmptyReport(const Session& session, absl::CivilDay day,
                                           const AsOf& as_of);

// The figures that were typed: `--figure` and `--set`, the short flags for the one `--gate`, and
// for
// --not-operating each `--gate` with nothing waiting or cleared because it did not operate.
// BAD_ARGUMENT; errors of `known`.
absl::StatusOr<std::vector<v1::Figure>> TypedFigures(const Session& session,
                                                     const FigureOptions& options,
                                                     absl::CivilDay day,
                                                     client::ImportRegister& known);

// Puts each of `figures` into `report`: in the place of the one about the same thing, or at the
// end.
void PutFigures(const std::vector<v1::Figure>& figures, v1::YardReport& report);

// The figure of `report` that `figure` is about. BAD_ARGUMENT, naming what the report has, when
// there is none or several.
absl::StatusOr<int> FindFigure(const v1::YardReport& report, const v1::Figure& figure,
                               const std::string& side);

// Marks parts and wholes of splits as the register says. Errors of `known`.
absl::Status MarkReportSplits(absl::CivilDay day, client::ImportRegister& known,
                              v1::YardReport& report);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_COMPOSE_H_
