#include "client/render/reports.h"

#include "client/render/diff.h"
#include "client/render/figures.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/words.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/utf8.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

std::string Line(size_t indent, const std::string& text) {
  return std::string(indent, ' ') + text + "\n";
}

// Free text that somebody else wrote, safe for a terminal.
std::string Quoted(const std::string& text) { return "\"" + system::Printable(text, 2000) + "\""; }

std::string RevisionText(const v1::YardReport& report) {
  switch (report.revision()) {
    case v1::REVISION_KIND_REVISION:
      return Say("revision: {0}", Quoted(report.revision_reason()));
    case v1::REVISION_KIND_CORRECTION:
      return Say("correction of one figure: {0}", Quoted(report.revision_reason()));
    default:
      return "";
  }
}

std::string Standing(const v1::YardReportEntry& entry) {
  if (entry.replaced_by().empty()) return _("in force");
  return Say("replaced by {0}", entry.replaced_by());
}

}  // namespace

std::string ReportHeading(const v1::YardReport& report, const View& view) {
  const absl::StatusOr<absl::CivilDay> day = domain::DayOf(report.business_date());
  std::string as_of = TimeText(TimeOf(report.as_of().instant()), view.zones,
                               day.ok() ? std::optional(*day) : std::nullopt);
  if (report.as_of_assumed()) {
    as_of = Say("{0}, assumed: nobody stated it, so the link agreement's cut-off holds", as_of);
  }
  std::string text = Line(2, Say("as of {0}", as_of));
  if (const std::string revision = RevisionText(report); !revision.empty()) {
    text += Line(2, revision);
  }
  if (report.practice_figures()) text += Line(2, _("PRACTICE: these figures are made up"));
  if (report.has_override()) {
    text += Line(2, Say("OVERRIDDEN by an officer: {0}", Quoted(report.override().reason())));
  }
  if (!report.remark().empty()) text += Line(2, Say("remark: {0}", Quoted(report.remark())));
  return text;
}

std::string FindingsText(const google::protobuf::RepeatedPtrField<v1::Finding>& findings,
                         const FindingsStyle& style) {
  std::string text;
  unsigned long not_checkable = 0;
  for (const v1::Finding& finding : findings) {
    if (style.brief && finding.severity() == v1::SEVERITY_NOT_CHECKABLE) {
      ++not_checkable;
      continue;
    }
    std::string line = style.overridden && finding.severity() == v1::SEVERITY_ERROR
                           ? _("overridden")
                           : SeverityText(finding.severity());
    if (finding.reason() != v1::REASON_UNSPECIFIED) line += " " + ReasonCode(finding.reason());
    line += fmt::format(": {}: {}", system::Printable(finding.subject(), 300),
                        system::Printable(finding.text(), 600));
    text += Line(style.indent, line);
  }
  if (not_checkable > 0) {
    text += Line(style.indent,
                 SayCount("{0} check could not be made (--output json says why)",
                          "{0} checks could not be made (--output json says why)", not_checkable));
  }
  return text;
}

std::string EntryText(const v1::YardReportEntry& entry, const View& view) {
  if (!entry.has_report()) {
    return Line(0, Say("{0}: of a newer schema than this program knows; carried, not shown",
                       entry.short_reference()));
  }
  const v1::YardReport& report = entry.report();
  std::string text =
      Line(0, Say("{0}  report of {1} for {2}, version {3}, {4}", entry.short_reference(),
                  report.reporting_side(), DateText(report.business_date()), entry.version(),
                  Standing(entry)));
  text += ReportHeading(report, view);
  text += Line(2, Say("by {0}, submitted at {1}", entry.author(), entry.origin_node()));
  text += FigureTable(report, view).ToText(2);
  text +=
      FindingsText(entry.findings(), {.overridden = entry.report().has_override(), .brief = true});
  return text;
}

std::string PictureText(const v1::GetYardPictureResponse& picture, const View& view) {
  std::string text = Line(0, Say("Yard picture for {0}, as {1} knows it",
                                 DateText(picture.business_date()), picture.node()));
  if (picture.reports().empty()) text += Line(2, _("no report is held for this date"));
  for (const v1::YardReportEntry& entry : picture.reports()) {
    text += "\n" + EntryText(entry, view);
  }
  if (!picture.findings().empty()) text += "\n" + FindingsText(picture.findings(), {.indent = 0});
  return text;
}

std::string HistoryText(const v1::ListYardReportsResponse& history, const View& view) {
  if (history.reports().empty()) return Line(0, _("no report is held"));
  std::string text;
  for (const v1::YardReportEntry& entry : history.reports()) {
    if (!text.empty()) text += "\n";
    const v1::YardReportEntry* before = nullptr;
    for (const v1::YardReportEntry& other : history.reports()) {
      if (!entry.replaces().empty() && other.short_reference() == entry.replaces()) before = &other;
    }
    if (before == nullptr || !before->has_report() || !entry.has_report()) {
      text += EntryText(entry, view);
      continue;
    }
    text += Line(0, Say("{0}  report of {1} for {2}, version {3}, {4}", entry.short_reference(),
                        entry.report().reporting_side(), DateText(entry.report().business_date()),
                        entry.version(), Standing(entry)));
    text += ReportHeading(entry.report(), view);
    text += Line(2, Say("by {0}, submitted at {1}", entry.author(), entry.origin_node()));
    text += Line(2, Say("what it changed in {0}:", entry.replaces()));
    text += DiffText(before->report(), entry.report(), view, 2);
    text += FindingsText(entry.findings(),
                         {.overridden = entry.report().has_override(), .brief = true});
  }
  return text;
}

}  // namespace gatepost::render
