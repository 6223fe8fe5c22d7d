#include "daemon/exchange/hold_limit.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "daemon/exchange/holding.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

constexpr absl::Duration kPace = absl::Seconds(5);
// Dropped in one commit; the next look takes more.
constexpr size_t kMostAtOnce = 100;

}  // namespace

absl::Status HoldLimit::Look(absl::Time now) {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> store, store_.Read());
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::HeldRecord> late, store->OverdueHeld(now, 1));
  if (late.empty()) return absl::OkStatus();
  at_work_ = true;
  absl::Status posted = committer_.Post(
      [actor = node_.spiffe_id.ToString()](CommitScope& scope) -> absl::Status {
        GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::HeldRecord> overdue,
                                  scope.store.OverdueHeld(scope.now, kMostAtOnce));
        for (const store::HeldRecord& one : overdue) {
          GATEPOST_RETURN_IF_ERROR(Drop(scope, one, actor, "timeout").status());
        }
        return absl::OkStatus();
      },
      [this](const absl::Status&) { at_work_ = false; });
  if (!posted.ok()) at_work_ = false;
  return posted;
}

void HoldLimit::OnTick() {
  const absl::Time now = clock_.Now();
  last_look_ = std::min(last_look_, now);  // A machine's clock may step backwards.
  if (at_work_ || now - last_look_ < kPace) return;
  last_look_ = now;
  // The store's trouble has alarms of its own; the next look tries again.
  Look(now).IgnoreError();
}

}  // namespace gatepost::exchange
