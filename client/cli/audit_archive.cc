// audit archive: the whole log as static files (c2sp.org/tlog-tiles), with the bodies.

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "certs/digest.h"
#include "client/archive/tile_check.h"
#include "client/archive/tile_writer.h"
#include "client/cli/audit_commands.h"
#include "client/cli/audit_keys.h"
#include "client/cli/audit_session.h"
#include "client/render/audit_files.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::cli {
namespace {

constexpr int kPage = 500;

// The entries up to the head, and the digests of the messages among them.
absl::StatusOr<std::set<certs::Digest>> WriteEntries(Session& session, uint64_t size,
                                                     archive::TileWriter& writer) {
  std::set<certs::Digest> paes;
  while (writer.size() < size) {
    v1::ReadLogRequest request;
    request.set_from(writer.size());
    GATEPOST_ASSIGN_OR_RETURN(const v1::ReadLogResponse answer, session.node->ReadLog(request));
    const uint64_t before = writer.size();
    for (const v1::LogGroup& group : answer.groups()) {
      uint64_t index = group.first_index();
      for (const std::string& bytes : group.leaves()) {
        if (index++ != writer.size() || writer.size() == size) continue;
        GATEPOST_RETURN_IF_ERROR(writer.Append(bytes));
        const absl::StatusOr<ledger::Leaf> leaf = ledger::Leaf::Parse(bytes);
        if (leaf.ok() && leaf->pae.has_value()) paes.insert(*leaf->pae);
      }
    }
    if (writer.size() == before) {
      return system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE, fmt::format("entry {}", before),
                            "an answer without it", "verify the node's log: gatepost audit verify");
    }
  }
  return paes;
}

absl::Status WriteBodies(Session& session, const std::set<certs::Digest>& paes,
                         archive::TileWriter& writer) {
  v1::ListMessagesRequest request;
  request.set_page_size(kPage);
  do {
    GATEPOST_ASSIGN_OR_RETURN(const v1::ListMessagesResponse page,
                              session.node->ListMessages(request));
    for (const v1::StoredMessage& message : page.messages()) {
      const auto pae = certs::DigestFromBytes(message.pae_sha256());
      if (!message.has_envelope() || !pae.has_value() || !paes.contains(*pae)) continue;
      GATEPOST_RETURN_IF_ERROR(writer.PutEnvelope(*pae, message.envelope().SerializeAsString()));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

// The log ends, in the archive, at the newest head that was cosigned; else at the newest one.
absl::StatusOr<archive::ArchiveVerdict> Archive(const Global& global, Session& session,
                                                const AuditArchiveOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(OwnAgreements own, RequireAgreements(session, options));
  GATEPOST_ASSIGN_OR_RETURN(std::vector<v1::GetEvidenceResponse> asked,
                            AskForAnnouncements(session));
  GATEPOST_RETURN_IF_ERROR(LearnKeysAsked(global, asked, own));
  GATEPOST_ASSIGN_OR_RETURN(const v1::GetHeadsResponse heads, session.node->GetHeads());
  const std::string& note = heads.cosigned_head().empty() ? heads.head() : heads.cosigned_head();
  GATEPOST_ASSIGN_OR_RETURN(const evidence::OpenedHead head, own.keys.Open(note));
  GATEPOST_ASSIGN_OR_RETURN(archive::TileWriter writer, archive::TileWriter::Create(options.out));
  GATEPOST_ASSIGN_OR_RETURN(const std::set<certs::Digest> paes,
                            WriteEntries(session, head.size, writer));
  if (!options.without_bodies) GATEPOST_RETURN_IF_ERROR(WriteBodies(session, paes, writer));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<std::string> announcements,
                            AnnouncementBundles(std::move(asked)));
  for (const std::string& bundle : announcements) {
    GATEPOST_RETURN_IF_ERROR(writer.PutAnnouncements(bundle));
  }
  GATEPOST_RETURN_IF_ERROR(writer.Finish(note));
  // Read back from the disk: an archive that was not checked is none.
  return archive::CheckArchive(options.out, *own.keys.Log(head.node), own.keys.witnesses());
}

}  // namespace

int AuditArchive(const Global& global, const AuditArchiveOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<archive::ArchiveVerdict> verdict = Archive(global, *session, options);
  if (!verdict.ok()) return Fail(global, verdict.status());
  Print(
      global, render::ArchiveVerdictJson(*verdict),
      [&] { return render::ArchiveVerdictText(*verdict); },
      [&] { return render::ArchiveVerdictCsv(*verdict); });
  return verdict->finding_count == 0 ? 0 : kDoesNotVerify;
}

}  // namespace gatepost::cli
