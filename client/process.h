#ifndef GATEPOST_CLIENT_PROCESS_H_
#define GATEPOST_CLIENT_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace gatepost::client {

// One process, so named that no later one with the same number is taken for it: process ids come
// again, but not with the same start in the same run of the machine.
struct ProcessMark {
  pid_t pid = 0;
  // Start time in clock ticks since the machine's start (proc(5), stat, field 22).
  uint64_t start_ticks = 0;
  // The machine's run (/proc/sys/kernel/random/boot_id).
  std::string boot_id;
};

// What to run.
struct Command {
  // The program's path and its arguments.
  std::vector<std::string> arguments;
  // Gets what it prints, at the end of what is there.
  std::string log_file;
};

// Runs a program that outlives its caller: a session of its own, no input, no files but the log.
// NOT_FOUND when the program cannot be run; BAD_ARGUMENT for an empty command.
absl::StatusOr<ProcessMark> StartDetached(const Command& command);

// Whether exactly this process still runs. Takes the exit of a child of ours, so that none stays
// behind as a zombie.
bool IsRunning(const ProcessMark& process);

// Sends `signal` to exactly this process; false when it runs no more.
bool SignalProcess(const ProcessMark& process, int signal);

// Ends exactly this process: asks (SIGTERM), and after `patience` insists (SIGKILL). OK once it is
// gone, or when it was. INTERNAL when it does not end.
absl::Status StopProcess(const ProcessMark& process, absl::Duration patience);

// Keeps a mark in a file, as a line "pid start boot". STORE_FAILED.
absl::Status WritePidFile(const std::string& path, const ProcessMark& process);

// The mark in a file; nullopt when there is none, or none that can be read.
std::optional<ProcessMark> ReadPidFile(const std::string& path);

// The last lines of a file, at most `lines` and 4 KiB, joined by " | ", for error texts.
std::string LogTail(const std::string& path, size_t lines);

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_PROCESS_H_
