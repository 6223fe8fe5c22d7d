#include "daemon/node/reloader.h"

#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include "daemon/system/reason.h"
#include "fmt/format.h"

namespace gatepost::node {

namespace {

constexpr int kLooksToRetry = 30;

// What a file looks like from outside; "none" when it is not there.
std::string LookOf(const std::string& file) {
  struct stat found{};
  if (stat(file.c_str(), &found) != 0) return "none;";
  return fmt::format("{}:{}:{}:{}.{}:{}.{};", found.st_dev, found.st_ino, found.st_size,
                     found.st_mtim.tv_sec, found.st_mtim.tv_nsec, found.st_ctim.tv_sec,
                     found.st_ctim.tv_nsec);
}

std::string LookOf(const std::vector<std::string>& files) {
  std::string look;
  for (const std::string& file : files) look += LookOf(file);
  return look;
}

}  // namespace

Reloader::Reloader(std::vector<Part> parts, exchange::SettingsLog& log,
                   exchange::StandingAlarms& alarms)
    : log_(log), alarms_(alarms) {
  for (Part& part : parts) {
    const std::string look = LookOf(part.files);
    watched_.push_back(Watched{std::move(part), look, look});
  }
}

void Reloader::Load(Watched& watched) {
  const std::string& object = watched.part.object;
  const absl::Status loaded = watched.part.load();
  if (loaded.ok()) {
    spdlog::info("{} loaded anew", object);
    for (const std::string& setting : watched.part.settings) log_.Reloaded(setting);
    alarms_.Clear(object, v1::REASON_RELOAD_REFUSED);
    watched.refused = 0;
    return;
  }
  watched.refused = 1;
  spdlog::error("ALARM RELOAD_REFUSED {}: {}; what was loaded before serves on", object,
                std::string(loaded.message()));
  alarms_.Raise(object, v1::REASON_RELOAD_REFUSED,
                fmt::format("reason:{}", system::ReasonName(system::ReasonOf(loaded))));
}

void Reloader::OnTick() {
  const bool all = all_.exchange(false);
  for (Watched& watched : watched_) {
    const std::string look = LookOf(watched.part.files);
    const bool settled = look == watched.seen;
    watched.seen = look;
    const bool again = watched.refused > 0 && watched.refused % kLooksToRetry == 0;
    if (watched.refused > 0) ++watched.refused;
    if (!all && !again && (look == watched.loaded || !settled)) continue;
    watched.loaded = look;
    Load(watched);
  }
}

}  // namespace gatepost::node
