#include "daemon/config/client_settings.h"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

#include "certs/key_file.h"
#include "certs/signer.h"
#include "certs/tls.h"
#include "daemon/config/checks.h"
#include "daemon/config/text_file.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "gatepost/config/v1/client.pb.h"

namespace gatepost::config {
namespace {

using File = Parsed<v1::ClientConfig>;

// The largest deadline: longer waits are a hanging program.
constexpr uint32_t kLongestDeadlineMs = 10 * 60 * 1000;

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

absl::StatusOr<std::string> RequirePath(const File& file, const std::string& field,
                                        const std::string& path) {
  if (path.empty()) return FieldError(file, field, "a path", "nothing");
  return AbsolutePath(path, FolderOf(file.path));
}

absl::Status ReadAddress(const File& file, ClientSettings* settings) {
  const v1::ClientConfig& value = file.value;
  absl::StatusOr<HostPort> address = ParseHostPort(value.node_address(), /*zero_port=*/false);
  if (!address.ok()) return AtField(file, "node_address", address.status());
  settings->node_address = address->ToString();
  GATEPOST_RETURN_IF_ERROR(AtField(file, "origin_node", CheckNodeId(value.origin_node())));
  if (settings->node_spiffe_id.role() != certs::Role::kNode ||
      settings->node_spiffe_id.name() != value.origin_node()) {
    return FieldError(file, "node_spiffe_id",
                      fmt::format("spiffe://<trust-domain>/node/{}", value.origin_node()),
                      fmt::format("'{}'", value.node_spiffe_id()));
  }
  settings->origin_node = value.origin_node();
  for (int i = 0; i < value.recipient_nodes_size(); ++i) {
    const std::string field = fmt::format("recipient_nodes[{}]", i);
    GATEPOST_RETURN_IF_ERROR(AtField(file, field, CheckNodeId(value.recipient_nodes(i))));
    for (const std::string& earlier : settings->recipient_nodes) {
      if (earlier == value.recipient_nodes(i)) {
        return FieldError(file, field, "each recipient once", earlier);
      }
    }
    if (value.recipient_nodes(i) == value.origin_node()) {
      return FieldError(file, field, "another node than the own", value.origin_node());
    }
    settings->recipient_nodes.push_back(value.recipient_nodes(i));
  }
  if (settings->recipient_nodes.size() > 16) {
    return FieldError(file, "recipient_nodes", "at most 16 nodes",
                      fmt::format("{}", settings->recipient_nodes.size()));
  }
  return absl::OkStatus();
}

absl::Status ReadTrust(const File& file, ClientSettings* settings) {
  const v1::ClientConfig& value = file.value;
  GATEPOST_RETURN_IF_ERROR(AtField(file, "country", CheckCountry(value.country())));
  settings->country = value.country();
  settings->trust_domain = {.name = std::string(settings->node_spiffe_id.trust_domain()),
                            .country = value.country(),
                            .root_pems = {}};
  for (int i = 0; i < value.root_files_size(); ++i) {
    const std::string field = fmt::format("root_files[{}]", i);
    GATEPOST_ASSIGN_OR_RETURN(std::string path, RequirePath(file, field, value.root_files(i)));
    absl::StatusOr<std::string> pem = certs::ReadPublicFile(path);
    if (!pem.ok()) return AtField(file, field, pem.status());
    settings->trust_domain.root_pems.push_back(*std::move(pem));
  }
  absl::StatusOr<certs::TrustStore> store = certs::TrustStore::Create({settings->trust_domain});
  if (!store.ok()) return AtField(file, "root_files", store.status());
  return absl::OkStatus();
}

absl::Status ReadKeys(const File& file, ClientSettings* settings) {
  const v1::ClientConfig& value = file.value;
  GATEPOST_ASSIGN_OR_RETURN(
      settings->tls_certificate_file,
      RequirePath(file, "tls_certificate_file", value.tls_certificate_file()));
  GATEPOST_ASSIGN_OR_RETURN(settings->tls_key_file,
                            RequirePath(file, "tls_key_file", value.tls_key_file()));
  GATEPOST_RETURN_IF_ERROR(
      AtField(file, "tls_key_file",
              certs::CheckKeyPairFiles(settings->tls_key_file, settings->tls_certificate_file)));
  if (value.signing_certificate_file().empty() && value.signing_key_file().empty()) {
    return absl::OkStatus();
  }
  GATEPOST_ASSIGN_OR_RETURN(
      settings->signing_certificate_file,
      RequirePath(file, "signing_certificate_file", value.signing_certificate_file()));
  GATEPOST_ASSIGN_OR_RETURN(settings->signing_key_file,
                            RequirePath(file, "signing_key_file", value.signing_key_file()));
  // Not by the rules of TLS, which knows no SM2.
  return AtField(
      file, "signing_key_file",
      certs::Signer::FromFiles(settings->signing_key_file, settings->signing_certificate_file)
          .status());
}

}  // namespace

absl::StatusOr<std::string> ClientConfigPath(const std::string& flag) {
  if (!flag.empty()) return flag;
  if (std::string path = Environment("GATEPOST_CONFIG"); !path.empty()) return path;
  if (std::string folder = Environment("XDG_CONFIG_HOME"); !folder.empty()) {
    return folder + "/gatepost/client.textproto";
  }
  if (std::string home = Environment("HOME"); !home.empty()) {
    return home + "/.config/gatepost/client.textproto";
  }
  return system::Refuse(gatepost::v1::REASON_BAD_CONFIG, "a client config file",
                        "neither --client-config, GATEPOST_CONFIG nor HOME is set",
                        "name the file by --client-config");
}

absl::StatusOr<ClientSettings> LoadClientSettings(const std::string& path) {
  GATEPOST_ASSIGN_OR_RETURN(File file, ReadTextProto<v1::ClientConfig>(path));
  const v1::ClientConfig& value = file.value;
  absl::StatusOr<certs::SpiffeId> node = certs::SpiffeId::Parse(value.node_spiffe_id());
  if (!node.ok()) return AtField(file, "node_spiffe_id", node.status());
  ClientSettings settings(*std::move(node));
  settings.file = file.path;
  GATEPOST_RETURN_IF_ERROR(ReadAddress(file, &settings));
  GATEPOST_RETURN_IF_ERROR(ReadTrust(file, &settings));
  GATEPOST_RETURN_IF_ERROR(ReadKeys(file, &settings));
  absl::StatusOr<absl::TimeZone> zone = ParseZone(value.zone());
  if (!zone.ok()) return AtField(file, "zone", zone.status());
  settings.zone_name = value.zone();
  settings.zone = *zone;
  GATEPOST_ASSIGN_OR_RETURN(settings.outbox_dir,
                            RequirePath(file, "outbox_dir", value.outbox_dir()));
  for (int i = 0; i < value.agreement_files_size(); ++i) {
    GATEPOST_ASSIGN_OR_RETURN(
        std::string agreement,
        RequirePath(file, fmt::format("agreement_files[{}]", i), value.agreement_files(i)));
    settings.agreement_files.push_back(std::move(agreement));
  }
  if (value.deadline_ms() > kLongestDeadlineMs) {
    return FieldError(file, "deadline_ms", fmt::format("at most {}", kLongestDeadlineMs),
                      fmt::format("{}", value.deadline_ms()));
  }
  if (value.deadline_ms() > 0) settings.deadline = absl::Milliseconds(value.deadline_ms());
  return settings;
}

}  // namespace gatepost::config
