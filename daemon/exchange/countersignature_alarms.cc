#include "daemon/exchange/countersignature_alarms.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "daemon/exchange/held.h"
#include "daemon/exchange/naming.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

constexpr absl::Duration kPace = absl::Seconds(5);

bool IsOverdue(const store::EmergencyRecord& emergency, absl::Time now) {
  return !emergency.alarmed && emergency.due <= now;
}

absl::Status SayOverdue(CommitScope& scope) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::EmergencyRecord> open,
                            scope.store.OpenEmergencies());
  for (store::EmergencyRecord emergency : open) {
    if (!IsOverdue(emergency, scope.now)) continue;
    GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record,
                              MustHold(scope.store, emergency.message_row));
    GATEPOST_RETURN_IF_ERROR(
        scope.log
            .Add(
                AlarmAbout("", record, system::ReasonName(v1::REASON_COUNTERSIGNATURE_OVERDUE), ""))
            .status());
    emergency.alarmed = true;
    GATEPOST_RETURN_IF_ERROR(scope.store.PutEmergency(emergency));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CountersignatureAlarms::Look(absl::Time now) {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> store, store_.Read());
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::EmergencyRecord> open,
                            store->OpenEmergencies());
  const auto overdue = [now](const auto& emergency) { return IsOverdue(emergency, now); };
  if (std::ranges::none_of(open, overdue)) return absl::OkStatus();
  at_work_ = true;
  absl::Status posted =
      committer_.Post(SayOverdue, [this](const absl::Status&) { at_work_ = false; });
  if (!posted.ok()) at_work_ = false;
  return posted;
}

void CountersignatureAlarms::OnTick() {
  const absl::Time now = clock_.Now();
  last_look_ = std::min(last_look_, now);  // A machine's clock may step backwards.
  if (at_work_ || now - last_look_ < kPace) return;
  last_look_ = now;
  // The store's trouble has alarms of its own; the next look tries again.
  Look(now).IgnoreError();
}

}  // namespace gatepost::exchange
