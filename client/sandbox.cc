#include "client/sandbox.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/time/clock.h"
#include "client/node_client.h"
#include "client/process.h"
#include "client/relay.h"
#include "client/retry.h"
#include "client/sandbox_files.h"
#include "daemon/config/client_settings.h"
#include "daemon/config/installed_file.h"
#include "daemon/config/text_file.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::client {
namespace {

constexpr char kRelay[] = "relay";
constexpr absl::Duration kStopPatience = absl::Seconds(5);
constexpr size_t kTailLines = 8;

std::string PidFile(const config::v1::Sandbox& sandbox, const std::string& name) {
  return fmt::format("{}/run/{}.pid", sandbox.dir(), name);
}

std::optional<ProcessMark> RunningProcess(const config::v1::Sandbox& sandbox,
                                          const std::string& name) {
  std::optional<ProcessMark> mark = ReadPidFile(PidFile(sandbox, name));
  if (!mark || !IsRunning(*mark)) return std::nullopt;
  return mark;
}

// Fills in which processes run.
void NoteProcesses(config::v1::Sandbox* sandbox) {
  for (config::v1::SandboxNode& node : *sandbox->mutable_nodes()) {
    const std::optional<ProcessMark> mark = RunningProcess(*sandbox, node.node());
    node.set_running(mark.has_value());
    node.set_pid(mark ? mark->pid : 0);
  }
  const std::optional<ProcessMark> relay = RunningProcess(*sandbox, kRelay);
  sandbox->mutable_relay()->set_running(relay.has_value());
  sandbox->mutable_relay()->set_pid(relay ? relay->pid : 0);
}

absl::Status Stop(const config::v1::Sandbox& sandbox, const std::string& name) {
  const std::optional<ProcessMark> mark = RunningProcess(sandbox, name);
  if (mark) GATEPOST_RETURN_IF_ERROR(StopProcess(*mark, kStopPatience));
  std::error_code unused;
  std::filesystem::remove(PidFile(sandbox, name), unused);
  return absl::OkStatus();
}

uint16_t PortOf(const std::string& address) {
  const size_t colon = address.rfind(':');
  return colon == std::string::npos
             ? 0
             : static_cast<uint16_t>(std::strtoul(address.c_str() + colon + 1, nullptr, 10));
}

Command RelayCommand(const config::v1::Sandbox& sandbox, const SandboxOptions& options) {
  Command command{.arguments = options.relay, .log_file = sandbox.relay().log_file()};
  if (command.arguments.empty()) {
    command.arguments = {config::ProgramFolder() + "/gatepost", "sandbox-relay"};
  }
  for (const auto& [flag, address] : {std::pair{"--listen", sandbox.relay().address()},
                                      std::pair{"--target", sandbox.relay().target()}}) {
    command.arguments.emplace_back(flag);
    command.arguments.push_back(fmt::format("{}", PortOf(address)));
  }
  return command;
}

Command NodeCommand(const config::v1::SandboxNode& node, const SandboxOptions& options) {
  const std::string program =
      options.gatepostd.empty() ? config::ProgramFolder() + "/gatepostd" : options.gatepostd;
  return {.arguments = {program, "--config", node.config_file()}, .log_file = node.log_file()};
}

// The processes that one call started; ends them again unless it kept them.
class Started {
 public:
  explicit Started(const config::v1::Sandbox& sandbox) : sandbox_(sandbox) {}
  ~Started() {
    for (const std::string& name : names_) {
      // The error that made us stop is the one to tell.
      Stop(sandbox_, name).IgnoreError();
    }
  }
  Started(const Started&) = delete;
  Started& operator=(const Started&) = delete;

  // Starts `command` unless it runs.
  absl::Status Start(const std::string& name, const Command& command, uint16_t port) {
    if (RunningProcess(sandbox_, name)) return absl::OkStatus();
    if (!IsFreePort(port)) {
      return system::Refuse(v1::REASON_BAD_ARGUMENT, fmt::format("port {} for {}", port, name),
                            "another program listens there", "end it, or make another sandbox");
    }
    GATEPOST_ASSIGN_OR_RETURN(ProcessMark mark, StartDetached(command));
    names_.push_back(name);
    absl::Status kept = WritePidFile(PidFile(sandbox_, name), mark);
    if (!kept.ok()) StopProcess(mark, kStopPatience).IgnoreError();
    return kept;
  }

  bool Has(const std::string& name) const {
    return std::find(names_.begin(), names_.end(), name) != names_.end();
  }
  void Keep() { names_.clear(); }

 private:
  const config::v1::Sandbox& sandbox_;
  std::vector<std::string> names_;
};

absl::Status NotReady(const config::v1::SandboxNode& node, std::string_view came) {
  return system::Refuse(
      v1::REASON_NOT_REACHABLE, fmt::format("node {} ready with its link", node.node()),
      fmt::format("{}; its log ends: {}", came, LogTail(node.log_file(), kTailLines)),
      fmt::format("see {}", node.log_file()));
}

// A client of `node` that asks often and gives up soon.
absl::StatusOr<std::unique_ptr<NodeClient>> AuditorOf(const config::v1::Sandbox& sandbox,
                                                      const config::v1::SandboxNode& node) {
  for (const config::v1::SandboxClient& client : sandbox.clients()) {
    if (client.node() != node.node() || !client.signing_key_file().empty()) continue;
    GATEPOST_ASSIGN_OR_RETURN(config::ClientSettings settings,
                              config::LoadClientSettings(client.config_file()));
    settings.deadline = absl::Milliseconds(500);
    ClientParts parts;
    parts.retry = {
        .attempts = 0, .first = absl::Milliseconds(20), .longest = absl::Milliseconds(100)};
    return NodeClient::Create(settings, std::move(parts));
  }
  return system::Refuse(v1::REASON_NOT_FOUND, "an auditor's client", "none",
                        "make another sandbox");
}

// Starts the nodes that do not run: also one that was ending when the call began. One that this
// call started and that ended is not ready.
absl::Status StartNodes(const config::v1::Sandbox& sandbox, const SandboxOptions& options,
                        Started* started) {
  // The one that is dialled first, so that the first dial finds it.
  for (int i : {1, 0}) {
    const config::v1::SandboxNode& node = sandbox.nodes(i);
    if (started->Has(node.node()) && !RunningProcess(sandbox, node.node())) {
      return NotReady(node, "its process ended");
    }
    GATEPOST_RETURN_IF_ERROR(started->Start(node.node(), NodeCommand(node, options),
                                            static_cast<uint16_t>(node.port())));
  }
  return absl::OkStatus();
}

absl::Status WaitReady(const config::v1::Sandbox& sandbox, const config::v1::SandboxNode& node,
                       std::chrono::steady_clock::time_point until, const SandboxOptions& options,
                       Started* started) {
  constexpr absl::Duration kAskEvery = absl::Milliseconds(20);
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<NodeClient> client, AuditorOf(sandbox, node));
  SystemPause pause;
  for (;;) {
    GATEPOST_RETURN_IF_ERROR(StartNodes(sandbox, options, started));
    absl::StatusOr<v1::GetNodeResponse> state = client->GetNode();
    if (state.ok() && state->links_size() > 0 && state->links(0).connected()) {
      return absl::OkStatus();
    }
    if (std::chrono::steady_clock::now() >= until) {
      return NotReady(
          node, state.ok() ? "its link does not stand" : std::string(state.status().message()));
    }
    pause.For(kAskEvery, {});
  }
}

absl::StatusOr<SandboxPorts> ChoosePorts() {
  SandboxPorts ports;
  GATEPOST_ASSIGN_OR_RETURN(ports.vn, FreePort());
  do {
    GATEPOST_ASSIGN_OR_RETURN(ports.cn, FreePort(ports.vn));
    GATEPOST_ASSIGN_OR_RETURN(ports.relay, FreePort(ports.vn));
  } while (ports.cn == ports.relay);
  return ports;
}

// The sandbox in `dir`, made if it is missing, with configs for ports that it can have.
absl::StatusOr<config::v1::Sandbox> Prepare(const std::string& dir, const SandboxOptions& options) {
  config::v1::Sandbox sandbox;
  bool ports_needed = true;
  if (SandboxExists(dir)) {
    GATEPOST_ASSIGN_OR_RETURN(sandbox, SandboxStatus(dir));
    const bool any_runs =
        sandbox.nodes(0).running() || sandbox.nodes(1).running() || sandbox.relay().running();
    const bool all_free = IsFreePort(PortOf(sandbox.nodes(0).address())) &&
                          IsFreePort(PortOf(sandbox.nodes(1).address())) &&
                          IsFreePort(PortOf(sandbox.relay().address()));
    // Whoever drives the sandbox may have noted its ports: they change only when they must.
    ports_needed = !any_runs && !all_free;
  } else {
    GATEPOST_ASSIGN_OR_RETURN(sandbox, MakeSandbox(dir, absl::Now()));
  }
  if (ports_needed) {
    GATEPOST_ASSIGN_OR_RETURN(SandboxPorts ports, ChoosePorts());
    GATEPOST_RETURN_IF_ERROR(
        WriteSandboxConfigs(ports, config::AbsolutePath(options.register_file, ""), &sandbox));
  }
  return sandbox;
}

absl::Status StartRelay(const config::v1::Sandbox& sandbox, const SandboxOptions& options,
                        Started* started) {
  // One that was stopped to be silent goes on.
  if (const std::optional<ProcessMark> relay = RunningProcess(sandbox, kRelay)) {
    SignalProcess(*relay, SIGCONT);
  }
  return started->Start(kRelay, RelayCommand(sandbox, options), PortOf(sandbox.relay().address()));
}

}  // namespace

absl::StatusOr<config::v1::Sandbox> SandboxUp(const std::string& dir,
                                              const SandboxOptions& options) {
  const auto until =
      std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(options.patience);
  GATEPOST_ASSIGN_OR_RETURN(config::v1::Sandbox sandbox, Prepare(dir, options));
  Started started(sandbox);
  GATEPOST_RETURN_IF_ERROR(StartRelay(sandbox, options, &started));
  GATEPOST_RETURN_IF_ERROR(StartNodes(sandbox, options, &started));
  for (const config::v1::SandboxNode& node : sandbox.nodes()) {
    GATEPOST_RETURN_IF_ERROR(WaitReady(sandbox, node, until, options, &started));
  }
  started.Keep();
  NoteProcesses(&sandbox);
  return sandbox;
}

absl::StatusOr<config::v1::Sandbox> SandboxDown(const std::string& dir) {
  GATEPOST_ASSIGN_OR_RETURN(config::v1::Sandbox sandbox, ReadSandbox(dir));
  for (const config::v1::SandboxNode& node : sandbox.nodes()) {
    GATEPOST_RETURN_IF_ERROR(Stop(sandbox, node.node()));
  }
  GATEPOST_RETURN_IF_ERROR(Stop(sandbox, kRelay));
  NoteProcesses(&sandbox);
  return sandbox;
}

absl::StatusOr<config::v1::Sandbox> SandboxStatus(const std::string& dir) {
  GATEPOST_ASSIGN_OR_RETURN(config::v1::Sandbox sandbox, ReadSandbox(dir));
  NoteProcesses(&sandbox);
  return sandbox;
}

absl::Status CutLink(const std::string& dir, LinkCut how) {
  GATEPOST_ASSIGN_OR_RETURN(config::v1::Sandbox sandbox, ReadSandbox(dir));
  const std::optional<ProcessMark> relay = RunningProcess(sandbox, kRelay);
  if (!relay) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a link that stands", "one that is cut already",
                          "restore it first");
  }
  if (how == LinkCut::kBroken) return Stop(sandbox, kRelay);
  SignalProcess(*relay, SIGSTOP);
  return absl::OkStatus();
}

absl::Status RestoreLink(const std::string& dir, const SandboxOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(config::v1::Sandbox sandbox, ReadSandbox(dir));
  Started started(sandbox);
  GATEPOST_RETURN_IF_ERROR(StartRelay(sandbox, options, &started));
  started.Keep();
  return absl::OkStatus();
}

}  // namespace gatepost::client
