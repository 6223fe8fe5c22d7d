#include "client/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <sstream>
#include <string_view>

#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::client {
namespace {

constexpr size_t kLargestTailBytes = 4096;

// A small file of /proc, which has no size; empty when there is none.
std::string ReadProc(const std::string& path) {
  std::string text;
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return text;
  char buffer[1024];
  for (ssize_t got; (got = read(file, buffer, sizeof(buffer))) > 0;) {
    text.append(buffer, static_cast<size_t>(got));
  }
  close(file);
  return text;
}

std::string BootId() {
  std::string id = ReadProc("/proc/sys/kernel/random/boot_id");
  while (!id.empty() && id.back() == '\n') id.pop_back();
  return id.empty() ? "-" : id;
}

struct Stat {
  char state = '?';
  uint64_t threads = 0;
  uint64_t start_ticks = 0;
};

std::optional<Stat> ReadStat(pid_t pid) {
  const std::string text = ReadProc(fmt::format("/proc/{}/stat", pid));
  // The name, field 2, may hold anything; the last parenthesis ends it.
  const size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(name_end + 1));
  Stat stat;
  fields >> stat.state;
  std::string skipped;
  for (int field = 4; field <= 19; ++field) fields >> skipped;
  fields >> stat.threads >> skipped >> stat.start_ticks;
  if (!fields) return std::nullopt;
  return stat;
}

// Waits until `process` is gone, looking every few milliseconds, at most `patience`.
bool WaitGone(const ProcessMark& process, absl::Duration patience) {
  constexpr int kLookEveryMs = 5;
  for (absl::Duration waited; waited < patience; waited += absl::Milliseconds(kLookEveryMs)) {
    if (!IsRunning(process)) return true;
    poll(nullptr, 0, kLookEveryMs);
  }
  return !IsRunning(process);
}

// What posix_spawn needs to be told, freed with it.
class SpawnSetup {
 public:
  SpawnSetup() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
  }
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;

  void Prepare(const std::string& log_file) {
    posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, 1, log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                     0600);
    posix_spawn_file_actions_adddup2(&actions_, 1, 2);
    posix_spawn_file_actions_addclosefrom_np(&actions_, 3);
    // Signals that the caller blocks or ignores are the caller's own affair.
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }

  posix_spawn_file_actions_t* actions() { return &actions_; }
  posix_spawnattr_t* attributes() { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

}  // namespace

absl::StatusOr<ProcessMark> StartDetached(const Command& command) {
  if (command.arguments.empty()) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a program", "none", "name one");
  }
  SpawnSetup setup;
  setup.Prepare(command.log_file);
  std::vector<char*> arguments;
  for (const std::string& argument : command.arguments) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, arguments[0], setup.actions(), setup.attributes(),
                                arguments.data(), environ);
  if (error != 0) {
    return system::Refuse(v1::REASON_NOT_FOUND, "a program that can be run",
                          fmt::format("{}: {}", command.arguments[0], std::strerror(error)),
                          "build or install it");
  }
  ProcessMark mark{.pid = pid, .start_ticks = 0, .boot_id = BootId()};
  // Ours until we take its exit, so the number cannot be another's yet.
  if (std::optional<Stat> stat = ReadStat(pid)) mark.start_ticks = stat->start_ticks;
  return mark;
}

bool IsRunning(const ProcessMark& process) {
  if (process.pid <= 1) return false;
  std::optional<Stat> stat = ReadStat(process.pid);
  if (!stat || stat->start_ticks != process.start_ticks || BootId() != process.boot_id) {
    return false;
  }
  // While a zombie has other threads, they still hold its ports and locks.
  if (stat->state != 'Z' || stat->threads > 1) return true;
  waitpid(process.pid, nullptr, WNOHANG);
  return false;
}

bool SignalProcess(const ProcessMark& process, int signal) {
  return IsRunning(process) && kill(process.pid, signal) == 0;
}

absl::Status StopProcess(const ProcessMark& process, absl::Duration patience) {
  if (!SignalProcess(process, SIGTERM)) return absl::OkStatus();
  // A stopped process takes the request only when it goes on.
  SignalProcess(process, SIGCONT);
  if (WaitGone(process, patience)) return absl::OkStatus();
  SignalProcess(process, SIGKILL);
  if (WaitGone(process, absl::Seconds(10))) return absl::OkStatus();
  return system::Refuse(v1::REASON_INTERNAL, fmt::format("the end of process {}", process.pid),
                        "it runs on after SIGKILL", "look after it by hand");
}

absl::Status WritePidFile(const std::string& path, const ProcessMark& process) {
  return system::WriteFileAtomically(
      path, fmt::format("{} {} {}\n", process.pid, process.start_ticks, process.boot_id), 0600);
}

std::optional<ProcessMark> ReadPidFile(const std::string& path) {
  absl::StatusOr<std::string> text = system::ReadFile(path, 4096);
  if (!text.ok()) return std::nullopt;
  std::istringstream fields(*text);
  ProcessMark mark;
  if (!(fields >> mark.pid >> mark.start_ticks >> mark.boot_id)) return std::nullopt;
  return mark;
}

std::string LogTail(const std::string& path, size_t lines) {
  absl::StatusOr<std::string> text = system::ReadFile(path);
  if (!text.ok()) return "no log";
  std::istringstream input(text->substr(text->size() - std::min(text->size(), kLargestTailBytes)));
  std::deque<std::string> last;
  for (std::string line; std::getline(input, line);) {
    last.push_back(line);
    if (last.size() > lines) last.pop_front();
  }
  return last.empty() ? "an empty log" : fmt::format("{}", fmt::join(last, " | "));
}

}  // namespace gatepost::client
