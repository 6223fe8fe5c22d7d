#include "client/evidence/verify_bundle.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "client/evidence/anchors.h"
#include "client/evidence/entries.h"
#include "client/evidence/found.h"
#include "client/evidence/message_check.h"
#include "client/evidence/open_bundle.h"
#include "client/evidence/revocation_check.h"
#include "client/evidence/standing.h"
#include "client/evidence/thread_check.h"

namespace gatepost::evidence {
namespace {

void CheckPractice(const OpenedBundle& opened, const Anchors& anchors, const VerifyOptions& options,
                   Verdict& verdict, Found& found) {
  verdict.practice = opened.index.practice || anchors.practice();
  if (anchors.practice() && !opened.index.practice) {
    found.Invalid(kIndexFile, "kind PRACTICE, since the roots are of practice", "kind PRODUCTION");
  }
  if (verdict.practice && !options.allow_practice) {
    found.Add("bundle", system::Refuse(v1::REASON_PRACTICE_EVIDENCE,
                                       "evidence of nodes that are in earnest", "PRACTICE evidence",
                                       "allow practice to rehearse; it never proves anything"));
  }
}

void CheckContents(const OpenedBundle& opened, const VerifyOptions& options, Verdict& verdict,
                   Found& found) {
  const v1::GetEvidenceResponse& evidence = opened.evidence;
  const Anchors anchors = Anchors::Make(evidence, options.link_agreements, found);
  CheckPractice(opened, anchors, options, verdict, found);
  if (anchors.agreements().empty()) return;  // Nobody here can be believed.
  verdict.agreement_sha256 = anchors.agreements().front().sha256;
  if (anchors.FindNode(opened.index.node) == nullptr) {
    found.Invalid(kIndexFile, "an exporter of the link agreement", opened.index.node);
  }
  const BundledChains chains(evidence);
  Entries entries(anchors, found);
  MessageCheck check(anchors, chains, opened.index.node, opened.index.time, found);
  for (int i = 0; i < evidence.messages_size(); ++i) {
    verdict.messages.push_back(
        check.Check(static_cast<size_t>(i) + 1, evidence.messages(i), entries));
  }
  if (evidence.messages().empty()) {
    found.Missing("messages", "a message", "none", "have the bundle exported again");
  }
  const size_t heads =
      std::min(opened.index.heads.size(), static_cast<size_t>(evidence.heads_size()));
  for (size_t i = 0; i < heads; ++i) {
    entries.CheckHead(opened.index.heads[i], evidence.heads(static_cast<int>(i)));
  }
  entries.Connect(verdict.messages);
  CheckRevocation(evidence, options.revocation_lists, anchors, chains, verdict.messages, found);
  CheckThreads(anchors, opened.index.node, verdict.messages, found);
  JudgeStanding(anchors, verdict, found);
}

}  // namespace

Verdict VerifyBundle(std::string_view archive, const VerifyOptions& options) {
  Verdict verdict;
  verdict.satisfies = "LOG";
  Found found;
  if (std::optional<OpenedBundle> opened = OpenBundle(archive, found)) {
    verdict.exported_by = opened->index.node;
    verdict.exported_at = opened->index.time;
    CheckContents(*opened, options, verdict, found);
  }
  verdict.answer = found.answer();
  verdict.findings = std::move(found.findings);
  verdict.notes = std::move(found.notes);
  return verdict;
}

}  // namespace gatepost::evidence
