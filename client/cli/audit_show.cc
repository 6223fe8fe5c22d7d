// audit show: what proves one message, or one entry of the log.

#include <optional>
#include <string>

#include "client/cli/audit_commands.h"
#include "client/cli/audit_session.h"
#include "client/evidence/bundle.h"
#include "client/evidence/verify_bundle.h"
#include "client/render/audit_entries.h"
#include "client/render/audit_evidence.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

// Judged as an auditor would who got it as a file.
absl::StatusOr<evidence::Verdict> Judge(const v1::GetEvidenceResponse& found,
                                        const OwnAgreements& own) {
  GATEPOST_ASSIGN_OR_RETURN(const evidence::Bundle bundle, evidence::Bundle::Make(found));
  GATEPOST_ASSIGN_OR_RETURN(const std::string sealed, bundle.Seal());
  return evidence::VerifyBundle(sealed, {.link_agreements = own.files,
                                         .revocation_lists = {},
                                         .allow_practice = true,
                                         .gates = OwnGates()});
}

int ShowEntry(const Global& global, Session& session, const OwnAgreements& own, uint64_t index) {
  v1::ProveEntryRequest request;
  request.set_index(index);
  const absl::StatusOr<v1::ProveEntryResponse> response = session.node->ProveEntry(request);
  if (!response.ok()) return Fail(global, response.status());
  const v1::EvidenceLeaf& leaf = response->entry();
  const absl::StatusOr<evidence::ProvedEntry> proved = own.keys.Prove(leaf);
  Print(
      global, *response, [&] { return render::EntryText(leaf, proved, session.view); },
      [&] {
        v1::ListEntriesResponse list;
        list.add_entries()->set_index(index);
        list.mutable_entries(0)->set_leaf(leaf.leaf());
        return render::EntryListCsv(list);
      });
  return proved.ok() || own.keys.empty() ? 0 : kDoesNotVerify;
}

}  // namespace

int AuditShow(const Global& global, const AuditShowOptions& options) {
  const absl::StatusOr<std::optional<uint64_t>> entry =
      EntryTyped(options.entry, options.reference);
  if (!entry.ok()) return Fail(global, entry.status());
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<OwnAgreements> own = ReadAgreements(*session, options);
  if (!own.ok()) return Fail(global, own.status());
  if (entry->has_value()) return ShowEntry(global, *session, *own, **entry);

  v1::GetEvidenceRequest request;
  request.set_reference(options.reference);
  request.set_author(options.author);
  request.set_with_thread(options.thread);
  const absl::StatusOr<v1::GetEvidenceResponse> found = session->node->GetEvidence(request);
  if (!found.ok()) return Fail(global, found.status());
  const absl::StatusOr<evidence::Verdict> verdict = Judge(*found, *own);
  if (!verdict.ok()) return Fail(global, verdict.status());
  Print(
      global, *found, [&] { return render::EvidenceText(*verdict, session->view); },
      [&] { return render::EvidenceCsv(*verdict); });
  if (global.output == Output::kJson) Print(global, render::EvidenceJson(*verdict), {}, {});
  return verdict->answer == evidence::Answer::kInvalid ? kDoesNotVerify : 0;
}

}  // namespace gatepost::cli
