#ifndef GATEPOST_CLIENT_CLI_AUDIT_SESSION_H_
#define GATEPOST_CLIENT_CLI_AUDIT_SESSION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cli/audit_commands.h"
#include "client/cli/session.h"
#include "client/evidence/log_keys.h"

// What the commands of auditors share.
namespace gatepost::cli {

// The exit code when evidence does not verify (DESIGN.md 13).
inline constexpr int kDoesNotVerify = 5;

// Whom one's own copies of link agreements make one believe.
struct OwnAgreements {
  std::vector<std::string> files;  // Their bytes.
  evidence::LogKeys keys;
};

// Those that were typed, else those of the client config; maybe none. BAD_CONFIG.
absl::StatusOr<OwnAgreements> ReadAgreements(const Session& session,
                                             const AgreementOptions& options);

// The same, and EVIDENCE_INCOMPLETE without any: what a node says of its own keys proves nothing.
absl::StatusOr<OwnAgreements> RequireAgreements(const Session& session,
                                                const AgreementOptions& options);

// The index that `entry` (812 or #812) or a reference like #812 names; nullopt: neither does.
// BAD_ARGUMENT when one is no number, or both are given, or none.
absl::StatusOr<std::optional<uint64_t>> EntryTyped(const std::string& entry,
                                                   const std::string& reference);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_AUDIT_SESSION_H_
