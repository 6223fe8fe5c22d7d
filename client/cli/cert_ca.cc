// cert ca: the practice CA. Nothing that it signs is real, and every answer says so.

#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "certs/certificate.h"
#include "certs/digest.h"
#include "certs/key_file.h"
#include "certs/pem.h"
#include "certs/request.h"
#include "client/cli/cert_commands.h"
#include "client/cli/credential_files.h"
#include "client/cli/practice_folder.h"
#include "client/cli/session.h"
#include "client/render/credentials.h"
#include "client/render/text.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

using render::Say;

// The request for a key that is made here, beside the certificate.
absl::StatusOr<certs::CertificateRequest> RequestHere(const CertCaOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(certs::SpiffeId id, certs::SpiffeId::Parse(options.id));
  certs::RequestTerms terms{.id = std::move(id), .dns_names = options.dns_names};
  if (options.use == "node") terms.use = certs::CertificateUse::kNode;
  if (options.use == "sign") terms.use = certs::CertificateUse::kSign;
  GATEPOST_ASSIGN_OR_RETURN(const certs::RequestedKey made, certs::MakeRequest(terms));
  GATEPOST_ASSIGN_OR_RETURN(certs::CertificateRequest request,
                            certs::CertificateRequest::Parse(made.request_pem));
  GATEPOST_RETURN_IF_ERROR(
      certs::WriteNewPrivateKeyFile(options.key_file, made.private_key_pem.Reveal()));
  return request;
}

absl::StatusOr<config::v1::CredentialList> Issue(const CertCaOptions& options) {
  const bool here = options.csr_file.empty();
  if (here ? options.id.empty() || options.use.empty() || options.key_file.empty()
           : !options.id.empty() || !options.use.empty() || !options.key_file.empty()) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "either --csr, or --id, --use and --key",
                          here ? "a part of them" : "both", "see gatepost cert ca issue --help");
  }
  GATEPOST_ASSIGN_OR_RETURN(PracticeFolder folder, PracticeFolder::Open(options.dir));
  absl::StatusOr<certs::CertificateRequest> request;
  if (here) {
    const absl::StatusOr<certs::SpiffeId> id = certs::SpiffeId::Parse(options.id);
    if (id.ok() && id->trust_domain() != folder.issued().trust_domain()) {
      return system::Refuse(
          v1::REASON_NOT_ALLOWED,
          fmt::format("a name in the practice domain {}", folder.issued().trust_domain()),
          options.id, "ask the authority of that domain");
    }
    request = RequestHere(options);
  } else {
    GATEPOST_ASSIGN_OR_RETURN(const std::string pem, certs::ReadPublicFile(options.csr_file));
    request = certs::CertificateRequest::Parse(pem);
  }
  GATEPOST_RETURN_IF_ERROR(request.status());
  GATEPOST_ASSIGN_OR_RETURN(const std::string chain,
                            folder.Issue(*request, options.days, absl::Now()));
  GATEPOST_RETURN_IF_ERROR(certs::WritePublicFile(options.out_file, chain));
  return ReadCredentials(options.out_file, "");
}

// The SHA-256 that `typed` is, or that of the certificate file that it names.
std::string DigestTyped(const std::string& typed) {
  const absl::StatusOr<std::string> pem = certs::ReadPublicFile(typed);
  const std::vector<std::string> ders =
      pem.ok() ? certs::DerFromPem(*pem) : std::vector<std::string>();
  return ders.empty() ? typed : certs::ToHex(certs::Sha256Of(ders[0]));
}

int PrintRegister(const Global& global, const PracticeFolder& folder) {
  const render::View view = ViewOf(global, "VN");
  Print(
      global, folder.issued(), [&] { return render::PracticeText(folder.issued(), view); },
      [&] { return render::PracticeCsv(folder.issued()); });
  return 0;
}

}  // namespace

int CertCaInit(const Global& global, const CertCaOptions& options) {
  const absl::StatusOr<PracticeFolder> folder =
      PracticeFolder::Create(options.dir, options.domain, absl::Now());
  if (!folder.ok()) return Fail(global, folder.status());
  Note(global, Say("PRACTICE root: {0}; revocation list: {1}", folder->root_file(),
                   folder->revocation_list_file()) +
                   "\n");
  return PrintRegister(global, *folder);
}

int CertCaIssue(const Global& global, const CertCaOptions& options) {
  const absl::StatusOr<config::v1::CredentialList> issued = Issue(options);
  if (!issued.ok()) return Fail(global, issued.status());
  Print(
      global, *issued,
      [&] { return render::CredentialsText(*issued, ViewOf(global, "VN"), absl::Now()); },
      [&] { return render::CredentialsCsv(*issued); });
  return 0;
}

int CertCaRevoke(const Global& global, const CertCaOptions& options) {
  absl::StatusOr<PracticeFolder> folder = PracticeFolder::Open(options.dir);
  if (!folder.ok()) return Fail(global, folder.status());
  const absl::StatusOr<config::v1::PracticeCertificate> revoked =
      folder->Revoke(DigestTyped(options.revoked), absl::Now());
  if (!revoked.ok()) return Fail(global, revoked.status());
  Note(global, Say("PRACTICE: revoked {0}; now put {1} where the nodes read it",
                   revoked->spiffe_id(), folder->revocation_list_file()) +
                   "\n");
  return PrintRegister(global, *folder);
}

int CertCaList(const Global& global, const CertCaOptions& options) {
  const absl::StatusOr<PracticeFolder> folder = PracticeFolder::Open(options.dir);
  if (!folder.ok()) return Fail(global, folder.status());
  return PrintRegister(global, *folder);
}

}  // namespace gatepost::cli
