// The examination of a client.

#include <string>
#include <utility>
#include <vector>

#include "certs/spiffe_id.h"
#include "certs/suites.h"
#include "client/cli/check_connection.h"
#include "client/cli/check_credential.h"
#include "client/cli/check_node.h"
#include "client/cli/doctor.h"
#include "client/outbox.h"
#include "client/render/errors.h"
#include "client/render/text.h"
#include "daemon/config/client_settings.h"
#include "daemon/system/reason.h"

namespace gatepost::cli {
namespace {

using render::_;
using render::Say;
using ConfigFile = config::Parsed<config::v1::ClientConfig>;

std::string PathOf(const ConfigFile& file, const std::string& stated) {
  return config::AbsolutePath(stated, config::FolderOf(file.path));
}

void CheckPair(const ConfigFile& file, const std::string& prefix, const std::string& certificate,
               const std::string& key, certs::Usage usage, const certs::TrustStore* trust,
               absl::Time now, Checklist& list) {
  CheckCredential({.prefix = prefix,
                   .certificate_file = PathOf(file, certificate),
                   .key_file = PathOf(file, key),
                   .usages = {usage},
                   .expected = std::nullopt},
                  trust, now, list);
}

void CheckAgreements(const ConfigFile& file, Checklist& list) {
  for (const std::string& stated : file.value.agreement_files()) {
    const std::string path = PathOf(file, stated);
    const absl::StatusOr<std::string> bytes = config::ReadConfigFile(path);
    if (bytes.ok()) {
      list.Ok("agreement", path, _("can be read"));
    } else {
      list.Fail("agreement", v1::REASON_BAD_CONFIG, path,
                Say("cannot be read: {0}", render::ErrorDetail(bytes.status()).came()),
                _("correct the path in the config, or the permissions"));
    }
  }
}

// What waits on this machine because the node was not reached.
void CheckPending(const std::string& dir, Checklist& list) {
  const absl::StatusOr<client::Outbox> outbox = client::Outbox::Open(dir);
  if (!outbox.ok()) return;
  const absl::StatusOr<std::vector<client::OutboxEntry>> pending = outbox->Pending();
  if (!pending.ok()) {
    const v1::RefusalDetail said = render::ErrorDetail(pending.status());
    return list.Fail("outbox", said.reason(), dir, said.came(), said.todo());
  }
  if (pending->empty()) return;
  list.Warn("outbox", v1::REASON_NOT_REACHABLE, dir,
            render::SayCount("{0} message was not taken by the node yet",
                             "{0} messages were not taken by the node yet", pending->size()),
            _("they go with the next gatepost yard send, once the node is reached"));
}

}  // namespace

void AddBadConfig(const std::string& path, const absl::Status& why, Checklist& list) {
  const v1::RefusalDetail said = render::ErrorDetail(why);
  list.Fail("config", v1::REASON_BAD_CONFIG, path,
            Say("wanted {0}; came {1}", said.wanted(), said.came()), said.todo());
}

std::optional<certs::TrustStore> ExamineClientCredentials(const ConfigFile& file, absl::Time now,
                                                          Checklist& list) {
  const config::v1::ClientConfig& value = file.value;
  std::optional<certs::TrustStore> trust;
  const absl::StatusOr<certs::SpiffeId> node = certs::SpiffeId::Parse(value.node_spiffe_id());
  if (!node.ok()) {
    AddBadConfig(file.path, config::AtField(file, "node_spiffe_id", node.status()), list);
  } else {
    std::vector<std::string> roots;
    for (const std::string& root : value.root_files()) roots.push_back(PathOf(file, root));
    // Which suites count the nodes say, not this config: none that we know is wrong here.
    const std::optional<certs::TrustDomain> domain =
        CheckRoots({.name = std::string(node->trust_domain()),
                    .country = value.country(),
                    .allowed_suites = {std::string(certs::kEcdsaP256Sha256),
                                       std::string(certs::kEd25519), std::string(certs::kSm2Sm3)}},
                   roots, now, list);
    if (domain.has_value()) {
      absl::StatusOr<certs::TrustStore> store = certs::TrustStore::Create({*domain});
      if (store.ok()) trust = *std::move(store);
    }
  }
  const certs::TrustStore* known = trust.has_value() ? &*trust : nullptr;
  CheckPair(file, "tls_", value.tls_certificate_file(), value.tls_key_file(),
            certs::Usage::kTlsClient, known, now, list);
  if (value.signing_certificate_file().empty() && value.signing_key_file().empty()) {
    list.Skip("signing_certificate", "", _("the config names none: this identity only reads"));
  } else {
    CheckPair(file, "signing_", value.signing_certificate_file(), value.signing_key_file(),
              certs::Usage::kSign, known, now, list);
  }
  return trust;
}

void ExamineClient(const std::string& config_path, const DoctorParts& parts, Checklist& list) {
  const absl::StatusOr<ConfigFile> file =
      config::ReadTextProto<config::v1::ClientConfig>(config_path);
  if (!file.ok()) return AddBadConfig(config_path, file.status(), list);
  const int failures = list.failures();
  const absl::Time now = parts.clock->Now();
  CheckClock(now, list);
  const std::optional<certs::TrustStore> trust = ExamineClientCredentials(*file, now, list);
  CheckAgreements(*file, list);
  if (!file->value.outbox_dir().empty()) {
    const std::string outbox = PathOf(*file, file->value.outbox_dir());
    CheckFolder("outbox", outbox, parts.room, list);
    if (list.failures() == failures) CheckPending(outbox, list);
  }
  const absl::StatusOr<config::ClientSettings> settings = config::LoadClientSettings(file->path);
  if (settings.ok()) {
    list.Ok("config", file->path, _("can be used"));
  } else if (list.failures() == failures) {
    // What a line above says is not said again.
    AddBadConfig(file->path, settings.status(), list);
  } else {
    list.Skip("config", file->path, _("what failed above comes first"));
  }
  const absl::StatusOr<certs::SpiffeId> node = certs::SpiffeId::Parse(file->value.node_spiffe_id());
  if (!node.ok() || !trust.has_value()) return;
  const bool taken =
      CheckConnection({.address = file->value.node_address(),
                       .expected = *node,
                       .certificate_file = PathOf(*file, file->value.tls_certificate_file()),
                       .key_file = PathOf(*file, file->value.tls_key_file())},
                      *trust, parts.limit, now, list);
  if (taken && settings.ok()) {
    CheckNode(*settings, parts.clock, list);
  } else {
    list.Skip("authority", file->value.origin_node(), _("the step before failed"));
  }
}

}  // namespace gatepost::cli
