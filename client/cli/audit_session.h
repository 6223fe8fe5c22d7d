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
#include "daemon/domain/gate_register.h"

// What the commands of auditors share.
namespace gatepost::cli {

// The exit code when evidence does not verify (DESIGN.md 13).
inline constexpr int kDoesNotVerify = 5;

// Whom one's own copies of link agreements make one believe.
struct OwnAgreements {
  std::vector<std::string> files;  // Their bytes.
  evidence::LogKeys keys;
};

// Reads them. BAD_CONFIG.
absl::StatusOr<OwnAgreements> ReadAgreementFiles(const std::vector<std::string>& paths);

// What an offline check needs: no node, and maybe no client config either.
struct Offline {
  OwnAgreements own;
  render::View view;
  std::vector<std::string> root_pems;  // Of the client config: of the own side.
};
// Agreements that were typed, else those of the client config where there is one; maybe none.
// BAD_CONFIG.
absl::StatusOr<Offline> OpenOffline(const Global& global, const AgreementOptions& options);

// Those that were typed, else those of the client config; maybe none. BAD_CONFIG.
absl::StatusOr<OwnAgreements> ReadAgreements(const Session& session,
                                             const AgreementOptions& options);

// The same, and EVIDENCE_INCOMPLETE without any: what a node says of its own keys proves nothing.
absl::StatusOr<OwnAgreements> RequireAgreements(const Session& session,
                                                const AgreementOptions& options);

// The gate register that belongs to this program, by which release rules about gates are read;
// nullopt: there is none.
std::optional<domain::GateRegister> OwnGates();

// The index that `entry` (812 or #812) or a reference like #812 names; nullopt: neither does.
// BAD_ARGUMENT when one is no number, or both are given, or none.
absl::StatusOr<std::optional<uint64_t>> EntryTyped(const std::string& entry,
                                                   const std::string& reference);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_AUDIT_SESSION_H_
