#include "client/render/prepared.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "client/render/hours_cells.h"
#include "client/render/proposal.h"
#include "client/render/reports.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/cell.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

// The narrowest line of `hours` that speaks of all that `wanted` is about; nullptr for none.
const v1::GateHours* LineFor(const v1::GetHoursResponse& hours, const v1::GateHours& wanted) {
  const v1::GateHours* best = nullptr;
  const domain::HoursCell inner = domain::CellOf(wanted);
  for (const v1::GateHours& line : hours.hours()) {
    if (line.gate_id() != wanted.gate_id()) continue;
    if (!domain::WithinByName(inner, domain::CellOf(line))) continue;
    if (best == nullptr ||
        domain::Narrowness(domain::CellOf(line)) > domain::Narrowness(domain::CellOf(*best))) {
      best = &line;
    }
  }
  return best;
}

// Every gate and kind of traffic that one of both answers has a line for.
std::vector<const v1::GateHours*> Subjects(const v1::PrepareProposalResponse& prepared) {
  std::vector<const v1::GateHours*> subjects;
  const auto key = [](const v1::GateHours& line) {
    return std::pair(line.gate_id(), domain::CellOf(line));
  };
  for (const v1::GetHoursResponse* hours : {&prepared.after(), &prepared.before()}) {
    for (const v1::GateHours& line : hours->hours()) {
      const bool held = std::any_of(subjects.begin(), subjects.end(),
                                    [&](const auto* other) { return key(*other) == key(line); });
      if (!held) subjects.push_back(&line);
    }
  }
  std::ranges::sort(subjects, {}, [&](const v1::GateHours* line) { return key(*line); });
  return subjects;
}

// The days that the answers speak of, by the reader's first zone; none where there is no answer.
std::vector<absl::CivilDay> DaysOf(const v1::PrepareProposalResponse& prepared, ZoneChoice zones) {
  absl::Time from = absl::InfiniteFuture(), to = absl::InfinitePast();
  for (const v1::GetHoursResponse* hours : {&prepared.before(), &prepared.after()}) {
    for (const v1::GateHours& line : hours->hours()) {
      if (line.spans().empty()) continue;
      from = std::min(from, TimeOf(line.spans(0).period().start().instant()));
      to = std::max(to, TimeOf(line.spans(line.spans_size() - 1).period().end().instant()));
    }
  }
  std::vector<absl::CivilDay> days;
  if (from >= to) return days;
  constexpr size_t kMost = 62;  // As many as one answer covers.
  for (absl::CivilDay day = DayIn(from, zones);
       day <= DayIn(to - absl::Nanoseconds(1), zones) && days.size() < kMost; ++day) {
    days.push_back(day);
  }
  return days;
}

DayHours HoursIn(const v1::GetHoursResponse& answer, const v1::GateHours& subject,
                 absl::CivilDay day, ZoneChoice zones) {
  const v1::GateHours* line = LineFor(answer, subject);
  if (line != nullptr) return HoursOn(*line, day, zones);
  DayHours unknown;
  unknown.unknown = true;
  return unknown;
}

}  // namespace

std::string ChangesText(const v1::PrepareProposalResponse& prepared, const View& view) {
  Table table({{_("Gate")}, {_("Traffic")}, {_("Day")}, {_("Now")}, {_("Then")}});
  unsigned long same = 0;
  for (const v1::GateHours* subject : Subjects(prepared)) {
    for (const absl::CivilDay day : DaysOf(prepared, view.zones)) {
      const DayHours now = HoursIn(prepared.before(), *subject, day, view.zones);
      const DayHours then = HoursIn(prepared.after(), *subject, day, view.zones);
      if (now.SameAs(then)) {
        ++same;
        continue;
      }
      table.Add({subject->gate_id(), LineText(*subject, view), domain::DayText(day),
                 DayHoursInZones(now, day, view.zones), DayHoursInZones(then, day, view.zones)});
    }
  }
  std::string text = std::string(_("what changes in the first 14 days that it touches:")) + "\n";
  text += table.size() == 0 ? std::string("  ") + _("nothing") + "\n" : table.ToText(2);
  if (same > 0) {
    text +=
        "  " +
        SayCount("{0} day of a gate stays as it is", "{0} days of gates stay as they are", same) +
        "\n";
  }
  return text + FindingsText(prepared.findings());
}

std::string PreparedText(const v1::PrepareProposalResponse& prepared, const View& view) {
  return ProposalText(prepared.proposal(), view) + "\n" + ChangesText(prepared, view);
}

std::string PreparedCsv(const v1::PrepareProposalResponse& prepared, const View& view) {
  Table table({{"gate"},
               {"traffic"},
               {"direction"},
               {"vehicle_country"},
               {"cargo_class"},
               {"date"},
               {"now"},
               {"then"},
               {"changes"}});
  for (const v1::GateHours* subject : Subjects(prepared)) {
    for (const absl::CivilDay day : DaysOf(prepared, view.zones)) {
      const DayHours now = HoursIn(prepared.before(), *subject, day, view.zones);
      const DayHours then = HoursIn(prepared.after(), *subject, day, view.zones);
      table.Add({subject->gate_id(), v1::Traffic_Name(subject->traffic()),
                 v1::Direction_Name(subject->direction()), subject->vehicle_country(),
                 subject->cargo_class(), domain::DayText(day),
                 DayHoursInZones(now, day, view.zones), DayHoursInZones(then, day, view.zones),
                 now.SameAs(then) ? "false" : "true"});
    }
  }
  return table.ToCsv();
}

}  // namespace gatepost::render
