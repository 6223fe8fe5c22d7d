#ifndef GATEPOST_DAEMON_NODE_RELOADER_H_
#define GATEPOST_DAEMON_NODE_RELOADER_H_

#include <atomic>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "daemon/exchange/settings_log.h"
#include "daemon/exchange/standing_alarms.h"

namespace gatepost::node {

// Takes over what changes in files while the node runs, when they change or on SIGHUP.
//
//   files as last looked at ──changed, and still for one look──▶ Load: read, validate, publish
//        OK      → the new state serves, the log says LOADED with its digest
//        refused → the state before serves on; ALARM RELOAD_REFUSED until a good one comes; tried
//                  again every 30 looks, since a cause may go away by itself (a date, a full table)
//
// Files are looked at by their inode, size and times, and read only when these changed: a change
// must bring another of them, as every editor, copy and rename does. A set that is written file by
// file is refused while its parts do not fit, and taken when they do.
class Reloader {
 public:
  struct Part {
    std::string object;                 // What an alarm is about, e.g. key:tls.
    std::vector<std::string> settings;  // Its objects in the settings log.
    std::vector<std::string> files;     // All that shape it, absolute.
    // Reads the files and, when all is well, publishes them; without effect otherwise.
    std::function<absl::Status()> load;
  };

  // All must outlive it. The parts are loaded as they are now.
  Reloader(std::vector<Part> parts, exchange::SettingsLog& log, exchange::StandingAlarms& alarms);

  // Looks. Call every second or so, from one thread.
  void OnTick();

  // Everything is loaded anew at the next look. Any thread.
  void ReloadAll() { all_ = true; }

 private:
  struct Watched {
    Part part;
    std::string loaded;  // What the files looked like when they were last taken or refused.
    std::string seen;    // And at the last look.
    int refused = 0;     // Looks since they were refused; 0: they were taken.
  };
  void Load(Watched& watched);

  std::vector<Watched> watched_;
  exchange::SettingsLog& log_;
  exchange::StandingAlarms& alarms_;
  std::atomic<bool> all_ = false;
};

}  // namespace gatepost::node

#endif  // GATEPOST_DAEMON_NODE_RELOADER_H_
