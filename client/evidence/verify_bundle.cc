#include "client/evidence/verify_bundle.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "client/evidence/anchors.h"
#include "client/evidence/entries.h"
#include "client/evidence/found.h"
#include "client/evidence/message_check.h"
#include "client/evidence/open_bundle.h"
#include "client/evidence/release_check.h"
#include "client/evidence/revocation_check.h"
#include "client/evidence/standing.h"
#include "client/evidence/thread_check.h"
#include "daemon/ledger/checkpoint.h"

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

// What nothing in a bundle can show.
void NoteLimits(const Verdict& verdict, Found& found) {
  std::map<std::pair<std::string, uint64_t>, std::set<uint64_t>> shown;  // By node and epoch.
  bool named = false;
  for (const MessageFacts& message : verdict.messages) {
    named |= !message.short_reference.empty();
    for (const ProvedEntry& entry : message.entries) {
      shown[{entry.node, entry.leaf.epoch}].insert(entry.index);
    }
  }
  for (const auto& [log, indices] : shown) {
    found.Note(
        fmt::format("{}: {} entries are shown, the last is number {}; that none was left "
                    "out, or came later, is not shown (gatepost audit compare)",
                    ledger::LogOrigin(log.first, log.second), indices.size(), *indices.rbegin()));
  }
  if (!named) return;
  found.Note(
      fmt::format("short references, and when it was exported, are what {} says; nobody "
                  "signed them",
                  verdict.exported_by));
}

void CheckContents(const OpenedBundle& opened, const VerifyOptions& options, Verdict& verdict,
                   Found& found) {
  const v1::GetEvidenceResponse& evidence = opened.evidence;
  const Anchors anchors = Anchors::Make(evidence, options.link_agreements, found);
  CheckPractice(opened, anchors, options, verdict, found);
  if (anchors.agreements().empty()) return;  // Nobody here can be believed.
  verdict.agreement_sha256 = anchors.agreements().front().sha256;
  if (anchors.IsUnread(opened.index.node)) {
    found.Missing(kIndexFile, "an exporter that an agreement of yours names", opened.index.node,
                  "check again with the agreement of that link");
  } else if (anchors.FindNode(opened.index.node) == nullptr) {
    found.Invalid(kIndexFile, "an exporter of the link agreement", opened.index.node);
  }
  const BundledChains chains(evidence);
  Entries entries(anchors, found);
  MessageCheck check(anchors, chains, opened.index.node, opened.index.time, found);
  for (int i = 0; i < evidence.messages_size(); ++i) {
    verdict.messages.push_back(
        check.Prove(static_cast<size_t>(i) + 1, evidence.messages(i), entries));
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
  for (int i = 0; i < evidence.messages_size(); ++i) {
    check.Check(evidence.messages(i), verdict.messages[static_cast<size_t>(i)]);
  }
  NoteLimits(verdict, found);
  CheckThreads(anchors, opened.index.node, verdict.messages, found);
  CheckRelease(anchors, opened.index.node, options.gates, verdict.messages, found);
  CheckRevocation(evidence, options.revocation_lists, anchors, verdict.messages, found);
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
