#include "certs/trust.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "certs/certificate.h"
#include "certs/key_strength.h"
#include "certs/openssl.h"
#include "certs/path_validation.h"
#include "certs/practice_ca.h"
#include "certs/profile.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::certs {

// A domain with its roots in the form that OpenSSL verifies against.
struct TrustStore::Anchors {
  TrustDomain domain;
  StorePtr store;
};

namespace {

// What is sent, and the pinned root above it.
constexpr size_t kMaxPath = TrustStore::kMaxChain + 1;

absl::Status BadDomain(const TrustDomain& domain, std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_BAD_CONFIG,
                        fmt::format("trust domain \"{}\": {}", domain.name, wanted), came,
                        "correct the trust domains of the configuration");
}

absl::Status CheckDomainFields(const TrustDomain& domain) {
  // The name is right when a SPIFFE id in it parses.
  if (!SpiffeId::Parse(fmt::format("spiffe://{}/node/n", domain.name)).ok()) {
    return BadDomain(domain, "a name of a-z 0-9 . _ -", "another name");
  }
  if (domain.country.size() != 2 ||
      !std::ranges::all_of(domain.country, [](char c) { return c >= 'A' && c <= 'Z'; })) {
    return BadDomain(domain, "a country of two capitals, such as VN",
                     fmt::format("\"{}\"", domain.country));
  }
  if (domain.allowed_suites.empty()) return BadDomain(domain, "one suite or more", "none");
  for (const std::string& suite : domain.allowed_suites) {
    if (!SuiteImplemented(suite)) {
      return BadDomain(domain, fmt::format("suites of {}", kSuiteNames),
                       fmt::format("\"{}\"", suite));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Certificate>> ReadRoots(const TrustDomain& domain) {
  std::vector<Certificate> roots;
  for (const std::string& pem : domain.root_pems) {
    const std::vector<std::string> ders = DerFromPem(pem);
    if (ders.empty()) return BadDomain(domain, "roots in PEM", "a text without a certificate");
    for (const std::string& der : ders) {
      absl::StatusOr<Certificate> root = Certificate::Parse(der);
      if (!root.ok()) {
        return BadDomain(domain, "readable roots", std::string(root.status().message()));
      }
      const bool self_signed = (X509_get_extension_flags(root->get()) & EXFLAG_SS) != 0;
      if (!root->IsCa() || !self_signed || X509_check_ca(root->get()) != 1) {
        return BadDomain(domain, "self-signed CA certificates as roots", root->Describe());
      }
      if (const std::optional<std::string> weak = WeaknessOfRoot(*root)) {
        return BadDomain(domain, "roots with strong keys and signatures",
                         fmt::format("{}: {}", *weak, root->Describe()));
      }
      if (IsPracticeRoot(PemFromDer(std::string_view(der))) && !IsPracticeDomain(domain.name)) {
        return BadDomain(domain, "roots that are not for practice", root->Describe());
      }
      roots.push_back(*std::move(root));
    }
  }
  if (roots.empty()) return BadDomain(domain, "one root or more", "none");
  return roots;
}

absl::StatusOr<StorePtr> StoreOf(const TrustDomain& domain, const std::vector<Certificate>& roots) {
  StorePtr store(X509_STORE_new());
  for (const Certificate& root : roots) {
    if (store == nullptr || X509_STORE_add_cert(store.get(), root.get()) != 1) {
      return BadDomain(domain, "usable roots", TakeErrors());
    }
  }
  return store;
}

std::string KeyFingerprint(const Certificate& certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(certificate.key().get(), &der);
  if (size <= 0) return TakeErrors();
  std::string bytes(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

// `now` as people read it.
std::string At(absl::Time now) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", now, absl::UTCTimeZone());
}

// Why the path to the roots of the domain that the name claims is not valid.
absl::Status PathRefusal(const PathResult& path, const Certificate& leaf, const TrustDomain& domain,
                         absl::Time now) {
  const std::string came = fmt::format("{}: {}", path.Describe(), leaf.Describe());
  switch (path.code) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return system::Refuse(v1::REASON_CERTIFICATE_EXPIRED,
                            fmt::format("a chain that is valid at {}", At(now)), came,
                            "renew the certificate, or correct this machine's clock");
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return system::Refuse(v1::REASON_CERTIFICATE_NOT_YET_VALID,
                            fmt::format("a chain that is valid at {}", At(now)), came,
                            "wait until it is valid, or correct this machine's clock");
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
    case X509_V_ERR_EC_KEY_EXPLICIT_PARAMS:
      return system::Refuse(v1::REASON_WEAK_KEY,
                            "keys and hashes of 128 bits of strength, on curves that are named: "
                            "P-256, Ed25519, SM2, RSA 3072, SHA-256",
                            came, "have a certificate issued for a stronger key");
    default:
      return system::Refuse(v1::REASON_CHAIN_BROKEN,
                            fmt::format("a chain to a pinned root of {}", domain.name), came,
                            "send the whole chain that the domain's CA issued");
  }
}

absl::StatusOr<std::vector<Certificate>> ParseChain(const std::vector<std::string>& chain_der) {
  if (chain_der.empty()) {
    return system::Refuse(v1::REASON_NO_CERTIFICATE, "a certificate chain, leaf first", "none",
                          "configure a certificate");
  }
  if (chain_der.size() > TrustStore::kMaxChain) {
    return system::Refuse(v1::REASON_TOO_LARGE,
                          fmt::format("a chain of at most {}", TrustStore::kMaxChain),
                          fmt::format("{} certificates", chain_der.size()),
                          "send the leaf and its intermediates only");
  }
  std::vector<Certificate> chain;
  for (const std::string& der : chain_der) {
    GATEPOST_ASSIGN_OR_RETURN(Certificate certificate, Certificate::Parse(der));
    chain.push_back(std::move(certificate));
  }
  return chain;
}

}  // namespace

TrustStore::TrustStore() = default;
TrustStore::TrustStore(TrustStore&&) noexcept = default;
TrustStore& TrustStore::operator=(TrustStore&&) noexcept = default;
TrustStore::~TrustStore() = default;

absl::StatusOr<TrustStore> TrustStore::Create(std::vector<TrustDomain> domains) {
  TrustStore result;
  std::map<std::string, std::string> domain_of_key;
  for (TrustDomain& domain : domains) {
    GATEPOST_RETURN_IF_ERROR(CheckDomainFields(domain));
    if (result.Find(domain.name) != nullptr) return BadDomain(domain, "named once", "named twice");
    auto anchors = std::make_unique<Anchors>();
    GATEPOST_ASSIGN_OR_RETURN(const std::vector<Certificate> roots, ReadRoots(domain));
    for (const Certificate& root : roots) {
      const auto [place, first] = domain_of_key.emplace(KeyFingerprint(root), domain.name);
      if (!first && place->second != domain.name) {
        return BadDomain(domain, "roots of its own",
                         fmt::format("a root key that domain \"{}\" has too", place->second));
      }
    }
    GATEPOST_ASSIGN_OR_RETURN(anchors->store, StoreOf(domain, roots));
    anchors->domain = std::move(domain);
    result.anchors_.push_back(std::move(anchors));
  }
  return result;
}

absl::StatusOr<Identity> TrustStore::Validate(const std::vector<std::string>& chain_der,
                                              Usage usage, absl::Time now,
                                              std::vector<Certificate>* valid_path) const {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<Certificate> chain, ParseChain(chain_der));
  const Certificate& leaf = chain[0];
  GATEPOST_ASSIGN_OR_RETURN(SpiffeId id, leaf.Name());

  const auto home = std::ranges::find_if(
      anchors_, [&id](const auto& anchors) { return anchors->domain.name == id.trust_domain(); });
  if (home == anchors_.end()) {
    std::vector<std::string> known;
    for (const auto& anchors : anchors_) known.push_back(anchors->domain.name);
    return system::Refuse(v1::REASON_UNKNOWN_TRUST_DOMAIN,
                          fmt::format("a name in one of: {}", fmt::join(known, ", ")),
                          id.ToString(), "have the domain configured on this node, or correct it");
  }
  const TrustDomain& domain = (*home)->domain;
  PathResult path = ValidatePath((*home)->store.get(), chain, &now, kMaxPath);
  if (!path.ok()) {
    absl::Status refusal = PathRefusal(path, leaf, domain, now);
    if (system::ReasonOf(refusal) != v1::REASON_CHAIN_BROKEN) return refusal;
    for (const auto& other : anchors_) {
      if (other == *home) continue;
      if (!ValidatePath(other->store.get(), chain, /*now=*/nullptr, kMaxPath).ok()) continue;
      return system::Refuse(
          v1::REASON_CROSS_DOMAIN, fmt::format("a chain to a pinned root of {}", domain.name),
          fmt::format("{}, vouched for by a root of {}", id.ToString(), other->domain.name),
          "use a certificate of the domain that the name belongs to");
    }
    return refusal;
  }

  GATEPOST_RETURN_IF_ERROR(CheckPathSm2(path.certificates, domain.allowed_suites));
  for (const Certificate& certificate : path.certificates) {
    const std::optional<std::string> weak = WeaknessOf(certificate.key());
    if (!weak.has_value()) continue;
    return system::Refuse(v1::REASON_WEAK_KEY, "a chain of strong, well-formed keys",
                          fmt::format("{}: {}", *weak, certificate.Describe()),
                          "have a certificate issued for a stronger key");
  }

  // The path is leaf, intermediates, root; the window is what all of them share.
  Identity identity{.id = std::move(id),
                    .country = domain.country,
                    .certificate_sha256 = leaf.sha256(),
                    .not_before = leaf.not_before(),
                    .not_after = leaf.not_after(),
                    .key = leaf.key(),
                    .practice = IsPracticeDomain(domain.name)};
  for (size_t i = 1; i < path.certificates.size(); ++i) {
    const Certificate& above = path.certificates[i];
    identity.not_before = std::max(identity.not_before, above.not_before());
    identity.not_after = std::min(identity.not_after, above.not_after());
    if (i + 1 < path.certificates.size()) {
      GATEPOST_RETURN_IF_ERROR(CheckIntermediateProfile(above, usage));
    }
  }
  GATEPOST_RETURN_IF_ERROR(
      CheckLeafProfile(leaf, identity.id.role(), usage, domain.allowed_suites));
  if (valid_path != nullptr) *valid_path = std::move(path.certificates);
  return identity;
}

const TrustDomain* TrustStore::Find(std::string_view domain_name) const {
  for (const auto& anchors : anchors_) {
    if (anchors->domain.name == domain_name) return &anchors->domain;
  }
  return nullptr;
}

std::vector<const TrustDomain*> TrustStore::Domains() const {
  std::vector<const TrustDomain*> domains;
  for (const auto& anchors : anchors_) domains.push_back(&anchors->domain);
  return domains;
}

std::string TrustStore::AllRootsPem() const {
  std::string pem;
  for (const auto& anchors : anchors_) {
    for (const std::string& root : anchors->domain.root_pems) pem += PemFromDer(DerFromPem(root));
  }
  return pem;
}

}  // namespace gatepost::certs
