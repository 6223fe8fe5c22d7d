#include "client/evidence/bundle.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "client/evidence/core_files.h"
#include "client/evidence/derived_files.h"
#include "client/evidence/side_messages.h"
#include "daemon/system/status_macros.h"

namespace gatepost::evidence {

absl::StatusOr<Bundle> Bundle::Make(const v1::GetEvidenceResponse& evidence) {
  GATEPOST_ASSIGN_OR_RETURN(CoreFiles core, MakeCore(evidence));
  Bundle bundle;
  bundle.files_ = core.files;
  AddMessageFiles(evidence, bundle.files_);
  AddKeyFiles(core, bundle.files_);
  bundle.earlier_verify_ = EarlierVerifyText(evidence, core, bundle.files_);
  bundle.files_[kVerifyFile] = VerifyText(evidence, core, bundle.files_);
  bundle.index_ = std::move(core.index);
  if (const std::vector<int> asked = AskedMessages(evidence); !asked.empty()) {
    bundle.reference_ = bundle.index_.messages[static_cast<size_t>(asked[0])].short_reference;
  }
  return bundle;
}

Files Bundle::AllFiles() const {
  Files files = files_;
  files[kIndexFile] = index_.Encode();
  return files;
}

absl::StatusOr<std::string> Bundle::Seal() const {
  Files files = AllFiles();
  files[kManifestFile] = ManifestOf(files);
  return WriteStoredZip(files);
}

std::string Bundle::SuggestedName() const {
  std::string reference = reference_;
  for (char& c : reference) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain) c = '-';
  }
  if (reference.empty()) reference = index_.node;
  return fmt::format("{}evidence-{}.zip", index_.practice ? "PRACTICE-" : "", reference);
}

}  // namespace gatepost::evidence
