#ifndef GATEPOST_DAEMON_EXCHANGE_SETTINGS_LOG_H_
#define GATEPOST_DAEMON_EXCHANGE_SETTINGS_LOG_H_

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/digest.h"
#include "daemon/exchange/committer.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"

namespace gatepost::exchange {

// Something outside the log that shapes what the node does: a file, or a key.
struct Setting {
  std::string event;       // CONFIG, REGISTER, POLICY, TRUST, KEY or LINK.
  std::string object;      // E.g. config:node, link:cn-pingxiang, trust:langson.example:root.crt.
  certs::Digest sha256{};  // As it was loaded.
  std::string file;        // Where it came from; empty: from no file that is watched.
  bool reloads = false;    // It is taken over while the node runs, and said by Reloaded.
  // Under what it is remembered, where its object changes with what it holds; empty: its object.
  std::string slot = {};
  bool left_out = false;  // The start did not go by it: it is not LOADED until Reloaded says so.
};

// What was logged last, as `<result> <detail>`, of the setting in that slot, or of that object when
// it has none; nullopt: nothing.
absl::StatusOr<std::optional<std::string>> SaidLast(const store::Reader& store,
                                                    std::string_view slot);
// The same of a setting that was LOADED with these bytes.
std::string SaidOfLoaded(const certs::Digest& sha256);

// Makes every change of the settings an entry of the log, by digest, also when a file was edited by
// hand (PROTOCOL.md 3).
//
//   LOADED    what this run of the node goes by; logged when it is not what was logged last
//   EDITED    the file holds something else by now, which counts from the next start on; of what
//             is taken over while the node runs, it is LOADED or an ALARM says why not
//   UNREADABLE  the file is gone, or cannot be read
//
// What was logged last of each is stored in the commit of its leaf, so that a node that is started
// again and again with the same settings logs nothing.
class SettingsLog {
 public:
  using ReadFile = std::function<absl::StatusOr<std::string>(const std::string& file)>;

  // All must outlive it and the work it posts.
  SettingsLog(std::vector<Setting> settings, ReadFile read, Committer& committer,
              const system::Clock& clock);
  SettingsLog(const SettingsLog&) = delete;
  SettingsLog& operator=(const SettingsLog&) = delete;

  // Logs what was loaded. Call once, before any message is taken.
  absl::Status OnStart();
  // The file of that slot or object was taken over, as it is now: logs it as LOADED, under the name
  // `object` if it has another one now. Any thread.
  void Reloaded(std::string_view slot, const std::string& object = "");
  // Looks at the files every few seconds. Call every second or so, from one thread.
  void OnTick();

 private:
  struct Watched {
    Setting setting;
    std::string said;  // The newest result and detail that were handed in.
  };
  absl::Status Say(Watched& watched, const std::string& result, const std::string& detail);

  const ReadFile read_;
  Committer& committer_;
  const system::Clock& clock_;
  std::mutex mutex_;
  std::vector<Watched> watched_;  // Guarded by mutex_.
  absl::Time last_look_ = absl::InfinitePast();
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_SETTINGS_LOG_H_
