#ifndef GATEPOST_DAEMON_CONFIG_POLICY_H_
#define GATEPOST_DAEMON_CONFIG_POLICY_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "certs/digest.h"
#include "daemon/domain/authority/policy.h"
#include "daemon/domain/gate_register.h"

namespace gatepost::config {

// A policy with where it came from.
struct PolicyFile {
  std::string file;        // Absolute.
  certs::Digest sha256{};  // Of its bytes.
  // Shared by everybody who is judging by it while a newer one takes its place.
  std::shared_ptr<const domain::Policy> policy;
};

// The policy that belongs to this program, absolute; see FindInstalled.
absl::StatusOr<std::string> InstalledPolicyFile();

// The policy in the file at `path`, about the gates of `gates` by what the side `country` (VN or
// CN) calls their types. BAD_CONFIG, with file, line and field, when it is no text of a
// gatepost.config.v1.Policy; an id, role, class, act or number is malformed; a rule has no roles,
// no subject, or can never match; or who declares an emergency has nobody to countersign it.
absl::StatusOr<PolicyFile> LoadPolicy(const std::string& path, const domain::GateRegister& gates,
                                      std::string_view country);

// The same for a file's bytes; `path` is only how errors name it.
absl::StatusOr<PolicyFile> ParsePolicy(const std::string& path, std::string bytes,
                                       const domain::GateRegister& gates, std::string_view country);

}  // namespace gatepost::config

#endif  // GATEPOST_DAEMON_CONFIG_POLICY_H_
