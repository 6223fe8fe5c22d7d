#include "certs/openssl.h"

#include <openssl/err.h>

#include <limits>

namespace gatepost::certs {

void FreeCertificateStack(STACK_OF(X509) * stack) { sk_X509_free(stack); }

void FreeOwnedCertificateStack(STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); }

BioPtr ReadFrom(std::string_view bytes) {
  if (bytes.size() > static_cast<size_t>(std::numeric_limits<int>::max())) return nullptr;
  // OpenSSL refuses a null pointer even for no bytes at all.
  return BioPtr(BIO_new_mem_buf(bytes.empty() ? "" : bytes.data(), static_cast<int>(bytes.size())));
}

std::string TakeErrors() {
  std::string text;
  const char* detail = nullptr;
  int flags = 0;
  while (unsigned long code = ERR_get_error_all(nullptr, nullptr, nullptr, &detail, &flags)) {
    if (!text.empty()) text += "; ";
    const char* reason = ERR_reason_error_string(code);
    text += reason != nullptr ? std::string(reason) : "code " + std::to_string(code);
    if ((flags & ERR_TXT_STRING) != 0 && detail != nullptr && *detail != '\0') {
      text += " (" + std::string(detail) + ")";
    }
  }
  return text.empty() ? "no further detail" : text;
}

}  // namespace gatepost::certs
