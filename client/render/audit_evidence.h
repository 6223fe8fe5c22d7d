#ifndef GATEPOST_CLIENT_RENDER_AUDIT_EVIDENCE_H_
#define GATEPOST_CLIENT_RENDER_AUDIT_EVIDENCE_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/evidence/verdict.h"
#include "client/render/view.h"
#include "gatepost/v1/audit_service.pb.h"
#include "google/protobuf/struct.pb.h"

// What is proved of a message: who signed it, what both logs say of it, and what a check of all
// that has found.
namespace gatepost::render {

// VALID, INCOMPLETE or INVALID; never translated.
std::string AnswerWord(evidence::Answer answer);

std::string EvidenceText(const evidence::Verdict& verdict, const View& view);

// For programs: one line for each entry of either log.
std::string EvidenceCsv(const evidence::Verdict& verdict);

// For programs: what the check has found; what was checked is the node's own answer.
google::protobuf::Struct EvidenceJson(const evidence::Verdict& verdict);

// One entry, its leaf as it is hashed, and what its proof shows (`proved`), or why it shows
// nothing.
std::string EntryText(const v1::EvidenceLeaf& leaf,
                      const absl::StatusOr<evidence::ProvedEntry>& proved, const View& view);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_AUDIT_EVIDENCE_H_
