#ifndef GATEPOST_CLIENT_RENDER_EVIDENCE_REPORT_H_
#define GATEPOST_CLIENT_RENDER_EVIDENCE_REPORT_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "certs/digest.h"
#include "client/evidence/verdict.h"
#include "client/render/view.h"

namespace gatepost::render {

// Of which file the report is, and when it was made.
struct ReportSource {
  std::string file;  // Its name; empty: no file.
  certs::Digest sha256{};
  std::optional<absl::Time> made_at = std::nullopt;
};

// The result of an offline check as one HTML page that a reviewer opens and prints (html_page.h):
// the verdict, what failed or is missing, what was checked by whose keys, each thread with its
// signatures, decisions, receipts, lead times, acknowledgements and contents, a timeline of both
// logs, how to repeat the check by hand, and room for a signature. In the language in use; all
// times in both zones when `view` says so. Any bytes in the verdict are shown as text.
std::string EvidenceReport(const evidence::Verdict& verdict, const ReportSource& source,
                           const View& view);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_EVIDENCE_REPORT_H_
