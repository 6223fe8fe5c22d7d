// gatepostd: runs one node.
#include <signal.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>

#include "certs/tls.h"
#include "daemon/config/node_settings.h"
#include "daemon/node/node.h"
#include "daemon/system/reason.h"
#include "fmt/format.h"

namespace {

// Exit codes of DESIGN.md 13.
constexpr int kDone = 0;
constexpr int kRefused = 1;
constexpr int kWrongUse = 2;

int Fail(const absl::Status& why) {
  const auto refusal = gatepost::system::RefusalOf(why);
  if (refusal.has_value()) {
    fmt::print(stderr, "gatepostd: {}: wanted {}; came {}. What to do: {}.\n",
               gatepost::system::ReasonName(refusal->reason), refusal->wanted, refusal->came,
               refusal->todo);
  } else {
    fmt::print(stderr, "gatepostd: {}\n", std::string(why.message()));
  }
  return gatepost::system::ReasonOf(why) == gatepost::v1::REASON_BAD_CONFIG ? kWrongUse : kRefused;
}

// `named` is PEER:EPOCH.
int AdmitEpoch(gatepost::config::NodeSettings settings, const std::string& named) {
  const size_t colon = named.rfind(':');
  uint64_t epoch = 0;
  const char* const end = named.data() + named.size();
  if (colon == std::string::npos ||
      std::from_chars(named.data() + colon + 1, end, epoch).ptr != end || epoch == 0) {
    fmt::print(stderr, "gatepostd: --admit-epoch wants PEER:EPOCH, e.g. cn-pingxiang:2\n");
    return kWrongUse;
  }
  const absl::Status admitted =
      gatepost::node::Node::AdmitEpoch(std::move(settings), named.substr(0, colon), epoch);
  return admitted.ok() ? kDone : Fail(admitted);
}

// Blocks the stop signals in this thread and all that it will start, so that sigwait gets them.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

}  // namespace

int main(int argc, char** argv) {
  std::string config_file;
  std::string clear_alarm;
  std::string admit_epoch;
  bool check_config = false;
  bool open_epoch = false;
  CLI::App app("Runs a Gatepost node: signed exchange between two border agencies.");
  app.add_option("--config", config_file, "The node's configuration (protobuf text format)")
      ->required();
  app.add_flag("--check-config", check_config, "Check the configuration and exit");
  app.add_option("--clear-link-alarm", clear_alarm,
                 "Let the link to this peer come up again after its alarm was looked at, and exit");
  app.add_flag("--open-epoch", open_epoch,
               "Open the next epoch of a restored node's log, say what is lost, and exit");
  app.add_option("--admit-epoch", admit_epoch,
                 "Admit a new epoch of a restored peer's log (PEER:EPOCH), and exit");
  app.set_version_flag("--version", GATEPOST_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kWrongUse;
  }

  const sigset_t stop_signals = BlockStopSignals();
  spdlog::set_default_logger(spdlog::stderr_logger_mt("gatepostd"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  if (absl::Status tls = gatepost::certs::RequireTls13(); !tls.ok()) return Fail(tls);
  auto settings = gatepost::config::LoadNodeSettings(config_file);
  if (!settings.ok()) return Fail(settings.status());
  if (check_config) {
    const absl::Status tls = gatepost::config::CheckTlsIdentity(*settings, absl::Now());
    if (!tls.ok()) return Fail(tls);
    fmt::print("{}: node {}, {} link(s): good\n", config_file, settings->node,
               settings->links.size());
    return kDone;
  }
  if (!clear_alarm.empty()) {
    const absl::Status cleared = gatepost::node::ClearLinkAlarm(*settings, clear_alarm);
    return cleared.ok() ? kDone : Fail(cleared);
  }

  if (open_epoch) {
    const auto opened = gatepost::node::Node::OpenEpoch(*std::move(settings));
    if (!opened.ok()) return Fail(opened.status());
    fmt::print("{}\n", *opened);
    return kDone;
  }
  if (!admit_epoch.empty()) return AdmitEpoch(*std::move(settings), admit_epoch);

  const std::string name = settings->node;
  auto node = gatepost::node::Node::Start(*std::move(settings));
  if (!node.ok()) return Fail(node.status());
  spdlog::info("node {} version {} listens on port {}", name, GATEPOST_VERSION, (*node)->port());
  int signal = 0;
  sigwait(&stop_signals, &signal);
  spdlog::info("node {} stops on signal {}", name, signal);
  (*node)->Stop();
  return kDone;
}
