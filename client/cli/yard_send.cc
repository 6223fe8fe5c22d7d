// yard send: one report from what was typed, or every report of a table.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/cli/commands.h"
#include "client/cli/compose.h"
#include "client/cli/node_register.h"
#include "client/cli/session.h"
#include "client/cli/submit.h"
#include "client/cli/table_file.h"
#include "client/cli/template.h"
#include "client/render/errors.h"
#include "client/render/figures.h"
#include "client/render/reports.h"
#include "client/render/standing.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

using render::_;
using render::Say;

absl::Status WrongUse(std::string_view wanted, std::string_view came, std::string_view todo) {
  return system::Refuse(v1::REASON_BAD_ARGUMENT, wanted, came, todo);
}

void AddSendOptions(const YardSendOptions& options, v1::YardReport& report) {
  report.set_revision(v1::REVISION_KIND_ORIGINAL);
  report.set_practice_figures(options.practice);
  report.set_remark(options.remark);
  if (!options.override_reason.empty()) {
    report.mutable_override()->set_reason(options.override_reason);
  }
}

// The report as people see it before it goes.
std::string Preview(const v1::YardReport& report, const render::View& view) {
  return Say("report of {0} for {1}", report.reporting_side(),
             render::DateText(report.business_date())) +
         "\n" + render::ReportHeading(report, view) + render::FigureTable(report, view).ToText(2);
}

std::string ResultCsv(const v1::YardReport& report, const v1::SubmitResponse& response,
                      bool with_headings) {
  render::Table table({{"business_date"}, {"side"}, {"result"}, {"reference"}, {"message_id"}});
  table.Add({render::DateText(report.business_date()), report.reporting_side(),
             response.short_reference().empty() ? "would be accepted" : "accepted",
             response.short_reference(), response.message_id()});
  const std::string csv = table.ToCsv();
  return with_headings ? csv : csv.substr(csv.find('\n') + 1);
}

// ---- one report from what was typed
// ---------------------------------------------------------------

absl::StatusOr<v1::YardReport> TypedReport(const Global& global, Session& session,
                                           const YardSendOptions& options) {
  NodeRegister known(*session.node);
  GATEPOST_ASSIGN_OR_RETURN(const AsOf as_of, AsOfTyped(session, options.table.as_of));
  GATEPOST_ASSIGN_OR_RETURN(
      const absl::CivilDay day,
      DateOr(options.date, as_of.day.has_value() ? *as_of.day : Today(session)));
  if (as_of.day.has_value() && *as_of.day != day) {
    return WrongUse("an --as-of on the business date", options.table.as_of,
                    "leave out the date of --as-of: it is the business date's");
  }
  GATEPOST_ASSIGN_OR_RETURN(v1::YardReport report, EmptyReport(session, day, as_of));
  AddSendOptions(options, report);
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<v1::Figure> typed,
                            TypedFigures(session, options.figures, day, known));
  if (!options.like_yesterday) {
    if (typed.empty()) {
      return WrongUse("figures: --figure, --waiting and the like, --from-csv or --like-yesterday",
                      "none", "see gatepost yard send --help");
    }
    PutFigures(typed, report);
    GATEPOST_RETURN_IF_ERROR(MarkReportSplits(day, known, report));
    return report;
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<v1::Figure> yesterday,
                            YesterdaysFigures(session, day));
  AddLines(yesterday, report);
  PutFigures(typed, report);
  if (!options.yes && !AskForLines(session, yesterday, report)) {
    return WrongUse("an answer for every line", "the input ended", "start again; nothing was sent");
  }
  ComputeChanges(yesterday, report);
  GATEPOST_RETURN_IF_ERROR(MarkReportSplits(day, known, report));
  int missing = 0;
  for (const v1::Figure& figure : report.figures()) {
    if (figure.quantity().state() == v1::VALUE_STATE_NOT_REPORTED) ++missing;
  }
  if (missing > 0) {
    Note(global, render::SayCount("{0} line is sent as not reported\n",
                                  "{0} lines are sent as not reported\n",
                                  static_cast<unsigned long>(missing)));
  }
  return report;
}

int SendTyped(const Global& global, Session& session, const YardSendOptions& options) {
  absl::StatusOr<v1::YardReport> report = TypedReport(global, session, options);
  if (!report.ok()) return Fail(global, report.status());
  Note(global, Preview(*report, session.view));
  if (options.like_yesterday && !options.dry_run && !options.yes && CanAsk()) {
    std::string answer;
    if (!Ask(std::string(_("send it? [y/N] ")), answer) || (answer != "y" && answer != "Y")) {
      return Fail(global, WrongUse("y to send", "no", "start again; nothing was sent"));
    }
  }
  absl::StatusOr<v1::SubmitResponse> response =
      SubmitReport(global, session, *report, std::nullopt, options.dry_run);
  if (!response.ok()) return Fail(global, response.status());
  Print(
      global, *response,
      [&] {
        return render::SubmittedText(*response, options.dry_run, !options.override_reason.empty());
      },
      [&] { return ResultCsv(*report, *response, true); });
  return 0;
}

// ---- every report of a table
// ----------------------------------------------------------------------

std::string PlaceOf(const client::ImportedReport& report) {
  std::string place = fmt::format("{} {}", domain::DayText(report.day), report.side);
  if (!report.row_numbers.empty()) {
    place += fmt::format(" (rows {} to {})", report.row_numbers.front(), report.row_numbers.back());
  }
  return place;
}

// Sends one report of the table; 0, or the exit code of what stopped it.
int SendImported(const Global& global, Session& session, const YardSendOptions& options,
                 client::ImportedReport& imported, bool first) {
  if (!imported.problems.empty()) {
    int code = 0;
    for (const absl::Status& problem : imported.problems) {
      code = Fail(global, Placed(problem, PlaceOf(imported)));
    }
    Note(global, Say("{0}: stopped, nothing of it was sent\n", PlaceOf(imported)));
    return code;
  }
  AddSendOptions(options, imported.report);
  absl::StatusOr<v1::SubmitResponse> response =
      SubmitReport(global, session, imported.report, std::nullopt, options.dry_run);
  if (!response.ok()) {
    const int code = Fail(global, Placed(response.status(), PlaceOf(imported)));
    Note(global, Say("{0}: stopped, nothing of it was sent\n", PlaceOf(imported)));
    return code;
  }
  Print(
      global, *response,
      [&] {
        return fmt::format(
            "{}: {}", PlaceOf(imported),
            render::SubmittedText(*response, options.dry_run, !options.override_reason.empty()));
      },
      [&] { return ResultCsv(imported.report, *response, first); });
  return 0;
}

int SendTable(const Global& global, Session& session, const YardSendOptions& options) {
  const FigureOptions& figures = options.figures;
  bool typed = !figures.assignments.empty() || figures.not_operating || options.like_yesterday;
  for (const FigureOptions::Short& flag : figures.shorts) typed = typed || !flag.values.empty();
  if (typed) {
    return Fail(global, WrongUse("figures either from --from-csv or typed", "both",
                                 "send them as two reports, or put all into the table"));
  }
  NodeRegister known(*session.node);
  absl::StatusOr<client::ImportedTable> table = ReadTable(session, options.table, known);
  if (!table.ok()) return Fail(global, table.status());
  int code = 0;
  const auto take = [&code](int next) {
    // Refusals of several kinds are together a refusal by rules.
    if (next != 0) code = code == 0 || code == next ? next : 1;
  };
  for (const absl::Status& orphan : table->orphans) take(Fail(global, orphan));
  bool first = true;
  for (client::ImportedReport& report : table->reports) {
    if (!options.date.empty() && domain::DayText(report.day) != options.date) continue;
    const int next = SendImported(global, session, options, report, first);
    take(next);
    first = first && next != 0;
    if (next == 3) return 3;  // The others would not be reached either.
  }
  return code;
}

}  // namespace

int YardSend(const Global& global, const YardSendOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  return options.table.csv_file.empty() ? SendTyped(global, *session, options)
                                        : SendTable(global, *session, options);
}

}  // namespace gatepost::cli
