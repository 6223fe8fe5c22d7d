#include "daemon/exchange/expiry_alarms.h"

#include <algorithm>

#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr absl::Duration kPace = absl::Minutes(1);

}  // namespace

int WarningReached(absl::Time ends, absl::Time now) {
  if (now >= ends) return 0;
  int reached = -1;
  for (const int days : kWarnDays) {
    if (ends - now <= absl::Hours(24 * days)) reached = days;
  }
  return reached;
}

void ExpiryAlarms::OnTick() {
  const absl::Time now = clock_.Now();
  last_look_ = std::min(last_look_, now);  // A machine's clock may step backwards.
  if (now - last_look_ < kPace) return;
  last_look_ = now;
  for (const Ending& ending : endings_()) {
    const int reached = WarningReached(ending.ends, now);
    if (reached < 0) {
      alarms_.Clear(ending.object, v1::REASON_CERTIFICATE_EXPIRING);
      continue;
    }
    const std::string day =
        absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", ending.ends, absl::UTCTimeZone());
    alarms_.Raise(ending.object, v1::REASON_CERTIFICATE_EXPIRING,
                  fmt::format("ends:{},days:{}", day, reached));
  }
}

}  // namespace gatepost::exchange
