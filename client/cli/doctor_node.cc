// The examination of a node by its config file.

#include <sys/stat.h>

#include <string>
#include <utility>
#include <vector>

#include "certs/spiffe_id.h"
#include "client/cli/check_connection.h"
#include "client/cli/check_credential.h"
#include "client/cli/doctor.h"
#include "client/render/errors.h"
#include "client/render/text.h"
#include "daemon/config/checks.h"
#include "daemon/config/link_agreement.h"
#include "daemon/config/node_settings.h"
#include "daemon/system/reason.h"
#include "gatepost/config/v1/node.pb.h"

namespace gatepost::cli {
namespace {

using render::_;
using render::Say;
using ConfigFile = config::Parsed<config::v1::NodeConfig>;

std::string PathOf(const ConfigFile& file, const std::string& stated) {
  return config::AbsolutePath(stated, config::FolderOf(file.path));
}

std::vector<std::string> PathsOf(const ConfigFile& file,
                                 const google::protobuf::RepeatedPtrField<std::string>& stated) {
  std::vector<std::string> paths;
  for (const std::string& path : stated) paths.push_back(PathOf(file, path));
  return paths;
}

void CheckRevocation(const ConfigFile& file, const config::v1::TrustDomainConfig& stated,
                     const certs::TrustDomain& domain, absl::Time now, Checklist& list) {
  if (stated.without_revocation_lists()) return;
  if (stated.revocation_list_files().empty()) {
    return list.Warn("revocation_list", v1::REASON_REVOCATION_UNKNOWN, stated.name(),
                     _("the config names no revocation lists of this domain"),
                     _("name its authorities' lists, or say without_revocation_lists"));
  }
  CheckRevocationLists(domain, PathsOf(file, stated.revocation_list_files()),
                       absl::Hours(stated.revocation_grace_hours()), now, list);
}

std::optional<certs::TrustStore> CheckDomains(const ConfigFile& file, absl::Time now,
                                              Checklist& list) {
  std::vector<certs::TrustDomain> domains;
  bool good = true;
  for (const config::v1::TrustDomainConfig& stated : file.value.trust_domains()) {
    certs::TrustDomain domain{.name = stated.name(), .country = stated.country()};
    if (!stated.suites().empty()) {
      domain.allowed_suites = {stated.suites().begin(), stated.suites().end()};
    }
    std::optional<certs::TrustDomain> checked =
        CheckRoots(std::move(domain), PathsOf(file, stated.root_files()), now, list);
    good = good && checked.has_value();
    if (!checked.has_value()) continue;
    CheckRevocation(file, stated, *checked, now, list);
    domains.push_back(*std::move(checked));
  }
  if (!good) return std::nullopt;
  absl::StatusOr<certs::TrustStore> store = certs::TrustStore::Create(std::move(domains));
  if (store.ok()) return *std::move(store);
  AddBadConfig(file.path, store.status(), list);
  return std::nullopt;
}

// What tells an older copy of the store from the one that signed last.
void CheckGuard(const ConfigFile& file, const std::string& data_dir, const Room& room,
                Checklist& list) {
  const absl::StatusOr<std::string> guard =
      config::GuardFileOf(file.value, data_dir, config::FolderOf(file.path));
  if (!guard.ok()) return AddBadConfig(file.path, guard.status(), list);
  struct stat facts = {};
  const bool store = stat(data_dir.c_str(), &facts) == 0;
  const bool there = stat(guard->c_str(), &facts) == 0;
  if (store && !there) {
    return list.Warn("guard_file", v1::REASON_NODE_RESTORED, *guard,
                     _("it is missing, though there is a store: a restored copy would not be "
                       "noticed"),
                     _("right before the first start; else find out who removed it"));
  }
  if (!store && there) {
    return list.Fail("guard_file", v1::REASON_NODE_RESTORED, *guard,
                     Say("it is there, but the store {0} is not", data_dir),
                     _("correct data_dir; or restore the newest copy of the store"));
  }
  CheckFolder("guard_file", config::FolderOf(*guard), room, list);
}

void CheckLinks(const ConfigFile& file, const certs::TrustStore* trust, const DoctorParts& parts,
                absl::Time now, Checklist& list) {
  for (const config::v1::LinkConfig& stated : file.value.links()) {
    const std::string path = PathOf(file, stated.agreement_file());
    const absl::StatusOr<config::LinkAgreement> agreement = config::ReadLinkAgreement(path);
    if (!agreement.ok()) {
      const v1::RefusalDetail said = render::ErrorDetail(agreement.status());
      list.Fail("agreement", said.reason(), path,
                Say("wanted {0}; came {1}", said.wanted(), said.came()), said.todo());
      continue;
    }
    list.Ok("agreement", path, _("can be read"));
    const int peer = agreement->nodes[0].stated.node() == file.value.node() ? 1 : 0;
    const certs::SpiffeId& expected = agreement->nodes[peer].spiffe_id;
    if (stated.dial().empty()) {
      list.Skip("address", std::string(expected.name()), _("the other side dials"));
    } else if (trust != nullptr) {
      CheckConnection({.address = stated.dial(),
                       .expected = expected,
                       .certificate_file = PathOf(file, file.value.tls_certificate_file()),
                       .key_file = PathOf(file, file.value.tls_key_file())},
                      *trust, parts.limit, now, list);
    }
  }
}

}  // namespace

void ExamineNode(const std::string& config_path, const DoctorParts& parts, Checklist& list) {
  const absl::StatusOr<ConfigFile> file =
      config::ReadTextProto<config::v1::NodeConfig>(config_path);
  if (!file.ok()) return AddBadConfig(config_path, file.status(), list);
  const int failures = list.failures();
  const config::v1::NodeConfig& value = file->value;
  const absl::Time now = parts.clock->Now();
  CheckClock(now, list);
  const std::optional<certs::TrustStore> trust = CheckDomains(*file, now, list);
  const certs::TrustStore* known = trust.has_value() ? &*trust : nullptr;
  CredentialFiles tls{.prefix = "tls_",
                      .certificate_file = PathOf(*file, value.tls_certificate_file()),
                      .key_file = PathOf(*file, value.tls_key_file()),
                      .usages = {certs::Usage::kTlsServer, certs::Usage::kTlsClient},
                      .expected = std::nullopt};
  if (absl::StatusOr<certs::SpiffeId> own = certs::SpiffeId::Parse(value.spiffe_id()); own.ok()) {
    tls.expected = *own;
  }
  CheckCredential(tls, known, now, list);
  CheckKeyFile("log_key", PathOf(*file, value.log_key_file()), std::nullopt, list);
  CheckKeyFile("witness_key", PathOf(*file, value.witness_key_file()), std::nullopt, list);
  const std::string data_dir = PathOf(*file, value.data_dir());
  CheckFolder("data_dir", data_dir, parts.room, list);
  CheckGuard(*file, data_dir, parts.room, list);
  const absl::Status settings = config::LoadNodeSettings(file->path).status();
  if (settings.ok()) {
    list.Ok("config", file->path, _("can be used"));
  } else if (list.failures() == failures) {
    AddBadConfig(file->path, settings, list);
  } else {
    list.Skip("config", file->path, _("what failed above comes first"));
  }
  CheckListen(value.listen(), list);
  CheckOpenFiles(list);
  CheckLinks(*file, known, parts, now, list);
}

}  // namespace gatepost::cli
