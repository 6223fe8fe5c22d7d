#include "client/cli/audit_keys.h"

#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "certs/pem.h"
#include "client/archive/tile_path.h"
#include "client/evidence/bundle.h"
#include "client/evidence/found.h"
#include "client/evidence/open_bundle.h"
#include "client/render/authority.h"
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

// A message by id and author.
using MessageName = std::pair<std::string, std::string>;

// Those that announce keys.
absl::StatusOr<std::set<MessageName>> ListAnnouncements(Session& session) {
  std::set<MessageName> found;
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

// The announcements in evidence whose signatures hold under roots that the agreements pin.
std::vector<evidence::Announcement> HeldAnnouncements(const v1::GetEvidenceResponse& evidence,
                                                      const OwnAgreements& own) {
  evidence::Found unused;
  std::vector<evidence::Announcement> held =
      evidence::Anchors::Make(evidence, own.files, unused).announced();
  for (evidence::Announcement& one : held) {
    one.where = fmt::format("{}, {}", one.said.subject(), render::KeyUseText(one.said.use()));
  }
  return held;
}

// Each answer holds all announcements about the keys of the node and of the peers that its message
// crossed to or from, with the agreements of their links. Those that crossed no other link need not
// be asked for by themselves.
void Cover(const MessageName& asked, const v1::GetEvidenceResponse& evidence,
           std::set<MessageName>& covered) {
  const google::protobuf::LogSilencer quiet;
  std::map<MessageName, std::set<std::string>> nodes;
  for (const v1::MessageEvidence& message : evidence.messages()) {
    v1::Message said;
    if (!said.ParseFromString(message.envelope().payload())) continue;
    const v1::MessageHeader& header = said.header();
    std::set<std::string>& crossed = nodes[{header.message_id(), header.author()}];
    crossed.insert(header.recipient_nodes().begin(), header.recipient_nodes().end());
    crossed.insert(header.origin_node());
  }
  const std::set<std::string> all = nodes[asked];
  for (const auto& [name, crossed] : nodes) {
    if (std::ranges::includes(all, crossed)) covered.insert(name);
  }
}

}  // namespace

std::vector<evidence::Finding> LearnKeys(const std::vector<evidence::Announcement>& announced,
                                         OwnAgreements& own) {
  return own.keys.Announce(announced);
}

absl::StatusOr<std::vector<v1::GetEvidenceResponse>> AskForAnnouncements(Session& session) {
  GATEPOST_ASSIGN_OR_RETURN(const auto announcements, ListAnnouncements(session));
  std::vector<v1::GetEvidenceResponse> all;
  std::set<MessageName> covered;
  for (const MessageName& name : announcements) {
    if (covered.contains(name)) continue;
    v1::GetEvidenceRequest request;
    request.set_reference(name.first);
    request.set_author(name.second);
    GATEPOST_ASSIGN_OR_RETURN(v1::GetEvidenceResponse one, session.node->GetEvidence(request));
    Cover(name, one, covered);
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

absl::StatusOr<std::vector<std::string>> AnnouncementBundles(
    std::vector<v1::GetEvidenceResponse> asked) {
  // What went to several peers comes with the announcements of all of them.
  std::ranges::stable_sort(asked, std::ranges::greater(), &v1::GetEvidenceResponse::messages_size);
  std::set<std::string> covered;
  std::vector<std::string> bundles;
  for (const v1::GetEvidenceResponse& one : asked) {
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

absl::Status LearnKeysAsked(const Global& global, const std::vector<v1::GetEvidenceResponse>& asked,
                            OwnAgreements& own) {
  std::vector<evidence::Announcement> announced;
  for (const v1::GetEvidenceResponse& one : asked) {
    std::vector<evidence::Announcement> held = HeldAnnouncements(one, own);
    std::move(held.begin(), held.end(), std::back_inserter(announced));
  }
  SayFindings(global, LearnKeys(announced, own));
  return own.keys.CheckOrdered();
}

absl::Status LearnKeysOfNode(const Global& global, Session& session, OwnAgreements& own) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<v1::GetEvidenceResponse> asked,
                            AskForAnnouncements(session));
  return LearnKeysAsked(global, asked, own);
}

}  // namespace gatepost::cli
