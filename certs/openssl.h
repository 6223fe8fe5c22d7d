#ifndef GATEPOST_CERTS_OPENSSL_H_
#define GATEPOST_CERTS_OPENSSL_H_

// Inside certs/ only: owning handles for OpenSSL objects, and its error queue as text. No other
// header of this folder includes this one, so OpenSSL's names stay in the .cc files.

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/conf.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

namespace gatepost::certs {

// Frees with one OpenSSL function; the deleter of the handles below.
template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

void FreeCertificateStack(STACK_OF(X509) * stack);       // The stack, not its elements.
void FreeOwnedCertificateStack(STACK_OF(X509) * stack);  // The stack and its elements.

using BioPtr = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;
using BignumPtr = std::unique_ptr<BIGNUM, FreeWith<BN_free>>;
using ConfPtr = std::unique_ptr<CONF, FreeWith<NCONF_free>>;
using CrlPtr = std::unique_ptr<X509_CRL, FreeWith<X509_CRL_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, FreeWith<X509_EXTENSION_free>>;
using ExtendedKeyUsagePtr = std::unique_ptr<EXTENDED_KEY_USAGE, FreeWith<EXTENDED_KEY_USAGE_free>>;
using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, FreeWith<GENERAL_NAMES_free>>;
using ObjectPtr = std::unique_ptr<ASN1_OBJECT, FreeWith<ASN1_OBJECT_free>>;
using PkeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;
using PkeyPtr = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, FreeWith<X509_STORE_CTX_free>>;
using StorePtr = std::unique_ptr<X509_STORE, FreeWith<X509_STORE_free>>;
using X509Ptr = std::unique_ptr<X509, FreeWith<X509_free>>;
using X509StackPtr = std::unique_ptr<STACK_OF(X509), FreeWith<FreeCertificateStack>>;

// A read-only BIO over `bytes`, which must outlive it. Null when out of memory or over 2 GiB.
BioPtr ReadFrom(std::string_view bytes);

// Empties this thread's OpenSSL error queue and returns it as one line, oldest first; "no further
// detail" when it was empty. Call it where a call failed, so that no error waits for a stranger.
std::string TakeErrors();

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_OPENSSL_H_
