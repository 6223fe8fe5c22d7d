#ifndef GATEPOST_CLIENT_RENDER_REPORTS_H_
#define GATEPOST_CLIENT_RENDER_REPORTS_H_

#include <string>

#include "client/render/view.h"
#include "gatepost/v1/exchange_service.pb.h"
#include "gatepost/v1/yard_report.pb.h"
#include "gatepost/v1/yard_service.pb.h"
#include "google/protobuf/repeated_field.h"

namespace gatepost::render {

// Lines about the report itself: side, business date, as-of with zones, practice mark, override,
// remark. Each ended by LF.
std::string ReportHeading(const v1::YardReport& report, const View& view);

// How findings are shown.
struct FindingsStyle {
  size_t indent = 2;
  bool overridden = false;  // Failed sums were passed by an officer, and are said to have been.
  bool brief = false;       // What could not be checked is only counted.
};

// The checks' results, one line each; empty where there are none.
std::string FindingsText(const google::protobuf::RepeatedPtrField<v1::Finding>& findings,
                         const FindingsStyle& style = {});

// One report as it stands at a node: heading, figures, findings.
std::string EntryText(const v1::YardReportEntry& entry, const View& view);

// The figures in force for one business date, report by report.
std::string PictureText(const v1::GetYardPictureResponse& picture, const View& view);

// All versions of reports, newest first, each with what it changed in the one before where that one
// is in the list too.
std::string HistoryText(const v1::ListYardReportsResponse& history, const View& view);

// The same figures for programs: CSV in the shape that `yard send --from-csv` reads, the columns of
// daily-reports.csv first. (figures_csv.cc)
std::string FiguresCsv(const google::protobuf::RepeatedPtrField<v1::YardReportEntry>& entries);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_REPORTS_H_
