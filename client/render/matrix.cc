#include "client/render/matrix.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "client/render/days.h"
#include "client/render/hours_cells.h"
#include "client/render/hours_words.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "daemon/domain/civil_time.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

constexpr int kDaysAcross = 7;

// What stands below the table: each window of it in every zone, the messages that it rests on.
struct Legend {
  std::map<std::string, std::string> windows;
  std::set<int> cited;
};

absl::CivilDay DayOf(const v1::DayOnBothSides& day) { return domain::CheckedDay(day.date()); }

bool KnownOnAny(const v1::GateHours& line, const v1::ListDaysResponse& days, ZoneChoice zones) {
  return std::any_of(days.days().begin(), days.days().end(), [&](const v1::DayOnBothSides& day) {
    return HoursOn(line, DayOf(day), zones).known;
  });
}

std::string HolidaysText(const v1::DayOnBothSides& day) {
  const std::string& vn = day.vn().holiday();
  const std::string& cn = day.cn().holiday();
  if (vn.empty() || cn.empty()) return vn + cn;
  return vn + "/" + cn;
}

// The days from `first` on, side by side.
Table Block(const v1::ListDaysResponse& days, int first,
            const std::vector<const v1::GateHours*>& lines, const View& view, Legend& legend) {
  const int last = std::min(first + kDaysAcross, days.days_size());
  std::vector<Table::Column> columns = {{_("Gate")}, {_("Traffic")}};
  std::vector<std::string> pairs = {_("VN/CN"), ""};
  std::vector<std::string> holidays = {_("Holiday"), ""};
  for (int i = first; i < last; ++i) {
    const v1::DayOnBothSides& day = days.days(i);
    const auto weekday =
        static_cast<v1::Weekday>(static_cast<int>(absl::GetWeekday(DayOf(day))) + 1);
    columns.push_back({DateText(day.date()) + " " + WeekdayText(weekday)});
    pairs.push_back(PairText(day));
    holidays.push_back(HolidaysText(day));
  }
  Table table(std::move(columns));
  table.Add(std::move(pairs));
  if (std::any_of(holidays.begin() + 2, holidays.end(),
                  [](const auto& cell) { return !cell.empty(); })) {
    table.Add(std::move(holidays));
  }
  for (const v1::GateHours* line : lines) {
    std::vector<std::string> row = {line->gate_id(), LineText(*line, view)};
    for (int i = first; i < last; ++i) {
      const absl::CivilDay day = DayOf(days.days(i));
      const DayHours hours = HoursOn(*line, day, view.zones);
      row.push_back(DayHoursText(hours, day, view.zones));
      legend.cited.insert(hours.cited.begin(), hours.cited.end());
      if (hours.open.empty() || ZonesOf(view.zones).size() < 2) continue;
      legend.windows[WindowsText(hours, day, view.zones, 0)] =
          WindowsText(hours, day, view.zones, 1);
    }
    table.Add(std::move(row));
  }
  return table;
}

std::string LegendText(const Legend& legend, const v1::GetHoursResponse& hours, const View& view) {
  const std::vector<ShownZone> zones = ZonesOf(view.zones);
  std::string text;
  for (const auto& [first, second] : legend.windows) {
    text += fmt::format("{} {} = {} {}\n", first, zones[0].letter, second, zones[1].letter);
  }
  for (const int index : legend.cited) {
    if (index < 0 || index >= hours.cited_size()) continue;
    const v1::CitedMessage& cited = hours.cited(index);
    text += Say("rests on {0}, {1}", cited.short_reference(), NoticeKindText(cited.kind())) + "\n";
  }
  return text;
}

}  // namespace

std::string MatrixText(const v1::ListDaysResponse& days, const v1::GetHoursResponse& hours,
                       const View& view) {
  std::vector<const v1::GateHours*> lines;
  std::set<std::string> silent;
  for (const v1::GateHours& line : hours.hours()) {
    if (KnownOnAny(line, days, view.zones)) {
      lines.push_back(&line);
    } else {
      silent.insert(line.gate_id());
    }
  }
  for (const v1::GateHours* line : lines) silent.erase(line->gate_id());
  const char letter = ZonesOf(view.zones).front().letter;
  std::string text = Say("as {0} knew it at {1}; times in the table are {2}", hours.node(),
                         TimeText(TimeOf(hours.as_known_at().instant()), view.zones), letter) +
                     "\n";
  Legend legend;
  for (int first = 0; first < days.days_size(); first += kDaysAcross) {
    text += "\n" + Block(days, first, lines, view, legend).ToText();
  }
  if (!lines.empty()) text += "\n" + LegendText(legend, hours, view);
  if (!silent.empty()) {
    text += SayCount("{0} gate of which nothing is known is left out",
                     "{0} gates of which nothing is known are left out", silent.size()) +
            "\n";
  }
  for (const v1::Finding& finding : hours.findings()) {
    text += fmt::format("{}: {}\n", finding.subject(), finding.text());
  }
  return text;
}

std::string MatrixCsv(const v1::ListDaysResponse& days, const v1::GetHoursResponse& hours,
                      const View& view) {
  Table table({{"gate"},
               {"traffic"},
               {"direction"},
               {"vehicle_country"},
               {"cargo_class"},
               {"date"},
               {"vn"},
               {"cn"},
               {"zone"},
               {"hours"},
               {"other_zone"},
               {"other_hours"},
               {"regime"},
               {"known"},
               {"says"}});
  const std::vector<ShownZone> zones = ZonesOf(view.zones);
  for (const v1::GateHours& line : hours.hours()) {
    for (const v1::DayOnBothSides& date : days.days()) {
      const absl::CivilDay day = DayOf(date);
      const DayHours said = HoursOn(line, day, view.zones);
      std::string regimes, says;
      for (const v1::Regime regime : said.regimes) {
        regimes += (regimes.empty() ? "" : " ") + v1::Regime_Name(regime);
      }
      for (const int index : said.cited) {
        if (index < 0 || index >= hours.cited_size()) continue;
        says += (says.empty() ? "" : " ") + hours.cited(index).short_reference();
      }
      const bool two = zones.size() > 1;
      table.Add({line.gate_id(), v1::Traffic_Name(line.traffic()),
                 v1::Direction_Name(line.direction()), line.vehicle_country(), line.cargo_class(),
                 DateText(date.date()), v1::DayStatus_Name(date.vn().status()),
                 v1::DayStatus_Name(date.cn().status()), std::string(1, zones[0].letter),
                 WindowsText(said, day, view.zones, 0), two ? std::string(1, zones[1].letter) : "",
                 two ? WindowsText(said, day, view.zones, 1) : "", regimes,
                 !said.known    ? "no"
                 : said.unknown ? "partly"
                                : "yes",
                 says});
    }
  }
  return table.ToCsv();
}

}  // namespace gatepost::render
