#include "daemon/domain/yard_rules.h"

#include <fmt/format.h>

#include <map>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/field_rules.h"
#include "daemon/domain/figure_key.h"
#include "daemon/domain/figure_rules.h"
#include "daemon/domain/text.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"

namespace gatepost::domain {
namespace {

using system::Refuse;

absl::Status CheckSide(const v1::YardReport& report, const YardContext& context) {
  if (report.reporting_side().empty()) return Missing("reporting_side");
  if (report.reporting_side() == context.author_country) return absl::OkStatus();
  return Refuse(v1::REASON_WRONG_SIDE,
                fmt::format("reporting_side {}, the author's country", context.author_country),
                fmt::format("'{}'", system::Printable(report.reporting_side(), 20)),
                "report your own side");
}

// The business date, the zone it is in, and the cut-off.
absl::StatusOr<FigureContext> CheckTimes(const v1::YardReport& report, const YardContext& context) {
  absl::StatusOr<absl::CivilDay> date = DayOf(report.business_date());
  if (!date.ok()) return AtField("business_date", date.status());
  if (!report.has_as_of()) return Missing("as_of");
  absl::StatusOr<absl::Time> as_of = InstantOf(report.as_of());
  if (!as_of.ok()) return AtField("as_of", as_of.status());
  GATEPOST_ASSIGN_OR_RETURN(absl::TimeZone zone, LoadZone(report.as_of().zone()));

  absl::Time latest = context.now + kFutureTolerance;
  absl::CivilDay today = absl::ToCivilDay(latest, zone);
  if (*date > today) {
    return Refuse(
        v1::REASON_FUTURE_DATE,
        fmt::format("a business date up to {}, today in {}", DayText(today), report.as_of().zone()),
        DayText(*date), "send it on that day, or correct the date");
  }
  if (*as_of > latest) {
    return Refuse(v1::REASON_FUTURE_DATE,
                  fmt::format("as_of: a cut-off that has come; it is {}",
                              TimeText(context.now, report.as_of().zone())),
                  TimeText(*as_of, report.as_of().zone()),
                  "send it after the cut-off, or state the time of the count");
  }
  if (!BelongsTo(*as_of, *date, zone)) {
    return Conflict(
        fmt::format("as_of on the business date {}, or up to noon after it", DayText(*date)),
        TimeText(*as_of, report.as_of().zone()), "correct the date or the cut-off");
  }
  return FigureContext{context.gate_register, *date, zone, latest};
}

absl::Status CheckRevision(const v1::YardReport& report, const v1::MessageHeader& header) {
  v1::RevisionKind kind = report.revision();
  if (kind == v1::REVISION_KIND_UNSPECIFIED || !v1::RevisionKind_IsValid(kind)) {
    return MissingKind("revision");
  }
  GATEPOST_RETURN_IF_ERROR(CheckText("revision_reason", report.revision_reason(), kLongestRemark));
  if (kind == v1::REVISION_KIND_ORIGINAL) {
    if (header.has_replaces()) {
      return Conflict("no message to replace, for an original report", "replaces is set",
                      "send it as a revision or correction");
    }
    if (!report.revision_reason().empty()) {
      return Conflict("no revision_reason, for an original report", "one", "leave it out");
    }
    return absl::OkStatus();
  }
  if (!header.has_replaces()) return Missing("replaces");
  GATEPOST_RETURN_IF_ERROR(CheckReplaces(header));
  if (report.revision_reason().empty()) return Missing("revision_reason");
  return absl::OkStatus();
}

absl::Status CheckOverride(const v1::YardReport& report) {
  if (!report.has_override()) return absl::OkStatus();
  if (report.override().reason().empty()) {
    return Refuse(v1::REASON_OVERRIDE_NOT_ALLOWED, "override.reason", "none",
                  "say why the figures stand although a sum does not hold");
  }
  return CheckText("override.reason", report.override().reason(), kLongestRemark);
}

std::string FigureLabel(int index, const FigureKey& key) {
  return fmt::format("figure {} ({})", index + 1, system::Printable(NameOf(key), 200));
}

// Each figure by itself, then whether one is there twice.
absl::Status CheckFigures(const v1::YardReport& report, const FigureContext& context) {
  if (report.figures().empty()) return Missing("figures");
  if (report.figures_size() > kMostFigures) {
    return Refuse(v1::REASON_TOO_LARGE, fmt::format("at most {} figures", kMostFigures),
                  fmt::format("{}", report.figures_size()), "send them as several reports");
  }
  // By key without the split: where each figure stands, and its split.
  std::multimap<FigureKey, std::pair<int, std::string>> seen;
  for (int index = 0; index < report.figures_size(); ++index) {
    const v1::Figure& figure = report.figures(index);
    FigureKey key = KeyOf(figure, report);
    absl::Status alone = CheckFigure(figure, context);
    if (!alone.ok()) return AtField(FigureLabel(index, key), alone);
    std::string split = std::exchange(key.split_id, "");
    auto [begin, end] = seen.equal_range(key);
    for (auto at = begin; at != end; ++at) {
      const auto& [earlier, earlier_split] = at->second;
      // `other` of one split is not `other` of another; in or out of a split, fruit is fruit.
      if (split != earlier_split && !split.empty() && !earlier_split.empty()) continue;
      return Conflict(fmt::format("{}: each figure once", FigureLabel(index, key)),
                      fmt::format("the same as figure {}", earlier + 1),
                      "leave one out, or state what sets them apart");
    }
    seen.emplace(std::move(key), std::pair(index, std::move(split)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateYardReport(const v1::YardReport& report, const v1::MessageHeader& header,
                                const YardContext& context) {
  GATEPOST_RETURN_IF_ERROR(CheckSide(report, context));
  GATEPOST_ASSIGN_OR_RETURN(FigureContext figures, CheckTimes(report, context));
  GATEPOST_RETURN_IF_ERROR(CheckRevision(report, header));
  GATEPOST_RETURN_IF_ERROR(CheckOverride(report));
  GATEPOST_RETURN_IF_ERROR(CheckText("remark", report.remark(), kLongestRemark));
  GATEPOST_RETURN_IF_ERROR(CheckFigures(report, figures));
  return CheckScopeIds(header, ScopeIdsOf(report), "those of the figures");
}

}  // namespace gatepost::domain
