#include "daemon/domain/corrections.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "absl/time/time.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/figure_key.h"
#include "daemon/system/reason.h"

namespace gatepost::domain {
namespace {

constexpr size_t kMostNamed = 5;

// Equal bytes for equal figures: this program wrote both, one after the other.
std::string BytesOf(const google::protobuf::Message& message) {
  return message.SerializeAsString();
}

// Figures that are in one report and not in the other, in their order; equal ones cancel out.
struct Differing {
  std::vector<const v1::Figure*> before;
  std::vector<const v1::Figure*> after;
};

Differing DifferingFigures(const v1::YardReport& before, const v1::YardReport& after) {
  std::map<std::string, int> surplus;
  for (const v1::Figure& figure : before.figures()) ++surplus[BytesOf(figure)];
  Differing differing;
  for (const v1::Figure& figure : after.figures()) {
    int& left = surplus[BytesOf(figure)];
    if (left > 0) {
      --left;
    } else {
      differing.after.push_back(&figure);
    }
  }
  for (const v1::Figure& figure : before.figures()) {
    int& left = surplus[BytesOf(figure)];
    if (left > 0) {
      --left;
      differing.before.push_back(&figure);
    }
  }
  return differing;
}

// Whether they differ in one field of v1::Figure and no other.
bool DifferInOneField(const v1::Figure& a, const v1::Figure& b) {
  const google::protobuf::Descriptor& fields = *v1::Figure::descriptor();
  for (int index = 0; index < fields.field_count(); ++index) {
    v1::Figure rest_of_a = a;
    v1::Figure rest_of_b = b;
    rest_of_a.GetReflection()->ClearField(&rest_of_a, fields.field(index));
    rest_of_b.GetReflection()->ClearField(&rest_of_b, fields.field(index));
    if (BytesOf(rest_of_a) == BytesOf(rest_of_b)) return true;
  }
  return false;
}

std::string TimeOf(const v1::YardReport& report) {
  absl::StatusOr<absl::Time> time = InstantOf(report.as_of());
  return time.ok() ? TimeText(*time, report.as_of().zone()) : "unreadable";
}

std::string DateOf(const v1::YardReport& report) {
  absl::StatusOr<absl::CivilDay> day = DayOf(report.business_date());
  return day.ok() ? DayText(*day) : "unreadable";
}

std::string YesNo(bool value) { return value ? "yes" : "no"; }

std::vector<ReportDifference> DifferingFields(const v1::YardReport& before,
                                              const v1::YardReport& after) {
  std::vector<ReportDifference> differences;
  auto compare = [&](std::string_view field, std::string from, std::string to) {
    if (from == to) return;
    differences.push_back({std::string(field), std::move(from), std::move(to), {}, {}});
  };
  compare("reporting side", before.reporting_side(), after.reporting_side());
  compare("business date", DateOf(before), DateOf(after));
  compare("cut-off", TimeOf(before), TimeOf(after));
  compare("cut-off assumed", YesNo(before.as_of_assumed()), YesNo(after.as_of_assumed()));
  compare("practice figures", YesNo(before.practice_figures()), YesNo(after.practice_figures()));
  compare("remark", before.remark(), after.remark());
  return differences;
}

// What else than the number may differ in figures of one key.
std::string FigureText(const v1::Figure& figure) {
  std::string text = QuantityText(figure.quantity());
  if (figure.set_complete()) text += ", set complete";
  if (!figure.complete_splits().empty()) {
    text += fmt::format(", complete: {}", fmt::join(figure.complete_splits(), ", "));
  }
  if (figure.time().assumed()) text += ", time assumed";
  return text;
}

}  // namespace

std::vector<ReportDifference> DiffReports(const v1::YardReport& before,
                                          const v1::YardReport& after) {
  std::vector<ReportDifference> differences = DifferingFields(before, after);
  Differing differing = DifferingFigures(before, after);
  std::multimap<FigureKey, const v1::Figure*> added;
  for (const v1::Figure* figure : differing.after) added.emplace(KeyOf(*figure, after), figure);
  for (const v1::Figure* figure : differing.before) {
    FigureKey key = KeyOf(*figure, before);
    ReportDifference difference{NameOf(key), FigureText(*figure), "", *figure, std::nullopt};
    auto same = added.find(key);
    if (same != added.end()) {
      difference.after = FigureText(*same->second);
      difference.figure_after = *same->second;
      added.erase(same);
    }
    differences.push_back(std::move(difference));
  }
  for (const v1::Figure* figure : differing.after) {
    auto still = std::find_if(added.begin(), added.end(),
                              [&](const auto& entry) { return entry.second == figure; });
    if (still == added.end()) continue;
    differences.push_back({NameOf(still->first), "", FigureText(*figure), std::nullopt, *figure});
  }
  return differences;
}

absl::Status CheckCorrection(const v1::YardReport& replaced, const v1::YardReport& corrected) {
  Differing figures = DifferingFigures(replaced, corrected);
  bool one_figure = figures.before.size() == 1 && figures.after.size() == 1 &&
                    DifferInOneField(*figures.before.front(), *figures.after.front());
  if (one_figure && DifferingFields(replaced, corrected).empty()) return absl::OkStatus();
  std::vector<std::string> subjects;
  for (const ReportDifference& difference : DiffReports(replaced, corrected)) {
    if (subjects.size() == kMostNamed) {
      subjects.emplace_back("and more");
      break;
    }
    subjects.push_back(
        fmt::format("{}: '{}' to '{}'", difference.subject, difference.before, difference.after));
  }
  return system::Refuse(
      v1::REASON_NOT_ONE_FIELD, "a correction that changes exactly one field of one figure",
      subjects.empty() ? "no difference" : fmt::format("{}", fmt::join(subjects, "; ")),
      "send it as a revision");
}

}  // namespace gatepost::domain
