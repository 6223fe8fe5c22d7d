#ifndef GATEPOST_CLIENT_CLI_BUNDLE_CHECK_H_
#define GATEPOST_CLIENT_CLI_BUNDLE_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "certs/digest.h"
#include "client/cli/output.h"
#include "client/evidence/verdict.h"
#include "client/render/view.h"

// The commands that look at a bundle of evidence: offline, and without a client config.
namespace gatepost::cli {

// A bundle, and what its reader brings along (client/evidence/verify_bundle.h).
struct BundleOptions {
  std::string bundle;
  std::vector<std::string> agreements;  // His own side's copies of link agreements.
  std::vector<std::string> crls;        // Revocation lists beside those of the bundle.
  bool practice = false;                // Evidence of practice may be VALID too.
};

// A bundle that was checked.
struct CheckedBundle {
  evidence::Verdict verdict;
  certs::Digest sha256{};  // Of the file.
};

// Reads the files and checks the bundle. BAD_ARGUMENT for a file that cannot be read; what is wrong
// with the evidence is in the verdict.
absl::StatusOr<CheckedBundle> CheckBundle(const BundleOptions& options);

// The exit code for a verdict: 0 when it is VALID, else 5.
int ExitCodeOf(const evidence::Verdict& verdict);

// How a reader without a client config sees times and directions: by --time-zone and language.
render::View OfflineView(const Global& global);

// audit report: the result as one HTML page, in `out` or on standard output.
struct AuditReportOptions : BundleOptions {
  std::string out;
};
int AuditReport(const Global& global, const AuditReportOptions& options);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_BUNDLE_CHECK_H_
