#include "client/cli/audit_session.h"

#include <charconv>
#include <string_view>
#include <utility>

#include "daemon/config/link_agreement.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {

absl::StatusOr<OwnAgreements> ReadAgreements(const Session& session,
                                             const AgreementOptions& options) {
  OwnAgreements own;
  for (const std::string& path :
       options.agreements.empty() ? session.settings.agreement_files : options.agreements) {
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
                        "none", "name it by --agreement, or in agreement_files of the client config");
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
