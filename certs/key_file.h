#ifndef GATEPOST_CERTS_KEY_FILE_H_
#define GATEPOST_CERTS_KEY_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "certs/secret.h"

namespace gatepost::certs {

// Reads a private key file (at most 64 KiB). Refused as BAD_CONFIG when it cannot be read, is not a
// regular file, or when anyone but its owner may read or write it (any of the bits 077).
absl::StatusOr<SecretBytes> ReadPrivateKeyFile(const std::string& path);

// Reads a file that is no secret, such as a certificate chain (at most 1 MiB); BAD_CONFIG when it
// cannot be read.
absl::StatusOr<std::string> ReadPublicFile(const std::string& path);

// Reads a file that may hold a secret, whoever may read it (at most 4 MiB): for describing what it
// is. BAD_CONFIG when it cannot be read.
absl::StatusOr<SecretBytes> ReadUnknownFile(const std::string& path);

// Writes `bytes` to `path` with mode 0600, replacing an older file in one step (a reader sees the
// old file or the new one); BAD_CONFIG with the system's reason when it cannot.
absl::Status WritePrivateKeyFile(const std::string& path, std::string_view bytes);

// The same for a file that must not be there yet: BAD_ARGUMENT, with the file left as it is, when
// it is.
absl::Status WriteNewPrivateKeyFile(const std::string& path, std::string_view bytes);

// WritePrivateKeyFile with mode 0644, for certificates.
absl::Status WritePublicFile(const std::string& path, std::string_view bytes);

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_KEY_FILE_H_
