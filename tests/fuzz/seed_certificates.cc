// Seeds of certificates: made by practice authorities, so their keys differ in each writing.

#include "certs/pem.h"
#include "certs/practice_ca.h"
#include "tests/evidence/test_authority.h"
#include "tests/fuzz/seeds.h"

namespace gatepost::fuzz {

void SeedCertificates(const Corpora& corpora) {
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  const auto ca = certs::PracticeCa::Create("langson.practice.example", now).value();
  const auto below = ca.Subordinate("office").value();
  const auto id =
      certs::SpiffeId::Parse("spiffe://langson.practice.example/agency/board/officer/01").value();
  const auto node =
      certs::SpiffeId::Parse("spiffe://langson.practice.example/node/vn-langson").value();
  const certs::IssuedCertificate signer = below.IssueSigner(id).value();
  const certs::IssuedCertificate ed25519 =
      ca.IssueSigner(id, {.key = certs::PracticeKey::kEd25519}).value();
  corpora.PutBoth("certificate", "signer.der",
                  certs::DerFromPem(signer.certificate_chain_pem).front());
  corpora.PutBoth("certificate", "ed25519.der",
                  certs::DerFromPem(ed25519.certificate_chain_pem).front());
  corpora.PutBoth("certificate", "root.der", certs::DerFromPem(ca.root_pem()).front());
  corpora.Put("certificate", "chain.pem", signer.certificate_chain_pem);
  corpora.Put("certificate", "pair.pem", ed25519.private_key_pem + ed25519.certificate_chain_pem);
  corpora.Put("certificate", "node.pem", ca.IssueNode(node).value().certificate_chain_pem);
  corpora.Put("certificate", "two-names.der",
              certs::DerFromPem(ca.IssueSigner(id, {.uris = {{id.ToString(), node.ToString()}}})
                                    .value()
                                    .certificate_chain_pem)
                  .front());
  const evidence::TestAuthority authority("langson.practice.example", now);
  const auto revoked = authority.Issue("/agency/board/officer/01");
  corpora.PutBoth("certificate", "revoked.crl", authority.Revoke({{revoked.get(), now}}));

  // Choices of chain_fuzz.cc: which chain or list, which certificate, how many edits, and each
  // edit: where (two bytes), how much is cut, what comes instead.
  corpora.Put("chain", "one-byte", std::string("\0\0\0\0\1\100\1\1x", 9));
  corpora.Put("chain", "cut-end", std::string("\0\1\1\0\1\360\10\0", 8));
  corpora.Put("chain", "longer-length", std::string("\0\0\0\0\0\1\3\4\203\0\1\377", 12));
  corpora.Put("chain", "ber-length", std::string("\0\0\0\0\0\1\1\2\203\0", 10));
  corpora.Put("chain", "list-ber-length", std::string("\1\0\0\1\1\2\203\0", 8));
  corpora.Put("chain", "list-byte", std::string("\1\0\0\140\1\1x", 7));
}

}  // namespace gatepost::fuzz
