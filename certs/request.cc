#include "certs/request.h"

#include <fmt/format.h>
#include <openssl/pem.h>

#include <algorithm>
#include <optional>

#include "certs/certificate_builder.h"
#include "certs/openssl.h"
#include "certs/profile.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"

namespace gatepost::certs {
namespace {

using RequestPtr = std::unique_ptr<X509_REQ, FreeWith<X509_REQ_free>>;

void FreeExtensions(STACK_OF(X509_EXTENSION) * extensions) {
  sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
}
using ExtensionsPtr = std::unique_ptr<STACK_OF(X509_EXTENSION), FreeWith<FreeExtensions>>;

constexpr int kMinRsaBits = 3072;
constexpr size_t kMaxRequestBytes = 64 * 1024;
// GB/T 32918's usual identity, which RFC 8998 uses too.
constexpr std::string_view kSm2Identity = "1234567812345678";

absl::Status Failed(std::string_view step) {
  return system::Refuse(v1::REASON_INTERNAL, fmt::format("a certificate request ({})", step),
                        TakeErrors(), "try once more");
}

absl::Status Malformed(std::string_view why) {
  return system::Refuse(v1::REASON_CERTIFICATE_MALFORMED,
                        "one certificate request (PKCS #10) in PEM", why,
                        "make one: gatepost cert request");
}

absl::Status WrongUse(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_CERTIFICATE_WRONG_USAGE, wanted, came,
                        "ask for the use that the holder has: node, tls or sign");
}

// Nodes, and only nodes, have a node's certificate.
absl::Status CheckUse(const SpiffeId& id, CertificateUse use) {
  if ((id.role() == Role::kNode) == (use == CertificateUse::kNode)) return absl::OkStatus();
  return WrongUse(id.role() == Role::kNode ? "use node for the name of a node"
                                           : "use tls or sign for a person or a service",
                  fmt::format("use {} for {}", CertificateUseName(use), id.ToString()));
}

absl::Status CheckHostName(const std::string& name) {
  const bool plain =
      !name.empty() && name.size() <= 253 && name.front() != '.' && name.back() != '.' &&
      name.find("..") == std::string::npos && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
      });
  if (plain) return absl::OkStatus();
  return system::Refuse(v1::REASON_BAD_ARGUMENT, "a host name of a-z 0-9 - and dots",
                        fmt::format("\"{}\"", system::Printable(name, 80)), "correct --dns");
}

absl::StatusOr<PkeyPtr> MakeKey(std::string_view suite, CertificateUse use) {
  EVP_PKEY* key = nullptr;
  if (!SuiteImplemented(suite) || (suite == kSm2Sm3 && use != CertificateUse::kSign)) {
    return system::Refuse(v1::REASON_SUITE_NOT_ALLOWED, "a suite that this version can make here",
                          fmt::format("\"{}\"", system::Printable(std::string(suite), 40)),
                          fmt::format("use {} or {}", kEcdsaP256Sha256, kEd25519));
  }
  if (suite == kEcdsaP256Sha256) key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
  if (suite == kEd25519) key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  if (suite == kSm2Sm3) key = EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2");
  if (key == nullptr) return Failed("key");
  return PkeyPtr(key);
}

bool IsSm2(const EVP_PKEY* key) { return EVP_PKEY_is_a(key, "SM2") == 1; }

// The signature over the request, in the key's own suite.
bool Sign(X509_REQ* request, EVP_PKEY* key) {
  if (!IsSm2(key)) {
    const EVP_MD* digest = EVP_PKEY_is_a(key, "ED25519") == 1 ? nullptr : EVP_sha256();
    return X509_REQ_sign(request, key, digest) > 0;
  }
  DigestContextPtr context(EVP_MD_CTX_new());
  PkeyContextPtr sm2(EVP_PKEY_CTX_new(key, nullptr));
  if (context == nullptr || sm2 == nullptr ||
      EVP_PKEY_CTX_set1_id(sm2.get(), kSm2Identity.data(), kSm2Identity.size()) != 1) {
    return false;
  }
  EVP_MD_CTX_set_pkey_ctx(context.get(), sm2.get());
  return EVP_DigestSignInit(context.get(), nullptr, EVP_sm3(), nullptr, key) == 1 &&
         X509_REQ_sign_ctx(request, context.get()) > 0;
}

bool SignatureHolds(X509_REQ* request, EVP_PKEY* key) {
  if (IsSm2(key)) {
    ASN1_OCTET_STRING* identity = ASN1_OCTET_STRING_new();
    if (identity == nullptr ||
        ASN1_OCTET_STRING_set(identity, reinterpret_cast<const unsigned char*>(kSm2Identity.data()),
                              static_cast<int>(kSm2Identity.size())) != 1) {
      ASN1_OCTET_STRING_free(identity);
      return false;
    }
    X509_REQ_set0_distinguishing_id(request, identity);
  }
  return X509_REQ_verify(request, key) == 1;
}

const char* ExtendedUsageOf(CertificateUse use) {
  switch (use) {
    case CertificateUse::kNode:
      return "clientAuth,serverAuth";
    case CertificateUse::kTls:
      return "clientAuth";
    case CertificateUse::kSign:
      break;
  }
  return kDocumentSigningOid.data();
}

absl::Status AddExtension(STACK_OF(X509_EXTENSION) * all, int nid, const char* value) {
  ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, nullptr, nid, value));
  if (extension == nullptr || sk_X509_EXTENSION_push(all, extension.get()) <= 0) {
    return Failed(OBJ_nid2sn(nid));
  }
  std::ignore = extension.release();  // The stack's now.
  return absl::OkStatus();
}

absl::StatusOr<ExtensionsPtr> ExtensionsOf(const RequestTerms& terms) {
  ExtensionsPtr all(sk_X509_EXTENSION_new_null());
  if (all == nullptr) return Failed("extensions");
  GATEPOST_RETURN_IF_ERROR(AddExtension(all.get(), NID_key_usage,
                                        terms.use == CertificateUse::kSign
                                            ? "critical,digitalSignature,nonRepudiation"
                                            : "critical,digitalSignature"));
  GATEPOST_RETURN_IF_ERROR(AddExtension(all.get(), NID_ext_key_usage, ExtendedUsageOf(terms.use)));
  CertificateFields names;
  names.uris = {terms.id.ToString()};
  names.dns_names = terms.dns_names;
  GATEPOST_ASSIGN_OR_RETURN(const GeneralNamesPtr san, SubjectAlternativeName(names));
  STACK_OF(X509_EXTENSION)* stack = all.get();
  if (X509V3_add1_i2d(&stack, NID_subject_alt_name, san.get(), /*crit=*/0, X509V3_ADD_APPEND) !=
      1) {
    return Failed("subject alternative name");
  }
  return all;
}

std::string Written(BIO* bio) {
  const char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  return size > 0 ? std::string(text, static_cast<size_t>(size)) : "";
}

absl::StatusOr<SecretBytes> KeyPem(EVP_PKEY* key) {
  // Secure memory of the library, where there is any; the copy is wiped with SecretBytes.
  BioPtr target(BIO_new(BIO_s_secmem()));
  const char* text = nullptr;
  if (target == nullptr ||
      PEM_write_bio_PrivateKey(target.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return Failed("a private key in PEM");
  }
  const long size = BIO_get_mem_data(target.get(), &text);
  if (size <= 0) return Failed("a private key in PEM");
  return SecretBytes(std::string_view(text, static_cast<size_t>(size)));
}

// The asked extended key usages as one of the three profiles.
absl::StatusOr<CertificateUse> UseOf(STACK_OF(X509_EXTENSION) * extensions) {
  ExtendedKeyUsagePtr usages(static_cast<EXTENDED_KEY_USAGE*>(
      X509V3_get_d2i(extensions, NID_ext_key_usage, nullptr, nullptr)));
  bool client = false, server = false, sign = false, other = usages == nullptr;
  for (int i = 0; usages != nullptr && i < sk_ASN1_OBJECT_num(usages.get()); ++i) {
    char oid[128] = {};
    OBJ_obj2txt(oid, sizeof(oid), sk_ASN1_OBJECT_value(usages.get(), i), /*no_name=*/1);
    const int nid = OBJ_obj2nid(sk_ASN1_OBJECT_value(usages.get(), i));
    if (nid == NID_client_auth) {
      client = true;
    } else if (nid == NID_server_auth) {
      server = true;
    } else if (oid == kDocumentSigningOid) {
      sign = true;
    } else {
      other = true;
    }
  }
  TakeErrors();
  if (!other && sign && !client && !server) return CertificateUse::kSign;
  if (!other && client && !sign) return server ? CertificateUse::kNode : CertificateUse::kTls;
  return WrongUse(
      "extended key usages of one profile: clientAuth, clientAuth with serverAuth, or "
      "documentSigning",
      "others, or none");
}

// The URIs and host names that are asked for.
struct AskedNames {
  std::vector<std::string> uris;
  std::vector<std::string> dns_names;
};

AskedNames NamesOf(STACK_OF(X509_EXTENSION) * extensions) {
  AskedNames asked;
  GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
      X509V3_get_d2i(extensions, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI && name->type != GEN_DNS) continue;
    const std::string text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.ia5)),
                           static_cast<size_t>(ASN1_STRING_length(name->d.ia5)));
    (name->type == GEN_URI ? asked.uris : asked.dns_names).push_back(text);
  }
  TakeErrors();
  return asked;
}

absl::Status CheckKey(const PublicKey& key, CertificateUse use) {
  const bool tls = key.kind() == KeyKind::kP256 || key.kind() == KeyKind::kEd25519 ||
                   (key.kind() == KeyKind::kRsa && key.bits() >= kMinRsaBits);
  if (use == CertificateUse::kSign ? SuiteOfKey(key).has_value() : tls) return absl::OkStatus();
  return system::Refuse(v1::REASON_WEAK_KEY, "a key that the profile of this use allows",
                        key.Describe(), "make another: gatepost cert request");
}

}  // namespace

std::string_view CertificateUseName(CertificateUse use) {
  switch (use) {
    case CertificateUse::kNode:
      return "node";
    case CertificateUse::kTls:
      return "tls";
    case CertificateUse::kSign:
      return "sign";
  }
  return "unknown";
}

absl::StatusOr<RequestedKey> MakeRequest(const RequestTerms& terms) {
  GATEPOST_RETURN_IF_ERROR(CheckUse(terms.id, terms.use));
  for (const std::string& name : terms.dns_names) GATEPOST_RETURN_IF_ERROR(CheckHostName(name));
  GATEPOST_ASSIGN_OR_RETURN(const PkeyPtr key, MakeKey(terms.suite, terms.use));
  RequestPtr request(X509_REQ_new());
  const std::string name = std::string(terms.id.name()).substr(0, 64);  // The limit of X.520.
  if (request == nullptr || X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) != 1 ||
      X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request.get()), "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(name.data()),
                                 static_cast<int>(name.size()), -1, 0) != 1 ||
      X509_REQ_set_pubkey(request.get(), key.get()) != 1) {
    return Failed("name and key");
  }
  GATEPOST_ASSIGN_OR_RETURN(const ExtensionsPtr extensions, ExtensionsOf(terms));
  if (X509_REQ_add_extensions(request.get(), extensions.get()) != 1) return Failed("extensions");
  if (!Sign(request.get(), key.get())) return Failed("signature");
  BioPtr pem(BIO_new(BIO_s_mem()));
  if (pem == nullptr || PEM_write_bio_X509_REQ(pem.get(), request.get()) != 1) {
    return Failed("PEM");
  }
  RequestedKey made;
  made.request_pem = Written(pem.get());
  GATEPOST_ASSIGN_OR_RETURN(made.private_key_pem, KeyPem(key.get()));
  return made;
}

absl::StatusOr<CertificateRequest> CertificateRequest::Parse(std::string_view pem) {
  if (pem.size() > kMaxRequestBytes) return Malformed("more bytes than any request has");
  BioPtr source = ReadFrom(pem);
  RequestPtr read(
      source == nullptr ? nullptr : PEM_read_bio_X509_REQ(source.get(), nullptr, nullptr, nullptr));
  if (read == nullptr) return Malformed(TakeErrors());
  std::shared_ptr<EVP_PKEY> key(X509_REQ_get_pubkey(read.get()), EVP_PKEY_free);
  if (key == nullptr) return Malformed(TakeErrors());
  if (!SignatureHolds(read.get(), key.get())) {
    return Malformed(fmt::format("a signature that does not hold ({})", TakeErrors()));
  }
  const ExtensionsPtr extensions(X509_REQ_get_extensions(read.get()));
  AskedNames names = NamesOf(extensions.get());
  if (names.uris.size() != 1) {
    return system::Refuse(v1::REASON_BAD_SPIFFE_ID, "a request for exactly one SPIFFE id",
                          fmt::format("{} URIs", names.uris.size()),
                          "make one: gatepost cert request");
  }
  GATEPOST_ASSIGN_OR_RETURN(SpiffeId id, SpiffeId::Parse(names.uris[0]));
  GATEPOST_ASSIGN_OR_RETURN(const CertificateUse use, UseOf(extensions.get()));
  GATEPOST_RETURN_IF_ERROR(CheckUse(id, use));
  CertificateRequest request(std::move(id), use, PublicKey(std::move(key)));
  GATEPOST_RETURN_IF_ERROR(CheckKey(request.key(), use));
  for (const std::string& name : names.dns_names) GATEPOST_RETURN_IF_ERROR(CheckHostName(name));
  request.dns_names_ = std::move(names.dns_names);
  return request;
}

}  // namespace gatepost::certs
