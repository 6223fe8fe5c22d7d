#ifndef GATEPOST_CLIENT_IMPORT_FIGURE_PATH_H_
#define GATEPOST_CLIENT_IMPORT_FIGURE_PATH_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "client/import/import_register.h"
#include "gatepost/v1/yard_report.pb.h"

namespace gatepost::client {

// How people name one figure on the command line:
//
//   LS-ALL/export/waiting/fruit        or, with spaces,     LS-HN own export waiting all
//
// The scope stands first; after it in any order one measure and, where they differ from the usual,
// a direction (both), an extent (what the scope is by itself), a cargo class (all), loaded or
// empty, a dwell class, `vehicles:CN`, `yard:LS-HN-Y-VIETTEL`, `split:export-goods`, a period
// (per_day, ...). A landmark as scope (1088/2-1089) needs the form with spaces.
//
// The figure that `path` names, without quantity: words of direction are those of `side` (VN or
// CN), ids are looked up in `known` for `day`. REASON_BAD_ARGUMENT naming the word that means
// nothing and what is allowed; errors of ImportRegister.
absl::StatusOr<v1::Figure> FigureFromPath(std::string_view path, std::string_view side,
                                          absl::CivilDay day, ImportRegister& known);

// The shortest path that names `figure` for a reader of `side`: FigureFromPath reads it back, but
// for times of the figure's own.
std::string PathOfFigure(const v1::Figure& figure, std::string_view side);

// The kind of period a figure covers, the day up to the cut-off where it says nothing; UNSPECIFIED
// for what is no flow.
v1::PeriodKind PeriodOfFigure(const v1::Figure& figure);

// True when both are about the same thing: everything but quantity, splits, set_complete and the
// exact time (the kind of period counts).
bool SameSubject(const v1::Figure& a, const v1::Figure& b);

// `PATH=VALUE` as people type it (QuantityFromText). REASON_BAD_ARGUMENT.
absl::StatusOr<v1::Figure> FigureFromAssignment(std::string_view text, std::string_view side,
                                                absl::CivilDay day, ImportRegister& known);

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_IMPORT_FIGURE_PATH_H_
