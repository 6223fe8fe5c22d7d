#include "certs/path_validation.h"

#include <fmt/format.h>

namespace gatepost::certs {
namespace {

// 128 bits: P-256, RSA 3072, SHA-256 and better.
constexpr int kSecurityLevel = 3;

using OwnedStackPtr = std::unique_ptr<STACK_OF(X509), FreeWith<FreeOwnedCertificateStack>>;

// The path that OpenSSL built, as our values; false when one of them cannot be read back.
bool CollectPath(X509_STORE_CTX* context, std::vector<Certificate>& certificates) {
  OwnedStackPtr path(X509_STORE_CTX_get1_chain(context));
  if (path == nullptr) return false;
  for (int i = 0; i < sk_X509_num(path.get()); ++i) {
    unsigned char* der = nullptr;
    const int size = i2d_X509(sk_X509_value(path.get(), i), &der);
    if (size <= 0) return false;
    absl::StatusOr<Certificate> certificate = Certificate::Parse(
        std::string_view(reinterpret_cast<char*>(der), static_cast<size_t>(size)));
    OPENSSL_free(der);
    if (!certificate.ok()) return false;
    certificates.push_back(*std::move(certificate));
  }
  return true;
}

}  // namespace

std::string PathResult::Describe() const {
  return fmt::format("{} (certificate {} of the chain)", X509_verify_cert_error_string(code),
                     depth);
}

PathResult ValidatePath(X509_STORE* store, const std::vector<Certificate>& chain,
                        const absl::Time* now, size_t max_length) {
  PathResult result;
  X509StackPtr untrusted(sk_X509_new_null());
  StoreContextPtr context(X509_STORE_CTX_new());
  if (untrusted == nullptr || context == nullptr) return result;
  for (size_t i = 1; i < chain.size(); ++i) sk_X509_push(untrusted.get(), chain[i].get());
  if (X509_STORE_CTX_init(context.get(), store, chain[0].get(), untrusted.get()) != 1) {
    TakeErrors();
    return result;
  }
  X509_VERIFY_PARAM* param = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT);
  if (now == nullptr) {
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_NO_CHECK_TIME);
  } else {
    X509_VERIFY_PARAM_set_time(param, absl::ToTimeT(*now));
  }
  X509_VERIFY_PARAM_set_auth_level(param, kSecurityLevel);
  // OpenSSL counts the intermediates only.
  X509_VERIFY_PARAM_set_depth(param, static_cast<int>(max_length) - 2);
  const bool verified = X509_verify_cert(context.get()) == 1;
  result.code = X509_STORE_CTX_get_error(context.get());
  result.depth = X509_STORE_CTX_get_error_depth(context.get());
  TakeErrors();
  if (verified && CollectPath(context.get(), result.certificates)) return result;
  result.certificates.clear();
  if (result.ok()) result.code = X509_V_ERR_UNSPECIFIED;
  return result;
}

}  // namespace gatepost::certs
