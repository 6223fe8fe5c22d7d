#include "client/evidence/stock_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "certs/certificate.h"
#include "certs/pem.h"
#include "certs/suites.h"

namespace gatepost::evidence {
namespace {

// SM2 hashes the signer's id before the bytes (certs/README.md); openssl takes none of itself.
constexpr char kIdOfSm2[] = "distid:1234567812345678";

// Of each certificate of `pem`: whether it was signed with SM2.
std::vector<bool> SignedWithSm2(const std::string& pem) {
  std::vector<bool> with_sm2;
  for (const std::string& der : certs::DerFromPem(pem)) {
    const absl::StatusOr<certs::Certificate> certificate = certs::Certificate::Parse(der);
    with_sm2.push_back(certificate.ok() && certificate->SignedWithSm2());
  }
  return with_sm2;
}

std::string VerifyCommand(absl::Time at, bool with_sm2) {
  return fmt::format("    openssl verify -x509_strict -attime {}{}", absl::ToUnixSeconds(at),
                     with_sm2 ? fmt::format(" -vfyopt {}", kIdOfSm2) : std::string());
}

}  // namespace

bool ValuesAreDer(std::string_view suite) {
  return suite == certs::kEcdsaP256Sha256 || suite == certs::kSm2Sm3;
}

std::string DgstCommand(std::string_view suite, std::string_view key, std::string_view value,
                        std::string_view signed_bytes) {
  const std::string digest =
      suite == certs::kSm2Sm3 ? fmt::format("-sm3 -sigopt {}", kIdOfSm2) : std::string("-sha256");
  return fmt::format("openssl dgst {} -verify {} -signature {} {}", digest, key, value,
                     signed_bytes);
}

std::string ChainCommands(const std::string& name, const std::string& pem, absl::Time at) {
  const std::vector<bool> with_sm2 = SignedWithSm2(pem);
  if (with_sm2.empty()) return "";
  if (std::find(with_sm2.begin() + 1, with_sm2.end(), true) == with_sm2.end()) {
    return fmt::format("{0} -CAfile \"$W/roots.pem\" -untrusted {1} {1}\n",
                       VerifyCommand(at, with_sm2[0]), name);
  }
  // openssl gives the id to the first certificate only, so that each is checked by the next one.
  std::string text = fmt::format("    cp {} \"$W/chain.pem\"\n", name);
  for (size_t i = 0; i < with_sm2.size(); ++i) {
    if (i + 1 == with_sm2.size()) {
      text += VerifyCommand(at, with_sm2[i]) + " -CAfile \"$W/roots.pem\" \"$W/chain.pem\"\n";
      break;
    }
    text += "    sed '1,/^-----END/d' \"$W/chain.pem\" > \"$W/above.pem\"\n";
    text += VerifyCommand(at, with_sm2[i]) +
            " -partial_chain -CAfile \"$W/above.pem\" \"$W/chain.pem\"\n"
            "    mv \"$W/above.pem\" \"$W/chain.pem\"\n";
  }
  return text;
}

}  // namespace gatepost::evidence
