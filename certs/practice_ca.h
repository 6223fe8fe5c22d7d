#ifndef GATEPOST_CERTS_PRACTICE_CA_H_
#define GATEPOST_CERTS_PRACTICE_CA_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/public_key.h"
#include "certs/request.h"
#include "certs/spiffe_id.h"

namespace gatepost::certs {

// The organisation in every certificate of a practice CA.
inline constexpr std::string_view kPracticeOrganization = "GATEPOST PRACTICE";
// The end of the name of every practice trust domain; `.example` can never be a real name (RFC
// 2606).
inline constexpr std::string_view kPracticeDomainSuffix = ".practice.example";

// Whether a trust domain's name is one of practice.
bool IsPracticeDomain(std::string_view trust_domain);

// Whether the first certificate of `pem` bears the practice organisation. A TrustStore refuses such
// a root for any domain that is not one of practice, so practice evidence never passes as real.
bool IsPracticeRoot(std::string_view pem);

// A private key and its certificates as files hold them.
struct IssuedCertificate {
  // PKCS #8. Of no worth outside practice, so it is a plain string.
  std::string private_key_pem;
  // Leaf first, then intermediates; no root.
  std::string certificate_chain_pem;

  // Writes both, the key with mode 0600. BAD_CONFIG when a file cannot be written.
  absl::Status WriteFiles(const std::string& private_key_path,
                          const std::string& certificate_chain_path) const;
};

// The keys a practice CA can make; all but the first three are here to be refused. SM2 signs
// messages and certificates, and is refused in TLS.
enum class PracticeKey { kP256, kEd25519, kSm2, kP384, kRsa1024, kRsa2048, kRsa3072 };

// Deviations from the profile, for tests. Nothing set: the profile of certs/README.md.
struct IssueOptions {
  // Default: an hour before to a year after the CA's `now`.
  std::optional<absl::Time> not_before = std::nullopt;
  std::optional<absl::Time> not_after = std::nullopt;
  PracticeKey key = PracticeKey::kP256;
  // The URI names instead of the SPIFFE id; empty for none at all.
  std::optional<std::vector<std::string>> uris = std::nullopt;
  // False leaves the subject alternative name out altogether.
  bool with_subject_alternative_name = true;
  // Object identifiers instead of the profile's; empty for no such extension.
  std::optional<std::vector<std::string>> extended_key_usages = std::nullopt;
  // OpenSSL's words instead of the profile's ("digitalSignature,nonRepudiation"); empty for none.
  std::optional<std::string> key_usage = std::nullopt;
  // Beside localhost, for nodes.
  std::vector<std::string> dns_names = {};
};

// A certificate authority for sandbox and tests: one root of one trust domain. It never
// looks at a clock; the randomness of keys is OpenSSL's. One thread at a time.
class PracticeCa {
 public:
  // A new root for `trust_domain`, valid from an hour before `now` for ten years. BAD_ARGUMENT when
  // the name is no trust domain or does not end in kPracticeDomainSuffix. `root_key` is kP256 or
  // kSm2, whose certificates are signed with SM2 and SM3.
  static absl::StatusOr<PracticeCa> Create(std::string_view trust_domain, absl::Time now,
                                           PracticeKey root_key = PracticeKey::kP256);

  // A root made before, from its two PEM texts, to issue more. BAD_CONFIG when they are not a
  // practice root of that domain with its key.
  static absl::StatusOr<PracticeCa> Load(std::string_view trust_domain, std::string_view root_pem,
                                         std::string_view root_key_pem, absl::Time now);

  PracticeCa(PracticeCa&&) noexcept;
  PracticeCa& operator=(PracticeCa&&) noexcept;
  ~PracticeCa();

  const std::string& trust_domain() const;
  // The pinned root, PEM.
  const std::string& root_pem() const;
  // The key of this CA, PKCS #8 PEM: of the root, or of the intermediate for a subordinate.
  absl::StatusOr<std::string> private_key_pem() const;

  // A node's TLS certificate: clientAuth and serverAuth, the id as URI, DNS localhost and
  // IP 127.0.0.1. The three Issue functions return INTERNAL when OpenSSL fails. They do not check
  // that `id` is in this CA's domain: foreign names are what tests need.
  absl::StatusOr<IssuedCertificate> IssueNode(const SpiffeId& id,
                                              const IssueOptions& options = {}) const;
  // A client's TLS certificate: clientAuth, the id as URI.
  absl::StatusOr<IssuedCertificate> IssueClient(const SpiffeId& id,
                                                const IssueOptions& options = {}) const;
  // A signing certificate: digitalSignature and nonRepudiation, documentSigning, the id as URI.
  absl::StatusOr<IssuedCertificate> IssueSigner(const SpiffeId& id,
                                                const IssueOptions& options = {}) const;

  // The certificate that `request` asks for, with its chain: PEM, leaf first, no root. The
  // requester kept the key. Of `options` only the dates count. NOT_ALLOWED for a name outside this
  // CA's domain.
  absl::StatusOr<std::string> IssueRequested(const CertificateRequest& request,
                                             const IssueOptions& options = {}) const;

  // A list (PEM) of what this CA revoked: certificates that it issued, PEM, of which the first of
  // each text counts, with the times since when. Times are cut to seconds; without `next_update`
  // the list does not say when the next one comes. BAD_ARGUMENT for a text without a certificate.
  absl::StatusOr<std::string> IssueRevocationList(
      const std::vector<std::pair<std::string, absl::Time>>& revoked, absl::Time this_update,
      std::optional<absl::Time> next_update) const;

  // An intermediate CA under this one; what it issues carries it in the chain. Of `options` the
  // dates, the key (kP256 or kSm2), the key usage and the extended key usages count.
  absl::StatusOr<PracticeCa> Subordinate(std::string_view name,
                                         const IssueOptions& options = {}) const;

 private:
  struct State;
  struct LeafProfile;
  explicit PracticeCa(std::unique_ptr<State> state);
  static LeafProfile ProfileOf(CertificateUse use);
  absl::StatusOr<IssuedCertificate> Issue(const SpiffeId& id, const LeafProfile& profile,
                                          const IssueOptions& options) const;
  // The chain for somebody's key.
  absl::StatusOr<std::string> Certify(const SpiffeId& id, const LeafProfile& profile,
                                      const IssueOptions& options, const PublicKey& key) const;

  std::unique_ptr<State> state_;
};

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_PRACTICE_CA_H_
