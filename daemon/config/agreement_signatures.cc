#include "daemon/config/agreement_signatures.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "absl/strings/escaping.h"
#include "certs/certificate.h"
#include "certs/dsse.h"
#include "certs/pem.h"
#include "certs/suites.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace gatepost::config {

namespace {

constexpr char kToSign[] = "have an authority of each side run gatepost link sign on this file";

absl::Status NotSigned(std::string_view wanted, std::string_view came, std::string_view todo) {
  return system::Refuse(gatepost::v1::REASON_AGREEMENT_NOT_SIGNED, wanted, came, todo);
}

// The same about a field of the signatures' file.
absl::Status NotSignedAt(const SignaturesFile& file, const std::string& field,
                         std::string_view wanted, std::string_view came, std::string_view todo) {
  return NotSigned(
      wanted,
      fmt::format("{}:{}: {}: {}", file.path, LineOf(file.value, *file.places, field), field, came),
      todo);
}

// The side whose authority it is; -1 for neither.
int SideOf(const LinkAgreement& agreement, std::string_view spiffe_id) {
  for (int i = 0; i < 2; ++i) {
    const auto& named = agreement.nodes[static_cast<size_t>(i)].stated.authorities();
    if (std::ranges::find(named, spiffe_id) != named.end()) return i;
  }
  return -1;
}

bool IsAgreedRoot(const LinkAgreement& agreement, int side, const std::string& der) {
  const std::vector<certs::Digest>& roots = agreement.nodes[static_cast<size_t>(side)].roots;
  return std::ranges::find(roots, certs::Sha256Of(der)) != roots.end();
}

// What one signature is worth, whoever made it.
absl::Status JudgeOne(const LinkAgreement& agreement, const v1::AgreementSignature& signature,
                      const certs::TrustStore& trust, absl::Time at, JudgedSignature& judged) {
  const std::vector<std::string> chain = certs::DerFromPem(signature.certificate_chain_pem());
  if (!chain.empty()) {
    const absl::StatusOr<certs::Certificate> leaf = certs::Certificate::Parse(chain.front());
    if (leaf.ok()) {
      if (const auto name = leaf->Name(); name.ok()) judged.spiffe_id = name->ToString();
    }
  }
  std::vector<certs::Certificate> path;
  GATEPOST_ASSIGN_OR_RETURN(const certs::Identity signer,
                            trust.Validate(chain, certs::Usage::kSign, at, &path));
  const int side = SideOf(agreement, signer.id.ToString());
  if (side < 0) {
    return system::Refuse(gatepost::v1::REASON_NOT_AN_AUTHORITY,
                          "an authority that the agreement names", signer.id.ToString(),
                          "have one of them sign it");
  }
  const auto& suites = agreement.nodes[static_cast<size_t>(side)].stated.suites();
  if (std::ranges::find(suites, signature.suite()) == suites.end()) {
    return system::Refuse(gatepost::v1::REASON_SUITE_NOT_ALLOWED,
                          fmt::format("one of {}", fmt::join(suites, ", ")),
                          system::Printable(signature.suite(), 40), "sign with an agreed suite");
  }
  std::string value;
  if (!absl::Base64Unescape(signature.value(), &value)) value.clear();
  GATEPOST_RETURN_IF_ERROR(
      certs::Verify(signer.key, signature.suite(),
                    certs::Pae(kLinkAgreementPayloadType, agreement.file.bytes), value));
  judged.side = side;
  judged.signer = AgreementSigner{signer.id, std::move(path)};
  return absl::OkStatus();
}

absl::Status CheckSubject(const LinkAgreement& agreement, const SignaturesFile& file) {
  if (file.value.agreement_sha256() != certs::ToHex(agreement.sha256)) {
    return NotSignedAt(file, "agreement_sha256",
                       fmt::format("signatures on {}, digest {}", agreement.file.path,
                                   certs::ToHex(agreement.sha256)),
                       fmt::format("those on another file, digest '{}'",
                                   system::Printable(file.value.agreement_sha256(), 64)),
                       "put the file back that was signed, or have both sides sign this one");
  }
  if (file.value.signatures_size() > kMostAgreementSignatures) {
    return NotSignedAt(file, "signatures", fmt::format("at most {}", kMostAgreementSignatures),
                       fmt::format("{}", file.value.signatures_size()),
                       "leave out what is not needed");
  }
  return absl::OkStatus();
}

}  // namespace

std::string SignaturesPathOf(const std::string& agreement_file) {
  return agreement_file + ".signatures";
}

absl::StatusOr<absl::Time> SignedAsOf(const LinkAgreement& agreement) {
  if (!agreement.file.value.has_agreed_on()) {
    return NotSigned("agreed_on, the date as of which its signatures are judged",
                     fmt::format("{} without it", agreement.file.path),
                     "state agreed_on, and have both sides sign the file");
  }
  const absl::CivilDay day = domain::CheckedDay(agreement.file.value.agreed_on());
  return absl::FromCivil(day + 1, absl::UTCTimeZone()) - absl::Seconds(1);
}

absl::StatusOr<std::vector<JudgedSignature>> JudgeSignatures(const LinkAgreement& agreement,
                                                             const SignaturesFile& file,
                                                             const certs::TrustStore& trust) {
  GATEPOST_RETURN_IF_ERROR(CheckSubject(agreement, file));
  GATEPOST_ASSIGN_OR_RETURN(const absl::Time at, SignedAsOf(agreement));
  std::vector<JudgedSignature> all;
  std::set<std::string> seen;
  for (int i = 0; i < file.value.signatures_size(); ++i) {
    JudgedSignature judged;
    absl::Status verdict = JudgeOne(agreement, file.value.signatures(i), trust, at, judged);
    if (verdict.ok() && !seen.insert(judged.spiffe_id).second) {
      verdict = system::Refuse(gatepost::v1::REASON_DUPLICATE_SIGNER, "each authority once",
                               fmt::format("a second one by {}", judged.spiffe_id), "leave it out");
    }
    if (!verdict.ok()) {
      judged.side = -1;
      judged.signer.reset();
      const system::Refusal why = system::RefusalOf(verdict).value_or(system::Refusal{
          .wanted = "a signature", .came = std::string(verdict.message()), .todo = {}});
      judged.verdict = NotSignedAt(
          file, fmt::format("signatures[{}]", i), why.wanted,
          fmt::format("{} ({})", why.came, system::ReasonName(system::ReasonOf(verdict))),
          "leave this signature out, and have an authority of that side sign again");
    }
    all.push_back(std::move(judged));
  }
  return all;
}

absl::StatusOr<std::vector<AgreementSigner>> CheckAgreementSigned(const LinkAgreement& agreement,
                                                                  const std::string& path,
                                                                  const certs::TrustStore& trust,
                                                                  bool may_lack) {
  std::error_code error;
  const bool there = std::filesystem::exists(path, error);
  if (!there && may_lack) return std::vector<AgreementSigner>();
  if (!there) {
    return NotSigned(fmt::format("the signatures of both sides on {}", agreement.file.path),
                     fmt::format("no file {}", path), kToSign);
  }
  GATEPOST_ASSIGN_OR_RETURN(const SignaturesFile file,
                            ReadTextProto<v1::AgreementSignatures>(path));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<JudgedSignature> judged,
                            JudgeSignatures(agreement, file, trust));
  std::vector<AgreementSigner> signers;
  std::vector<std::string> names;
  for (const JudgedSignature& one : judged) {
    GATEPOST_RETURN_IF_ERROR(one.verdict);
    signers.push_back(*one.signer);
    names.push_back(one.spiffe_id);
  }
  for (int side = 0; side < 2; ++side) {
    if (std::ranges::find(judged, side, &JudgedSignature::side) != judged.end()) continue;
    return NotSigned(fmt::format("the signature of an authority of {}",
                                 agreement.nodes[static_cast<size_t>(side)].stated.node()),
                     fmt::format("{} with {}", path,
                                 names.empty() ? "none" : fmt::to_string(fmt::join(names, ", "))),
                     kToSign);
  }
  return signers;
}

absl::Status SignAgreement(const LinkAgreement& agreement, const certs::Signer& signer,
                           const std::vector<std::string>& roots,
                           v1::AgreementSignatures* signatures) {
  const std::string id = signer.id().ToString();
  const int side = SideOf(agreement, id);
  if (side < 0) {
    return system::Refuse(gatepost::v1::REASON_NOT_AN_AUTHORITY,
                          "one of the authorities that the agreement names", id,
                          "have one of them sign it, or agree on who may");
  }
  const std::string digest = certs::ToHex(agreement.sha256);
  if (signatures->agreement_sha256().empty()) signatures->set_agreement_sha256(digest);
  if (signatures->agreement_sha256() != digest) {
    return NotSigned(fmt::format("signatures on digest {}", digest),
                     fmt::format("some on {}", signatures->agreement_sha256()),
                     "remove the old signatures file: it is about another agreement");
  }
  for (const v1::AgreementSignature& other : signatures->signatures()) {
    const std::vector<std::string> chain = certs::DerFromPem(other.certificate_chain_pem());
    if (chain.empty()) continue;
    const absl::StatusOr<certs::Certificate> leaf = certs::Certificate::Parse(chain.front());
    if (!leaf.ok()) continue;
    const absl::StatusOr<certs::SpiffeId> name = leaf->Name();
    if (name.ok() && *name == signer.id()) {
      return system::Refuse(gatepost::v1::REASON_DUPLICATE_SIGNER,
                            "one signature of each authority",
                            fmt::format("a second one by {}", id), "nothing: it is signed");
    }
  }
  GATEPOST_ASSIGN_OR_RETURN(
      const std::string value,
      signer.Sign(certs::Pae(kLinkAgreementPayloadType, agreement.file.bytes)));
  std::vector<std::string> chain = signer.certificate_chain_der();
  for (const std::string& pem : roots) {
    for (const std::string& der : certs::DerFromPem(pem)) {
      if (chain.size() < certs::TrustStore::kMaxChain && IsAgreedRoot(agreement, side, der)) {
        chain.push_back(der);
      }
    }
  }
  v1::AgreementSignature* added = signatures->add_signatures();
  added->set_suite(std::string(signer.suite()));
  added->set_value(absl::Base64Escape(value));
  added->set_certificate_chain_pem(certs::PemFromDer(chain));
  return absl::OkStatus();
}

absl::StatusOr<certs::TrustStore> TrustFor(const LinkAgreement& agreement,
                                           const v1::AgreementSignatures& signatures,
                                           const std::vector<std::string>& roots) {
  std::vector<std::string> ders;
  for (const std::string& pem : roots) {
    for (std::string& der : certs::DerFromPem(pem)) ders.push_back(std::move(der));
  }
  for (int i = 0; i < std::min(signatures.signatures_size(), kMostAgreementSignatures); ++i) {
    const std::string& pem = signatures.signatures(i).certificate_chain_pem();
    for (std::string& der : certs::DerFromPem(pem)) ders.push_back(std::move(der));
  }
  std::vector<certs::TrustDomain> domains;
  for (int side = 0; side < 2; ++side) {
    const AgreedNode& node = agreement.nodes[static_cast<size_t>(side)];
    certs::TrustDomain domain{.name = std::string(node.spiffe_id.trust_domain()),
                              .country = node.stated.country(),
                              .root_pems = {}};
    domain.allowed_suites.assign(node.stated.suites().begin(), node.stated.suites().end());
    std::set<std::string> taken;
    for (const std::string& der : ders) {
      if (!IsAgreedRoot(agreement, side, der) || !taken.insert(der).second) continue;
      domain.root_pems.push_back(certs::PemFromDer(std::string_view(der)));
    }
    if (!domain.root_pems.empty()) domains.push_back(std::move(domain));
  }
  return certs::TrustStore::Create(std::move(domains));
}

}  // namespace gatepost::config
