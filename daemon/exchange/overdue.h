#ifndef GATEPOST_DAEMON_EXCHANGE_OVERDUE_H_
#define GATEPOST_DAEMON_EXCHANGE_OVERDUE_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/exchange/gate_days.h"
#include "daemon/ledger/leaf.h"
#include "daemon/store/store.h"
#include "gatepost/v1/exchange_service.pb.h"

// How an overdue report is written in leaves and in the store.
namespace gatepost::exchange {

// ALARM about `report:<side>:<gate>:<business date>`, with detail `due:<RFC 3339, UTC>`; `reason`
// is its result: REPORT_OVERDUE, or REPORT_STILL_OVERDUE for the reminder.
ledger::Leaf OverdueLeaf(const JudgedDay& day, v1::Reason reason);

// What OverdueLeaf wrote; nullopt for any other leaf.
std::optional<v1::OverdueReport> OverdueIn(const ledger::Leaf& leaf);

// When what was said about one overdue report. Times of leaves.
struct OverdueMarks {
  std::optional<absl::Time> alarmed;
  std::optional<absl::Time> reminded;  // Only with `alarmed`.
};

// The marks of a gate and day; none when nothing was said of it.
absl::StatusOr<OverdueMarks> MarksOf(const store::Reader& store, const JudgedDay& day);
absl::Status PutMarks(store::Transaction& store, const JudgedDay& day, const OverdueMarks& marks);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_OVERDUE_H_
