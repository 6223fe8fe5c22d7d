#ifndef GATEPOST_CLIENT_CLI_BUNDLE_CHECK_H_
#define GATEPOST_CLIENT_CLI_BUNDLE_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "certs/digest.h"
#include "client/cli/audit_commands.h"
#include "client/cli/output.h"
#include "client/evidence/verdict.h"
#include "client/render/view.h"

namespace gatepost::cli {

// A bundle that was checked, offline.
struct CheckedBundle {
  evidence::Verdict verdict;
  certs::Digest sha256{};  // Of the file.
  render::View view;       // How its reader sees times and directions.
};

// Reads the files and checks the bundle by the reader's own agreements (OpenOffline). BAD_ARGUMENT
// for a file that cannot be read, BAD_CONFIG; what is wrong with the evidence is in the verdict.
absl::StatusOr<CheckedBundle> CheckBundle(const Global& global, const BundleOptions& options);

// The exit code for a verdict: 0 when it is VALID, else 5.
int ExitCodeOf(const evidence::Verdict& verdict);

// The verdict in the chosen form.
std::string VerdictPrinted(const Global& global, const CheckedBundle& checked);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_BUNDLE_CHECK_H_
