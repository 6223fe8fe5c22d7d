// Certificates, chains, revocation lists and keys as bytes: read whole or refused, in words that
// can be printed.

#include "certs/certificate.h"
#include "certs/ed25519.h"
#include "certs/pem.h"
#include "certs/practice_ca.h"
#include "certs/private_key.h"
#include "certs/revocation_list.h"
#include "certs/signer.h"
#include "certs/tls.h"
#include "certs/trust.h"
#include "tests/fuzz/promise.h"

namespace gatepost::fuzz {
namespace {

// A domain whose key nobody has any more: nothing may ever be valid in it.
const certs::TrustStore& Strangers() {
  static const certs::TrustStore trust = [] {
    const certs::PracticeCa ca =
        certs::PracticeCa::Create("langson.practice.example", absl::FromUnixSeconds(1'800'000'000))
            .value();
    return certs::TrustStore::Create({{.name = "langson.practice.example",
                                       .country = "VN",
                                       .root_pems = {ca.root_pem()}}})
        .value();
  }();
  return trust;
}

void CheckCertificate(std::string_view der) {
  const auto certificate = certs::Certificate::Parse(der);
  PromiseAnswer(certificate.status());
  if (!certificate.ok()) return;
  PromiseAnswer(certificate->Name().status());
  (void)certificate->IsCa();
  (void)certificate->key().Describe();
  for (const char c : certificate->Subject() + certificate->Describe()) {
    Promise(static_cast<unsigned char>(c) >= ' ' && c != 0x7f, "no control characters in words");
  }
}

void CheckRevocation(std::string_view bytes) {
  const auto lists = certs::RevocationList::ParseAll(bytes);
  PromiseAnswer(lists.status());
  if (!lists.ok()) return;
  Promise(!lists->empty(), "a file of lists has a list");
  for (const certs::RevocationList& list : *lists) {
    const auto again = certs::RevocationList::Parse(list.der());
    Promise(again.ok() && again->sha256() == list.sha256(), "a list is read back as it was");
    (void)list.Issuer();
  }
}

void CheckKeys(std::string_view pem) {
  PromiseAnswer(certs::ParsePrivateKey(pem).status());
  PromiseAnswer(certs::Ed25519Key::FromPem(pem).status());
  PromiseAnswer(certs::Signer::FromPem(pem, pem).status());
  PromiseAnswer(certs::CheckKeyPair(pem, pem));
}

void CheckChain(std::string_view pem) {
  const std::vector<std::string> chain = certs::DerFromPem(pem);
  Promise(certs::DerFromPem(certs::PemFromDer(chain)) == chain, "a chain is read back as it was");
  for (const std::string& der : chain) CheckCertificate(der);
  (void)certs::IsPracticeRoot(pem);
  for (const certs::Usage usage : {certs::Usage::kSign, certs::Usage::kTlsClient}) {
    const auto valid = Strangers().Validate(chain, usage, absl::FromUnixSeconds(1'800'000'000));
    PromiseAnswer(valid.status());
    Promise(!valid.ok(), "nobody is valid under a root that signed nothing");
  }
  PromiseAnswer(
      certs::TrustStore::Create(
          {{.name = "langson.practice.example", .country = "VN", .root_pems = {std::string(pem)}}})
          .status());
}

}  // namespace
}  // namespace gatepost::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = gatepost::fuzz::ViewOf(data, size);
  gatepost::fuzz::CheckCertificate(bytes);
  gatepost::fuzz::CheckRevocation(bytes);
  gatepost::fuzz::CheckKeys(bytes);
  gatepost::fuzz::CheckChain(bytes);
  return 0;
}
