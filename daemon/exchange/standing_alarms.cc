#include "daemon/exchange/standing_alarms.h"

#include <optional>

#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

void StandingAlarms::Raise(const std::string& object, v1::Reason reason,
                           const std::string& detail) {
  Say(object, reason, detail.empty() ? "-" : detail);
}

void StandingAlarms::Clear(const std::string& object, v1::Reason reason) {
  Say(object, reason, "");
}

void StandingAlarms::Say(const std::string& object, v1::Reason reason, const std::string& detail) {
  const std::pair<std::string, v1::Reason> what(object, reason);
  {
    const std::lock_guard lock(mutex_);
    const auto [said, first] = said_.try_emplace(what, detail);
    if (!first && said->second == detail) return;
    said->second = detail;
  }
  const auto forget = [this, what] {
    const std::lock_guard lock(mutex_);
    said_.erase(what);  // It is said at the next call.
  };
  const absl::Status posted = committer_.Post(
      [object, reason, detail](CommitScope& scope) -> absl::Status {
        const std::string name = system::ReasonName(reason);
        const std::string key = fmt::format("alarm/{}/{}", object, name);
        GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> stands, scope.store.Meta(key));
        if (stands.value_or("") == detail) return absl::OkStatus();
        ledger::Leaf leaf;
        leaf.event = ledger::event::kAlarm;
        leaf.object = object;
        leaf.result = detail.empty() ? "CLEARED" : name;
        leaf.detail = detail.empty() ? "was:" + name : detail == "-" ? "" : detail;
        GATEPOST_RETURN_IF_ERROR(scope.log.Add(std::move(leaf)).status());
        return scope.store.PutMeta(key, detail);
      },
      [forget](const absl::Status& done) {
        if (!done.ok()) forget();
      });
  if (!posted.ok()) forget();
}

}  // namespace gatepost::exchange
