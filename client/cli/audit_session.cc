#include "client/cli/audit_session.h"

#include <charconv>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "daemon/config/client_settings.h"
#include "daemon/config/link_agreement.h"
#include "daemon/config/register_file.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {

absl::StatusOr<OwnAgreements> ReadAgreements(const Session& session,
                                             const AgreementOptions& options) {
  return ReadAgreementFiles(options.agreements.empty() ? session.settings.agreement_files
                                                       : options.agreements);
}

absl::StatusOr<Offline> OpenOffline(const Global& global, const AgreementOptions& options) {
  Offline offline;
  std::vector<std::string> paths = options.agreements;
  const absl::StatusOr<std::string> config = config::ClientConfigPath(global.client_config);
  std::error_code error;
  if (config.ok() && (!global.client_config.empty() || std::filesystem::exists(*config, error))) {
    GATEPOST_ASSIGN_OR_RETURN(const config::ClientSettings settings,
                              config::LoadClientSettings(*config));
    offline.view = ViewOf(global, settings.country);
    if (paths.empty()) paths = settings.agreement_files;
    offline.root_pems = settings.trust_domain.root_pems;
  } else {
    offline.view = ViewOf(global, offline.view.country);
  }
  GATEPOST_ASSIGN_OR_RETURN(offline.own, ReadAgreementFiles(paths));
  return offline;
}

absl::StatusOr<OwnAgreements> ReadAgreementFiles(const std::vector<std::string>& paths) {
  OwnAgreements own;
  for (const std::string& path : paths) {
    GATEPOST_ASSIGN_OR_RETURN(const config::LinkAgreement agreement,
                              config::ReadLinkAgreement(path));
    GATEPOST_RETURN_IF_ERROR(own.keys.Add(agreement));
    own.files.push_back(agreement.file.bytes);
  }
  return own;
}

absl::StatusOr<OwnAgreements> RequireAgreements(const Session& session,
                                                const AgreementOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(OwnAgreements own, ReadAgreements(session, options));
  if (!own.keys.empty()) return own;
  return system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE,
                        "your own copy of the link agreement, which names the keys of the logs",
                        "none",
                        "name it by --agreement, or in agreement_files of the client config");
}

std::optional<domain::GateRegister> OwnGates() {
  const absl::StatusOr<std::string> path = config::InstalledRegisterFile();
  if (!path.ok()) return std::nullopt;
  absl::StatusOr<domain::GateRegister> gates = config::LoadGateRegister(*path);
  if (!gates.ok()) return std::nullopt;
  return *std::move(gates);
}

absl::StatusOr<std::optional<uint64_t>> EntryTyped(const std::string& entry,
                                                   const std::string& reference) {
  if (entry.empty() == reference.empty()) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a message's reference, or an entry's number",
                          entry.empty() ? "neither" : "both",
                          "write e.g. LS/2026/00142, '#812' or --entry 812");
  }
  std::string_view text = entry.empty() ? reference : entry;
  if (text.starts_with('#')) {
    text.remove_prefix(1);
  } else if (entry.empty()) {
    return std::nullopt;
  }
  uint64_t index = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error == std::errc() && at == text.data() + text.size() && !text.empty()) return index;
  return system::Refuse(v1::REASON_BAD_ARGUMENT, "an entry's number, e.g. 812",
                        fmt::format("'{}'", text), "see the list of entries (gatepost audit list)");
}

}  // namespace gatepost::cli
