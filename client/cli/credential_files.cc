#include "client/cli/credential_files.h"

#include <optional>
#include <utility>

#include "certs/digest.h"
#include "certs/inspect.h"
#include "certs/key_file.h"
#include "daemon/config/text_file.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"
#include "gatepost/config/v1/client.pb.h"
#include "gatepost/config/v1/node.pb.h"

namespace gatepost::cli {
namespace {

using config::v1::Credential;

config::v1::CredentialKind KindOf(certs::InspectedKind kind) {
  switch (kind) {
    case certs::InspectedKind::kCertificate:
      return config::v1::CREDENTIAL_KIND_CERTIFICATE;
    case certs::InspectedKind::kRequest:
      return config::v1::CREDENTIAL_KIND_REQUEST;
    case certs::InspectedKind::kRevocationList:
      return config::v1::CREDENTIAL_KIND_REVOCATION_LIST;
    case certs::InspectedKind::kPrivateKey:
      return config::v1::CREDENTIAL_KIND_PRIVATE_KEY;
  }
  return config::v1::CREDENTIAL_KIND_UNSPECIFIED;
}

Credential ToProto(const certs::Inspected& found, const std::string& file,
                   const std::string& role) {
  Credential credential;
  credential.set_file(file);
  credential.set_role(role);
  credential.set_kind(KindOf(found.kind));
  credential.set_spiffe_id(found.spiffe_id);
  *credential.mutable_other_names() = {found.other_names.begin(), found.other_names.end()};
  *credential.mutable_uses() = {found.uses.begin(), found.uses.end()};
  credential.set_key(found.key);
  credential.set_suite(found.suite);
  credential.set_subject(found.subject);
  credential.set_issuer(found.issuer);
  credential.set_serial(found.serial);
  if (found.not_before.has_value()) {
    credential.mutable_not_before()->set_seconds(absl::ToUnixSeconds(*found.not_before));
  }
  if (found.not_after.has_value()) {
    credential.mutable_not_after()->set_seconds(absl::ToUnixSeconds(*found.not_after));
  }
  if (found.sha256.has_value()) credential.set_sha256(certs::ToHex(*found.sha256));
  if (found.key_sha256.has_value()) credential.set_key_sha256(certs::ToHex(*found.key_sha256));
  credential.set_root(found.root);
  credential.set_practice(found.practice);
  credential.set_revoked(found.revoked);
  return credential;
}

// Adds what one field of a config names, relative to the config's folder.
void Name(const std::string& config_path, const std::string& role, const std::string& stated,
          std::vector<NamedFile>& files) {
  if (stated.empty()) return;
  files.push_back({role, config::AbsolutePath(stated, config::FolderOf(config_path))});
}

}  // namespace

absl::StatusOr<config::v1::CredentialList> ReadCredentials(const std::string& file,
                                                           const std::string& role) {
  GATEPOST_ASSIGN_OR_RETURN(const certs::SecretBytes bytes, certs::ReadUnknownFile(file));
  const absl::StatusOr<std::vector<certs::Inspected>> found = certs::Inspect(bytes.Reveal());
  if (!found.ok()) {
    const std::optional<system::Refusal> why = system::RefusalOf(found.status());
    if (!why.has_value()) return found.status();
    return system::Refuse(why->reason, why->wanted, fmt::format("{}: {}", file, why->came),
                          why->todo);
  }
  config::v1::CredentialList list;
  for (const certs::Inspected& one : *found) *list.add_credentials() = ToProto(one, file, role);
  return list;
}

absl::StatusOr<std::vector<NamedFile>> EndingFilesOfClient(const std::string& path) {
  GATEPOST_ASSIGN_OR_RETURN(const auto file, config::ReadTextProto<config::v1::ClientConfig>(path));
  std::vector<NamedFile> files;
  for (const std::string& root : file.value.root_files()) Name(file.path, "root", root, files);
  Name(file.path, "tls_certificate", file.value.tls_certificate_file(), files);
  Name(file.path, "signing_certificate", file.value.signing_certificate_file(), files);
  return files;
}

absl::StatusOr<std::vector<NamedFile>> EndingFilesOfNode(const std::string& path) {
  GATEPOST_ASSIGN_OR_RETURN(const auto file, config::ReadTextProto<config::v1::NodeConfig>(path));
  std::vector<NamedFile> files;
  Name(file.path, "tls_certificate", file.value.tls_certificate_file(), files);
  for (const config::v1::TrustDomainConfig& domain : file.value.trust_domains()) {
    for (const std::string& root : domain.root_files()) Name(file.path, "root", root, files);
    for (const std::string& revoked : domain.revocation_list_files()) {
      Name(file.path, "revocation_list", revoked, files);
    }
  }
  return files;
}

}  // namespace gatepost::cli
