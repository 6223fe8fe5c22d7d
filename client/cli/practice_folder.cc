#include "client/cli/practice_folder.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "certs/certificate.h"
#include "certs/key_file.h"
#include "certs/pem.h"
#include "certs/practice_ca.h"
#include "client/render/times.h"
#include "daemon/config/text_file.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"
#include "google/protobuf/text_format.h"

namespace gatepost::cli {
namespace {

// How long a practice revocation list serves until the next one is due.
constexpr absl::Duration kListLife = absl::Hours(24 * 30);
constexpr absl::Duration kBackdated = absl::Hours(1);
constexpr size_t kFewestDigits = 8;

absl::Status MakeFolder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error || chmod(path.c_str(), 0700) != 0) {
    return system::Refuse(v1::REASON_BAD_CONFIG, fmt::format("to make the folder {}", path),
                          error ? error.message() : std::strerror(errno), "name another folder");
  }
  return absl::OkStatus();
}

absl::StatusOr<certs::PracticeCa> LoadCa(const std::string& dir, const std::string& domain,
                                         absl::Time now) {
  GATEPOST_ASSIGN_OR_RETURN(const certs::SecretBytes key,
                            certs::ReadPrivateKeyFile(dir + "/root.key"));
  GATEPOST_ASSIGN_OR_RETURN(const std::string root, certs::ReadPublicFile(dir + "/root.pem"));
  return certs::PracticeCa::Load(domain, root, key.Reveal(), now);
}

void SetTime(google::protobuf::Timestamp* field, absl::Time time) {
  field->set_seconds(absl::ToUnixSeconds(time));
}

}  // namespace

absl::StatusOr<PracticeFolder> PracticeFolder::Create(const std::string& dir,
                                                      std::string_view trust_domain,
                                                      absl::Time now) {
  std::error_code error;
  if (std::filesystem::exists(dir + "/root.key", error)) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a folder without a practice CA",
                          fmt::format("{} holds one", dir), "name another folder");
  }
  GATEPOST_ASSIGN_OR_RETURN(const certs::PracticeCa ca,
                            certs::PracticeCa::Create(trust_domain, now));
  PracticeFolder folder(config::AbsolutePath(dir, config::AbsolutePath(".", "")));
  GATEPOST_RETURN_IF_ERROR(MakeFolder(folder.dir_));
  GATEPOST_RETURN_IF_ERROR(MakeFolder(folder.dir_ + "/issued"));
  GATEPOST_ASSIGN_OR_RETURN(const std::string key, ca.private_key_pem());
  GATEPOST_RETURN_IF_ERROR(certs::WritePrivateKeyFile(folder.dir_ + "/root.key", key));
  GATEPOST_RETURN_IF_ERROR(certs::WritePublicFile(folder.root_file(), ca.root_pem()));
  folder.register_.set_trust_domain(std::string(trust_domain));
  GATEPOST_RETURN_IF_ERROR(folder.Save(now));
  return folder;
}

absl::StatusOr<PracticeFolder> PracticeFolder::Open(const std::string& dir) {
  PracticeFolder folder(config::AbsolutePath(dir, config::AbsolutePath(".", "")));
  GATEPOST_ASSIGN_OR_RETURN(auto file, config::ReadTextProto<config::v1::PracticeRegister>(
                                           folder.dir_ + "/issued.textproto"));
  folder.register_ = std::move(file.value);
  return folder;
}

absl::StatusOr<std::string> PracticeFolder::Issue(const certs::CertificateRequest& request,
                                                  int days, absl::Time now) {
  GATEPOST_ASSIGN_OR_RETURN(const certs::PracticeCa ca,
                            LoadCa(dir_, register_.trust_domain(), now));
  GATEPOST_ASSIGN_OR_RETURN(const certs::Certificate root,
                            certs::Certificate::Parse(certs::DerFromPem(ca.root_pem()).at(0)));
  certs::IssueOptions options;
  options.not_before = std::max(now - kBackdated, root.not_before());
  options.not_after = now + absl::Hours(24) * (days == 0 ? 365 : days);
  if (*options.not_after > root.not_after()) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "an end before that of the root",
                          fmt::format("{} days", days), "make it shorter, or a new practice CA");
  }
  GATEPOST_ASSIGN_OR_RETURN(std::string chain, ca.IssueRequested(request, options));
  GATEPOST_ASSIGN_OR_RETURN(const certs::Certificate leaf,
                            certs::Certificate::Parse(certs::DerFromPem(chain).at(0)));
  const std::string sha256 = certs::ToHex(leaf.sha256());
  GATEPOST_RETURN_IF_ERROR(
      certs::WritePublicFile(fmt::format("{}/issued/{}.pem", dir_, sha256), chain));
  config::v1::PracticeCertificate& noted = *register_.add_issued();
  noted.set_spiffe_id(request.id().ToString());
  noted.set_use(std::string(certs::CertificateUseName(request.use())));
  noted.set_sha256(sha256);
  SetTime(noted.mutable_issue_time(), now);
  SetTime(noted.mutable_end_time(), leaf.not_after());
  GATEPOST_RETURN_IF_ERROR(Save(now));
  return chain;
}

absl::StatusOr<config::v1::PracticeCertificate> PracticeFolder::Revoke(std::string_view sha256,
                                                                       absl::Time now) {
  config::v1::PracticeCertificate* named = nullptr;
  int matches = 0;
  for (config::v1::PracticeCertificate& one : *register_.mutable_issued()) {
    if (sha256.size() < kFewestDigits || !one.sha256().starts_with(sha256)) continue;
    named = &one;
    ++matches;
  }
  if (matches != 1) {
    return system::Refuse(v1::REASON_NOT_FOUND, "one certificate that was issued here",
                          fmt::format("{} whose SHA-256 begins with \"{}\"", matches, sha256),
                          "see gatepost cert ca list");
  }
  // Once revoked, revoked since then.
  if (!named->has_revoke_time()) SetTime(named->mutable_revoke_time(), now);
  config::v1::PracticeCertificate answer = *named;
  GATEPOST_RETURN_IF_ERROR(Save(now));
  return answer;
}

absl::Status PracticeFolder::Save(absl::Time now) const {
  std::vector<std::pair<std::string, absl::Time>> revoked;
  for (const config::v1::PracticeCertificate& one : register_.issued()) {
    if (!one.has_revoke_time()) continue;
    GATEPOST_ASSIGN_OR_RETURN(std::string pem, certs::ReadPublicFile(fmt::format(
                                                   "{}/issued/{}.pem", dir_, one.sha256())));
    revoked.emplace_back(std::move(pem), render::TimeOf(one.revoke_time()));
  }
  GATEPOST_ASSIGN_OR_RETURN(const certs::PracticeCa ca,
                            LoadCa(dir_, register_.trust_domain(), now));
  GATEPOST_ASSIGN_OR_RETURN(const std::string list,
                            ca.IssueRevocationList(revoked, now, now + kListLife));
  std::string text;
  google::protobuf::TextFormat::PrintToString(register_, &text);
  // The register first: a list can always be made again from it.
  GATEPOST_RETURN_IF_ERROR(certs::WritePublicFile(
      dir_ + "/issued.textproto", "# A PRACTICE authority: nothing of it is real.\n" + text));
  return certs::WritePublicFile(revocation_list_file(), list);
}

}  // namespace gatepost::cli
