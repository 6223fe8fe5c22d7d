// yard correct and yard revise: a report that replaces one.

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
#include "client/message_builder.h"
#include "client/render/diff.h"
#include "client/render/standing.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "daemon/domain/civil_time.h"
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

// The report that is to be replaced.
struct Base {
  v1::MessageReference reference;
  v1::YardReport report;
  absl::CivilDay day;
};

absl::StatusOr<Base> FetchBase(Session& session, const std::string& reference) {
  v1::GetMessageRequest request;
  request.set_reference(reference);
  GATEPOST_ASSIGN_OR_RETURN(const v1::GetMessageResponse response,
                            session.node->GetMessage(request));
  v1::Message message;
  if (!message.ParseFromString(response.message().envelope().payload()) ||
      !message.has_yard_report()) {
    return WrongUse("the reference of a yard report", fmt::format("{}, which is none", reference),
                    "look it up with gatepost yard history");
  }
  Base base;
  base.reference = client::ReferenceTo(response.message().envelope(), message.header().author(),
                                       message.header().message_id());
  base.report = std::move(*message.mutable_yard_report());
  GATEPOST_ASSIGN_OR_RETURN(base.day, domain::DayOf(base.report.business_date()));
  return base;
}

// The base as the start of what replaces it.
v1::YardReport Successor(const Base& base, const YardReviseOptions& options,
                         v1::RevisionKind kind) {
  v1::YardReport report = base.report;
  report.set_revision(kind);
  report.set_revision_reason(options.reason);
  report.set_practice_figures(options.practice || base.report.practice_figures());
  report.clear_override();
  if (!options.override_reason.empty()) {
    report.mutable_override()->set_reason(options.override_reason);
  }
  return report;
}

absl::StatusOr<v1::YardReport> Corrected(Session& session, const Base& base,
                                         const YardReviseOptions& options) {
  if (options.figures.assignments.size() != 1) {
    return WrongUse("one --set FIELD=VALUE", fmt::format("{}", options.figures.assignments.size()),
                    "change several figures with gatepost yard revise");
  }
  NodeRegister known(*session.node);
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<v1::Figure> typed,
                            TypedFigures(session, options.figures, base.day, known));
  GATEPOST_ASSIGN_OR_RETURN(const int index,
                            FindFigure(base.report, typed.front(), session.settings.country));
  v1::YardReport report = Successor(base, options, v1::REVISION_KIND_CORRECTION);
  v1::Quantity& quantity = *report.mutable_figures(index)->mutable_quantity();
  const v1::Quantity before = quantity;
  quantity = typed.front().quantity();
  if (before.unit() == v1::UNIT_MIXED) {
    quantity.set_unit(before.unit());
    quantity.set_unit_as_printed(before.unit_as_printed());
  }
  return report;
}

absl::StatusOr<v1::YardReport> FromTable(Session& session, const Base& base,
                                         const YardReviseOptions& options,
                                         client::ImportRegister& known) {
  GATEPOST_ASSIGN_OR_RETURN(client::ImportedTable table, ReadTable(session, options.table, known));
  for (client::ImportedReport& imported : table.reports) {
    if (imported.day != base.day || imported.side != base.report.reporting_side()) continue;
    if (!imported.problems.empty()) return imported.problems.front();
    v1::YardReport report = Successor(base, options, v1::REVISION_KIND_REVISION);
    report.mutable_figures()->Swap(imported.report.mutable_figures());
    *report.mutable_as_of() = imported.report.as_of();
    report.set_as_of_assumed(imported.report.as_of_assumed());
    return report;
  }
  return WrongUse(
      fmt::format("rows of {} for {}", base.report.reporting_side(), domain::DayText(base.day)),
      "a table without them", "name the table of the report you revise");
}

absl::StatusOr<v1::YardReport> Revised(Session& session, const Base& base,
                                       const YardReviseOptions& options) {
  NodeRegister known(*session.node);
  if (!options.table.csv_file.empty()) return FromTable(session, base, options, known);
  v1::YardReport report = Successor(base, options, v1::REVISION_KIND_REVISION);
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<v1::Figure> typed,
                            TypedFigures(session, options.figures, base.day, known));
  if (typed.empty()) {
    return WrongUse("--from-csv FILE, or figures with --set", "neither",
                    "see gatepost yard revise --help");
  }
  PutFigures(typed, report);
  GATEPOST_RETURN_IF_ERROR(MarkReportSplits(base.day, known, report));
  return report;
}

std::string ResultCsv(const std::string& replaces, const v1::SubmitResponse& response) {
  render::Table table({{"result"}, {"reference"}, {"message_id"}, {"replaces"}});
  table.Add({response.short_reference().empty() ? "would be accepted" : "accepted",
             response.short_reference(), response.message_id(), replaces});
  return table.ToCsv();
}

using Make = absl::StatusOr<v1::YardReport> (*)(Session&, const Base&, const YardReviseOptions&);

// What both commands share: fetch, make, show the difference, ask, send.
int Replace(const Global& global, const YardReviseOptions& options, Make make) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  absl::StatusOr<Base> base = FetchBase(*session, options.reference);
  if (!base.ok()) return Fail(global, base.status());
  absl::StatusOr<v1::YardReport> report = make(*session, *base, options);
  if (!report.ok()) return Fail(global, report.status());
  Note(global, Say("what changes in {0}:", options.reference) + "\n" +
                   render::DiffText(base->report, *report, session->view, 2));
  if (!options.dry_run && !options.yes && global.output == Output::kTable && CanAsk()) {
    std::string answer;
    if (!Ask(std::string(_("send it? [y/N] ")), answer) || (answer != "y" && answer != "Y")) {
      return Fail(global, WrongUse("y to send", "no", "start again; nothing was sent"));
    }
  }
  absl::StatusOr<v1::SubmitResponse> response =
      SubmitReport(global, *session, *report, base->reference, options.dry_run);
  if (!response.ok()) return Fail(global, response.status());
  Print(
      global, *response,
      [&] {
        return render::SubmittedText(*response, options.dry_run, !options.override_reason.empty());
      },
      [&] { return ResultCsv(options.reference, *response); });
  return 0;
}

}  // namespace

int YardCorrect(const Global& global, const YardReviseOptions& options) {
  return Replace(global, options, Corrected);
}

int YardRevise(const Global& global, const YardReviseOptions& options) {
  return Replace(global, options, Revised);
}

}  // namespace gatepost::cli
