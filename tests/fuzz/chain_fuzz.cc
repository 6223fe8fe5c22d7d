// Honest chains and revocation lists, changed: nothing that was changed is still believed. The
// input says what to change, since keys are made anew in each run.

#include "certs/certificate.h"
#include "certs/pem.h"
#include "certs/practice_ca.h"
#include "certs/revocation_list.h"
#include "certs/trust.h"
#include "tests/evidence/test_authority.h"
#include "tests/fuzz/chooser.h"
#include "tests/fuzz/promise.h"

namespace gatepost::fuzz {
namespace {

constexpr char kDomain[] = "langson.practice.example";

struct World {
  absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  evidence::TestAuthority authority{kDomain, now};
  std::unique_ptr<certs::Signer> officer = authority.Issue("/agency/board/officer/01");
  certs::PracticeCa other = certs::PracticeCa::Create(kDomain, now).value();
  certs::PracticeCa below = other.Subordinate("office").value();
  std::vector<std::string> long_chain = certs::DerFromPem(
      below
          .IssueSigner(
              certs::SpiffeId::Parse("spiffe://langson.practice.example/agency/board/clerk/01")
                  .value())
          .value()
          .certificate_chain_pem);
  std::string revoked = authority.Revoke({{officer.get(), now}});
  certs::Certificate root = certs::Certificate::Parse(authority.root()).value();
  certs::TrustStore trust =
      certs::TrustStore::Create(
          {{.name = kDomain,
            .country = "VN",
            .root_pems = {certs::PemFromDer(std::string_view(root_der())), other.root_pem()}}})
          .value();
  std::string root_der() const { return authority.root(); }
};

void CheckChain(const World& world, Chooser& choose) {
  const std::vector<std::string> honest =
      choose.Byte() % 2 == 0 ? world.officer->certificate_chain_der() : world.long_chain;
  const auto before = world.trust.Validate(honest, certs::Usage::kSign, world.now);
  Promise(before.ok(), "an honest chain is valid");
  const size_t at = choose.Below(honest.size());
  std::vector<std::string> chain = honest;
  for (size_t edits = choose.Below(3) + 1; edits > 0; --edits) {
    chain[at] = Edited(std::move(chain[at]), choose);
  }
  if (chain == honest) return;
  const auto valid = world.trust.Validate(chain, certs::Usage::kSign, world.now);
  PromiseAnswer(valid.status());
  Promise(!valid.ok(), "a certificate that was changed is never valid");
}

void CheckList(const World& world, Chooser& choose) {
  std::string bytes = world.revoked;
  for (size_t edits = choose.Below(3) + 1; edits > 0; --edits) {
    bytes = Edited(std::move(bytes), choose);
  }
  if (bytes == world.revoked) return;
  const auto list = certs::RevocationList::Parse(bytes);
  PromiseAnswer(list.status());
  if (!list.ok() || list->der() == world.revoked) return;  // Another spelling of the same list.
  Promise(!list->CheckSignature(world.root).ok() || !list->Names(world.root),
          "a revocation list that was changed is never believed");
  const auto leaf =
      certs::Certificate::Parse(world.officer->certificate_chain_der().front()).value();
  (void)list->RevokedAt(leaf);
}

}  // namespace
}  // namespace gatepost::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const gatepost::fuzz::World world;
  gatepost::fuzz::Chooser choose(gatepost::fuzz::ViewOf(data, size));
  if (choose.Byte() % 2 == 0) {
    gatepost::fuzz::CheckChain(world, choose);
  } else {
    gatepost::fuzz::CheckList(world, choose);
  }
  return 0;
}
