#include "client/render/papers.h"

#include <string>

#include "client/render/hours_words.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/words.h"
#include "fmt/core.h"
#include "fmt/ranges.h"

namespace gatepost::render {
namespace {

std::string PaperKindText(v1::PaperKind kind) {
  switch (kind) {
    case v1::PAPER_KIND_COUNTERPART_LETTER:
      return _("letter of the other side");
    case v1::PAPER_KIND_OWN_DOCUMENT:
      return _("own document");
    case v1::PAPER_KIND_TREATY:
      return _("treaty");
    case v1::PAPER_KIND_LEGAL_BASIS:
      return _("legal basis");
    case v1::PAPER_KIND_MINUTES:
      return _("minutes of talks");
    case v1::PAPER_KIND_PRESS:
      return _("press");
    default:
      return fmt::format("?{}", static_cast<int>(kind));
  }
}

// Issuer, number, date, kind; which gates, and the digest of the scan, where they are stated.
std::string PaperText(const v1::PaperReference& paper) {
  std::string text;
  for (const std::string& part : {paper.issuer(), paper.number(), DateText(paper.date())}) {
    if (!part.empty()) text += (text.empty() ? "" : " ") + part;
  }
  text += (text.empty() ? "" : ", ") + PaperKindText(paper.kind());
  if (!paper.gate_ids().empty()) {
    text += ", " + Say("for {0}", fmt::format("{}", fmt::join(paper.gate_ids(), " ")));
  }
  if (!paper.scan_sha256().empty()) {
    text += ", " + Say("scan with SHA-256 {0}", HexText(paper.scan_sha256()));
  }
  return text;
}

}  // namespace

void AddPapers(const v1::Papers& papers, Lines& lines) {
  lines.Add(_("reason"), ChangeReasonText(papers.reason()));
  for (const v1::PaperReference& reference : papers.references()) {
    lines.Add(_("letter"), PaperText(reference));
  }
  lines.Add(_("letter date"), DateText(papers.letter_date()));
  lines.Add(_("letter came"), DateText(papers.received_on()));
  lines.Add(_("made public"), DateText(papers.published_on()));
  lines.Add(_("effect date"), DateText(papers.effective_on()));
  if (papers.has_official_signature()) {
    lines.Add(_("official signature"),
              Say("{0} by {1}, not judged here", papers.official_signature().suite(),
                  papers.official_signature().issuer()) +
                  ", SHA-256 " + HexText(papers.official_signature().signed_sha256()));
  }
}

}  // namespace gatepost::render
