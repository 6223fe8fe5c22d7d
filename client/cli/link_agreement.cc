// link: both sides' signatures on a link agreement.

#include "client/render/link_agreement.h"

#include <google/protobuf/text_format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "certs/digest.h"
#include "certs/key_file.h"
#include "client/cli/authority_commands.h"
#include "client/cli/confirm.h"
#include "client/cli/session.h"
#include "client/cli/submit.h"
#include "client/message_builder.h"
#include "client/render/text.h"
#include "daemon/config/agreement_signatures.h"
#include "daemon/config/client_settings.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::cli {
namespace {

using config::SignaturesFile;

std::string SignaturesOf(const LinkOptions& options) {
  return options.signatures.empty() ? config::SignaturesPathOf(options.file) : options.signatures;
}

// The signatures there are; none when there is no file.
absl::StatusOr<SignaturesFile> ReadSignatures(const LinkOptions& options) {
  std::error_code error;
  const std::string path = SignaturesOf(options);
  if (std::filesystem::exists(path, error)) {
    return config::ReadTextProto<config::v1::AgreementSignatures>(path);
  }
  SignaturesFile none;
  none.path = config::AbsolutePath(path, config::AbsolutePath(".", ""));
  none.places = std::make_unique<google::protobuf::TextFormat::ParseInfoTree>();
  return none;
}

// The roots that the user names.
absl::StatusOr<std::vector<std::string>> ReadRoots(const std::vector<std::string>& files) {
  std::vector<std::string> pems;
  for (const std::string& file : files) {
    GATEPOST_ASSIGN_OR_RETURN(std::string pem, certs::ReadPublicFile(file));
    pems.push_back(std::move(pem));
  }
  return pems;
}

struct Looked {
  config::LinkAgreement agreement;
  SignaturesFile signatures;
  std::vector<config::JudgedSignature> judged;
};

absl::StatusOr<Looked> Look(const LinkOptions& options, std::vector<std::string> roots) {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<std::string> named, ReadRoots(options.roots));
  roots.insert(roots.end(), named.begin(), named.end());
  GATEPOST_ASSIGN_OR_RETURN(config::LinkAgreement agreement,
                            config::ReadLinkAgreement(options.file));
  GATEPOST_ASSIGN_OR_RETURN(SignaturesFile signatures, ReadSignatures(options));
  Looked looked{std::move(agreement), std::move(signatures), {}};
  if (looked.signatures.value.signatures().empty()) return looked;
  GATEPOST_ASSIGN_OR_RETURN(const certs::TrustStore trust,
                            TrustFor(looked.agreement, looked.signatures.value, roots));
  GATEPOST_ASSIGN_OR_RETURN(looked.judged,
                            JudgeSignatures(looked.agreement, looked.signatures, trust));
  return looked;
}

std::string TextOf(const config::LinkAgreement& agreement) {
  return render::LinkAgreementText(agreement.file.value, agreement.file.path,
                                   certs::ToHex(agreement.sha256));
}

std::vector<render::AgreementSigner> SignersOf(const Looked& looked) {
  std::vector<render::AgreementSigner> signers;
  for (const config::JudgedSignature& one : looked.judged) {
    const auto side = static_cast<size_t>(one.side);
    signers.push_back({one.side < 0 ? "" : looked.agreement.nodes[side].stated.node(),
                       one.spiffe_id, one.verdict});
  }
  return signers;
}

std::string SignaturesTextOf(const Looked& looked) {
  return render::AgreementSignaturesText(looked.agreement.file.value, SignersOf(looked));
}

// Evidence that does not verify, as an exit code says it.
absl::Status Verdict(const Looked& looked) {
  bool sides[2] = {false, false};
  for (const config::JudgedSignature& one : looked.judged) {
    GATEPOST_RETURN_IF_ERROR(one.verdict);
    sides[one.side] = true;
  }
  if (sides[0] && sides[1]) return absl::OkStatus();
  return system::Refuse(v1::REASON_AGREEMENT_NOT_SIGNED, "the signatures of both sides",
                        fmt::format("{} of them", sides[0] || sides[1] ? "one" : "none"),
                        "have an authority of each side run gatepost link sign");
}

absl::Status Sign(const Global& global, const LinkOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(const std::string path, config::ClientConfigPath(global.client_config));
  GATEPOST_ASSIGN_OR_RETURN(const config::ClientSettings settings,
                            config::LoadClientSettings(path));
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<certs::Signer> signer,
                            client::LoadSigner(settings));
  const std::vector<std::string>& roots = settings.trust_domain.root_pems;
  GATEPOST_ASSIGN_OR_RETURN(Looked looked, Look(options, roots));
  GATEPOST_RETURN_IF_ERROR(config::SignedAsOf(looked.agreement).status());
  Note(global, TextOf(looked.agreement) + "\n" + SignaturesTextOf(looked) +
                   render::Say("you sign as {0}", signer->id().ToString()) + "\n");
  GATEPOST_RETURN_IF_ERROR(Confirm(global, options.yes, render::_("sign this agreement? [y/N] ")));
  config::v1::AgreementSignatures& signatures = looked.signatures.value;
  GATEPOST_RETURN_IF_ERROR(SignAgreement(looked.agreement, *signer, roots, &signatures));
  std::string text;
  google::protobuf::TextFormat::PrintToString(signatures, &text);
  return system::WriteFileAtomically(
      SignaturesOf(options),
      fmt::format("# proto-message: {}\n{}", signatures.GetTypeName(), text));
}

void PrintSignatures(const Global& global, const Looked& looked) {
  Print(
      global, looked.signatures.value,
      [&] { return TextOf(looked.agreement) + "\n" + SignaturesTextOf(looked); },
      [&] { return render::AgreementSignaturesCsv(SignersOf(looked)); });
}

}  // namespace

int LinkShow(const Global& global, const LinkOptions& options) {
  const absl::StatusOr<Looked> looked = Look(options, {});
  if (!looked.ok()) return Fail(global, looked.status());
  PrintSignatures(global, *looked);
  const absl::Status verdict = Verdict(*looked);
  return verdict.ok() ? 0 : Fail(global, verdict);
}

int LinkSign(const Global& global, const LinkOptions& options) {
  if (const absl::Status done = Sign(global, options); !done.ok()) return Fail(global, done);
  const absl::StatusOr<Looked> looked = Look(options, {});
  if (!looked.ok()) return Fail(global, looked.status());
  Print(
      global, looked->signatures.value, [&] { return SignaturesTextOf(*looked); },
      [&] { return render::AgreementSignaturesCsv(SignersOf(*looked)); });
  return 0;
}

}  // namespace gatepost::cli
