#include "client/cli/bundle_check.h"

#include <utility>

#include "client/cli/audit_session.h"
#include "client/evidence/verify_bundle.h"
#include "client/render/evidence_text.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

constexpr size_t kLargestBundle = size_t{256} << 20;

absl::StatusOr<std::string> ReadTyped(const std::string& file, const char* option) {
  absl::StatusOr<std::string> bytes = system::ReadFile(file, kLargestBundle);
  if (bytes.ok()) return bytes;
  return system::Refuse(v1::REASON_BAD_ARGUMENT, "a file that can be read",
                        std::string(bytes.status().message()), fmt::format("correct {}", option));
}

}  // namespace

absl::StatusOr<CheckedBundle> CheckBundle(const Global& global, const BundleOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(Offline offline, OpenOffline(global, options));
  evidence::VerifyOptions verify;
  verify.link_agreements = std::move(offline.own.files);
  verify.allow_practice = options.practice;
  verify.gates = OwnGates();
  GATEPOST_ASSIGN_OR_RETURN(const std::string bundle, ReadTyped(options.bundle, "BUNDLE"));
  for (const std::string& file : options.crls) {
    GATEPOST_ASSIGN_OR_RETURN(std::string bytes, ReadTyped(file, "--crl"));
    verify.revocation_lists.push_back(std::move(bytes));
  }
  CheckedBundle checked;
  checked.sha256 = certs::Sha256Of(bundle);
  checked.verdict = evidence::VerifyBundle(bundle, verify);
  checked.view = offline.view;
  return checked;
}

int ExitCodeOf(const evidence::Verdict& verdict) {
  return verdict.answer == evidence::Answer::kValid ? 0 : kDoesNotVerify;
}

std::string VerdictPrinted(const Global& global, const CheckedBundle& checked) {
  switch (global.output) {
    case Output::kJson:
      return render::VerdictJson(checked.verdict);
    case Output::kCsv:
      return render::VerdictCsv(checked.verdict);
    case Output::kTable:
      break;
  }
  return render::VerdictText(checked.verdict, checked.view);
}

}  // namespace gatepost::cli
