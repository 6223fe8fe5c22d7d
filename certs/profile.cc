#include "certs/profile.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "certs/openssl.h"
#include "certs/sm2.h"
#include "certs/suites.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::certs {
namespace {

constexpr std::string_view kClientAuthOid = "1.3.6.1.5.5.7.3.2";
constexpr std::string_view kServerAuthOid = "1.3.6.1.5.5.7.3.1";
constexpr std::string_view kAnyUsageOid = "2.5.29.37.0";
constexpr int kMinRsaBits = 3072;

std::string ObjectText(const ASN1_OBJECT* object) {
  char text[128] = {};
  const int size = OBJ_obj2txt(text, sizeof(text), object, /*no_name=*/1);
  return size > 0 && size < static_cast<int>(sizeof(text)) ? std::string(text) : "";
}

// The object identifiers of the extended key usage; nullopt when there is no such extension.
std::optional<std::vector<std::string>> ExtendedKeyUsages(const Certificate& certificate) {
  int status = 0;
  ExtendedKeyUsagePtr usages(static_cast<EXTENDED_KEY_USAGE*>(
      X509_get_ext_d2i(certificate.get(), NID_ext_key_usage, &status, nullptr)));
  if (usages == nullptr) {
    TakeErrors();
    if (status == -1) return std::nullopt;
    return std::vector<std::string>();  // Unreadable or repeated: allows nothing.
  }
  std::vector<std::string> oids;
  for (int i = 0; i < sk_ASN1_OBJECT_num(usages.get()); ++i) {
    oids.push_back(ObjectText(sk_ASN1_OBJECT_value(usages.get(), i)));
  }
  return oids;
}

bool Contains(const std::vector<std::string>& oids, std::string_view oid) {
  return std::ranges::find(oids, oid) != oids.end();
}

// Whether the key usage extension is there and holds all of `bits`.
bool HasKeyUsage(const Certificate& certificate, uint32_t bits) {
  const bool present = (X509_get_extension_flags(certificate.get()) & EXFLAG_KUSAGE) != 0;
  return present && (X509_get_key_usage(certificate.get()) & bits) == bits;
}

absl::Status WrongUsage(Usage usage, std::string_view wanted, const std::vector<std::string>& oids,
                        std::string_view came = "") {
  return system::Refuse(
      v1::REASON_CERTIFICATE_WRONG_USAGE,
      fmt::format("a certificate for {}: {}", UsageName(usage), wanted),
      came.empty() ? fmt::format("extended key usages [{}]", fmt::join(oids, ", "))
                   : std::string(came),
      "use the certificate that was issued for this purpose; TLS and signing have one each");
}

bool SignedOverSm3(const Certificate& certificate) {
  const int signature = X509_get_signature_nid(certificate.get());
  int digest = NID_undef;
  int key = NID_undef;
  // OpenSSL 3.0 has a name for RSA with SM3 but does not know its parts.
  return signature == NID_sm3WithRSAEncryption ||
         (OBJ_find_sigid_algs(signature, &digest, &key) == 1 && digest == NID_sm3);
}

absl::Status CheckTls(const Certificate& leaf, Role role, Usage usage,
                      const std::vector<std::string>& oids) {
  const bool client = Contains(oids, kClientAuthOid);
  const bool server = Contains(oids, kServerAuthOid);
  if (role == Role::kNode && !(client && server)) {
    return WrongUsage(usage, "a node's has clientAuth and serverAuth", oids);
  }
  if (usage == Usage::kTlsClient && !client) return WrongUsage(usage, "clientAuth", oids);
  if (usage == Usage::kTlsServer && !server) return WrongUsage(usage, "serverAuth", oids);
  if (Contains(oids, kDocumentSigningOid)) {
    return WrongUsage(usage, "without documentSigning", oids);
  }
  if (!HasKeyUsage(leaf, KU_DIGITAL_SIGNATURE)) {
    return WrongUsage(usage, "key usage digitalSignature", oids, "a key usage without it");
  }
  const KeyKind kind = leaf.key().kind();
  if (kind == KeyKind::kSm2) return RefuseSm2InTls(leaf);
  if (kind == KeyKind::kP256 || kind == KeyKind::kEd25519 ||
      (kind == KeyKind::kRsa && leaf.key().bits() >= kMinRsaBits)) {
    return absl::OkStatus();
  }
  return system::Refuse(v1::REASON_WEAK_KEY, "a TLS key of P-256, Ed25519, or RSA of 3072 bits",
                        leaf.key().Describe(), "have a certificate issued for a stronger key");
}

absl::Status CheckSigning(const Certificate& leaf, Role role, const std::vector<std::string>& oids,
                          std::span<const std::string> allowed_suites) {
  if (role == Role::kNode) {
    return WrongUsage(Usage::kSign, "of a person or a service", oids,
                      "the name of a node, and nodes sign no messages");
  }
  if (!Contains(oids, kDocumentSigningOid)) {
    return WrongUsage(Usage::kSign, fmt::format("documentSigning, {}", kDocumentSigningOid), oids);
  }
  if (Contains(oids, kClientAuthOid) || Contains(oids, kServerAuthOid) ||
      Contains(oids, kAnyUsageOid)) {
    return WrongUsage(Usage::kSign, "without clientAuth, serverAuth or any", oids);
  }
  if (!HasKeyUsage(leaf, KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) {
    return WrongUsage(Usage::kSign, "key usages digitalSignature and nonRepudiation", oids,
                      "a key usage without both");
  }
  const std::optional<std::string_view> suite = SuiteOfKey(leaf.key());
  if (!suite.has_value()) {
    return system::Refuse(v1::REASON_WEAK_KEY, "a signing key of P-256, Ed25519 or SM2",
                          leaf.key().Describe(), "have a certificate issued for such a key");
  }
  if (std::ranges::find(allowed_suites, *suite) == allowed_suites.end()) {
    return system::Refuse(
        v1::REASON_SUITE_NOT_ALLOWED,
        fmt::format("one of its trust domain's suites: {}", fmt::join(allowed_suites, ", ")),
        fmt::format("a key of {}", *suite), "sign with an allowed suite");
  }
  return absl::OkStatus();
}

}  // namespace

std::string_view UsageName(Usage usage) {
  switch (usage) {
    case Usage::kTlsClient:
      return "TLS client";
    case Usage::kTlsServer:
      return "TLS server";
    case Usage::kSign:
      return "signing";
  }
  return "unknown";
}

absl::Status CheckLeafProfile(const Certificate& leaf, Role role, Usage usage,
                              std::span<const std::string> allowed_suites) {
  const std::vector<std::string> oids =
      ExtendedKeyUsages(leaf).value_or(std::vector<std::string>());
  if (leaf.IsCa()) return WrongUsage(usage, "of an end entity", oids, "a CA certificate");
  if (usage == Usage::kSign) return CheckSigning(leaf, role, oids, allowed_suites);
  return CheckTls(leaf, role, usage, oids);
}

absl::Status CheckPathSm2(std::span<const Certificate> path,
                          std::span<const std::string> allowed_suites) {
  const bool allowed = std::ranges::find(allowed_suites, kSm2Sm3) != allowed_suites.end();
  for (size_t i = 0; i < path.size(); ++i) {
    const Certificate& certificate = path[i];
    const bool by_sm2 = SignedWithSm2(certificate.get());
    if (!allowed && (by_sm2 || certificate.key().kind() == KeyKind::kSm2)) {
      return system::Refuse(
          v1::REASON_SUITE_NOT_ALLOWED,
          fmt::format("a chain of its trust domain's suites: {}", fmt::join(allowed_suites, ", ")),
          fmt::format("SM2 in {}", certificate.Describe()),
          "use a certificate of another chain, or have sm2-sm3 agreed for the domain");
    }
    if (!by_sm2 && i + 1 < path.size() && SignedOverSm3(certificate)) {
      return system::Refuse(v1::REASON_WEAK_KEY, "SM3 in signatures by SM2 keys only",
                            certificate.Describe(), "have it issued over SHA-256");
    }
  }
  return absl::OkStatus();
}

absl::Status RefuseSm2InTls(const Certificate& leaf) {
  return system::Refuse(
      v1::REASON_CERTIFICATE_WRONG_USAGE, "a TLS certificate with a key of P-256, Ed25519 or RSA",
      fmt::format("an SM2 key, which signs messages and is unknown to TLS here: {}",
                  leaf.Describe()),
      "have a TLS certificate issued for a P-256 key, if need be under a second root");
}

absl::Status CheckIntermediateProfile(const Certificate& intermediate, Usage usage) {
  const std::optional<std::vector<std::string>> oids = ExtendedKeyUsages(intermediate);
  if (!oids.has_value() || Contains(*oids, kAnyUsageOid)) return absl::OkStatus();
  const std::string_view needed = usage == Usage::kSign        ? kDocumentSigningOid
                                  : usage == Usage::kTlsClient ? kClientAuthOid
                                                               : kServerAuthOid;
  if (Contains(*oids, needed)) return absl::OkStatus();
  return WrongUsage(usage, "issued by a CA that may issue such", *oids);
}

}  // namespace gatepost::certs
