#include "daemon/exchange/settings_log.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "daemon/ledger/leaf.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr absl::Duration kPace = absl::Seconds(5);
constexpr char kLoaded[] = "LOADED";

std::string DetailOf(const certs::Digest& sha256) {
  return fmt::format("sha256:{}", certs::ToHex(sha256));
}

std::string KeyOf(std::string_view slot) { return fmt::format("setting/{}", slot); }

std::string Said(std::string_view result, std::string_view detail) {
  return fmt::format("{} {}", result, detail);
}

}  // namespace

absl::StatusOr<std::optional<std::string>> SaidLast(const store::Reader& store,
                                                    std::string_view slot) {
  return store.Meta(KeyOf(slot));
}

std::string SaidOfLoaded(const certs::Digest& sha256) { return Said(kLoaded, DetailOf(sha256)); }

SettingsLog::SettingsLog(std::vector<Setting> settings, ReadFile read, Committer& committer,
                         const system::Clock& clock)
    : read_(std::move(read)), committer_(committer), clock_(clock) {
  for (Setting& setting : settings) watched_.push_back(Watched{std::move(setting), ""});
}

absl::Status SettingsLog::Say(Watched& watched, const std::string& result,
                              const std::string& detail) {
  const std::string said = Said(result, detail);
  if (watched.said == said) return absl::OkStatus();
  GATEPOST_RETURN_IF_ERROR(committer_.Post(
      [said, result, detail, event = watched.setting.event, object = watched.setting.object,
       slot = watched.setting.slot](CommitScope& scope) -> absl::Status {
        const std::string key = KeyOf(slot.empty() ? object : slot);
        GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> last, scope.store.Meta(key));
        if (last == said) return absl::OkStatus();
        ledger::Leaf leaf;
        leaf.event = event;
        leaf.object = object;
        leaf.result = result;
        leaf.detail = detail;
        GATEPOST_RETURN_IF_ERROR(scope.log.Add(std::move(leaf)).status());
        return scope.store.PutMeta(key, said);
      },
      [this, &watched, said](const absl::Status& done) {
        if (done.ok()) return;
        std::lock_guard lock(mutex_);
        if (watched.said == said) watched.said.clear();  // It is said at the next look.
      }));
  watched.said = said;
  return absl::OkStatus();
}

absl::Status SettingsLog::OnStart() {
  std::lock_guard lock(mutex_);
  last_look_ = clock_.Now();
  for (Watched& watched : watched_) {
    if (watched.setting.left_out) continue;
    GATEPOST_RETURN_IF_ERROR(Say(watched, kLoaded, DetailOf(watched.setting.sha256)));
  }
  return absl::OkStatus();
}

void SettingsLog::Reloaded(std::string_view slot, const std::string& object) {
  std::lock_guard lock(mutex_);
  for (Watched& watched : watched_) {
    if (watched.setting.object != slot && watched.setting.slot != slot) continue;
    if (!object.empty()) watched.setting.object = object;
    const absl::StatusOr<std::string> bytes = read_(watched.setting.file);
    if (!bytes.ok()) continue;  // Gone again since; the next look says so.
    watched.setting.sha256 = certs::Sha256Of(*bytes);
    Say(watched, kLoaded, DetailOf(watched.setting.sha256)).IgnoreError();
  }
}

void SettingsLog::OnTick() {
  std::lock_guard lock(mutex_);
  const absl::Time now = clock_.Now();
  last_look_ = std::min(last_look_, now);  // A machine's clock may step backwards.
  if (now - last_look_ < kPace) return;
  last_look_ = now;
  for (Watched& watched : watched_) {
    const Setting& setting = watched.setting;
    if (setting.file.empty() || setting.reloads) continue;
    const absl::StatusOr<std::string> bytes = read_(setting.file);
    const certs::Digest sha256 = bytes.ok() ? certs::Sha256Of(*bytes) : certs::Digest{};
    const bool as_loaded = bytes.ok() && sha256 == setting.sha256;
    // An editor that was taken back is said too: the file is as it was loaded.
    const std::string result = !bytes.ok() ? "UNREADABLE" : as_loaded ? kLoaded : "EDITED";
    // A queue that is full now has room at the next look.
    Say(watched, result, bytes.ok() ? DetailOf(sha256) : "").IgnoreError();
  }
}

}  // namespace gatepost::exchange
