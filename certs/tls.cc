#include "certs/tls.h"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <optional>
#include <vector>

#include "certs/certificate.h"
#include "certs/key_file.h"
#include "certs/openssl.h"
#include "certs/pem.h"
#include "certs/private_key.h"
#include "certs/profile.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::certs {
namespace {

// gRPC sets the version range itself and overrides MinProtocol; it does not touch the options that
// switch single versions off.
constexpr std::string_view kTlsConfiguration =
    "app = init\n"
    "[init]\n"
    "ssl_conf = modules\n"
    "[modules]\n"
    "system_default = defaults\n"
    "[defaults]\n"
    "Protocol = -TLSv1,-TLSv1.1,-TLSv1.2\n"
    "Options = -SessionTicket\n"
    "CipherString = DEFAULT:@SECLEVEL=2\n";

absl::Status LoadTlsConfiguration() {
  // First whatever the system configures, so that it cannot load later and replace this.
  bool ok = OPENSSL_init_ssl(OPENSSL_INIT_LOAD_CONFIG, nullptr) == 1;
  BioPtr text = ReadFrom(kTlsConfiguration);
  ConfPtr configuration(NCONF_new(nullptr));
  long error_line = 0;
  ok = ok && text != nullptr && configuration != nullptr &&
       NCONF_load_bio(configuration.get(), text.get(), &error_line) > 0 &&
       CONF_modules_load(configuration.get(), "app", 0) > 0;
  if (ok) return absl::OkStatus();
  return system::Refuse(v1::REASON_INTERNAL, "a crypto library that can be told to use TLS 1.3",
                        TakeErrors(), "check this machine's OpenSSL 3 and its configuration");
}

}  // namespace

absl::Status RequireTls13() {
  static const absl::Status result = LoadTlsConfiguration();
  return result;
}

absl::Status CheckKeyPair(std::string_view private_key_pem,
                          std::string_view certificate_chain_pem) {
  const std::vector<std::string> chain = DerFromPem(certificate_chain_pem);
  if (chain.empty()) {
    return system::Refuse(v1::REASON_BAD_CONFIG, "a certificate chain in PEM, leaf first",
                          "no certificate that can be read", "name the certificate file");
  }
  GATEPOST_ASSIGN_OR_RETURN(const Certificate leaf, Certificate::Parse(chain[0]));
  if (leaf.key().kind() == KeyKind::kSm2) return RefuseSm2InTls(leaf);
  GATEPOST_ASSIGN_OR_RETURN(const PkeyPtr key, ParsePrivateKey(private_key_pem));
  return CheckBelongTogether(key.get(), leaf);
}

absl::Status CheckKeyPairFiles(const std::string& private_key_path,
                               const std::string& certificate_chain_path) {
  GATEPOST_ASSIGN_OR_RETURN(const SecretBytes key, ReadPrivateKeyFile(private_key_path));
  GATEPOST_ASSIGN_OR_RETURN(const std::string chain, ReadPublicFile(certificate_chain_path));
  absl::Status status = CheckKeyPair(key.Reveal(), chain);
  const std::optional<system::Refusal> refusal = system::RefusalOf(status);
  if (!refusal.has_value()) return status;
  return system::Refuse(refusal->reason, refusal->wanted,
                        fmt::format("{} (private key {}, certificates {})", refusal->came,
                                    private_key_path, certificate_chain_path),
                        refusal->todo);
}

}  // namespace gatepost::certs
