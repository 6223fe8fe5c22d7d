// audit report: a bundle of evidence as a page that a reviewer opens and prints.

#include <cstdio>
#include <filesystem>
#include <string>

#include "absl/time/clock.h"
#include "client/cli/bundle_check.h"
#include "client/render/evidence_report.h"
#include "client/render/evidence_words.h"
#include "client/render/text.h"
#include "daemon/system/files.h"

namespace gatepost::cli {
namespace {

using render::Say;

void Write(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

// What is said beside a page that was written to a file.
std::string Summary(const Global& global, const CheckedBundle& checked, const std::string& out) {
  if (global.output != Output::kTable) return VerdictPrinted(global, checked);
  return render::AnswerLine(checked.verdict) + "\n" + Say("the report is in {0}", out) + "\n";
}

}  // namespace

int AuditReport(const Global& global, const AuditReportOptions& options) {
  const absl::StatusOr<CheckedBundle> checked = CheckBundle(global, options);
  if (!checked.ok()) return Fail(global, checked.status());
  const render::ReportSource source = {
      .file = std::filesystem::path(options.bundle).filename().string(),
      .sha256 = checked->sha256,
      .made_at = absl::Now()};
  const std::string page = render::EvidenceReport(checked->verdict, source, checked->view);
  if (options.out.empty()) {
    Write(page);
    return ExitCodeOf(checked->verdict);
  }
  const absl::Status written = system::WriteFileAtomically(options.out, page);
  if (!written.ok()) return Fail(global, written);
  Write(Summary(global, *checked, options.out));
  return ExitCodeOf(checked->verdict);
}

}  // namespace gatepost::cli
