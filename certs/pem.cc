#include "certs/pem.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "certs/openssl.h"

namespace gatepost::certs {
namespace {

struct PemBlock {
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;

  PemBlock() = default;
  PemBlock(const PemBlock&) = delete;
  PemBlock& operator=(const PemBlock&) = delete;
  ~PemBlock() {
    OPENSSL_free(name);
    OPENSSL_free(header);
    // A private key in the same file must not stay in memory.
    OPENSSL_clear_free(data, static_cast<size_t>(size));
  }
};

}  // namespace

std::vector<std::string> DerFromPem(std::string_view pem) {
  BioPtr source = ReadFrom(pem);
  if (source == nullptr) return {};
  std::vector<std::string> chain;
  while (true) {
    PemBlock block;
    if (PEM_read_bio(source.get(), &block.name, &block.header, &block.data, &block.size) != 1) {
      const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
      TakeErrors();
      return at_end ? chain : std::vector<std::string>();
    }
    const std::string_view name = block.name;
    if (name != PEM_STRING_X509 && name != PEM_STRING_X509_OLD) continue;
    chain.emplace_back(reinterpret_cast<const char*>(block.data), static_cast<size_t>(block.size));
  }
}

std::string PemFromDer(std::string_view der) {
  BioPtr target(BIO_new(BIO_s_mem()));
  if (target == nullptr) return "";
  PEM_write_bio(target.get(), PEM_STRING_X509, "",
                reinterpret_cast<const unsigned char*>(der.data()), static_cast<long>(der.size()));
  const char* text = nullptr;
  const long size = BIO_get_mem_data(target.get(), &text);
  return std::string(text, static_cast<size_t>(size));
}

std::string PemFromDer(const std::vector<std::string>& chain_der) {
  std::string pem;
  for (const std::string& der : chain_der) pem += PemFromDer(std::string_view(der));
  return pem;
}

}  // namespace gatepost::certs
