#include "client/cli/bundle_check.h"

#include <utility>

#include "client/evidence/verify_bundle.h"
#include "client/render/text.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

constexpr int kDoesNotVerify = 5;

absl::StatusOr<std::string> ReadTyped(const std::string& file, const char* option) {
  absl::StatusOr<std::string> bytes = system::ReadFile(file);
  if (bytes.ok()) return bytes;
  return system::Refuse(v1::REASON_BAD_ARGUMENT, "a file that can be read",
                        std::string(bytes.status().message()), fmt::format("correct {}", option));
}

}  // namespace

absl::StatusOr<CheckedBundle> CheckBundle(const BundleOptions& options) {
  evidence::VerifyOptions verify;
  verify.allow_practice = options.practice;
  GATEPOST_ASSIGN_OR_RETURN(const std::string bundle, ReadTyped(options.bundle, "BUNDLE"));
  for (const std::string& file : options.agreements) {
    GATEPOST_ASSIGN_OR_RETURN(std::string bytes, ReadTyped(file, "--agreement"));
    verify.link_agreements.push_back(std::move(bytes));
  }
  for (const std::string& file : options.crls) {
    GATEPOST_ASSIGN_OR_RETURN(std::string bytes, ReadTyped(file, "--crl"));
    verify.revocation_lists.push_back(std::move(bytes));
  }
  CheckedBundle checked;
  checked.sha256 = certs::Sha256Of(bundle);
  checked.verdict = evidence::VerifyBundle(bundle, verify);
  return checked;
}

int ExitCodeOf(const evidence::Verdict& verdict) {
  return verdict.answer == evidence::Answer::kValid ? 0 : kDoesNotVerify;
}

render::View OfflineView(const Global& global) {
  render::View view;
  if (render::LanguageTag() == "zh-CN") {
    view = {.country = "CN", .zones = render::ZoneChoice::kBothBeijingFirst};
  }
  if (global.time_zone == "hanoi") view.zones = render::ZoneChoice::kHanoi;
  if (global.time_zone == "beijing") view.zones = render::ZoneChoice::kBeijing;
  return view;
}

}  // namespace gatepost::cli
