#ifndef GATEPOST_CLIENT_SANDBOX_H_
#define GATEPOST_CLIENT_SANDBOX_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gatepost/config/v1/sandbox.pb.h"

namespace gatepost::client {

// Two practice nodes on this machine with a link between them: for a first look, for tests, and for
// other programs to be tried against. Needs no root and nothing but its folder.
//
//   vn-langson ──dials──▶ relay ──▶ cn-pingxiang      The relay is a process of its own
//                                                     (client/relay.h): ending it cuts the link.

// How to run one.
struct SandboxOptions {
  // The node's program; empty: gatepostd beside the running program.
  std::string gatepostd;
  // The relay's program and first arguments, to which `--listen PORT --target PORT` is added;
  // empty: `gatepost sandbox-relay` beside the running program.
  std::vector<std::string> relay;
  // The nodes' gate register; empty: the one installed with them.
  std::string register_file;
  // How long both nodes may take until they answer and their link stands.
  absl::Duration patience = absl::Seconds(20);
};

// Makes a sandbox in `dir`, or takes up the one that is there, with its keys, data and ports,
// starts what does not run, and waits until both nodes answer and their link stands. Repeated calls
// do nothing more. Errors are those of MakeSandbox and StartDetached; BAD_ARGUMENT when a port of
// it is taken; NOT_REACHABLE when it is not ready in time or a node ended, with the end of its log.
// Then whatever this call started is ended.
absl::StatusOr<config::v1::Sandbox> SandboxUp(const std::string& dir,
                                              const SandboxOptions& options = {});

// Ends the sandbox's processes, and no others, and waits until they are gone. Files stay. NOT_FOUND
// when there is no sandbox in `dir`; INTERNAL when a process does not end.
absl::StatusOr<config::v1::Sandbox> SandboxDown(const std::string& dir);

// The sandbox as it is, each process running or not. NOT_FOUND.
absl::StatusOr<config::v1::Sandbox> SandboxStatus(const std::string& dir);

// How a link fails.
enum class LinkCut {
  // The connection breaks, and no new one can be made.
  kBroken,
  // Nothing passes, and nobody is told.
  kSilent,
};

// Cuts the link between the two nodes; NOT_FOUND, or BAD_ARGUMENT when it is cut already.
absl::Status CutLink(const std::string& dir, LinkCut how = LinkCut::kBroken);

// Lets it pass again; does nothing when it is not cut. Errors as SandboxUp for the relay.
absl::Status RestoreLink(const std::string& dir, const SandboxOptions& options = {});

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_SANDBOX_H_
