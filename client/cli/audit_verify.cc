// audit verify of files: a bundle, a node's data folder, or an archive. No network, no node.

#include <memory>
#include <optional>
#include <string>

#include "client/archive/tile_check.h"
#include "client/cli/audit_commands.h"
#include "client/cli/audit_session.h"
#include "client/cli/bundle_check.h"
#include "client/evidence/store_check.h"
#include "client/render/audit_files.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

absl::StatusOr<ledger::VerifierKey> LogKeyOf(const Offline& offline, const std::string& node) {
  const ledger::VerifierKey* key = offline.own.keys.Log(node);
  if (key != nullptr) return *key;
  return system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE,
                        fmt::format("your own copy of a link agreement of {}", node),
                        offline.own.files.empty() ? "none" : "agreements of other nodes",
                        "name it by --agreement, or in agreement_files of the client config");
}

absl::StatusOr<evidence::StoreVerdict> VerifyStore(const Offline& offline,
                                                   const std::string& folder) {
  GATEPOST_ASSIGN_OR_RETURN(const std::string owner, evidence::OwnerOfStore(folder));
  GATEPOST_ASSIGN_OR_RETURN(ledger::VerifierKey key, LogKeyOf(offline, owner));
  evidence::StoreCheckOptions check{.own = {owner, std::move(key), offline.own.keys.Witness(owner)},
                                    .peers = {}};
  for (const std::string& node : offline.own.keys.Nodes()) {
    if (node == owner) continue;
    check.peers.push_back({node, *offline.own.keys.Log(node), offline.own.keys.Witness(node)});
  }
  return evidence::CheckStore(folder, check);
}

absl::StatusOr<archive::ArchiveVerdict> VerifyArchive(const Offline& offline,
                                                      const std::string& folder) {
  const absl::StatusOr<std::string> note = system::ReadFile(folder + "/checkpoint");
  if (!note.ok()) {
    return system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE, "an archive with its checkpoint",
                          std::string(note.status().message()),
                          "name the folder that gatepost audit archive has written");
  }
  GATEPOST_ASSIGN_OR_RETURN(const evidence::HeadOrigin origin, evidence::OriginOf(*note));
  GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey key, LogKeyOf(offline, origin.node));
  return archive::CheckArchive(folder, key, offline.own.keys.witnesses());
}

}  // namespace

int AuditVerify(const Global& global, const AuditVerifyOptions& options) {
  if (options.bundle.empty() && options.store.empty() && options.archive.empty()) {
    return AuditVerifyLog(global, options);
  }
  if (!options.bundle.empty()) {
    const absl::StatusOr<CheckedBundle> checked = CheckBundle(global, options);
    if (!checked.ok()) return Fail(global, checked.status());
    fmt::print("{}", VerdictPrinted(global, *checked));
    return ExitCodeOf(checked->verdict);
  }
  const absl::StatusOr<Offline> offline = OpenOffline(global, options);
  if (!offline.ok()) return Fail(global, offline.status());
  if (!options.store.empty()) {
    const absl::StatusOr<evidence::StoreVerdict> verdict = VerifyStore(*offline, options.store);
    if (!verdict.ok()) return Fail(global, verdict.status());
    Print(
        global, render::StoreVerdictJson(*verdict),
        [&] { return render::StoreVerdictText(*verdict); },
        [&] { return render::StoreVerdictCsv(*verdict); });
    return verdict->answer == evidence::Answer::kValid ? 0 : kDoesNotVerify;
  }
  const absl::StatusOr<archive::ArchiveVerdict> verdict = VerifyArchive(*offline, options.archive);
  if (!verdict.ok()) return Fail(global, verdict.status());
  Print(
      global, render::ArchiveVerdictJson(*verdict),
      [&] { return render::ArchiveVerdictText(*verdict); },
      [&] { return render::ArchiveVerdictCsv(*verdict); });
  return verdict->finding_count == 0 ? 0 : kDoesNotVerify;
}

}  // namespace gatepost::cli
