#ifndef GATEPOST_TESTS_EVIDENCE_REFITTED_H_
#define GATEPOST_TESTS_EVIDENCE_REFITTED_H_

#include <string>

#include "client/evidence/bundle_index.h"
#include "client/evidence/derived_files.h"
#include "client/evidence/stored_zip.h"

namespace gatepost::evidence {

// The archive of changed files under a manifest that fits them: of the files of a bundle as they
// are, that bundle.
inline std::string Refitted(Files files) {
  files.erase(kManifestFile);
  files[kManifestFile] = ManifestOf(files);
  return WriteStoredZip(files).value();
}

}  // namespace gatepost::evidence

#endif  // GATEPOST_TESTS_EVIDENCE_REFITTED_H_
