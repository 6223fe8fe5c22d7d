#ifndef GATEPOST_CLIENT_EVIDENCE_STORED_ZIP_H_
#define GATEPOST_CLIENT_EVIDENCE_STORED_ZIP_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "client/evidence/verdict.h"

// ZIP archives in exactly one spelling (README.md, "The archive"). Every ZIP tool opens them; what
// is our own is the strictness. Evidence must have one spelling: ZIP lets two readers see different
// files in the same bytes (local headers against the directory, names twice, bytes between entries,
// several ends), and general libraries accept all of that. Here the same files give the same bytes,
// and bytes that the writer would not have written are refused. Pure; any thread.
namespace gatepost::evidence {

// Files by name, and so in the order of the archive.
using Files = std::map<std::string, std::string>;

inline constexpr size_t kLargestArchiveBytes = size_t{256} * 1024 * 1024;
inline constexpr size_t kMostFiles = 10'000;
inline constexpr size_t kLongestNameBytes = 255;

// Whether a file of an archive can be called `name`: parts of [a-z0-9._-]+, none of them `.` or
// `..`, joined by single `/`, at most kLongestNameBytes in all.
bool IsFileName(std::string_view name);

// The archive of `files`. TOO_LARGE beyond the bounds above; BAD_ARGUMENT for a name that none can
// be.
absl::StatusOr<std::string> WriteStoredZip(const Files& files);

// What was read: the files, or where it is not what the writer writes.
struct StoredZip {
  Files files;
  // TOO_LARGE or EVIDENCE_INVALID; names the file that the first wrong byte belongs to, or `bundle`
  // for what belongs to none.
  std::optional<Finding> fault;
};

// Reads what WriteStoredZip writes, and nothing else.
StoredZip ReadStoredZip(std::string_view archive);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_STORED_ZIP_H_
