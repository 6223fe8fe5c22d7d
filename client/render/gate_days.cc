#include "client/render/gate_days.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

#include "absl/time/civil_time.h"
#include "client/render/days.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "daemon/domain/civil_time.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

std::string StatusText(v1::GateDayStatus status) {
  switch (status) {
    case v1::GATE_DAY_STATUS_REPORTED:
      return _("reported");
    case v1::GATE_DAY_STATUS_REPORTED_LATE:
      return _("reported LATE");
    case v1::GATE_DAY_STATUS_MISSING:
      return _("MISSING");
    case v1::GATE_DAY_STATUS_NOT_DUE_YET:
      return _("not due yet");
    case v1::GATE_DAY_STATUS_NOT_EXPECTED:
      return _("not expected");
    default:
      return fmt::format("?{}", static_cast<int>(status));
  }
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

std::string WhyAlone(v1::GateDayWhy why) {
  switch (why) {
    case v1::GATE_DAY_WHY_AGREED_CLOSED:
      return _("both sides agreed to close it the whole day");
    case v1::GATE_DAY_WHY_AGREED_OPEN:
      return _("it works by the agreed hours");
    case v1::GATE_DAY_WHY_NOTHING_AGREED:
      return _("no agreed hours close it the whole day");
    case v1::GATE_DAY_WHY_CLOSED_BY_ONE_SIDE:
      return _("one side alone closed it; both did not agree");
    case v1::GATE_DAY_WHY_DUTY_NOT_BEGUN:
      return _("the duty begins later");
    case v1::GATE_DAY_WHY_NO_SUCH_GATE:
      return _("there is no such gate on that day");
    default:
      return fmt::format("?{}", static_cast<int>(why));
  }
}

// Why, the messages that say so, and what looks like a report but is none.
std::string WhyText(const v1::GateDay& day) {
  std::string text = WhyAlone(day.why());
  if (!day.hours_cited().empty()) text += fmt::format(" ({})", Joined(day.hours_cited()));
  if (day.report().empty() && !day.totals().empty()) {
    text += "; " + Say("only in a total over several days: {0}", Joined(day.totals()));
  }
  if (day.report().empty() && !day.not_reported().empty()) {
    text += "; " + Say("{0} says only \"not reported\"", Joined(day.not_reported()));
  }
  return text;
}

absl::Time At(const v1::ZonedTime& time) { return TimeOf(time.instant()); }

std::string CameText(const v1::GateDay& day, const View& view) {
  if (day.report().empty()) return "";
  return Say("{0} at {1}", day.report(),
             TimeText(At(day.reported_at()), view.zones, domain::CheckedDay(day.business_date())));
}

std::string AlarmsText(const v1::GateDay& day, const View& view) {
  if (!day.has_alarmed_at()) return "";
  const std::string alarmed = TimeText(At(day.alarmed_at()), view.zones);
  if (!day.has_reminded_at()) return alarmed;
  return Say("{0}, again {1}", alarmed, TimeText(At(day.reminded_at()), view.zones));
}

using PairByDay = std::map<absl::CivilDay, const v1::DayOnBothSides*>;

PairByDay ByDay(const v1::ListDaysResponse& calendars) {
  PairByDay by_day;
  for (const v1::DayOnBothSides& day : calendars.days()) {
    by_day[domain::CheckedDay(day.date())] = &day;
  }
  return by_day;
}

// A line of the table: some days in a row, and the cells that are the same for all of them.
struct Run {
  absl::CivilDay first;
  absl::CivilDay last;
  std::vector<std::string> cells;
};

}  // namespace

std::string GateDaysText(const v1::ListGateDaysResponse& list,
                         const v1::ListDaysResponse& calendars, const View& view) {
  if (list.gate_days().empty()) return std::string(_("no report is missing")) + "\n";
  std::vector<const v1::GateDay*> days;
  for (const v1::GateDay& day : list.gate_days()) days.push_back(&day);
  std::ranges::stable_sort(days, {}, [](const v1::GateDay* day) {
    return std::tuple(day->side(), day->gate_id(), day->peer_node(),
                      domain::CheckedDay(day->business_date()));
  });
  const PairByDay pairs = ByDay(calendars);
  std::vector<Run> runs;
  for (const v1::GateDay* day : days) {
    const absl::CivilDay date = domain::CheckedDay(day->business_date());
    const auto pair = pairs.find(date);
    std::vector<std::string> cells = {day->side(),
                                      day->gate_id(),
                                      StatusText(day->status()),
                                      TimeText(At(day->due()), view.zones, date),
                                      CameText(*day, view),
                                      pair == pairs.end() ? "" : PairText(*pair->second),
                                      WhyText(*day),
                                      AlarmsText(*day, view)};
    if (!runs.empty() && runs.back().last + 1 == date && runs.back().cells == cells) {
      runs.back().last = date;
    } else {
      runs.push_back({date, date, std::move(cells)});
    }
  }
  Table table({{_("Side")},
               {_("Gate")},
               {_("Date")},
               {_("Days"), Align::kRight},
               {_("Report")},
               {_("Due")},
               {_("Came")},
               {_("VN/CN")},
               {_("Why")},
               {_("Alarm")}});
  for (const Run& run : runs) {
    const std::string first = domain::DayText(run.first);
    const std::vector<std::string>& cells = run.cells;
    table.Add({cells[0], cells[1],
               run.first == run.last ? first : Say("{0} to {1}", first, domain::DayText(run.last)),
               fmt::format("{}", run.last - run.first + 1), cells[2], cells[3], cells[4], cells[5],
               cells[6], cells[7]});
  }
  return table.ToText();
}

std::string GateDaysCsv(const v1::ListGateDaysResponse& list,
                        const v1::ListDaysResponse& calendars) {
  const PairByDay pairs = ByDay(calendars);
  Table table({{"business_date"},
               {"side"},
               {"gate"},
               {"status"},
               {"why"},
               {"hours_cited"},
               {"due"},
               {"report"},
               {"reported_at"},
               {"totals"},
               {"not_reported"},
               {"vn_day"},
               {"cn_day"},
               {"alarmed_at"},
               {"reminded_at"},
               {"peer_node"}});
  const auto time = [](bool has, const v1::ZonedTime& at) { return has ? MachineTime(at) : ""; };
  for (const v1::GateDay& day : list.gate_days()) {
    const auto pair = pairs.find(domain::CheckedDay(day.business_date()));
    const bool known = pair != pairs.end();
    table.Add({DateText(day.business_date()), day.side(), day.gate_id(),
               v1::GateDayStatus_Name(day.status()), v1::GateDayWhy_Name(day.why()),
               Joined(day.hours_cited()), MachineTime(day.due()), day.report(),
               time(day.has_reported_at(), day.reported_at()), Joined(day.totals()),
               Joined(day.not_reported()),
               known ? v1::DayStatus_Name(pair->second->vn().status()) : "",
               known ? v1::DayStatus_Name(pair->second->cn().status()) : "",
               time(day.has_alarmed_at(), day.alarmed_at()),
               time(day.has_reminded_at(), day.reminded_at()), day.peer_node()});
  }
  return table.ToCsv();
}

std::string OverdueText(const v1::ListGateDaysResponse& missing, const View& view) {
  if (missing.gate_days().empty()) return "";
  Table table({{_("Overdue report")}, {_("Gate")}, {_("Side")}, {_("Due")}, {_("Alarm")}});
  for (const v1::GateDay& day : missing.gate_days()) {
    const absl::CivilDay date = domain::CheckedDay(day.business_date());
    table.Add({DateText(day.business_date()), day.gate_id(), day.side(),
               TimeText(At(day.due()), view.zones, date), AlarmsText(day, view)});
  }
  return "\n" + table.ToText();
}

std::string AlarmText(const v1::Alarm& alarm, const View& view) {
  if (alarm.reason() == v1::REASON_DECISION_HELD_BACK) {
    return Say("the sequencer has {0} and does not decide about it", alarm.object());
  }
  if (alarm.reason() == v1::REASON_ACCEPTANCE_REFUSED) {
    return Say("the other node refused this side's acceptance of {0}, which never bound",
               alarm.object());
  }
  if (!alarm.has_overdue_report()) return alarm.object();
  const v1::OverdueReport& overdue = alarm.overdue_report();
  return Say("the report of {0} about {1} for {2} is not here; it was due {3}", overdue.side(),
             overdue.gate_id(), DateText(overdue.business_date()),
             TimeText(TimeOf(overdue.due()), view.zones));
}

}  // namespace gatepost::render
