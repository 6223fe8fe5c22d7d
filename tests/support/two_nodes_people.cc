// Who signs in the world of two nodes.
#include <utility>

#include "certs/suites.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {

void TwoNodes::MakePeople() {
  certs::TrustDomain cn_domain{
      .name = cn_ca.trust_domain(), .country = "CN", .root_pems = {cn_ca.root_pem()}};
  if (options_.cn_has_sm2) cn_domain.allowed_suites = {std::string(certs::kSm2Sm3)};
  const auto cn_key = [&](certs::PracticeKey usual) {
    return certs::IssueOptions{.key = options_.cn_has_sm2 ? certs::PracticeKey::kSm2 : usual};
  };
  trust = std::make_unique<certs::TrustStore>(Need(certs::TrustStore::Create(
      {{.name = vn_ca.trust_domain(), .country = "VN", .root_pems = {vn_ca.root_pem()}},
       cn_domain})));
  people_["vn_clerk"] = &AddPerson(vn_ca, "/agency/board/clerk/desk-1");
  people_["vn_officer"] = &AddPerson(vn_ca, "/agency/board/officer/shift-lead-1");
  people_["vn_service"] =
      &AddPerson(vn_ca, "/agency/board/service/feeder", {.key = certs::PracticeKey::kEd25519});
  people_["cn_officer"] =
      &AddPerson(cn_ca, "/agency/port-office/officer/duty-1", cn_key(certs::PracticeKey::kP256));
  people_["cn_clerk"] =
      &AddPerson(cn_ca, "/agency/port-office/clerk/desk-1", cn_key(certs::PracticeKey::kP256));
  people_["cn_service"] =
      &AddPerson(cn_ca, "/agency/port-office/service/feeder", cn_key(certs::PracticeKey::kEd25519));
}

const certs::Signer& TwoNodes::AddPerson(const certs::PracticeCa& ca, const std::string& path,
                                         const certs::IssueOptions& options) {
  const certs::SpiffeId id = Need(certs::SpiffeId::Parse("spiffe://" + ca.trust_domain() + path));
  const certs::IssuedCertificate issued = Need(ca.IssueSigner(id, options));
  signers_.push_back(
      Need(certs::Signer::FromPem(issued.private_key_pem, issued.certificate_chain_pem)));
  return *signers_.back();
}

}  // namespace gatepost::testing
