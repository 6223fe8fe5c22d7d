#ifndef GATEPOST_DAEMON_DOMAIN_REPORT_DUTY_H_
#define GATEPOST_DAEMON_DOMAIN_REPORT_DUTY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "daemon/domain/gate_register.h"
#include "daemon/domain/holiday_calendar.h"
#include "daemon/domain/hours/in_force.h"
#include "gatepost/v1/yard_report.pb.h"
#include "gatepost/v1/yard_service.pb.h"

// Which daily reports are expected, and how each stands (DOMAIN.md 6: overdue reports, missing
// days). Decides only; whoever asks brings the time, the reports and the hours.
namespace gatepost::domain {

// One side reports one gate every day.
struct ReportDuty {
  std::string side;  // ISO 3166-1 alpha-2.
  std::string gate_id;
  std::optional<absl::CivilDay> first_day;  // The first business date; none: all.
  friend bool operator==(const ReportDuty&, const ReportDuty&) = default;
};

// A report of the duty's side that is or was held.
struct HeldReport {
  int64_t row = 0;  // Names it in answers.
  absl::CivilDay business_date;
  absl::Time stored_at;  // When the node that asks made it durable.
  bool in_force = true;  // No later version replaced it.
  const v1::YardReport* report = nullptr;
};

// What a report says of a gate on a day.
struct GateWord {
  // A figure that is the day's own: a stock on the business date, or a flow of at most 24 hours
  // that ends on it; "not operating" is one. A yard's capacity is none.
  bool daily = false;
  // A flow over more than 24 hours that covers at least half of the day.
  bool total = false;
  // A figure of the day that says only "not reported".
  bool not_reported = false;
};

// `gate_id` counts only where a figure names it: a group's or another gate's figure hides nothing.
// Civil days are those of the report's own zone. The report has passed ValidateYardReport.
GateWord WordOn(const v1::YardReport& report, std::string_view gate_id, absl::CivilDay day);

// Why a report is expected or not, and the rows of the messages that this rests on.
struct Expectation {
  v1::GateDayWhy why = v1::GATE_DAY_WHY_UNSPECIFIED;
  std::vector<int64_t> rows;

  bool expected() const {
    return why != v1::GATE_DAY_WHY_AGREED_CLOSED && why != v1::GATE_DAY_WHY_DUTY_NOT_BEGUN &&
           why != v1::GATE_DAY_WHY_NO_SUCH_GATE;
  }
  friend bool operator==(const Expectation&, const Expectation&) = default;
};

// Says which days a report is expected on. Only what both sides agreed silences: the layers
// kHoliday, kSchedule and kRegular. A
// closure by one side alone is named, and the report stays expected, since the other side's
// vehicles still stand in its yards.
class ExpectedReports {
 public:
  // `gates` and `calendars` must outlive it, and so must the timetables in `said`.
  ExpectedReports(const std::vector<SaidHours>& said, const GateRegister& gates,
                  const HolidayCalendars& calendars);

  // A day counts as closed when no goods, by road, rail or water, pass at any instant that is of
  // this date on both sides' clocks (00:00 to 23:00 H): "closed on the 14th" means the same in
  // either zone.
  Expectation On(const ReportDuty& duty, absl::CivilDay day) const;

 private:
  const GateRegister& gates_;
  HoursInForce agreed_;
  HoursInForce all_;
};

// How one gate and day stands.
struct GateDay {
  v1::GateDayStatus status = v1::GATE_DAY_STATUS_UNSPECIFIED;
  absl::Time due;
  int64_t report_row = 0;                  // The first report that closed it; 0: none is held.
  absl::Time reported_at;                  // When that one was stored; only with report_row.
  std::vector<int64_t> totals = {};        // Reports whose totals cover the day.
  std::vector<int64_t> not_reported = {};  // Reports of the day that say "not reported".
  friend bool operator==(const GateDay&, const GateDay&) = default;
};

// Judges one day by all reports of the duty's side, whatever their day and version. The day is
// closed while a report in force holds a daily figure of it; it counts as in time when the first
// version that held one was stored by `due`. A report that comes later closes it and stays late.
// Where nothing was expected, a report is never late.
GateDay JudgeGateDay(const ReportDuty& duty, absl::CivilDay day, const Expectation& expectation,
                     std::span<const HeldReport> reports, absl::Time due, absl::Time now);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_REPORT_DUTY_H_
