// gatepostd: runs one node.
#include <signal.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "certs/tls.h"
#include "daemon/config/node_settings.h"
#include "daemon/node/library_log.h"
#include "daemon/node/next_key.h"
#include "daemon/node/node.h"
#include "daemon/system/file_limit.h"
#include "daemon/system/protobuf_log.h"
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

// The number after the last colon of `text`, which is cut off there.
std::optional<uint64_t> TakeNumber(std::string_view& text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view digits = text.substr(colon + 1);
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  text = text.substr(0, colon);
  return number;
}

// `named` is PEER:EPOCH:FIRST.
int AdmitEpoch(gatepost::config::NodeSettings settings, std::string_view named) {
  const std::optional<uint64_t> first = TakeNumber(named);
  const std::optional<uint64_t> epoch = TakeNumber(named);
  if (!first.has_value() || epoch.value_or(0) == 0) {
    fmt::print(stderr,
               "gatepostd: --admit-epoch wants PEER:EPOCH:FIRST, the epoch and the number of its "
               "first entry, e.g. cn-pingxiang:2:4711\n");
    return kWrongUse;
  }
  const absl::Status admitted =
      gatepost::node::Node::AdmitEpoch(std::move(settings), std::string(named), *epoch, *first);
  return admitted.ok() ? kDone : Fail(admitted);
}

// Blocks the signals that main waits for, in this thread and all that it will start.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

}  // namespace

int main(int argc, char** argv) {
  std::string config_file;
  std::string clear_alarm;
  std::string admit_epoch;
  std::string forget_returned;
  std::string new_key;
  std::vector<std::string> without;
  bool check_config = false;
  bool open_epoch = false;
  CLI::App app("Runs a Gatepost node: signed exchange between two border agencies.");
  app.add_option("--config", config_file, "The node's configuration (protobuf text format)")
      ->required();
  app.add_flag("--check-config", check_config, "Check the configuration and exit");
  app.add_option("--clear-link-alarm", clear_alarm,
                 "Let the link to this peer come up again after its alarm was looked at, and exit");
  CLI::Option* const opens =
      app.add_flag("--open-epoch", open_epoch,
                   "Open the next epoch of a restored node's log, say what is lost, and exit");
  app.add_option("--without", without,
                 "With --open-epoch: do not wait for what this peer holds; may be repeated")
      ->needs(opens);
  app.add_option("--forget-returned", forget_returned,
                 "Forget what this peer gave back to the restored node, and exit");
  app.add_option("--admit-epoch", admit_epoch,
                 "Admit a new epoch of a restored peer's log from its first entry on "
                 "(PEER:EPOCH:FIRST), and exit");
  app.add_option("--new-key", new_key,
                 "Add the next key to the file of that use (log or witness), say it, and exit. It "
                 "signs once it was announced and every peer has receipted that; a running node "
                 "need not be stopped")
      ->check(CLI::IsMember({"log", "witness"}));
  app.set_version_flag("--version", GATEPOST_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kWrongUse;
  }

  const sigset_t signals = BlockSignals();
  spdlog::set_default_logger(spdlog::stderr_logger_mt("gatepostd"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  gatepost::system::SilenceProtobufLog();
  gatepost::node::TakeLibraryLog();
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
  if (!new_key.empty()) {
    const auto made = gatepost::node::AddLedgerKey(
        *settings, new_key == "log" ? gatepost::v1::KEY_USE_LOG : gatepost::v1::KEY_USE_WITNESS);
    if (!made.ok()) return Fail(made.status());
    fmt::print("{}\n", *made);
    return kDone;
  }
  if (!clear_alarm.empty()) {
    const absl::Status cleared = gatepost::node::ClearLinkAlarm(*settings, clear_alarm);
    return cleared.ok() ? kDone : Fail(cleared);
  }

  if (open_epoch) {
    const auto opened = gatepost::node::Node::OpenEpoch(
        *std::move(settings), std::set<std::string>(without.begin(), without.end()));
    if (!opened.ok()) return Fail(opened.status());
    fmt::print("{}\n", *opened);
    return kDone;
  }
  if (!forget_returned.empty()) {
    const absl::Status forgotten =
        gatepost::node::Node::ForgetReturned(*std::move(settings), forget_returned);
    return forgotten.ok() ? kDone : Fail(forgotten);
  }
  if (!admit_epoch.empty()) return AdmitEpoch(*std::move(settings), admit_epoch);

  if (const auto files = gatepost::system::RaiseFileLimit(); files.ok()) {
    spdlog::info("at most {} files and connections open at once", *files);
  } else {
    spdlog::warn("the limit of open files stays as it is: {}",
                 std::string(files.status().message()));
  }
  const std::string name = settings->node;
  auto node = gatepost::node::Node::Start(*std::move(settings));
  if (!node.ok()) return Fail(node.status());
  spdlog::info("node {} version {} listens on port {}", name, GATEPOST_VERSION, (*node)->port());
  int signal = 0;
  while (sigwait(&signals, &signal) != 0 || signal == SIGHUP) (*node)->Reload();
  spdlog::info("node {} stops on signal {}", name, signal);
  (*node)->Stop();
  return kDone;
}
