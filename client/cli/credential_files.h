#ifndef GATEPOST_CLIENT_CLI_CREDENTIAL_FILES_H_
#define GATEPOST_CLIENT_CLI_CREDENTIAL_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gatepost/config/v1/checks.pb.h"

namespace gatepost::cli {

// Describes what `file` holds (certs/inspect.h). `role` says why it is looked at; may be empty. The
// errors of reading and of certs::Inspect, naming the file.
absl::StatusOr<config::v1::CredentialList> ReadCredentials(const std::string& file,
                                                           const std::string& role);

// A file that a config names, and why, e.g. tls_certificate.
struct NamedFile {
  std::string role;
  std::string path;
};

// What the client config at `path` names that can end: roots, TLS and signing certificates.
absl::StatusOr<std::vector<NamedFile>> EndingFilesOfClient(const std::string& path);

// What the node config at `path` names that can end: roots, revocation lists, the TLS certificate.
absl::StatusOr<std::vector<NamedFile>> EndingFilesOfNode(const std::string& path);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_CREDENTIAL_FILES_H_
