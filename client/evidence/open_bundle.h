#ifndef GATEPOST_CLIENT_EVIDENCE_OPEN_BUNDLE_H_
#define GATEPOST_CLIENT_EVIDENCE_OPEN_BUNDLE_H_

#include <optional>
#include <string_view>

#include "client/evidence/bundle_index.h"
#include "client/evidence/found.h"
#include "gatepost/v1/audit_service.pb.h"

namespace gatepost::evidence {

// A bundle's contents, before anything in it is believed.
struct OpenedBundle {
  BundleIndex index;
  v1::GetEvidenceResponse evidence;
};

// Opens a sealed bundle: the archive in its one spelling, the manifest over exactly its files, the
// files that bundle.txt names and no others, and those that follow from others made again and
// compared byte for byte. What does not fit goes to `found`, with its file; nullopt when there is
// nothing to go on with.
std::optional<OpenedBundle> OpenBundle(std::string_view archive, Found& found);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_OPEN_BUNDLE_H_
