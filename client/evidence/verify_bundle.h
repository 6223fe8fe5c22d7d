#ifndef GATEPOST_CLIENT_EVIDENCE_VERIFY_BUNDLE_H_
#define GATEPOST_CLIENT_EVIDENCE_VERIFY_BUNDLE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/evidence/verdict.h"
#include "daemon/domain/gate_register.h"

namespace gatepost::evidence {

// What the reader brings along. Everything else is in the bundle.
struct VerifyOptions {
  // The link agreement files that his own side signed, each the file's bytes. Without the right one
  // the answer is INCOMPLETE: nothing in a bundle can say by itself whose keys count.
  std::vector<std::string> link_agreements = {};
  // Revocation lists beside those of the bundle, X.509 in DER or PEM.
  std::vector<std::string> revocation_lists = {};
  // Evidence under practice roots may be VALID too; `practice` is set all the same.
  bool allow_practice = false;
  // The gate register by which release rules about gates are read (release_check.h).
  std::optional<domain::GateRegister> gates = std::nullopt;
};

// Checks a sealed bundle offline (README.md, "What is checked"). Never fails: what is wrong or
// missing is in the verdict. Needs no network, clock or disk; any thread.
Verdict VerifyBundle(std::string_view archive, const VerifyOptions& options);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_VERIFY_BUNDLE_H_
