#ifndef GATEPOST_DAEMON_CONFIG_AGREEMENT_SIGNATURES_H_
#define GATEPOST_DAEMON_CONFIG_AGREEMENT_SIGNATURES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/certificate.h"
#include "certs/signer.h"
#include "certs/spiffe_id.h"
#include "certs/trust.h"
#include "daemon/config/link_agreement.h"
#include "daemon/config/text_file.h"
#include "gatepost/config/v1/agreement_signatures.pb.h"

// Both sides' signatures on a link agreement, detached, in a file beside it.
namespace gatepost::config {

// What the PAE (DSSE) of the agreement file's bytes is made with.
inline constexpr std::string_view kLinkAgreementPayloadType =
    "application/vnd.gatepost.link-agreement.v1";
// The most signatures that are looked at.
inline constexpr int kMostAgreementSignatures = 16;

using SignaturesFile = Parsed<v1::AgreementSignatures>;

// Where the signatures of an agreement file lie unless a config says otherwise.
std::string SignaturesPathOf(const std::string& agreement_file);

// As of when its signers' certificates are judged: the last second of `agreed_on`, UTC.
// AGREEMENT_NOT_SIGNED when the agreement does not say when it was agreed.
absl::StatusOr<absl::Time> SignedAsOf(const LinkAgreement& agreement);

// Who signed, and the path of his certificate as it was judged, leaf first, root last.
struct AgreementSigner {
  certs::SpiffeId id;
  std::vector<certs::Certificate> path;
};

// One signature and what it is worth.
struct JudgedSignature {
  std::string spiffe_id;  // As the certificate names it; empty when that cannot be read.
  int side = -1;          // Index of the node whose authority it is; -1: of neither.
  absl::Status verdict;   // AGREEMENT_NOT_SIGNED, or OK.
  // Of a good one.
  std::optional<AgreementSigner> signer = std::nullopt;
};

// Judges each signature by itself, in the order of the file: the certificate leads to a root of its
// domain in `trust` as of SignedAsOf and is one for signing, its name is an authority of a side,
// its suite is agreed for that side, and the signature holds over the agreement's exact bytes.
// AGREEMENT_NOT_SIGNED when the file is about other bytes, or has too many.
absl::StatusOr<std::vector<JudgedSignature>> JudgeSignatures(const LinkAgreement& agreement,
                                                             const SignaturesFile& file,
                                                             const certs::TrustStore& trust);

// That the agreement is signed by an authority of each side, and that no signature in the file is
// bad. Who signed it; whether they were revoked is another question (node/agreement_check.h). A
// file that is not there is fine where `may_lack`; then nobody did. AGREEMENT_NOT_SIGNED, or
// BAD_CONFIG when the file is unreadable.
absl::StatusOr<std::vector<AgreementSigner>> CheckAgreementSigned(const LinkAgreement& agreement,
                                                                  const std::string& path,
                                                                  const certs::TrustStore& trust,
                                                                  bool may_lack);

// Adds the signer's signature to `signatures`, which is empty or of the same agreement. `roots`
// (PEM) are those of the agreed ones that travel with the chain, so that others can judge it.
// NOT_AN_AUTHORITY when the agreement does not name the signer; AGREEMENT_NOT_SIGNED when the
// signatures are of other bytes; DUPLICATE_SIGNER; INTERNAL.
absl::Status SignAgreement(const LinkAgreement& agreement, const certs::Signer& signer,
                           const std::vector<std::string>& roots,
                           v1::AgreementSignatures* signatures);

// A trust store of the agreed roots that came with the signatures or are in `roots` (PEM): for who
// judges an agreement without a node's config. A domain without a root is left out. Errors of
// certs::TrustStore::Create.
absl::StatusOr<certs::TrustStore> TrustFor(const LinkAgreement& agreement,
                                           const v1::AgreementSignatures& signatures,
                                           const std::vector<std::string>& roots);

}  // namespace gatepost::config

#endif  // GATEPOST_DAEMON_CONFIG_AGREEMENT_SIGNATURES_H_
