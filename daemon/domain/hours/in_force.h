#ifndef GATEPOST_DAEMON_DOMAIN_HOURS_IN_FORCE_H_
#define GATEPOST_DAEMON_DOMAIN_HOURS_IN_FORCE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "daemon/domain/gate_register.h"
#include "daemon/domain/holiday_calendar.h"
#include "daemon/domain/hours/cell.h"
#include "daemon/domain/hours/spans.h"
#include "gatepost/v1/hours_service.pb.h"
#include "gatepost/v1/timetable.pb.h"

// What is in force: one answer from everything that was said and is not void (DESIGN.md 10).
namespace gatepost::domain {

// The kinds of word that hours rest on; a smaller one comes first. kObserved are facts beside
// the hours, and decide nothing. kUnreadable was written by newer software and may say anything: it
// comes before all others, and makes everything at its gates unknown (PROTOCOL.md 1). The numbers
// are stored.
enum class HoursLayer {
  kEmergency = 0,
  kHoliday = 1,
  kSchedule = 2,
  kRegular = 3,
  kObserved = 4,
  kUnreadable = 5,
};

// A message whose hours are over from a time on, at every gate.
struct Ending {
  int64_t row = 0;
  absl::Time from;
};

// One message that says hours and is in force, as far as somebody knows it.
struct SaidHours {
  int64_t row = 0;  // Names it in answers; rises with binding.
  HoursLayer layer = HoursLayer::kRegular;
  absl::Time since;  // When it became binding.
  const v1::Timetable* timetable = nullptr;
  // Rows of the closures and intake stops that end where this one begins.
  std::vector<int64_t> ends;
  // The agreements that give way to this one.
  std::vector<Ending> over = {};
  // Of kUnreadable only, which has an empty timetable: where it makes everything unknown.
  std::vector<std::string> unknown_at = {};
};

// A stretch of time in which the same holds. Valid as long as the timetables it comes from.
struct HoursStretch {
  Span span;
  v1::Opening opening = v1::OPENING_UNKNOWN;
  v1::Regime regime = v1::REGIME_UNSPECIFIED;
  bool intake_stopped = false;
  bool past_estimated_end = false;
  std::vector<int64_t> cited = {};  // The row that decides first, then those it builds on.
  // Terms of passing that were said, the first to decide first; TermsOf makes one of them.
  std::vector<const v1::Conditions*> terms = {};
  // The deciding rule's own reason; unspecified: that of the papers of the first row cited.
  v1::ChangeReason reason = v1::CHANGE_REASON_UNSPECIFIED;
  // How precisely `span.from` and `span.to` are known; unspecified: to the minute.
  v1::Precision begin_precision = v1::PRECISION_UNSPECIFIED;
  v1::Precision end_precision = v1::PRECISION_UNSPECIFIED;
  friend bool operator==(const HoursStretch&, const HoursStretch&) = default;
};

// Until how long before a closing one may still enter.
struct LeadOfEntry {
  absl::Duration lead;  // 0 or more.
  v1::Direction direction = v1::DIRECTION_BOTH;
  std::string vehicle_country = {};  // ISO 3166-1 alpha-2; empty: all.
};

// Answers questions about some messages. Within one kind the later binding message comes first,
// within one message the rule of the narrower cell; a rule that leaves the hours as before decides
// the regime, and the next one below it the hours; one that leaves the regime as before decides the
// hours, but opens nothing that is closed below it. A resumption to NORMAL and as before is only
// cited. An intake stop, and a rule that says only terms of passing, count wherever they were said.
// Where nothing says so, the answer is UNKNOWN; so it is, at any time, where something unreadable
// was said.
class HoursInForce {
 public:
  // All must outlive it. The timetables have passed CheckTimetable.
  HoursInForce(std::vector<SaidHours> said, const GateRegister& gates,
               const HolidayCalendars& calendars);

  // The cells of the gate for which answers may differ within `span`, each at most once, `within`
  // (with everything in it) always among them.
  std::vector<HoursCell> Cells(std::string_view gate_id, Span span, const HoursCell& within) const;

  // What holds at the gate for the cell, in order and without a gap from `span.from` to `span.to`.
  std::vector<HoursStretch> At(std::string_view gate_id, const HoursCell& cell, Span span) const;

  // The last entries, for vehicles and directions of the cell, of the window that closes at the
  // gate just then by the rule that decides the hours; none where it has no such window.
  std::vector<LeadOfEntry> LastEntriesBefore(absl::Time closing, std::string_view gate_id,
                                             const HoursCell& cell) const;

  const HolidayCalendars& calendars() const { return calendars_; }

 private:
  struct Layered;  // One rule with its spans.
  struct Weighed;  // What holds at one instant, and the rules that make it so.
  static Weighed Weigh(const std::vector<Layered>& rules, absl::Time time, const HoursCell& cell);
  // How precisely a bound is known, by the rules that count before and after it.
  static v1::Precision PrecisionAt(absl::Time bound, const std::vector<const Layered*>& before,
                                   const std::vector<const Layered*>& after);
  // What was said about the gate and cannot be read, by row.
  std::vector<int64_t> UnreadableAt(std::string_view gate_id) const;
  std::vector<Layered> RulesFor(std::string_view gate_id, const HoursCell& cell, Span span) const;

  std::vector<SaidHours> said_;  // By precedence.
  const GateRegister& gates_;
  const HolidayCalendars& calendars_;
};

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_HOURS_IN_FORCE_H_
