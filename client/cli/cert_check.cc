// cert check: certificates and keys as a node would judge them.

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "certs/certificate.h"
#include "certs/key_file.h"
#include "certs/pem.h"
#include "client/cli/cert_commands.h"
#include "client/cli/check_credential.h"
#include "client/cli/check_machine.h"
#include "client/cli/credential_files.h"
#include "client/cli/doctor.h"
#include "client/cli/session.h"
#include "daemon/config/client_settings.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::cli {
namespace {

// For roots that a command line names: whose country they are is not asked here.
constexpr char kAnyCountry[] = "ZZ";

absl::StatusOr<std::vector<certs::Usage>> UsagesOf(const CertCheckOptions& options,
                                                   const std::string& file) {
  using certs::Usage;
  if (options.use == "sign") return std::vector<Usage>{Usage::kSign};
  if (options.use == "tls") return std::vector<Usage>{Usage::kTlsClient};
  if (options.use == "node") return std::vector<Usage>{Usage::kTlsServer, Usage::kTlsClient};
  const absl::StatusOr<config::v1::CredentialList> found = ReadCredentials(file, "");
  GATEPOST_RETURN_IF_ERROR(found.status());
  const auto& uses = found->credentials(0).uses();
  std::vector<Usage> usages;
  if (std::ranges::find(uses, "tls-server") != uses.end()) usages.push_back(Usage::kTlsServer);
  if (std::ranges::find(uses, "tls-client") != uses.end()) usages.push_back(Usage::kTlsClient);
  // One of no use at all is judged as one for signing, and refused.
  if (usages.empty()) usages.push_back(Usage::kSign);
  return usages;
}

// The trust that the typed roots give, for the domain that the certificate names.
std::optional<certs::TrustStore> TypedTrust(const CertCheckOptions& options, absl::Time now,
                                            Checklist& list) {
  const absl::StatusOr<std::string> pem = certs::ReadPublicFile(options.file);
  const std::vector<std::string> chain =
      pem.ok() ? certs::DerFromPem(*pem) : std::vector<std::string>();
  if (chain.empty() || options.root_files.empty()) return std::nullopt;
  const absl::StatusOr<certs::Certificate> leaf = certs::Certificate::Parse(chain[0]);
  if (!leaf.ok()) return std::nullopt;
  const absl::StatusOr<certs::SpiffeId> id = leaf->Name();
  if (!id.ok()) return std::nullopt;
  const std::optional<certs::TrustDomain> domain =
      CheckRoots({.name = std::string(id->trust_domain()), .country = kAnyCountry},
                 options.root_files, now, list);
  if (!domain.has_value()) return std::nullopt;
  absl::StatusOr<certs::TrustStore> trust = certs::TrustStore::Create({*domain});
  if (!trust.ok()) return std::nullopt;
  return *std::move(trust);
}

int CheckTyped(const Global& global, const CertCheckOptions& options) {
  const absl::StatusOr<std::vector<certs::Usage>> usages = UsagesOf(options, options.file);
  if (!usages.ok()) return Fail(global, usages.status());
  Checklist list(global, ViewOf(global, "VN"), /*print=*/true);
  const absl::Time now = absl::Now();
  CheckClock(now, list);
  const std::optional<certs::TrustStore> trust = TypedTrust(options, now, list);
  CheckCredential({.prefix = "",
                   .certificate_file = options.file,
                   .key_file = options.key_file,
                   .usages = *usages,
                   .expected = std::nullopt},
                  trust.has_value() ? &*trust : nullptr, now, list);
  return list.Finish();
}

}  // namespace

int CertCheck(const Global& global, const CertCheckOptions& options) {
  if (!options.file.empty()) return CheckTyped(global, options);
  if (!options.key_file.empty() || !options.root_files.empty() || !options.use.empty()) {
    return Fail(global, system::Refuse(v1::REASON_BAD_ARGUMENT, "a certificate file to check",
                                       "only --key, --root or --use", "name the file"));
  }
  const absl::StatusOr<std::string> path = config::ClientConfigPath(global.client_config);
  if (!path.ok()) return Fail(global, path.status());
  const auto file = config::ReadTextProto<config::v1::ClientConfig>(*path);
  if (!file.ok()) return Fail(global, file.status());
  Checklist list(global, ViewOf(global, file->value.country()), /*print=*/true);
  const absl::Time now = absl::Now();
  CheckClock(now, list);
  ExamineClientCredentials(*file, now, list);
  return list.Finish();
}

}  // namespace gatepost::cli
