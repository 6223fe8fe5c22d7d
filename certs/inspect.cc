#include "certs/inspect.h"

#include <fmt/format.h>
#include <openssl/pem.h>

#include <ctime>
#include <utility>

#include "certs/openssl.h"
#include "certs/pem.h"
#include "certs/practice_ca.h"
#include "certs/private_key.h"
#include "certs/profile.h"
#include "certs/suites.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::certs {
namespace {

using ListPtr = std::unique_ptr<X509_CRL, FreeWith<X509_CRL_free>>;
using RequestPtr = std::unique_ptr<X509_REQ, FreeWith<X509_REQ_free>>;

void FreeExtensions(STACK_OF(X509_EXTENSION) * extensions) {
  sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
}
using ExtensionsPtr = std::unique_ptr<STACK_OF(X509_EXTENSION), FreeWith<FreeExtensions>>;

absl::Status Malformed(std::string_view why) {
  return system::Refuse(v1::REASON_CERTIFICATE_MALFORMED,
                        "certificates, requests, revocation lists or keys, in PEM or DER", why,
                        "name another file, or have it made again");
}

std::optional<absl::Time> ToTime(const ASN1_TIME* time) {
  std::tm fields = {};
  if (time == nullptr || ASN1_TIME_to_tm(time, &fields) != 1) return std::nullopt;
  return absl::FromTM(fields, absl::UTCTimeZone());
}

std::string Written(BIO* bio) {
  const char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  return size > 0 ? std::string(text, static_cast<size_t>(size)) : "";
}

std::string NameText(const X509_NAME* name) {
  BioPtr target(BIO_new(BIO_s_mem()));
  if (target == nullptr) return "";
  X509_NAME_print_ex(target.get(), name, 0, XN_FLAG_RFC2253);
  return Written(target.get());
}

std::string SerialText(const ASN1_INTEGER* serial) {
  BioPtr target(BIO_new(BIO_s_mem()));
  if (target == nullptr) return "";
  i2a_ASN1_INTEGER(target.get(), serial);
  std::string text = Written(target.get());
  for (char& c : text) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

void DescribeKey(const PublicKey& key, Inspected& found) {
  found.key = key.Describe();
  found.suite = std::string(SuiteOfKey(key).value_or(""));
  found.key_sha256 = KeyDigest(key);
}

std::string AddressText(const ASN1_OCTET_STRING* octets) {
  const unsigned char* bytes = ASN1_STRING_get0_data(octets);
  if (ASN1_STRING_length(octets) != 4) return "";
  return fmt::format("{}.{}.{}.{}", bytes[0], bytes[1], bytes[2], bytes[3]);
}

void DescribeNames(GENERAL_NAMES* names, Inspected& found) {
  std::vector<std::string> uris;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    if (name->type == GEN_IPADD) found.other_names.push_back(AddressText(name->d.iPAddress));
    if (name->type != GEN_URI && name->type != GEN_DNS) continue;
    std::string text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.ia5)),
                     static_cast<size_t>(ASN1_STRING_length(name->d.ia5)));
    (name->type == GEN_URI ? uris : found.other_names).push_back(std::move(text));
  }
  if (uris.size() == 1 && SpiffeId::Parse(uris[0]).ok()) {
    found.spiffe_id = uris[0];
    return;
  }
  found.other_names.insert(found.other_names.end(), uris.begin(), uris.end());
}

void DescribeUses(EXTENDED_KEY_USAGE* usages, Inspected& found) {
  for (int i = 0; usages != nullptr && i < sk_ASN1_OBJECT_num(usages); ++i) {
    char oid[128] = {};
    OBJ_obj2txt(oid, sizeof(oid), sk_ASN1_OBJECT_value(usages, i), /*no_name=*/1);
    const int nid = OBJ_obj2nid(sk_ASN1_OBJECT_value(usages, i));
    found.uses.push_back(nid == NID_client_auth       ? "tls-client"
                         : nid == NID_server_auth     ? "tls-server"
                         : oid == kDocumentSigningOid ? "sign"
                                                      : std::string(oid));
  }
}

absl::StatusOr<Inspected> OfCertificate(std::string_view der) {
  GATEPOST_ASSIGN_OR_RETURN(const Certificate certificate, Certificate::Parse(der));
  X509* x509 = certificate.get();
  Inspected found;
  found.kind = InspectedKind::kCertificate;
  found.subject = certificate.Subject();
  found.issuer = IssuerOf(certificate);
  found.serial = SerialOf(certificate);
  found.not_before = certificate.not_before();
  found.not_after = certificate.not_after();
  found.sha256 = certificate.sha256();
  DescribeKey(certificate.key(), found);
  const GeneralNamesPtr names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(x509, NID_subject_alt_name, nullptr, nullptr)));
  DescribeNames(names.get(), found);
  const ExtendedKeyUsagePtr usages(static_cast<EXTENDED_KEY_USAGE*>(
      X509_get_ext_d2i(x509, NID_ext_key_usage, nullptr, nullptr)));
  DescribeUses(usages.get(), found);
  if (certificate.IsCa()) {
    found.uses.insert(found.uses.begin(), "ca");
    // UINT32_MAX when the certificate has no key usage.
    if ((X509_get_key_usage(x509) & KU_CRL_SIGN) != 0) found.uses.push_back("revocation-list");
    found.root = (X509_get_extension_flags(x509) & EXFLAG_SS) != 0;
  }
  found.practice = IsPracticeRoot(PemFromDer(der));
  TakeErrors();
  return found;
}

absl::StatusOr<Inspected> OfRequest(std::string_view der) {
  const auto* next = reinterpret_cast<const unsigned char*>(der.data());
  RequestPtr request(d2i_X509_REQ(nullptr, &next, static_cast<long>(der.size())));
  std::shared_ptr<EVP_PKEY> key(request == nullptr ? nullptr : X509_REQ_get_pubkey(request.get()),
                                EVP_PKEY_free);
  if (key == nullptr) return Malformed(fmt::format("an unreadable request ({})", TakeErrors()));
  Inspected found;
  found.kind = InspectedKind::kRequest;
  found.subject = NameText(X509_REQ_get_subject_name(request.get()));
  found.sha256 = Sha256Of(der);
  DescribeKey(PublicKey(std::move(key)), found);
  const ExtensionsPtr extensions(X509_REQ_get_extensions(request.get()));
  const GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
      X509V3_get_d2i(extensions.get(), NID_subject_alt_name, nullptr, nullptr)));
  DescribeNames(names.get(), found);
  const ExtendedKeyUsagePtr usages(static_cast<EXTENDED_KEY_USAGE*>(
      X509V3_get_d2i(extensions.get(), NID_ext_key_usage, nullptr, nullptr)));
  DescribeUses(usages.get(), found);
  TakeErrors();
  return found;
}

absl::StatusOr<Inspected> OfRevocationList(std::string_view der) {
  const auto* const begin = reinterpret_cast<const unsigned char*>(der.data());
  const auto* next = begin;
  ListPtr list(d2i_X509_CRL(nullptr, &next, static_cast<long>(der.size())));
  if (list == nullptr || next != begin + der.size()) {
    return Malformed(fmt::format("an unreadable revocation list ({})", TakeErrors()));
  }
  Inspected found;
  found.kind = InspectedKind::kRevocationList;
  found.issuer = NameText(X509_CRL_get_issuer(list.get()));
  found.not_before = ToTime(X509_CRL_get0_lastUpdate(list.get()));
  found.not_after = ToTime(X509_CRL_get0_nextUpdate(list.get()));
  found.sha256 = Sha256Of(der);
  found.practice = found.issuer.find(kPracticeOrganization) != std::string::npos;
  const STACK_OF(X509_REVOKED)* revoked = X509_CRL_get_REVOKED(list.get());
  found.revoked = revoked == nullptr ? 0 : static_cast<uint32_t>(sk_X509_REVOKED_num(revoked));
  return found;
}

absl::StatusOr<Inspected> OfPrivateKey(std::string_view pem) {
  GATEPOST_ASSIGN_OR_RETURN(PkeyPtr key, ParsePrivateKey(pem));
  Inspected found;
  found.kind = InspectedKind::kPrivateKey;
  DescribeKey(PublicKey(std::move(key)), found);
  return found;
}

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kDashes = "-----";

// What a PEM block holds, from its label and its bytes; the label's own words decide.
absl::StatusOr<Inspected> OfBlock(std::string_view label, std::string_view block) {
  if (label.ends_with("PRIVATE KEY")) return OfPrivateKey(block);
  BioPtr source = ReadFrom(block);
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  if (source == nullptr || PEM_read_bio(source.get(), &name, &header, &data, &size) != 1) {
    return Malformed(fmt::format("a damaged block ({})", TakeErrors()));
  }
  const std::string der(reinterpret_cast<char*>(data), static_cast<size_t>(size));
  OPENSSL_free(name);
  OPENSSL_free(header);
  OPENSSL_free(data);
  if (label == "X509 CRL") return OfRevocationList(der);
  if (label.ends_with("CERTIFICATE REQUEST")) return OfRequest(der);
  return OfCertificate(der);
}

bool Known(std::string_view label) {
  return label == "CERTIFICATE" || label == "X509 CRL" || label.ends_with("CERTIFICATE REQUEST") ||
         label.ends_with("PRIVATE KEY");
}

}  // namespace

std::optional<Digest> KeyDigest(const PublicKey& key) {
  unsigned char* der = nullptr;
  const int size = key.get() == nullptr ? 0 : i2d_PUBKEY(key.get(), &der);
  if (size <= 0) {
    TakeErrors();
    return std::nullopt;
  }
  const Digest digest =
      Sha256Of(std::string_view(reinterpret_cast<char*>(der), static_cast<size_t>(size)));
  OPENSSL_free(der);
  return digest;
}

std::string IssuerOf(const Certificate& certificate) {
  return NameText(X509_get_issuer_name(certificate.get()));
}

std::string SerialOf(const Certificate& certificate) {
  return SerialText(X509_get0_serialNumber(certificate.get()));
}

absl::StatusOr<std::vector<Inspected>> Inspect(std::string_view bytes) {
  std::vector<Inspected> all;
  if (bytes.find(kBegin) == std::string_view::npos) {
    absl::StatusOr<Inspected> certificate = OfCertificate(bytes);
    if (!certificate.ok()) certificate = OfRevocationList(bytes);
    if (!certificate.ok()) return Malformed("nothing of these");
    all.push_back(*std::move(certificate));
    return all;
  }
  size_t at = 0;
  while ((at = bytes.find(kBegin, at)) != std::string_view::npos) {
    const size_t label_begin = at + kBegin.size();
    const size_t label_end = bytes.find(kDashes, label_begin);
    if (label_end == std::string_view::npos) return Malformed("a damaged block");
    const std::string_view label = bytes.substr(label_begin, label_end - label_begin);
    const std::string end_line = fmt::format("-----END {}-----", label);
    const size_t end = bytes.find(end_line, label_end);
    if (end == std::string_view::npos) return Malformed("a block without its end");
    const std::string_view block = bytes.substr(at, end + end_line.size() - at);
    at = end + end_line.size();
    if (!Known(label)) continue;
    GATEPOST_ASSIGN_OR_RETURN(Inspected found, OfBlock(label, block));
    all.push_back(std::move(found));
  }
  if (all.empty()) return Malformed("nothing of these");
  return all;
}

}  // namespace gatepost::certs
