#ifndef GATEPOST_CLIENT_CLI_CHECK_CREDENTIAL_H_
#define GATEPOST_CLIENT_CLI_CHECK_CREDENTIAL_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "certs/digest.h"
#include "certs/identity.h"
#include "certs/trust.h"
#include "client/cli/checklist.h"

namespace gatepost::cli {

// From how many days before its end a certificate is warned about.
inline constexpr int kExpiryWarningDays = 60;

// A key and its certificate, as a config or a command line names them.
struct CredentialFiles {
  // Before the names of its lines: "tls_", "signing_" or "".
  std::string prefix;
  std::string certificate_file;
  // Empty: no key is looked at.
  std::string key_file;
  std::vector<certs::Usage> usages;
  // Whom the certificate must name; nullopt: anybody.
  std::optional<certs::SpiffeId> expected;
};

// Checks one pair, a line each: the certificate can be read and names the right one, the key fits
// and nobody else can read it, the chain leads to a root of `trust` for every usage, the dates at
// `now`. Without `trust` the chain is skipped. What was read of the chain: DER, leaf first; empty
// when nothing could be.
std::vector<std::string> CheckCredential(const CredentialFiles& files,
                                         const certs::TrustStore* trust, absl::Time now,
                                         Checklist& list);

// Checks a private key file: it can be read, by its owner only, holds one key, and that is the one
// whose public half has `expected`, where that is given.
void CheckKeyFile(const std::string& name, const std::string& path,
                  const std::optional<certs::Digest>& expected, Checklist& list);

// Checks the root files of a domain, a line each, and gives the domain with them; nullopt when they
// cannot be used. `domain.root_pems` is filled in.
std::optional<certs::TrustDomain> CheckRoots(certs::TrustDomain domain,
                                             const std::vector<std::string>& files, absl::Time now,
                                             Checklist& list);

// Checks revocation list files of a domain: readable, signed by one of the roots, not past their
// next update (by more than `grace`: failed).
void CheckRevocationLists(const certs::TrustDomain& domain, const std::vector<std::string>& files,
                          absl::Duration grace, absl::Time now, Checklist& list);

// Adds the line about an end at `not_after` and a beginning at `not_before`, as seen at `now`.
// `not_before` may be nullopt.
void AddDates(const std::string& name, const std::string& subject,
              const std::optional<absl::Time>& not_before, absl::Time not_after, absl::Time now,
              Checklist& list);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_CHECK_CREDENTIAL_H_
