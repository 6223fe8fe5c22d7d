// cert request: a key that never leaves this machine, and the request for its certificate.

#include <filesystem>
#include <optional>
#include <string>

#include "certs/key_file.h"
#include "certs/request.h"
#include "client/cli/cert_commands.h"
#include "client/cli/credential_files.h"
#include "client/render/credentials.h"
#include "client/render/text.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

using render::Say;

absl::StatusOr<certs::CertificateUse> UseTyped(const std::string& typed) {
  for (certs::CertificateUse use :
       {certs::CertificateUse::kNode, certs::CertificateUse::kTls, certs::CertificateUse::kSign}) {
    if (typed == certs::CertificateUseName(use)) return use;
  }
  return system::Refuse(v1::REASON_BAD_ARGUMENT, "--use tls, sign or node",
                        fmt::format("\"{}\"", system::Printable(typed, 40)), "correct --use");
}

absl::StatusOr<config::v1::CredentialList> Make(const CertRequestOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(certs::SpiffeId id, certs::SpiffeId::Parse(options.id));
  GATEPOST_ASSIGN_OR_RETURN(const certs::CertificateUse use, UseTyped(options.use));
  std::error_code error;
  for (const std::string& file : {options.key_file, options.out_file}) {
    if (options.force || !std::filesystem::exists(file, error)) continue;
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "files that are not there yet",
                          fmt::format("{} is there", file),
                          "name other files, or say --force if nobody needs this one any more");
  }
  GATEPOST_ASSIGN_OR_RETURN(const certs::RequestedKey made,
                            certs::MakeRequest({.id = std::move(id),
                                                .use = use,
                                                .suite = options.suite,
                                                .dns_names = options.dns_names}));
  GATEPOST_RETURN_IF_ERROR(
      options.force
          ? certs::WritePrivateKeyFile(options.key_file, made.private_key_pem.Reveal())
          : certs::WriteNewPrivateKeyFile(options.key_file, made.private_key_pem.Reveal()));
  GATEPOST_RETURN_IF_ERROR(certs::WritePublicFile(options.out_file, made.request_pem));
  return ReadCredentials(options.out_file, "");
}

}  // namespace

int CertRequest(const Global& global, const CertRequestOptions& options) {
  const absl::StatusOr<config::v1::CredentialList> made = Make(options);
  if (!made.ok()) return Fail(global, made.status());
  const auto text = [&] {
    const config::v1::Credential& request = made->credentials(0);
    return Say("key made: {0}; it stays here, readable by its owner only", options.key_file) +
           "\n" + Say("request made: {0}; send this file to your authority", options.out_file) +
           "\n" +
           Say("read to them by telephone, SHA-256 of the public key: {0}", request.key_sha256()) +
           "\n";
  };
  Print(global, *made, text, [&] { return render::CredentialsCsv(*made); });
  return 0;
}

}  // namespace gatepost::cli
