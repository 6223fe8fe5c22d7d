#include "client/evidence/store_check.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "client/evidence/store_parts.h"
#include "daemon/store/evidence.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::evidence {
namespace {

Answer AnswerOf(const StoreVerdict& verdict) {
  if (verdict.finding_count == 0) return Answer::kValid;
  const bool only_missing =
      verdict.finding_count == verdict.findings.size() &&
      std::all_of(verdict.findings.begin(), verdict.findings.end(), [](const Finding& finding) {
        return system::ReasonOf(finding.why) == v1::REASON_EVIDENCE_INCOMPLETE;
      });
  return only_missing ? Answer::kIncomplete : Answer::kInvalid;
}

}  // namespace

absl::StatusOr<std::string> OwnerOfStore(const std::string& folder) {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::EvidenceReader> reader,
                            store::OpenEvidence(folder));
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> node, reader->Meta("node"));
  if (node.has_value()) return *node;
  return system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE, "a data folder that says whose it is",
                        folder, "name the data folder of a node that has run");
}

absl::StatusOr<StoreVerdict> CheckStore(const std::string& folder,
                                        const StoreCheckOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::EvidenceReader> reader,
                            store::OpenEvidence(folder));
  StoreCheckParts parts(*reader, options);
  for (const Finding& finding : options.found) parts.Find(finding.where, finding.why);
  CheckLogAndMessages(parts);
  CheckHeads(parts);
  CheckChains(parts);
  CheckDirections(parts);
  CheckReceipts(parts);
  CheckRungs(parts);
  CheckDecisions(parts);
  CheckLinks(parts);
  parts.verdict.answer = AnswerOf(parts.verdict);
  return std::move(parts.verdict);
}

}  // namespace gatepost::evidence
