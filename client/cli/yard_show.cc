// yard show and yard history: reading.

#include <string>

#include "client/cli/commands.h"
#include "client/cli/session.h"
#include "client/render/reports.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::cli {
namespace {

absl::StatusOr<v1::GetYardPictureResponse> Picture(Session& session,
                                                   const YardShowOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(const absl::CivilDay day, DateOr(options.date, Today(session)));
  v1::GetYardPictureRequest request;
  *request.mutable_business_date() = domain::ToCivilDate(day);
  request.set_scope(options.scope);
  request.set_reporting_side(options.side);
  return session.node->GetYardPicture(request);
}

// All pages of a history.
absl::StatusOr<v1::ListYardReportsResponse> History(Session& session,
                                                    const YardShowOptions& options) {
  v1::ListYardReportsRequest request;
  request.set_reference(options.reference);
  request.set_scope(options.scope);
  request.set_reporting_side(options.side);
  request.set_with_replaced(true);
  request.set_page_size(500);
  if (options.reference.empty() || !options.date.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const absl::CivilDay day, DateOr(options.date, Today(session)));
    *request.mutable_from() = domain::ToCivilDate(day);
    *request.mutable_to() = domain::ToCivilDate(day);
  }
  v1::ListYardReportsResponse all;
  do {
    GATEPOST_ASSIGN_OR_RETURN(v1::ListYardReportsResponse page,
                              session.node->ListYardReports(request));
    request.set_page_token(page.next_page_token());
    all.mutable_reports()->MergeFrom(page.reports());
  } while (!request.page_token().empty());
  return all;
}

}  // namespace

int YardShow(const Global& global, const YardShowOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<v1::GetYardPictureResponse> picture = Picture(*session, options);
  if (!picture.ok()) return Fail(global, picture.status());
  Print(
      global, *picture, [&] { return render::PictureText(*picture, session->view); },
      [&] { return render::FiguresCsv(picture->reports()); });
  return 0;
}

int YardHistory(const Global& global, const YardShowOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<v1::ListYardReportsResponse> history = History(*session, options);
  if (!history.ok()) return Fail(global, history.status());
  Print(
      global, *history, [&] { return render::HistoryText(*history, session->view); },
      [&] { return render::FiguresCsv(history->reports()); });
  return 0;
}

}  // namespace gatepost::cli
