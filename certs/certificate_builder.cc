#include "certs/certificate_builder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

#include "certs/sm2.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::certs {
namespace {

constexpr size_t kMaxCommonNameBytes = 64;
constexpr int kSerialBits = 127;  // Positive in 16 bytes.

absl::Status Failed(std::string_view step) {
  return system::Refuse(v1::REASON_INTERNAL, fmt::format("a certificate ({})", step), TakeErrors(),
                        "try once more");
}

absl::Status SetName(X509_NAME* name, const CertificateFields& fields) {
  auto add = [name](const char* field, const std::string& value) {
    return value.empty() ||
           X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(value.data()),
                                      static_cast<int>(value.size()), -1, 0) == 1;
  };
  if (!add("O", fields.organization) ||
      !add("CN", fields.common_name.substr(0, kMaxCommonNameBytes))) {
    return Failed("subject");
  }
  return absl::OkStatus();
}

absl::Status SetSerial(X509* x509) {
  BignumPtr number(BN_new());
  if (number == nullptr ||
      BN_rand(number.get(), kSerialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) != 1 ||
      BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x509)) == nullptr) {
    return Failed("serial number");
  }
  return absl::OkStatus();
}

absl::Status AddExtension(X509* x509, X509V3_CTX* context, int nid, const std::string& value) {
  ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, context, nid, value.c_str()));
  if (extension == nullptr || X509_add_ext(x509, extension.get(), -1) != 1) {
    return Failed(fmt::format("extension {} = {}", OBJ_nid2sn(nid), value));
  }
  return absl::OkStatus();
}

// Built by hand, not from OpenSSL's text form, in which a comma in a name begins another one.
absl::Status AddName(GENERAL_NAMES* names, int type, int string_type, std::string_view bytes) {
  GENERAL_NAME* name = GENERAL_NAME_new();
  ASN1_STRING* text = ASN1_STRING_type_new(string_type);
  if (name == nullptr || text == nullptr ||
      ASN1_STRING_set(text, bytes.data(), static_cast<int>(bytes.size())) != 1) {
    ASN1_STRING_free(text);
    GENERAL_NAME_free(name);
    return Failed("subject alternative name");
  }
  GENERAL_NAME_set0_value(name, type, text);
  if (sk_GENERAL_NAME_push(names, name) > 0) return absl::OkStatus();
  GENERAL_NAME_free(name);
  return Failed("subject alternative name");
}

absl::Status AddSubjectAlternativeName(X509* x509, const CertificateFields& fields) {
  GATEPOST_ASSIGN_OR_RETURN(const GeneralNamesPtr names, SubjectAlternativeName(fields));
  if (names == nullptr) return absl::OkStatus();
  if (X509_add1_ext_i2d(x509, NID_subject_alt_name, names.get(), /*crit=*/0, X509V3_ADD_APPEND) !=
      1) {
    return Failed("subject alternative name");
  }
  return absl::OkStatus();
}

absl::Status AddExtensions(X509* x509, X509* issuer, const CertificateFields& fields) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, x509, nullptr, nullptr, 0);
  GATEPOST_RETURN_IF_ERROR(AddExtension(x509, &context, NID_basic_constraints,
                                        fields.is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE"));
  GATEPOST_RETURN_IF_ERROR(AddExtension(x509, &context, NID_subject_key_identifier, "hash"));
  if (issuer != x509) {
    GATEPOST_RETURN_IF_ERROR(
        AddExtension(x509, &context, NID_authority_key_identifier, "keyid:always"));
  }
  if (!fields.key_usage.empty()) {
    GATEPOST_RETURN_IF_ERROR(
        AddExtension(x509, &context, NID_key_usage, "critical," + fields.key_usage));
  }
  if (!fields.extended_key_usages.empty()) {
    GATEPOST_RETURN_IF_ERROR(
        AddExtension(x509, &context, NID_ext_key_usage,
                     fmt::format("{}", fmt::join(fields.extended_key_usages, ","))));
  }
  return AddSubjectAlternativeName(x509, fields);
}

bool Sign(X509* x509, EVP_PKEY* issuer_key) {
  if (EVP_PKEY_is_a(issuer_key, "SM2") != 1) return X509_sign(x509, issuer_key, EVP_sha256()) > 0;
  const SigningContext context = Sm2ForSigning(issuer_key);
  return context.ok() && X509_sign_ctx(x509, context.digest.get()) > 0;
}

}  // namespace

absl::StatusOr<GeneralNamesPtr> SubjectAlternativeName(const CertificateFields& fields) {
  GeneralNamesPtr names(GENERAL_NAMES_new());
  if (names == nullptr) return Failed("subject alternative name");
  for (const std::string& uri : fields.uris) {
    GATEPOST_RETURN_IF_ERROR(AddName(names.get(), GEN_URI, V_ASN1_IA5STRING, uri));
  }
  for (const std::string& dns : fields.dns_names) {
    GATEPOST_RETURN_IF_ERROR(AddName(names.get(), GEN_DNS, V_ASN1_IA5STRING, dns));
  }
  for (const std::string& address : fields.ipv4_addresses) {
    ASN1_OCTET_STRING* octets = a2i_IPADDRESS(address.c_str());
    if (octets == nullptr) return Failed("IP address");
    const std::string bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(octets)),
                            static_cast<size_t>(ASN1_STRING_length(octets)));
    ASN1_OCTET_STRING_free(octets);
    GATEPOST_RETURN_IF_ERROR(AddName(names.get(), GEN_IPADD, V_ASN1_OCTET_STRING, bytes));
  }
  if (sk_GENERAL_NAME_num(names.get()) == 0) return GeneralNamesPtr();
  return names;
}

absl::StatusOr<X509Ptr> BuildCertificate(const CertificateFields& fields, EVP_PKEY* subject_key,
                                         X509* issuer, EVP_PKEY* issuer_key) {
  X509Ptr x509(X509_new());
  if (x509 == nullptr || X509_set_version(x509.get(), X509_VERSION_3) != 1 ||
      ASN1_TIME_set(X509_getm_notBefore(x509.get()), absl::ToTimeT(fields.not_before)) == nullptr ||
      ASN1_TIME_set(X509_getm_notAfter(x509.get()), absl::ToTimeT(fields.not_after)) == nullptr ||
      X509_set_pubkey(x509.get(), subject_key) != 1) {
    return Failed("dates and key");
  }
  if (issuer == nullptr) {
    issuer = x509.get();
    issuer_key = subject_key;
  }
  GATEPOST_RETURN_IF_ERROR(SetSerial(x509.get()));
  GATEPOST_RETURN_IF_ERROR(SetName(X509_get_subject_name(x509.get()), fields));
  if (X509_set_issuer_name(x509.get(), X509_get_subject_name(issuer)) != 1) {
    return Failed("issuer");
  }
  GATEPOST_RETURN_IF_ERROR(AddExtensions(x509.get(), issuer, fields));
  if (!Sign(x509.get(), issuer_key)) return Failed("signature");
  return x509;
}

}  // namespace gatepost::certs
