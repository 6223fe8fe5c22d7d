#ifndef GATEPOST_DAEMON_EXCHANGE_GATE_DAYS_H_
#define GATEPOST_DAEMON_EXCHANGE_GATE_DAYS_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "daemon/domain/gate_register.h"
#include "daemon/domain/holiday_calendar.h"
#include "daemon/domain/report_duty.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"

namespace gatepost::exchange {

// One duty of one link on one day, and how it stands.
struct JudgedDay {
  const LinkTerms* link = nullptr;
  domain::ReportDuty duty;
  absl::CivilDay day;
  domain::Expectation expectation;
  domain::GateDay state;
};

// Judges report duties by what a store holds (domain/report_duty.h). A report counts for a link
// when it came from its peer, or was submitted here and addressed to it. Any thread.
class GateDays {
 public:
  struct Asked {
    absl::CivilDay from;  // Business dates, both included.
    absl::CivilDay to;
    std::string side = {};             // Empty: both.
    std::set<std::string> gates = {};  // Empty: all.
  };

  // All must outlive it.
  GateDays(const LinkTermsByPeer& links, const domain::GateRegister& gates,
           const domain::HolidayCalendars& calendars)
      : links_(links), gates_(gates), calendars_(calendars) {}

  // Whether any link has duties.
  bool any() const;

  // By day, side, gate and peer; as known at `now`. Errors are the store's, or a `due` that some
  // day does not have (BAD_TIME), which no zone of this border can bring.
  absl::StatusOr<std::vector<JudgedDay>> Judge(const store::Reader& store, const Asked& asked,
                                               absl::Time now) const;

 private:
  const LinkTermsByPeer& links_;
  const domain::GateRegister& gates_;
  const domain::HolidayCalendars& calendars_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_GATE_DAYS_H_
