#ifndef GATEPOST_CLIENT_EVIDENCE_CORE_FILES_H_
#define GATEPOST_CLIENT_EVIDENCE_CORE_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/evidence/bundle_index.h"
#include "client/evidence/log_keys.h"
#include "client/evidence/stored_zip.h"
#include "client/evidence/verdict.h"
#include "daemon/config/link_agreement.h"
#include "gatepost/v1/audit_service.pb.h"

// The files of a bundle that are evidence: envelopes, leaves, proofs, certificates, roots, link
// agreements, revocation lists, heads. All others follow from these (derived_files.h).
namespace gatepost::evidence {

// The core of a bundle.
struct CoreFiles {
  BundleIndex index;
  Files files;  // Without bundle.txt.
  // Those of the evidence, parsed, by digest.
  std::vector<config::LinkAgreement> agreements;
  // What these name, and what the messages announce; nobody has looked at signatures.
  LogKeys keys;
};

// The core files of `evidence`, under names that follow from their contents, so that the same
// evidence in another order gives the same files. Of chains and roots only those come in that a
// signature or an agreement names. EVIDENCE_INVALID when a proof or head cannot be read or the node
// id is none, TOO_LARGE beyond kMostMessages, errors of config::ParseLinkAgreement.
absl::StatusOr<CoreFiles> MakeCore(const v1::GetEvidenceResponse& evidence);

// The evidence that MakeCore made these files of. What cannot be found or read goes to `findings`
// with its file, and is left out.
v1::GetEvidenceResponse ReadCore(const BundleIndex& index, const Files& files,
                                 std::vector<Finding>& findings);

// The envelope's signatures, or those of its batch head.
const google::protobuf::RepeatedPtrField<v1::Signature>& SignaturesOf(const v1::Envelope& envelope);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_CORE_FILES_H_
