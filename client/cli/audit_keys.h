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

// The announcements in evidence whose signatures hold under roots that the agreements pin.
std::vector<evidence::Announcement> HeldAnnouncements(const v1::GetEvidenceResponse& evidence,
                                                      const OwnAgreements& own);

// Adds them to `own.keys`. What does not hold comes back (evidence::LogKeys::Announce).
std::vector<evidence::Finding> LearnKeys(const std::vector<evidence::Announcement>& announced,
                                         OwnAgreements& own);

// The evidence of every announcement that the node holds of itself and its peers; none for a caller
// who may not list entries, and of a node that does not know how. Errors of the node.
absl::StatusOr<std::vector<v1::GetEvidenceResponse>> AskForAnnouncements(Session& session);

// Whom the agreements make one believe, by those of these roots that they pin. Format: PEM.
evidence::Anchors AnchorsBy(const OwnAgreements& own, const std::vector<std::string>& root_pems);

// Bundles of what the node holds of announcements, each with some that those before it have not.
absl::StatusOr<std::vector<std::string>> AnnouncementBundles(Session& session);

// Adds to `own.keys` what the bundles in the archive announce; what does not hold comes back.
// EVIDENCE_INVALID for a bundle that is none; LogKeys::CheckOrdered.
absl::StatusOr<std::vector<evidence::Finding>> LearnKeysOfArchive(const std::string& folder,
                                                                  OwnAgreements& own);

// Says beside the command's answer what does not hold of announcements.
void SayFindings(const Global& global, const std::vector<evidence::Finding>& findings);

// Adds what the node holds to `own.keys`; what does not hold is said beside the command's answer.
// Errors as LogKeys::CheckOrdered, and of the node.
absl::Status LearnKeysOfNode(const Global& global, Session& session, OwnAgreements& own);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_AUDIT_KEYS_H_
