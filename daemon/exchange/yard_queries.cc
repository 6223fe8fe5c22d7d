#include <optional>
#include <set>
#include <utility>

#include "daemon/domain/civil_time.h"
#include "daemon/exchange/naming.h"
#include "daemon/exchange/queries.h"
#include "daemon/exchange/yard_desk.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"
#include "gatepost/storage/v1/findings.pb.h"

namespace gatepost::exchange {

namespace {

// The ids that a question about `text` covers: a gate with all below it, a group with its members
// and itself, a yard. Empty text: no filter.
absl::StatusOr<std::vector<std::string>> IdsCovered(const domain::GateRegister& gates,
                                                    const std::string& text, absl::CivilDay on) {
  if (text.empty()) return std::vector<std::string>();
  GATEPOST_ASSIGN_OR_RETURN(const domain::Place place, gates.Resolve(text, on));
  if (place.gate != nullptr) return gates.BelowOrSelf(place.id(), on);
  std::vector<std::string> ids = gates.GroupMembers(place.id(), on);
  ids.push_back(place.id());
  return ids;
}

// What a reader of totals must know about the day: that the tree of gates changed on it.
void AddTreeChanges(const domain::GateRegister& gates, absl::CivilDay day,
                    v1::GetYardPictureResponse& picture) {
  std::set<std::string> scopes;
  for (const v1::YardReportEntry& entry : picture.reports()) {
    for (const v1::Figure& figure : entry.report().figures()) scopes.insert(figure.scope_id());
  }
  for (const std::string& scope : scopes) {
    if (!gates.TreeChangedBetween(scope, day - 1, day)) continue;
    v1::Finding* finding = picture.add_findings();
    finding->set_severity(v1::SEVERITY_WARNING);
    finding->set_subject(scope);
    finding->set_text(
        fmt::format("the gates that belong to {} changed on {}: totals before and "
                    "after are not comparable",
                    scope, domain::DayText(day)));
    finding->set_figure_index(-1);
  }
}

}  // namespace

absl::StatusOr<v1::YardReportEntry> YardQueries::Describe(const store::Reader& store,
                                                          const store::ReportRecord& report) const {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> record,
                            store.MessageByRow(report.message_row));
  v1::YardReportEntry entry;
  if (!record.has_value()) {
    return system::Refuse(v1::REASON_LEDGER_DAMAGED, "the message of a report", "it is missing",
                          "check the store");
  }
  GATEPOST_ASSIGN_OR_RETURN(*entry.mutable_report(), ReportIn(*record));
  entry.set_short_reference(ReferenceText(node_, record->reference));
  entry.set_message_id(record->message_id);
  entry.set_author(record->author);
  entry.set_origin_node(record->origin_node);
  entry.set_replaces(queries_.ReferenceOfRow(store, report.replaces_row));
  entry.set_replaced_by(queries_.ReferenceOfRow(store, report.replaced_by_row));
  entry.set_version(report.version);
  storage::v1::StoredFindings findings;
  if (findings.ParseFromString(record->findings)) {
    entry.mutable_findings()->Swap(findings.mutable_findings());
  }
  return entry;
}

absl::StatusOr<v1::GetYardPictureResponse> YardQueries::GetYardPicture(
    const v1::GetYardPictureRequest& request) const {
  GATEPOST_ASSIGN_OR_RETURN(const absl::CivilDay day, domain::DayOf(request.business_date()));
  store::ReportFilter filter;
  filter.from = day;
  filter.to = day;
  filter.side = request.reporting_side();
  filter.limit = 1000;
  GATEPOST_ASSIGN_OR_RETURN(filter.any_scope_ids, IdsCovered(gates_, request.scope(), day));
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<store::Reader> store, store_.Read());
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::ReportRecord> reports,
                            store->ListReports(filter));
  v1::GetYardPictureResponse response;
  *response.mutable_business_date() = request.business_date();
  response.set_node(node_.node);
  for (const store::ReportRecord& report : reports) {
    GATEPOST_ASSIGN_OR_RETURN(*response.add_reports(), Describe(*store, report));
  }
  AddTreeChanges(gates_, day, response);
  return response;
}

absl::StatusOr<v1::ListYardReportsResponse> YardQueries::ListYardReports(
    const v1::ListYardReportsRequest& request) const {
  store::ReportFilter filter;
  if (request.has_from()) {
    GATEPOST_ASSIGN_OR_RETURN(filter.from, domain::DayOf(request.from()));
  }
  if (request.has_to()) {
    GATEPOST_ASSIGN_OR_RETURN(filter.to, domain::DayOf(request.to()));
  }
  absl::TimeZone zone = absl::UTCTimeZone();
  absl::LoadTimeZone(node_.zone, &zone);
  const absl::CivilDay on = filter.to.value_or(absl::ToCivilDay(clock_.Now(), zone));
  GATEPOST_ASSIGN_OR_RETURN(filter.any_scope_ids, IdsCovered(gates_, request.scope(), on));
  filter.side = request.reporting_side();
  filter.with_replaced = request.with_replaced();
  GATEPOST_ASSIGN_OR_RETURN(const size_t size, PageSize(request.page_size(), 50));
  GATEPOST_ASSIGN_OR_RETURN(filter.before_row, RowOfPageToken(request.page_token()));
  filter.limit = size + 1;
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<store::Reader> store, store_.Read());
  if (!request.reference().empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record,
                              queries_.Find(*store, request.reference(), ""));
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ReportRecord> report,
                              store->Report(record.row));
    if (!report.has_value()) {
      return system::Refuse(v1::REASON_NOT_FOUND, "a yard report that was applied here",
                            request.reference(), "ask for another reference");
    }
    filter.original_row = report->original_row;
    filter.with_replaced = true;
  }
  GATEPOST_ASSIGN_OR_RETURN(std::vector<store::ReportRecord> reports, store->ListReports(filter));
  v1::ListYardReportsResponse response;
  if (reports.size() > size) {
    reports.resize(size);
    response.set_next_page_token(PageToken(reports.back().message_row));
  }
  for (const store::ReportRecord& report : reports) {
    GATEPOST_ASSIGN_OR_RETURN(*response.add_reports(), Describe(*store, report));
  }
  return response;
}

}  // namespace gatepost::exchange
