#ifndef GATEPOST_DAEMON_EXCHANGE_REPORT_ALARMS_H_
#define GATEPOST_DAEMON_EXCHANGE_REPORT_ALARMS_H_

#include <mutex>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/gate_days.h"
#include "daemon/exchange/overdue.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"

namespace gatepost::exchange {

// A reminder follows its alarm after this long: an alarm of the evening is repeated when the
// morning shift begins, and never again.
inline constexpr absl::Duration kReminderAfter = absl::Hours(12);
// How far back a report is still alarmed about, from when it was due: a node that was off for
// longer says nothing of the days before; they stay in the list of gate-days.
inline constexpr absl::Duration kAlarmLookBack = absl::Hours(7 * 24);
// After a start the node waits this long: reports that the peer could not deliver come in first.
inline constexpr absl::Duration kAlarmGrace = absl::Minutes(2);

// Raises one alarm for each report that was due and is not held, and one reminder: leaves in the
// log, in which watchers see them. What was said is stored in the commit of its leaf, so that it is
// said exactly once whenever the node dies. A node says nothing about what was due before it first
// ran with duties.
//
// Looks at the store when something becomes due, and every few minutes; decides again inside the
// commit, where a report that just came cannot race.
class ReportAlarms {
 public:
  // All must outlive it.
  ReportAlarms(const GateDays& days, const store::Store& store, Committer& committer,
               const system::Clock& clock)
      : days_(days), store_(store), committer_(committer), clock_(clock) {}
  ReportAlarms(const ReportAlarms&) = delete;
  ReportAlarms& operator=(const ReportAlarms&) = delete;

  // Call every second or so, from one thread.
  void OnTick();

 private:
  // Something to say now.
  struct Due {
    JudgedDay day;
    OverdueMarks marks;
    bool reminder = false;
  };
  struct Look {
    std::vector<Due> due;
    absl::Time next;  // When something more becomes due, as far as is known.
  };

  absl::StatusOr<Look> LookAt(const store::Reader& store, absl::Time now) const;
  absl::Status Say(CommitScope& scope) const;
  void Post(Committer::Decide decide);  // The caller holds mutex_.

  const GateDays& days_;
  const store::Store& store_;
  Committer& committer_;
  const system::Clock& clock_;

  std::mutex mutex_;
  bool started_ = false;  // Guarded by mutex_, like everything below.
  bool busy_ = false;     // Work is with the committer.
  absl::Time next_look_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_REPORT_ALARMS_H_
