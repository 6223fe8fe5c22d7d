#ifndef GATEPOST_CLIENT_CLI_AUDIT_KEYS_H_
#define GATEPOST_CLIENT_CLI_AUDIT_KEYS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cli/audit_session.h"
#include "client/evidence/anchors.h"
#include "client/evidence/announcements.h"
#include "client/evidence/verdict.h"
#include "gatepost/v1/audit_service.pb.h"

// Keys of logs and witnesses that were announced since the link agreement was signed: whoever has
// the agreement believes them for the sake of the authorities that it names.
namespace gatepost::cli {

// Adds them to `own.keys`. What does not hold comes back (evidence::LogKeys::Announce).
std::vector<evidence::Finding> LearnKeys(const std::vector<evidence::Announcement>& announced,
                                         OwnAgreements& own);

// Evidence that holds every announcement that the node has of itself and its peers; none for a
// caller who may not list entries, and of a node that does not know how. Errors of the node.
absl::StatusOr<std::vector<v1::GetEvidenceResponse>> AskForAnnouncements(Session& session);

// Whom the agreements make one believe, by those of these roots that they pin. Format: PEM.
evidence::Anchors AnchorsBy(const OwnAgreements& own, const std::vector<std::string>& root_pems);

// Bundles of what the node said of announcements, each with some that those before it have not.
absl::StatusOr<std::vector<std::string>> AnnouncementBundles(
    std::vector<v1::GetEvidenceResponse> asked);

// Adds to `own.keys` what the bundles in the archive announce; what does not hold comes back.
// EVIDENCE_INVALID for a bundle that is none; LogKeys::CheckOrdered.
absl::StatusOr<std::vector<evidence::Finding>> LearnKeysOfArchive(const std::string& folder,
                                                                  OwnAgreements& own);

// Says beside the command's answer what does not hold of announcements.
void SayFindings(const Global& global, const std::vector<evidence::Finding>& findings);

// Adds what the node said of announcements to `own.keys`; what does not hold is said beside the
// command's answer. Errors as LogKeys::CheckOrdered.
absl::Status LearnKeysAsked(const Global& global, const std::vector<v1::GetEvidenceResponse>& asked,
                            OwnAgreements& own);

// AskForAnnouncements, then LearnKeysAsked.
absl::Status LearnKeysOfNode(const Global& global, Session& session, OwnAgreements& own);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_AUDIT_KEYS_H_
