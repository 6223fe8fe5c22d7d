#ifndef GATEPOST_TESTS_DOMAIN_HOURS_BORDER_CASE_H_
#define GATEPOST_TESTS_DOMAIN_HOURS_BORDER_CASE_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "daemon/domain/gate_register.h"
#include "daemon/domain/holiday_calendar.h"
#include "daemon/domain/hours/in_force.h"
#include "gatepost/v1/notice.pb.h"

namespace gatepost::domain {

inline const HoursCell kGoods{.traffic = v1::TRAFFIC_GOODS};
inline const HoursCell kPassengers{.traffic = v1::TRAFFIC_PASSENGERS};
inline const HoursCell kFruit{.traffic = v1::TRAFFIC_GOODS, .cargo_class = "fruit"};

// What a notice refers to, by rows.
struct NoticeLinks {
  int64_t replaces = 0;
  std::vector<int64_t> ends = {};
};

// One real case: what was said in it and when, by the project's register and both sides' calendars.
// Texts of time are in Hanoi: `2025-04-15 15:45`.
class BorderCase : public ::testing::Test {
 protected:
  // Hours that both sides agreed on, binding from `bound` on. They must pass CheckTimetable.
  int64_t Agree(HoursLayer layer, const std::string& bound, v1::Timetable timetable);

  // A one-sided notice that came at `sent`. It must pass ValidateNotice. What it replaces is void
  // from then on.
  int64_t Notify(const std::string& sent, v1::Notice notice, const NoticeLinks& links = {});

  // What ValidateNotice says of it at `sent`.
  absl::Status Check(const std::string& sent, v1::Notice notice, const NoticeLinks& links = {});

  // What holds at an instant, by everything that was known at `known` (empty: ever): opening,
  // regime and the rows that say so, e.g. `OPEN PREREGISTERED_ONLY by 2 1`; `+stop` after the
  // opening while nothing new is accepted.
  std::string At(const std::string& gate, const std::string& time, const HoursCell& cell = kGoods,
                 const std::string& known = "");

  // The same as a stretch, and over a span.
  HoursStretch AtInstant(const std::string& gate, const std::string& time, const HoursCell& cell);
  std::vector<HoursStretch> Hours(const std::string& gate, const std::string& from,
                                  const std::string& to, const HoursCell& cell = kGoods);

  // Over a span, as Told of timetables.h.
  std::string Over(const std::string& gate, const std::string& from, const std::string& to,
                   const HoursCell& cell = kGoods, const std::string& known = "");

  // How many whole days the regime holds from the beginning of one day to that of another.
  double DaysOf(v1::Regime regime, const std::string& gate, const std::string& from,
                const std::string& to, const HoursCell& cell = kGoods);

  // What was said, but for what was void then (empty: ever); names of messages by their rows.
  std::vector<SaidHours> Said(const std::string& known = "") const;
  static v1::MessageCitation Cite(int64_t row);

  // What CheckPapers says of papers in a message about those gates, given as `LS-CM LS-TT-1088`.
  static absl::Status CheckPapersOf(const v1::Papers& papers, const std::string& gates);

  const v1::Timetable& timetable(int64_t row) const { return *said_[Index(row)].timetable; }

  const GateRegister gates_ = ProjectGates();
  HolidayCalendars calendars_ = OfficialCalendars();

 private:
  struct Word {
    HoursLayer layer;
    absl::Time since;
    absl::Time void_from;
    std::unique_ptr<v1::Timetable> timetable;  // None for what was only seen.
    std::vector<int64_t> ends;
  };
  static size_t Index(int64_t row) { return static_cast<size_t>(row - 1); }
  static GateRegister ProjectGates();
  static HolidayCalendars OfficialCalendars();
  std::vector<HoursStretch> Stretches(const std::string& gate, const HoursCell& cell, Span span,
                                      const std::string& known);

  std::vector<Word> said_;  // Row 1 first.
};

// Notices of one side, VN or CN.
v1::Notice ClosureBy(const std::string& side, v1::Timetable timetable, v1::ChangeReason reason);
v1::Notice IntakeStopBy(const std::string& side, v1::Timetable timetable);
v1::Notice ResumptionBy(const std::string& side, v1::Timetable timetable);
v1::Notice Seen(bool opened, const std::string& gate, const std::string& time,
                v1::Precision precision);

// A paper's date.
v1::CivilDate Dated(const std::string& day);

}  // namespace gatepost::domain

#endif  // GATEPOST_TESTS_DOMAIN_HOURS_BORDER_CASE_H_
