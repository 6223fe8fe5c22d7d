// Archives: read without fault only when the writer would have written these very bytes.

#include "client/evidence/stored_zip.h"
#include "tests/fuzz/promise.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gatepost;
  const std::string_view bytes = fuzz::ViewOf(data, size);
  const evidence::StoredZip read = evidence::ReadStoredZip(bytes);
  size_t total = 0;
  for (const auto& [name, file] : read.files) {
    fuzz::Promise(evidence::IsFileName(name), "a file's name is safe on every disk");
    total += file.size();
  }
  fuzz::Promise(total <= size, "nothing grows while it is read");
  if (read.fault.has_value()) return 0;
  const absl::StatusOr<std::string> written = evidence::WriteStoredZip(read.files);
  fuzz::Promise(written.ok() && *written == bytes, "an archive has one spelling");
  return 0;
}
