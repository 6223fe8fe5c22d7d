// What a node takes over from its files while it runs, and what of it ends by itself.
#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "certs/certificate.h"
#include "certs/grpc_credentials.h"
#include "certs/pem.h"
#include "daemon/node/parts.h"
#include "daemon/system/files.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::node {

namespace {

// The TLS pair of the config, when this node may show it.
absl::StatusOr<certs::TlsIdentity> LoadIdentity(const config::NodeSettings& settings,
                                                absl::Time now) {
  GATEPOST_ASSIGN_OR_RETURN(
      certs::TlsIdentity identity,
      certs::TlsIdentity::Load(settings.tls_certificate_file, settings.tls_key_file));
  GATEPOST_RETURN_IF_ERROR(config::CheckTlsChain(settings, identity.chain_der(), now));
  return identity;
}

// The first end of any certificate in a PEM text; InfiniteFuture for none.
absl::Time FirstEnd(std::string_view pem) {
  absl::Time first = absl::InfiniteFuture();
  for (const std::string& der : certs::DerFromPem(pem)) {
    const absl::StatusOr<certs::Certificate> certificate = certs::Certificate::Parse(der);
    if (certificate.ok()) first = std::min(first, certificate->not_after());
  }
  return first;
}

}  // namespace

absl::Status Node::Parts::PublishIdentity() {
  GATEPOST_ASSIGN_OR_RETURN(const certs::TlsIdentity identity,
                            LoadIdentity(settings, clock->Now()));
  // Beside the data folder, so that no backup of it ever holds the key.
  const std::filesystem::path beside = std::filesystem::path(settings.data_dir).parent_path();
  GATEPOST_ASSIGN_OR_RETURN(
      published, certs::PublishedIdentity::Create(
                     fmt::format("{}/{}.tls", beside.string(), node.node), identity));
  return absl::OkStatus();
}

std::vector<exchange::Ending> Node::Parts::Endings() const {
  std::vector<exchange::Ending> all;
  if (const auto pem = system::ReadFile(published->chain_path()); pem.ok()) {
    all.push_back({"key:tls", FirstEnd(*pem)});
  }
  std::map<std::string, int> number;
  for (const auto& [domain, file] : settings.root_files) {
    const auto pem = system::ReadFile(file);
    const std::string object = fmt::format("trust:{}:{}", domain, ++number[domain]);
    if (pem.ok()) all.push_back({object, FirstEnd(*pem)});
  }
  return all;
}

void Node::Parts::BuildReloads() {
  standing_alarms = std::make_unique<exchange::StandingAlarms>(*committer);
  expiry_alarms = std::make_unique<exchange::ExpiryAlarms>([this] { return Endings(); },
                                                           *standing_alarms, *clock);
  std::vector<Reloader::Part> all;
  all.push_back({"key:tls",
                 {settings.tls_certificate_file, settings.tls_key_file},
                 [this]() -> absl::Status {
                   GATEPOST_ASSIGN_OR_RETURN(const certs::TlsIdentity identity,
                                             LoadIdentity(settings, clock->Now()));
                   return published->Publish(identity);
                 }});
  reloader = std::make_unique<Reloader>(std::move(all), *settings_log, *standing_alarms);
}

}  // namespace gatepost::node
