#include "daemon/node/settings.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "certs/digest.h"
#include "certs/revocation_list.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::node {

namespace {

absl::StatusOr<exchange::Setting> FromFile(std::string event, std::string object,
                                           const std::string& file) {
  const absl::StatusOr<std::string> bytes = system::ReadFile(file);
  if (!bytes.ok()) {
    return system::Refuse(v1::REASON_BAD_CONFIG, fmt::format("the file {}", file),
                          std::string(bytes.status().message()), "put it back");
  }
  return exchange::Setting{std::move(event), std::move(object), certs::Sha256Of(*bytes), file};
}

absl::StatusOr<exchange::Setting> FromKey(std::string object, const ledger::NoteSigner& key) {
  GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey verifier, ledger::VerifierOf(key));
  return exchange::Setting{ledger::event::kKey, std::move(object),
                           certs::Sha256Of(verifier.Format()), ""};
}

// Whether the file has one of these revocation lists.
bool HasAny(const std::string& file, const std::set<certs::Digest>& lists) {
  if (lists.empty()) return false;
  const absl::StatusOr<std::string> bytes =
      system::ReadFile(file, certs::RevocationList::kMaxBytes);
  if (!bytes.ok()) return false;
  const auto held = certs::RevocationList::ParseAll(*bytes);
  return held.ok() && std::ranges::any_of(
                          *held, [&](const auto& list) { return lists.contains(list.sha256()); });
}

}  // namespace

absl::StatusOr<std::vector<exchange::Setting>> SettingsToLog(const config::NodeSettings& settings,
                                                             const ledger::NoteSigner& log_key,
                                                             const ledger::NoteSigner& witness_key,
                                                             const LeftOut& left_out) {
  std::vector<exchange::Setting> all;
  const auto add = [&all](absl::StatusOr<exchange::Setting> setting) {
    if (setting.ok()) all.push_back(*std::move(setting));
    return setting.status();
  };
  all.push_back({ledger::event::kConfig, "config:node", settings.file_sha256, settings.file});
  GATEPOST_RETURN_IF_ERROR(
      add(FromFile(ledger::event::kConfig, "config:calendars", settings.calendars_file)));
  GATEPOST_RETURN_IF_ERROR(
      add(FromFile(ledger::event::kRegister, "register:gates", settings.register_file)));
  all.push_back({ledger::event::kPolicy, fmt::format("policy:{}", settings.policy.policy->id()),
                 settings.policy.sha256, settings.policy.file, /*reloads=*/true, "policy"});
  std::map<std::string, int> roots;
  for (const auto& [domain, file] : settings.root_files) {
    GATEPOST_RETURN_IF_ERROR(add(FromFile(
        ledger::event::kTrust, fmt::format("trust:{}:{}", domain, ++roots[domain]), file)));
  }
  for (const config::RevocationSettings& domain : settings.revocations) {
    int n = 0;
    for (const config::RevocationFile& file : domain.files) {
      GATEPOST_RETURN_IF_ERROR(
          add(FromFile(ledger::event::kTrust,
                       fmt::format("revocations:{}:{}", domain.trust_domain, ++n), file.path)));
      all.back().reloads = true;
      all.back().left_out = HasAny(file.path, left_out.lists);
    }
  }
  if (!settings.deny_list_file.empty()) {
    GATEPOST_RETURN_IF_ERROR(
        add(FromFile(ledger::event::kTrust, "trust:deny-list", settings.deny_list_file)));
    all.back().reloads = true;
  }
  GATEPOST_RETURN_IF_ERROR(add(FromKey("key:log", log_key)));
  GATEPOST_RETURN_IF_ERROR(add(FromKey("key:witness", witness_key)));
  GATEPOST_RETURN_IF_ERROR(
      add(FromFile(ledger::event::kKey, "key:tls", settings.tls_certificate_file)));
  all.back().reloads = true;
  for (const config::LinkSettings& link : settings.links) {
    if (left_out.links.contains(link.peer.stated.node())) continue;
    all.push_back({ledger::event::kLink, fmt::format("link:{}", link.peer.stated.node()),
                   link.agreement_sha256, link.agreement_file});
  }
  return all;
}

}  // namespace gatepost::node
