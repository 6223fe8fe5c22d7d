#ifndef GATEPOST_CLIENT_EVIDENCE_BUNDLE_H_
#define GATEPOST_CLIENT_EVIDENCE_BUNDLE_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/evidence/bundle_index.h"
#include "client/evidence/stored_zip.h"
#include "gatepost/v1/audit_service.pb.h"

namespace gatepost::evidence {

// A bundle of evidence being put together (README.md): one file that an auditor checks without a
// node. Nothing lies in it that the check does not compare. The same evidence, in whatever order,
// gives the same bytes.
class Bundle {
 public:
  // EVIDENCE_INVALID when a proof, a head or a link agreement in
  // `evidence` cannot be read; TOO_LARGE above kMostMessages.
  static absl::StatusOr<Bundle> Make(const v1::GetEvidenceResponse& evidence);

  // The archive. TOO_LARGE as WriteStoredZip.
  absl::StatusOr<std::string> Seal() const;

  // E.g. `evidence-LS-2026-00142.zip`, after the first message that it is about (side_messages.h);
  // PRACTICE- before it where it is.
  std::string SuggestedName() const;

  // All files but the manifest.
  Files AllFiles() const;

  // Whether an earlier program would have made this VERIFY.txt of the same evidence.
  bool IsEarlierVerifyText(std::string_view text) const { return text == earlier_verify_; }

 private:
  Bundle() = default;

  BundleIndex index_;
  Files files_;  // Without bundle.txt and manifest.txt.
  std::optional<std::string> earlier_verify_;
  std::string reference_;  // Of the first message that it is about.
};

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_BUNDLE_H_
