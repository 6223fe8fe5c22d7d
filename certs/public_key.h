#ifndef GATEPOST_CERTS_PUBLIC_KEY_H_
#define GATEPOST_CERTS_PUBLIC_KEY_H_

#include <memory>
#include <string>
#include <utility>

struct evp_pkey_st;  // OpenSSL's EVP_PKEY.

namespace gatepost::certs {

// The kinds of key that the rules tell apart; kOther is every other kind and curve.
enum class KeyKind { kP256, kEd25519, kSm2, kRsa, kOther };

// A parsed public key, ready to verify with. A value that copies cheaply: the copies share one
// OpenSSL object, which nobody changes after it was parsed, so that every thread may use it.
class PublicKey {
 public:
  PublicKey() = default;
  // `key` is counted, not copied; it must not be changed afterwards.
  explicit PublicKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}

  // kOther when there is no key.
  KeyKind kind() const;
  // The size of the key in bits as its kind counts it; 0 when there is no key.
  int bits() const;
  // For people: "P-256", "Ed25519", "SM2", "RSA 2048", or OpenSSL's name of the kind.
  std::string Describe() const;
  // OpenSSL's object, for certs/ only; null when there is no key.
  evp_pkey_st* get() const { return key_.get(); }

 private:
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_PUBLIC_KEY_H_
