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
  // A root that is valid from a day before `now` for ten years.
  TestAuthority(std::string trust_domain, absl::Time now);

  const std::string& trust_domain() const { return trust_domain_; }
  // The root, DER.
  std::string root() const;
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
  certs::PkeyPtr key_;
  certs::X509Ptr root_;
};

}  // namespace gatepost::evidence

#endif  // GATEPOST_TESTS_EVIDENCE_TEST_AUTHORITY_H_
