#include "certs/practice_ca.h"

#include <fmt/format.h>
#include <openssl/pem.h>

#include <utility>

#include "certs/certificate.h"
#include "certs/certificate_builder.h"
#include "certs/key_file.h"
#include "certs/openssl.h"
#include "certs/pem.h"
#include "certs/private_key.h"
#include "certs/profile.h"
#include "certs/revocation_list_builder.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::certs {

struct PracticeCa::State {
  std::string trust_domain;
  absl::Time now;
  PkeyPtr key;
  X509Ptr certificate;
  std::string root_pem;
  // The intermediates from this CA down to below the root; empty for a root.
  std::string intermediates_pem;
};

// What the three kinds of leaf differ in.
struct PracticeCa::LeafProfile {
  std::string key_usage;
  std::vector<std::string> extended_key_usages;
  std::vector<std::string> dns_names;
  std::vector<std::string> ipv4_addresses;
};

namespace {

constexpr absl::Duration kBackdated = absl::Hours(1);
constexpr absl::Duration kLeafLifetime = absl::Hours(24 * 365);
constexpr absl::Duration kRootLifetime = absl::Hours(24 * 3652);

absl::Status Failed(std::string_view wanted) {
  return system::Refuse(v1::REASON_INTERNAL, wanted, TakeErrors(), "try once more");
}

absl::StatusOr<PkeyPtr> MakeKey(PracticeKey kind) {
  auto rsa = [](size_t bits) { return EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits); };
  EVP_PKEY* key = nullptr;
  switch (kind) {
    case PracticeKey::kP256:
      key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
      break;
    case PracticeKey::kSm2:
      // Not "EC" on the curve "SM2", which would sign by ECDSA.
      key = EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2");
      break;
    case PracticeKey::kP384:
      key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384");
      break;
    case PracticeKey::kEd25519:
      key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
      break;
    case PracticeKey::kRsa1024:
      key = rsa(1024);
      break;
    case PracticeKey::kRsa2048:
      key = rsa(2048);
      break;
    case PracticeKey::kRsa3072:
      key = rsa(3072);
      break;
  }
  if (key == nullptr) return Failed("a private key");
  return PkeyPtr(key);
}

std::string Written(BIO* bio) {
  const char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  return size > 0 ? std::string(text, static_cast<size_t>(size)) : "";
}

absl::StatusOr<std::string> KeyPem(EVP_PKEY* key) {
  BioPtr target(BIO_new(BIO_s_mem()));
  if (target == nullptr ||
      PEM_write_bio_PrivateKey(target.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return Failed("a private key in PEM");
  }
  return Written(target.get());
}

absl::StatusOr<std::string> CertificatePem(X509* x509) {
  BioPtr target(BIO_new(BIO_s_mem()));
  if (target == nullptr || PEM_write_bio_X509(target.get(), x509) != 1) {
    return Failed("a certificate in PEM");
  }
  return Written(target.get());
}

absl::Status CheckPracticeDomain(std::string_view trust_domain) {
  if (IsPracticeDomain(trust_domain) &&
      SpiffeId::Parse(fmt::format("spiffe://{}/node/n", trust_domain)).ok()) {
    return absl::OkStatus();
  }
  return system::Refuse(
      v1::REASON_BAD_ARGUMENT, fmt::format("a practice trust domain, *{}", kPracticeDomainSuffix),
      fmt::format("\"{}\"", trust_domain), "name it, for example, langson.practice.example");
}

}  // namespace

bool IsPracticeDomain(std::string_view trust_domain) {
  return trust_domain.size() > kPracticeDomainSuffix.size() &&
         trust_domain.ends_with(kPracticeDomainSuffix);
}

bool IsPracticeRoot(std::string_view pem) {
  const std::vector<std::string> ders = DerFromPem(pem);
  if (ders.empty()) return false;
  const absl::StatusOr<Certificate> certificate = Certificate::Parse(ders[0]);
  if (!certificate.ok()) return false;
  char organization[128] = {};
  const int size =
      X509_NAME_get_text_by_NID(X509_get_subject_name(certificate->get()), NID_organizationName,
                                organization, static_cast<int>(sizeof(organization)));
  return size > 0 &&
         std::string_view(organization, static_cast<size_t>(size)) == kPracticeOrganization;
}

absl::Status IssuedCertificate::WriteFiles(const std::string& private_key_path,
                                           const std::string& certificate_chain_path) const {
  GATEPOST_RETURN_IF_ERROR(WritePrivateKeyFile(private_key_path, private_key_pem));
  return WritePublicFile(certificate_chain_path, certificate_chain_pem);
}

PracticeCa::PracticeCa(std::unique_ptr<State> state) : state_(std::move(state)) {}
PracticeCa::PracticeCa(PracticeCa&&) noexcept = default;
PracticeCa& PracticeCa::operator=(PracticeCa&&) noexcept = default;
PracticeCa::~PracticeCa() = default;

const std::string& PracticeCa::trust_domain() const { return state_->trust_domain; }
const std::string& PracticeCa::root_pem() const { return state_->root_pem; }
absl::StatusOr<std::string> PracticeCa::private_key_pem() const {
  return KeyPem(state_->key.get());
}

absl::StatusOr<PracticeCa> PracticeCa::Create(std::string_view trust_domain, absl::Time now,
                                              PracticeKey root_key) {
  GATEPOST_RETURN_IF_ERROR(CheckPracticeDomain(trust_domain));
  auto state = std::make_unique<State>();
  state->trust_domain = std::string(trust_domain);
  state->now = now;
  GATEPOST_ASSIGN_OR_RETURN(state->key, MakeKey(root_key));
  CertificateFields fields;
  fields.organization = std::string(kPracticeOrganization);
  fields.common_name = fmt::format("Practice root {}", trust_domain);
  fields.not_before = now - kBackdated;
  fields.not_after = now + kRootLifetime;
  fields.is_ca = true;
  fields.key_usage = "keyCertSign,cRLSign";
  GATEPOST_ASSIGN_OR_RETURN(state->certificate,
                            BuildCertificate(fields, state->key.get(), nullptr, nullptr));
  GATEPOST_ASSIGN_OR_RETURN(state->root_pem, CertificatePem(state->certificate.get()));
  return PracticeCa(std::move(state));
}

absl::StatusOr<PracticeCa> PracticeCa::Load(std::string_view trust_domain,
                                            std::string_view root_pem,
                                            std::string_view root_key_pem, absl::Time now) {
  GATEPOST_RETURN_IF_ERROR(CheckPracticeDomain(trust_domain));
  const std::vector<std::string> ders = DerFromPem(root_pem);
  if (ders.size() != 1 || !IsPracticeRoot(root_pem)) {
    return system::Refuse(v1::REASON_BAD_CONFIG, "one practice root in PEM",
                          "another certificate, or none", "name the file of the practice root");
  }
  GATEPOST_ASSIGN_OR_RETURN(const Certificate root, Certificate::Parse(ders[0]));
  auto state = std::make_unique<State>();
  state->trust_domain = std::string(trust_domain);
  state->now = now;
  GATEPOST_ASSIGN_OR_RETURN(state->key, ParsePrivateKey(root_key_pem));
  GATEPOST_RETURN_IF_ERROR(CheckBelongTogether(state->key.get(), root));
  X509_up_ref(root.get());
  state->certificate.reset(root.get());
  state->root_pem = std::string(root_pem);
  return PracticeCa(std::move(state));
}

PracticeCa::LeafProfile PracticeCa::ProfileOf(CertificateUse use) {
  switch (use) {
    case CertificateUse::kNode:
      return {.key_usage = "digitalSignature",
              .extended_key_usages = {"clientAuth", "serverAuth"},
              .dns_names = {"localhost"},
              .ipv4_addresses = {"127.0.0.1"}};
    case CertificateUse::kTls:
      return {.key_usage = "digitalSignature",
              .extended_key_usages = {"clientAuth"},
              .dns_names = {},
              .ipv4_addresses = {}};
    case CertificateUse::kSign:
      break;
  }
  return {.key_usage = "digitalSignature,nonRepudiation",
          .extended_key_usages = {std::string(kDocumentSigningOid)},
          .dns_names = {},
          .ipv4_addresses = {}};
}

absl::StatusOr<IssuedCertificate> PracticeCa::IssueNode(const SpiffeId& id,
                                                        const IssueOptions& options) const {
  return Issue(id, ProfileOf(CertificateUse::kNode), options);
}

absl::StatusOr<IssuedCertificate> PracticeCa::IssueClient(const SpiffeId& id,
                                                          const IssueOptions& options) const {
  return Issue(id, ProfileOf(CertificateUse::kTls), options);
}

absl::StatusOr<IssuedCertificate> PracticeCa::IssueSigner(const SpiffeId& id,
                                                          const IssueOptions& options) const {
  return Issue(id, ProfileOf(CertificateUse::kSign), options);
}

absl::StatusOr<std::string> PracticeCa::IssueRequested(const CertificateRequest& request,
                                                       const IssueOptions& options) const {
  if (request.id().trust_domain() != state_->trust_domain) {
    return system::Refuse(v1::REASON_NOT_ALLOWED,
                          fmt::format("a name in the practice domain {}", trust_domain()),
                          request.id().ToString(), "ask the authority of that domain");
  }
  IssueOptions usual;
  usual.not_before = options.not_before;
  usual.not_after = options.not_after;
  usual.dns_names = request.dns_names();
  return Certify(request.id(), ProfileOf(request.use()), usual, request.key());
}

absl::StatusOr<IssuedCertificate> PracticeCa::Issue(const SpiffeId& id, const LeafProfile& profile,
                                                    const IssueOptions& options) const {
  GATEPOST_ASSIGN_OR_RETURN(PkeyPtr key, MakeKey(options.key));
  IssuedCertificate issued;
  GATEPOST_ASSIGN_OR_RETURN(issued.private_key_pem, KeyPem(key.get()));
  GATEPOST_ASSIGN_OR_RETURN(issued.certificate_chain_pem,
                            Certify(id, profile, options, PublicKey(std::move(key))));
  return issued;
}

absl::StatusOr<std::string> PracticeCa::Certify(const SpiffeId& id, const LeafProfile& profile,
                                                const IssueOptions& options,
                                                const PublicKey& key) const {
  CertificateFields fields;
  fields.organization = std::string(kPracticeOrganization);
  fields.common_name = std::string(id.name());
  fields.not_before = options.not_before.value_or(state_->now - kBackdated);
  fields.not_after = options.not_after.value_or(state_->now + kLeafLifetime);
  fields.key_usage = options.key_usage.value_or(profile.key_usage);
  fields.extended_key_usages = options.extended_key_usages.value_or(profile.extended_key_usages);
  if (options.with_subject_alternative_name) {
    fields.uris = options.uris.value_or(std::vector<std::string>{id.ToString()});
    fields.dns_names = profile.dns_names;
    fields.dns_names.insert(fields.dns_names.end(), options.dns_names.begin(),
                            options.dns_names.end());
    fields.ipv4_addresses = profile.ipv4_addresses;
  }
  GATEPOST_ASSIGN_OR_RETURN(
      const X509Ptr certificate,
      BuildCertificate(fields, key.get(), state_->certificate.get(), state_->key.get()));
  GATEPOST_ASSIGN_OR_RETURN(std::string leaf, CertificatePem(certificate.get()));
  return leaf + state_->intermediates_pem;
}

absl::StatusOr<std::string> PracticeCa::IssueRevocationList(
    const std::vector<std::pair<std::string, absl::Time>>& revoked, absl::Time this_update,
    std::optional<absl::Time> next_update) const {
  std::vector<std::pair<Certificate, absl::Time>> entries;
  for (const auto& [pem, at] : revoked) {
    const std::vector<std::string> ders = DerFromPem(pem);
    if (ders.empty()) {
      return system::Refuse(v1::REASON_BAD_ARGUMENT, "a certificate in PEM", "none",
                            "name the certificate to revoke");
    }
    GATEPOST_ASSIGN_OR_RETURN(Certificate certificate, Certificate::Parse(ders.front()));
    entries.emplace_back(std::move(certificate), at);
  }
  GATEPOST_ASSIGN_OR_RETURN(const CrlPtr list,
                            BuildRevocationList(entries, this_update, next_update,
                                                state_->certificate.get(), state_->key.get()));
  BioPtr target(BIO_new(BIO_s_mem()));
  if (target == nullptr || PEM_write_bio_X509_CRL(target.get(), list.get()) != 1) {
    return Failed("a revocation list in PEM");
  }
  return Written(target.get());
}

absl::StatusOr<PracticeCa> PracticeCa::Subordinate(std::string_view name,
                                                   const IssueOptions& options) const {
  auto state = std::make_unique<State>();
  state->trust_domain = state_->trust_domain;
  state->now = state_->now;
  state->root_pem = state_->root_pem;
  GATEPOST_ASSIGN_OR_RETURN(state->key, MakeKey(options.key));
  CertificateFields fields;
  fields.organization = std::string(kPracticeOrganization);
  fields.common_name = std::string(name);
  fields.not_before = options.not_before.value_or(state_->now - kBackdated);
  fields.not_after = options.not_after.value_or(state_->now + kRootLifetime);
  fields.is_ca = true;
  fields.key_usage = options.key_usage.value_or("keyCertSign,cRLSign");
  fields.extended_key_usages = options.extended_key_usages.value_or(std::vector<std::string>());
  GATEPOST_ASSIGN_OR_RETURN(
      state->certificate,
      BuildCertificate(fields, state->key.get(), state_->certificate.get(), state_->key.get()));
  GATEPOST_ASSIGN_OR_RETURN(std::string pem, CertificatePem(state->certificate.get()));
  state->intermediates_pem = pem + state_->intermediates_pem;
  return PracticeCa(std::move(state));
}

}  // namespace gatepost::certs
