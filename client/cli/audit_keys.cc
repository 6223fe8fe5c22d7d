#include "client/cli/audit_keys.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <iterator>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "certs/pem.h"
#include "client/archive/tile_path.h"
#include "client/evidence/bundle.h"
#include "client/evidence/found.h"
#include "client/evidence/open_bundle.h"
#include "client/render/errors.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::cli {
namespace {

constexpr int kPage = 500;
constexpr size_t kLargestBundle = size_t{64} << 20;
constexpr char kKind[] = "key_announcement";

// The messages that announce keys, by id and author.
absl::StatusOr<std::set<std::pair<std::string, std::string>>> ListAnnouncements(Session& session) {
  std::set<std::pair<std::string, std::string>> found;
  // A node that does not say whether he may says it when it is asked.
  const absl::StatusOr<bool> may_read = MayReadLog(session);
  if (may_read.ok() && !*may_read) return found;
  v1::ListEntriesRequest request;
  request.set_family("AUTHORITY");
  request.add_events(ledger::event::kAccepted);
  request.add_events(ledger::event::kDelivered);
  request.set_page_size(kPage);
  do {
    const absl::StatusOr<v1::ListEntriesResponse> page = session.node->ListEntries(request);
    if (!page.ok()) {
      const v1::Reason reason = system::ReasonOf(page.status());
      const bool cannot = reason == v1::REASON_BAD_ARGUMENT || reason == v1::REASON_NOT_ALLOWED;
      if (cannot) return found;
      return page.status();
    }
    for (const v1::AuditEntry& entry : page->entries()) {
      if (entry.subject().kind() != kKind) continue;
      found.emplace(entry.subject().message_id(), entry.subject().author());
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return found;
}

}  // namespace

std::vector<evidence::Announcement> HeldAnnouncements(const v1::GetEvidenceResponse& evidence,
                                                      const OwnAgreements& own) {
  evidence::Found unused;
  const evidence::Anchors anchors = evidence::Anchors::Make(evidence, own.files, unused);
  if (!anchors.trust().has_value()) return {};
  std::vector<evidence::Announcement> held =
      evidence::VerifiedAnnouncements(evidence, *anchors.trust());
  for (evidence::Announcement& one : held) {
    one.where = fmt::format("{} of {}", v1::KeyUse_Name(one.said.use()), one.said.subject());
  }
  return held;
}

std::vector<evidence::Finding> LearnKeys(const std::vector<evidence::Announcement>& announced,
                                         OwnAgreements& own) {
  return own.keys.Announce(announced);
}

absl::StatusOr<std::vector<v1::GetEvidenceResponse>> AskForAnnouncements(Session& session) {
  GATEPOST_ASSIGN_OR_RETURN(const auto announcements, ListAnnouncements(session));
  std::vector<v1::GetEvidenceResponse> all;
  for (const auto& [message_id, author] : announcements) {
    v1::GetEvidenceRequest request;
    request.set_reference(message_id);
    request.set_author(author);
    GATEPOST_ASSIGN_OR_RETURN(v1::GetEvidenceResponse one, session.node->GetEvidence(request));
    all.push_back(std::move(one));
  }
  return all;
}

evidence::Anchors AnchorsBy(const OwnAgreements& own, const std::vector<std::string>& root_pems) {
  v1::GetEvidenceResponse trusted;
  for (const std::string& file : own.files) trusted.add_link_agreements(file);
  for (const std::string& pem : root_pems) {
    for (std::string& der : certs::DerFromPem(pem)) trusted.add_roots(std::move(der));
  }
  evidence::Found unused;  // That there is no message, and maybe no root of the other side.
  return evidence::Anchors::Make(trusted, own.files, unused);
}

absl::StatusOr<std::vector<std::string>> AnnouncementBundles(Session& session) {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<v1::GetEvidenceResponse> all, AskForAnnouncements(session));
  // What went to several peers comes with the announcements of all of them.
  std::ranges::stable_sort(all, std::ranges::greater(), &v1::GetEvidenceResponse::messages_size);
  std::set<std::string> covered;
  std::vector<std::string> bundles;
  for (const v1::GetEvidenceResponse& one : all) {
    bool has_new = false;
    for (const evidence::Announcement& announced : evidence::AnnouncementsIn(one)) {
      has_new |= covered.insert(announced.said.SerializeAsString()).second;
    }
    if (!has_new) continue;
    GATEPOST_ASSIGN_OR_RETURN(const evidence::Bundle bundle, evidence::Bundle::Make(one));
    GATEPOST_ASSIGN_OR_RETURN(bundles.emplace_back(), bundle.Seal());
  }
  return bundles;
}

absl::StatusOr<std::vector<evidence::Finding>> LearnKeysOfArchive(const std::string& folder,
                                                                  OwnAgreements& own) {
  std::vector<evidence::Announcement> announced;
  std::error_code error;
  for (int n = 1;; ++n) {
    const std::string file = fmt::format("{}/{}", folder, archive::AnnouncementsFile(n));
    if (!std::filesystem::exists(file, error)) break;
    GATEPOST_ASSIGN_OR_RETURN(const std::string bytes, system::ReadFile(file, kLargestBundle));
    evidence::Found found;
    const std::optional<evidence::OpenedBundle> opened = evidence::OpenBundle(bytes, found);
    if (found.answer() == evidence::Answer::kInvalid) {
      const auto wrong = std::ranges::find_if(found.findings, [](const evidence::Finding& finding) {
        return system::ReasonOf(finding.why) != v1::REASON_EVIDENCE_INCOMPLETE;
      });
      return wrong == found.findings.end() ? absl::InvalidArgumentError(file) : wrong->why;
    }
    if (!opened.has_value()) continue;
    std::vector<evidence::Announcement> held = HeldAnnouncements(opened->evidence, own);
    std::move(held.begin(), held.end(), std::back_inserter(announced));
  }
  std::vector<evidence::Finding> findings = LearnKeys(announced, own);
  GATEPOST_RETURN_IF_ERROR(own.keys.CheckOrdered());
  return findings;
}

void SayFindings(const Global& global, const std::vector<evidence::Finding>& findings) {
  for (const evidence::Finding& finding : findings) {
    Note(global, finding.where + "\n" + render::ErrorText(finding.why) + "\n");
  }
}

absl::Status LearnKeysOfNode(const Global& global, Session& session, OwnAgreements& own) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<v1::GetEvidenceResponse> all,
                            AskForAnnouncements(session));
  std::vector<evidence::Announcement> announced;
  for (const v1::GetEvidenceResponse& one : all) {
    std::vector<evidence::Announcement> held = HeldAnnouncements(one, own);
    std::move(held.begin(), held.end(), std::back_inserter(announced));
  }
  SayFindings(global, LearnKeys(announced, own));
  return own.keys.CheckOrdered();
}

}  // namespace gatepost::cli
