// audit export: one message's evidence, or a thread's, as one file.

#include <filesystem>
#include <string>
#include <system_error>

#include "client/cli/audit_commands.h"
#include "client/cli/audit_session.h"
#include "client/evidence/bundle.h"
#include "client/evidence/verify_bundle.h"
#include "client/render/text.h"
#include "daemon/system/files.h"
#include "daemon/system/status_macros.h"

namespace gatepost::cli {
namespace {

using render::Say;

struct Exported {
  v1::GetEvidenceResponse evidence;
  std::string file;
  evidence::Verdict verdict;
};

std::string FileFor(const std::string& out, const std::string& suggested) {
  std::error_code error;
  if (out.empty()) return suggested;
  if (std::filesystem::is_directory(out, error)) {
    return (std::filesystem::path(out) / suggested).string();
  }
  return out;
}

absl::StatusOr<Exported> Export(Session& session, const AuditExportOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(const OwnAgreements own, ReadAgreements(session, options));
  Exported exported;
  v1::GetEvidenceRequest request;
  request.set_reference(options.reference);
  request.set_author(options.author);
  request.set_with_thread(options.thread);
  request.set_to_export(true);
  GATEPOST_ASSIGN_OR_RETURN(exported.evidence, session.node->GetEvidence(request));
  GATEPOST_ASSIGN_OR_RETURN(const evidence::Bundle bundle,
                            evidence::Bundle::Make(exported.evidence));
  GATEPOST_ASSIGN_OR_RETURN(const std::string bytes, bundle.Seal());
  evidence::VerifyOptions check;
  check.link_agreements = own.files;
  check.allow_practice = true;
  check.gates = OwnGates();
  exported.verdict = evidence::VerifyBundle(bytes, check);
  exported.file = FileFor(options.out, bundle.SuggestedName());
  GATEPOST_RETURN_IF_ERROR(system::WriteFileAtomically(exported.file, bytes));
  return exported;
}

// What was written, in one word.
std::string Word(evidence::Answer answer) {
  switch (answer) {
    case evidence::Answer::kValid:
      return "VALID";
    case evidence::Answer::kIncomplete:
      return "INCOMPLETE";
    case evidence::Answer::kInvalid:
      return "INVALID";
  }
  return "";
}

}  // namespace

int AuditExport(const Global& global, const AuditExportOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<Exported> exported = Export(*session, options);
  if (!exported.ok()) return Fail(global, exported.status());
  const auto text = [&] {
    return Say("{0}: {1} message(s), {2}\n", exported->file, exported->evidence.messages_size(),
               Word(exported->verdict.answer));
  };
  Print(global, exported->evidence, text, text);
  Note(global, Say("to check it anywhere, without a node: gatepost audit verify {0} --agreement "
                   "FILE\n",
                   exported->file));
  // It is written whatever it shows: who keeps evidence keeps what fails, too.
  return exported->verdict.answer == evidence::Answer::kInvalid ? kDoesNotVerify : 0;
}

}  // namespace gatepost::cli
