#ifndef GATEPOST_CERTS_TRUST_H_
#define GATEPOST_CERTS_TRUST_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/identity.h"
#include "certs/pem.h"
#include "certs/suites.h"

namespace gatepost::certs {

class Certificate;

// One country's or ministry's names, the roots that may vouch for them, and nothing else.
struct TrustDomain {
  // As in SPIFFE ids, for example "langson.example".
  std::string name = {};
  // ISO 3166-1 alpha-2, two capitals, for example "VN".
  std::string country = {};
  // One or more pinned root certificates, PEM; a text may hold several.
  std::vector<std::string> root_pems = {};
  // Names of suites.h that signers of this domain may use; the default first.
  std::vector<std::string> allowed_suites = {std::string(kEcdsaP256Sha256), std::string(kEd25519)};
};

// The trust domains of a node and the one place where certificates are judged.
//
//   leaf --names--> spiffe://D/...            The name chooses the domain D; then the chain must
//   leaf <- intermediates <- a root of D      lead to a root of D. A root of another domain says
//                                             nothing about names in D, however valid the chain.
//
// Built once and then constant: any thread may call it. A change of roots is a new TrustStore (and
// new caches above it).
class TrustStore {
 public:
  // The longest chain that is looked at, leaf included.
  static constexpr size_t kMaxChain = 4;

  // BAD_CONFIG, naming the domain, when a domain is named twice, its name or country is malformed,
  // it has no root or no suite, a root is unreadable, no CA certificate, or weak (key_strength.h),
  // a suite is not implemented, the same root key stands in two domains, or a practice root
  // (practice_ca.h) stands in a domain whose name does not end in ".practice.example".
  static absl::StatusOr<TrustStore> Create(std::vector<TrustDomain> domains);

  TrustStore(TrustStore&&) noexcept;
  TrustStore& operator=(TrustStore&&) noexcept;
  ~TrustStore();

  // Validates `chain_der` (DER, leaf first, then intermediates; a root may be at the end and is
  // ignored) for `usage` at the instant `now` (seconds count). Refuses with
  //   NO_CERTIFICATE             an empty chain
  //   TOO_LARGE                  more than kMaxChain certificates, or one above 16 KiB
  //   CERTIFICATE_MALFORMED      bytes that are not X.509 v3
  //   BAD_SPIFFE_ID              no, several or another kind of URI name in the leaf
  //   UNKNOWN_TRUST_DOMAIN       a name in a domain that is not configured
  //   CROSS_DOMAIN               a chain to another configured domain's root
  //   CHAIN_BROKEN               any other failure of RFC 5280 path validation (strict)
  //   CERTIFICATE_EXPIRED, CERTIFICATE_NOT_YET_VALID   of any certificate of the chain
  //   CERTIFICATE_WRONG_USAGE, WEAK_KEY, SUITE_NOT_ALLOWED   profile.h, key_strength.h
  // Revocation is not judged here (live_trust.h). On success `valid_path`, when it is not null,
  // gets the path from leaf to root.
  absl::StatusOr<Identity> Validate(const std::vector<std::string>& chain_der, Usage usage,
                                    absl::Time now,
                                    std::vector<Certificate>* valid_path = nullptr) const;

  // The configured domain of that name; null when there is none. Lives as long as the store.
  const TrustDomain* Find(std::string_view domain_name) const;
  // All domains in the order given.
  std::vector<const TrustDomain*> Domains() const;
  // The roots of all domains as one PEM text: what a TLS library is told to offer as acceptable
  // issuers. Never a reason to trust: Validate judges.
  std::string AllRootsPem() const;

 private:
  struct Anchors;
  TrustStore();

  std::vector<std::unique_ptr<Anchors>> anchors_;
};

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_TRUST_H_
