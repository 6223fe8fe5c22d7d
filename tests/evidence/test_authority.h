#ifndef GATEPOST_TESTS_EVIDENCE_TEST_AUTHORITY_H_
#define GATEPOST_TESTS_EVIDENCE_TEST_AUTHORITY_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "certs/openssl.h"
#include "certs/signer.h"

namespace gatepost::evidence {

// A certificate authority of any trust domain, one of practice or in earnest, which can revoke.
class TestAuthority {
 public:
  // A root that is valid from a day before `now` for ten years. With `sm2` it, its signers and its
  // lists have keys of SM2; else of P-256.
  TestAuthority(std::string trust_domain, absl::Time now, bool sm2 = false);

  const std::string& trust_domain() const { return trust_domain_; }
  // Its certificate, DER: the root, or that of an authority below it.
  std::string root() const;
  // An authority below this one, with the same kind of keys.
  TestAuthority Below(const std::string& name) const;
  // A signer in this domain, e.g. "/agency/board/officer/01", valid for `validity`.
  std::unique_ptr<certs::Signer> Issue(const std::string& path,
                                       absl::Duration validity = absl::Hours(24 * 365)) const;
  // A list of these signers with the times of their revocation, DER; it tells as of that long after
  // the authority was made.
  std::string Revoke(const std::vector<std::pair<const certs::Signer*, absl::Time>>& revoked,
                     absl::Duration as_of = absl::Hours(24 * 30)) const;

 private:
  std::string trust_domain_;
  std::string organization_;
  absl::Time now_;
  bool sm2_;
  certs::PkeyPtr key_;
  certs::X509Ptr root_;
  std::string chain_pem_;  // From this authority to below the root; empty for a root.
};

}  // namespace gatepost::evidence

#endif  // GATEPOST_TESTS_EVIDENCE_TEST_AUTHORITY_H_
