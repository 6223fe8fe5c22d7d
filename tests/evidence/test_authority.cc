#include "tests/evidence/test_authority.h"

#include <openssl/pem.h>

#include <stdexcept>

#include "certs/certificate.h"
#include "certs/certificate_builder.h"
#include "certs/pem.h"
#include "certs/practice_ca.h"
#include "certs/profile.h"
#include "certs/sm2.h"

namespace gatepost::evidence {
namespace {

certs::PkeyPtr MakeKey(bool sm2) {
  return certs::PkeyPtr(sm2 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2")
                            : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
}

// Of an authority, valid from a day before `now` for ten years.
certs::CertificateFields AuthorityFields(const std::string& organization, const std::string& name,
                                         absl::Time now) {
  certs::CertificateFields fields;
  fields.organization = organization;
  fields.common_name = name;
  fields.not_before = now - absl::Hours(24);
  fields.not_after = now + absl::Hours(24 * 3652);
  fields.is_ca = true;
  fields.key_usage = "keyCertSign,cRLSign";
  return fields;
}

std::string DerOf(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  if (size <= 0) throw std::runtime_error("no DER");
  std::string bytes(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

std::string KeyPem(EVP_PKEY* key) {
  const certs::BioPtr target(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(target.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  const char* text = nullptr;
  const long size = BIO_get_mem_data(target.get(), &text);
  return {text, static_cast<size_t>(size)};
}

template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) throw std::runtime_error(result.status().ToString());
  return *std::move(result);
}

}  // namespace

TestAuthority::TestAuthority(std::string trust_domain, absl::Time now, bool sm2)
    : trust_domain_(std::move(trust_domain)),
      organization_(certs::IsPracticeDomain(trust_domain_)
                        ? std::string(certs::kPracticeOrganization)
                        : "Border Authority"),
      now_(now),
      sm2_(sm2),
      key_(MakeKey(sm2)) {
  root_ =
      Must(certs::BuildCertificate(AuthorityFields(organization_, "Root of " + trust_domain_, now),
                                   key_.get(), nullptr, nullptr));
}

TestAuthority TestAuthority::Below(const std::string& name) const {
  TestAuthority below(trust_domain_, now_, sm2_);
  below.root_ = Must(certs::BuildCertificate(AuthorityFields(organization_, name, now_),
                                             below.key_.get(), root_.get(), key_.get()));
  below.chain_pem_ = certs::PemFromDer(std::string_view(below.root())) + chain_pem_;
  return below;
}

std::string TestAuthority::root() const { return DerOf(root_.get()); }

std::unique_ptr<certs::Signer> TestAuthority::Issue(const std::string& path,
                                                    absl::Duration validity) const {
  certs::CertificateFields fields;
  fields.organization = organization_;
  fields.common_name = path.substr(path.rfind('/') + 1);
  fields.not_before = now_ - absl::Hours(24);
  fields.not_after = now_ + validity;
  fields.key_usage = "digitalSignature,nonRepudiation";
  fields.extended_key_usages = {std::string(certs::kDocumentSigningOid)};
  fields.uris = {"spiffe://" + trust_domain_ + path};
  const certs::PkeyPtr key = MakeKey(sm2_);
  const certs::X509Ptr leaf =
      Must(certs::BuildCertificate(fields, key.get(), root_.get(), key_.get()));
  const std::string der = DerOf(leaf.get());
  return Must(certs::Signer::FromPem(KeyPem(key.get()),
                                     certs::PemFromDer(std::string_view(der)) + chain_pem_));
}

std::string TestAuthority::Revoke(
    const std::vector<std::pair<const certs::Signer*, absl::Time>>& revoked,
    absl::Duration as_of) const {
  using CrlPtr = std::unique_ptr<X509_CRL, certs::FreeWith<X509_CRL_free>>;
  using TimePtr = std::unique_ptr<ASN1_TIME, certs::FreeWith<ASN1_TIME_free>>;
  const auto time = [](absl::Time at) {
    return TimePtr(ASN1_TIME_set(nullptr, absl::ToTimeT(at)));
  };
  const CrlPtr list(X509_CRL_new());
  X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(root_.get()));
  X509_CRL_set1_lastUpdate(list.get(), time(now_ + as_of).get());
  X509_CRL_set1_nextUpdate(list.get(), time(now_ + as_of + absl::Hours(24 * 30)).get());
  for (const auto& [signer, at] : revoked) {
    const certs::Certificate leaf =
        Must(certs::Certificate::Parse(signer->certificate_chain_der().front()));
    X509_REVOKED* entry = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(leaf.get()));
    X509_REVOKED_set_revocationDate(entry, time(at).get());
    X509_CRL_add0_revoked(list.get(), entry);
  }
  X509_CRL_sort(list.get());
  const certs::SigningContext sm2 =
      sm2_ ? certs::Sm2ForSigning(key_.get()) : certs::SigningContext();
  if ((sm2_ ? X509_CRL_sign_ctx(list.get(), sm2.digest.get())
            : X509_CRL_sign(list.get(), key_.get(), EVP_sha256())) <= 0) {
    throw std::runtime_error("no revocation list");
  }
  unsigned char* der = nullptr;
  const int size = i2d_X509_CRL(list.get(), &der);
  std::string bytes(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

}  // namespace gatepost::evidence
