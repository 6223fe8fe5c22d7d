#include "tests/bench/machine.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "absl/time/clock.h"

namespace gatepost::bench {

absl::Duration Times::Percentile(double share) const {
  if (all.empty()) return absl::ZeroDuration();
  std::vector<absl::Duration> sorted = all;
  std::sort(sorted.begin(), sorted.end());
  const auto at = static_cast<size_t>(share * static_cast<double>(sorted.size() - 1));
  return sorted[at];
}

Times SyncTimes(const std::string& folder, int count) {
  Times times;
  const std::string path = folder + "/sync-probe";
  const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return times;
  const std::string block(4096, 'x');
  for (int i = 0; i < count; ++i) {
    const absl::Time start = absl::Now();
    if (write(file, block.data(), block.size()) != static_cast<ssize_t>(block.size())) break;
    if (fsync(file) != 0) break;
    times.all.push_back(absl::Now() - start);
  }
  close(file);
  unlink(path.c_str());
  return times;
}

double ResidentMib(int pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.rfind("VmRSS:", 0) != 0) continue;
    return std::stod(line.substr(6)) / 1024.0;
  }
  return 0;
}

absl::Duration CpuTime(int pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(stat)), std::istreambuf_iterator<char>());
  const size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return absl::ZeroDuration();
  std::istringstream fields(text.substr(name_end + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return absl::Seconds((user + system) / static_cast<double>(sysconf(_SC_CLK_TCK)));
}

}  // namespace gatepost::bench
