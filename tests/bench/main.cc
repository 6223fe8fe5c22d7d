// gatepost_bench: figures of two nodes and one feeder on this machine. Ratios and percentiles, with
// the disk's own sync time beside; nothing here passes or fails.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "absl/time/clock.h"
#include "client/node_client.h"
#include "client/sandbox.h"
#include "daemon/config/client_settings.h"
#include "tests/bench/agreements.h"
#include "tests/bench/flood.h"
#include "tests/bench/hours.h"
#include "tests/bench/load.h"
#include "tests/bench/machine.h"

namespace {

using gatepost::bench::Feeder;

double Milliseconds(absl::Duration time) { return absl::ToDoubleMilliseconds(time); }

struct Sandbox {
  std::string dir;
  gatepost::config::v1::Sandbox made;

  ~Sandbox() {
    (void)gatepost::client::SandboxDown(dir);
    std::error_code ignored;
    std::filesystem::remove_all(dir, ignored);
  }
  std::string Client(const std::string& name) const {
    return dir + "/clients/" + name + ".textproto";
  }
  absl::Status Up() {
    auto up = gatepost::client::SandboxUp(dir, gatepost::client::SandboxOptions{});
    if (!up.ok()) return up.status();
    made = *std::move(up);
    return absl::OkStatus();
  }
};

void PrintDisk(const std::string& folder) {
  const gatepost::bench::Times sync = gatepost::bench::SyncTimes(folder, 500);
  fmt::print("disk: append 4 KiB + fsync            p50 {:7.3f} ms   p99 {:7.3f} ms\n",
             Milliseconds(sync.Percentile(0.5)), Milliseconds(sync.Percentile(0.99)));
}

absl::Status Latency(Feeder& feeder, const std::string& folder, int count) {
  auto outcome = feeder.Send(count, 1);
  if (!outcome.ok()) return outcome.status();
  const gatepost::bench::Times sync = gatepost::bench::SyncTimes(folder, 500);
  const double budget = 3 * Milliseconds(sync.Percentile(0.5)) + 2.5;
  fmt::print(
      "submit -> receipt held, 1 in flight   p50 {:7.3f} ms   p99 {:7.3f} ms   "
      "(3 syncs + 2.5 ms = {:.3f} ms)\n",
      Milliseconds(outcome->latencies.Percentile(0.5)),
      Milliseconds(outcome->latencies.Percentile(0.99)), budget);
  return absl::OkStatus();
}

absl::Status Sustained(Feeder& feeder, const Sandbox& sandbox, int count, int in_flight) {
  const absl::Duration vn = gatepost::bench::CpuTime(sandbox.made.nodes(0).pid());
  const absl::Duration cn = gatepost::bench::CpuTime(sandbox.made.nodes(1).pid());
  auto outcome = feeder.Send(count, in_flight);
  if (!outcome.ok()) return outcome.status();
  const double seconds = absl::ToDoubleSeconds(outcome->elapsed);
  const auto per_message = [&](int node, absl::Duration before) {
    return absl::ToDoubleMicroseconds(gatepost::bench::CpuTime(sandbox.made.nodes(node).pid()) -
                                      before) /
           count;
  };
  fmt::print(
      "sustained, {:3} in flight, receipted   {:7.0f} messages/s   (CPU a message: "
      "vn {:.0f} us, cn {:.0f} us; p50 {:.1f} ms, p99 {:.1f} ms)\n",
      in_flight, count / seconds, per_message(0, vn), per_message(1, cn),
      Milliseconds(outcome->latencies.Percentile(0.5)),
      Milliseconds(outcome->latencies.Percentile(0.99)));
  return absl::OkStatus();
}

absl::Status StartToReady(Sandbox& sandbox, int held) {
  const int pid = sandbox.made.nodes(0).pid();
  const double before = gatepost::bench::ResidentMib(pid);
  if (auto down = gatepost::client::SandboxDown(sandbox.dir); !down.ok()) return down.status();
  const absl::Time start = absl::Now();
  const std::string program =
      std::filesystem::read_symlink("/proc/self/exe").parent_path() / "gatepostd";
  const pid_t child = fork();
  if (child == 0) {
    execl(program.c_str(), program.c_str(), "--config", sandbox.made.nodes(0).config_file().c_str(),
          nullptr);
    _exit(127);
  }
  auto settings = gatepost::config::LoadClientSettings(sandbox.Client("vn-auditor"));
  if (!settings.ok()) return settings.status();
  absl::Status ready;
  for (int i = 0; i < 2000; ++i) {  // A fresh client each time: back-off must not be measured.
    auto client = gatepost::client::NodeClient::Create(*settings);
    if (!client.ok()) return client.status();
    ready = (*client)->Connect();
    if (ready.ok()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));  // The pace of asking.
  }
  const absl::Duration took = absl::Now() - start;
  const double after = gatepost::bench::ResidentMib(child);
  kill(child, SIGTERM);
  int status = 0;
  waitpid(child, &status, 0);
  if (!ready.ok()) return ready;
  fmt::print(
      "start to ready, {} messages held  {:7.0f} ms   (resident: {:.0f} MiB after the run "
      "above, {:.0f} MiB after start)\n",
      held, Milliseconds(took), before, after);
  return absl::OkStatus();
}

absl::Status Run(int messages, int held) {
  std::string pattern = (std::filesystem::temp_directory_path() / "gatepost-bench-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) return absl::UnknownError("no temporary folder");
  Sandbox sandbox{pattern + "/sandbox", {}};
  if (absl::Status up = sandbox.Up(); !up.ok()) return up;
  auto feeder = Feeder::Create(sandbox.Client("vn-service"));
  if (!feeder.ok()) return feeder.status();
  fmt::print("{} processors; two nodes, their feeder and the relay between them share them\n",
             std::thread::hardware_concurrency());
  PrintDisk(pattern);
  if (auto warm = (*feeder)->Send(200, 16); !warm.ok()) return warm.status();
  if (absl::Status done = Latency(**feeder, pattern, 1000); !done.ok()) return done;
  for (const int in_flight : {64, 256}) {
    if (absl::Status done = Sustained(**feeder, sandbox, messages, in_flight); !done.ok()) {
      return done;
    }
  }
  const absl::StatusOr<int> notices =
      gatepost::bench::MeasureHours(**feeder, sandbox.Client("vn-auditor"));
  if (!notices.ok()) return notices.status();
  const absl::StatusOr<int> agreements = gatepost::bench::MeasureAgreements(
      sandbox.Client("vn-officer"), sandbox.Client("cn-officer"), pattern);
  if (!agreements.ok()) return agreements.status();
  const int rest = held - 2 * messages - 1200 - *notices - *agreements;
  if (rest > 0) {
    if (absl::Status done = Sustained(**feeder, sandbox, rest, 256); !done.ok()) return done;
  }
  PrintDisk(pattern);
  return StartToReady(sandbox, held);
}

absl::Status RunFlood(const gatepost::bench::FloodSettings& settings, int calls) {
  std::string pattern = (std::filesystem::temp_directory_path() / "gatepost-bench-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) return absl::UnknownError("no temporary folder");
  Sandbox sandbox{pattern + "/sandbox", {}};
  if (absl::Status up = sandbox.Up(); !up.ok()) return up;
  fmt::print(
      "{} processors; two nodes, the relay between them, the quiet caller and the flooder "
      "share them\n",
      std::thread::hardware_concurrency());
  PrintDisk(pattern);
  gatepost::bench::FloodSettings flooder = settings;
  flooder.client_config = sandbox.Client("vn-clerk");
  return gatepost::bench::MeasureFlood(sandbox.Client("vn-service"), flooder, calls, pattern);
}

}  // namespace

int main(int argc, char** argv) {
  int messages = 10'000;
  int held = 100'000;
  CLI::App app("Measures two nodes on this machine.");
  app.add_option("--messages", messages, "Messages for each sustained figure");
  app.add_option("--held", held, "Messages held when start-up is measured");
  bool flood = false;
  int calls = 2000;
  gatepost::bench::FloodSettings flooder;
  app.add_flag("--flood", flood, "Only: what a caller feels of another one who floods the node");
  app.add_option("--calls", calls, "Calls of each kind for a figure of --flood");
  app.add_option("--flood-connections", flooder.connections, "Connections of the flooder");
  app.add_option("--flood-as", flooder.client_config, "Be the flooder, until input ends")
      ->group("");
  app.add_option("--flood-kind", flooder.kind, "What the flooder calls")->group("");
  CLI11_PARSE(app, argc, argv);
  const absl::Status done = !flooder.client_config.empty() ? gatepost::bench::Flood(flooder)
                            : flood                        ? RunFlood(flooder, calls)
                                                           : Run(messages, held);
  if (done.ok()) return 0;
  fmt::print(stderr, "gatepost_bench: {}\n", std::string(done.message()));
  return 1;
}
