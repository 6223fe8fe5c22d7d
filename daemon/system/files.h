#ifndef GATEPOST_DAEMON_SYSTEM_FILES_H_
#define GATEPOST_DAEMON_SYSTEM_FILES_H_

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace gatepost::system {

// What ReadFile takes at most unless told otherwise: far above any config file, key or table.
inline constexpr size_t kLargestFileBytes = 64 * 1024 * 1024;

// The whole contents of the regular file at `path`. Errors name the path: kNotFound when there is
// none, kPermissionDenied, kInvalidArgument when it is a directory or larger than `limit_bytes`,
// else the code of errno. They carry no reason: the caller knows what the file was for.
absl::StatusOr<std::string> ReadFile(const std::string& path,
                                     size_t limit_bytes = kLargestFileBytes);

// Makes `path` hold exactly `bytes`, with permission bits `mode` (whatever the umask): after OK
// they survive a power cut, after an error or a crash the file is as before or as wanted, never
// between. Writes `<path>.<process>.<number>.new` beside it, syncs, renames, and syncs the folder.
// REASON_STORE_FAILED with the failing step.
absl::Status WriteFileAtomically(const std::string& path, std::string_view bytes,
                                 mode_t mode = 0644);

// Makes sure that there is a folder at `path`, with the folders above it; new ones get permission
// bits `mode` (less the umask), existing ones are left as they are, and a new name survives a power
// cut. REASON_STORE_FAILED when it cannot be made or something else stands there.
absl::Status EnsureDirectory(const std::string& path, mode_t mode = 0755);

}  // namespace gatepost::system

#endif  // GATEPOST_DAEMON_SYSTEM_FILES_H_
