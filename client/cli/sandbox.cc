// sandbox: two practice nodes on this machine.

#include "client/sandbox.h"

#include <cstdint>
#include <string>
#include <utility>

#include "client/cli/commands.h"
#include "client/relay.h"
#include "client/render/sandbox.h"

namespace gatepost::cli {
namespace {

client::SandboxOptions OptionsOf(const SandboxOptions& typed) {
  client::SandboxOptions options;
  options.gatepostd = typed.gatepostd;
  return options;
}

// What every command ends with: the sandbox as it is now.
int Show(const Global& global, const absl::StatusOr<config::v1::Sandbox>& sandbox) {
  if (!sandbox.ok()) return Fail(global, sandbox.status());
  Print(
      global, *sandbox, [&] { return render::SandboxText(*sandbox); },
      [&] { return render::SandboxCsv(*sandbox); });
  return 0;
}

}  // namespace

int SandboxUp(const Global& global, const SandboxOptions& options) {
  return Show(global, client::SandboxUp(options.dir, OptionsOf(options)));
}

int SandboxDown(const Global& global, const SandboxOptions& options) {
  return Show(global, client::SandboxDown(options.dir));
}

int SandboxStatus(const Global& global, const SandboxOptions& options) {
  return Show(global, client::SandboxStatus(options.dir));
}

int SandboxCut(const Global& global, const SandboxOptions& options) {
  const absl::Status cut = client::CutLink(
      options.dir, options.silent ? client::LinkCut::kSilent : client::LinkCut::kBroken);
  if (!cut.ok()) return Fail(global, cut);
  return Show(global, client::SandboxStatus(options.dir));
}

int SandboxRestore(const Global& global, const SandboxOptions& options) {
  const absl::Status restored = client::RestoreLink(options.dir, OptionsOf(options));
  if (!restored.ok()) return Fail(global, restored);
  return Show(global, client::SandboxStatus(options.dir));
}

int SandboxRelay(const Global&, const RelayOptions& options) {
  return client::RunRelay(options.listen, options.target);
}

}  // namespace gatepost::cli
