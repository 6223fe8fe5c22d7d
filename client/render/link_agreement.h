#ifndef GATEPOST_CLIENT_RENDER_LINK_AGREEMENT_H_
#define GATEPOST_CLIENT_RENDER_LINK_AGREEMENT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gatepost/config/v1/link_agreement.pb.h"

namespace gatepost::render {

// One signature on an agreement and what it is worth.
struct AgreementSigner {
  std::string node;       // For which side; empty when it does not count.
  std::string spiffe_id;  // Empty when it cannot be read.
  absl::Status verdict;
};

// What a checked agreement file says, in the words of the file, with its digest.
std::string LinkAgreementText(const config::v1::LinkAgreement& agreement, const std::string& path,
                              const std::string& sha256);

// Who signed it, and whether each signature is good; then which side has not yet.
std::string AgreementSignaturesText(const config::v1::LinkAgreement& agreement,
                                    const std::vector<AgreementSigner>& signers);

// The same for programs: node, signer, verdict.
std::string AgreementSignaturesCsv(const std::vector<AgreementSigner>& signers);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_LINK_AGREEMENT_H_
