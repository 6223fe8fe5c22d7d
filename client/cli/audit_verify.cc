// audit verify of files: a bundle, a node's data folder, or an archive. No network, no node.

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "client/archive/tile_check.h"
#include "client/cli/audit_commands.h"
#include "client/cli/audit_keys.h"
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

absl::StatusOr<ledger::KeyRing> LogKeysOf(const Offline& offline, const std::string& node) {
  const ledger::KeyRing* keys = offline.own.keys.Log(node);
  if (keys != nullptr) return *keys;
  return system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE,
                        fmt::format("your own copy of a link agreement of {}", node),
                        offline.own.files.empty() ? "none" : "agreements of other nodes",
                        "name it by --agreement, or in agreement_files of the client config");
}

// Whom the agreements make one believe, by the roots of the client config and those typed.
absl::StatusOr<evidence::Anchors> AnchorsTyped(const AuditVerifyOptions& options,
                                               const Offline& offline) {
  std::vector<std::string> roots = offline.root_pems;
  for (const std::string& file : options.roots) {
    GATEPOST_ASSIGN_OR_RETURN(roots.emplace_back(), system::ReadFile(file));
  }
  return AnchorsBy(offline.own, roots);
}

// Those that the agreements name, and of which they pin roots that were not given.
std::set<std::string> DomainsWithoutRoots(const evidence::Anchors& anchors) {
  std::set<std::string> lacking;
  for (const config::LinkAgreement& agreement : anchors.agreements()) {
    for (const config::AgreedNode& node : agreement.nodes) {
      const std::string domain(node.spiffe_id.trust_domain());
      if (!anchors.trust().has_value() || anchors.LacksRootsOf(domain)) lacking.insert(domain);
    }
  }
  return lacking;
}

// The keys that messages of the folder announce come beside those of the agreements.
absl::StatusOr<std::vector<evidence::Finding>> LearnKeysOfStore(const std::string& folder,
                                                                const certs::TrustStore* trust,
                                                                Offline& offline) {
  GATEPOST_ASSIGN_OR_RETURN(evidence::StoredAnnouncements stored,
                            evidence::AnnouncementsInStore(folder, trust));
  std::vector<evidence::Finding> found = std::move(stored.unproved);
  for (evidence::Finding& finding : LearnKeys(stored.proved, offline.own)) {
    found.push_back(std::move(finding));
  }
  GATEPOST_RETURN_IF_ERROR(offline.own.keys.CheckOrdered());
  return found;
}

absl::StatusOr<evidence::StoreVerdict> VerifyStore(const AuditVerifyOptions& options,
                                                   Offline& offline) {
  GATEPOST_ASSIGN_OR_RETURN(const std::string owner, evidence::OwnerOfStore(options.store));
  GATEPOST_RETURN_IF_ERROR(LogKeysOf(offline, owner).status());
  GATEPOST_ASSIGN_OR_RETURN(const evidence::Anchors anchors, AnchorsTyped(options, offline));
  const certs::TrustStore* const trust = anchors.trust().has_value() ? &*anchors.trust() : nullptr;
  GATEPOST_ASSIGN_OR_RETURN(std::vector<evidence::Finding> found,
                            LearnKeysOfStore(options.store, trust, offline));
  const auto keys_of = [&](const std::string& node) {
    return evidence::NodeKeys{node, *offline.own.keys.Log(node), *offline.own.keys.Witness(node)};
  };
  evidence::StoreCheckOptions check{.own = keys_of(owner),
                                    .peers = {},
                                    .trust = trust,
                                    .found = std::move(found),
                                    .without_roots = DomainsWithoutRoots(anchors)};
  for (const std::string& node : offline.own.keys.Nodes()) {
    if (node != owner) check.peers.push_back(keys_of(node));
  }
  return evidence::CheckStore(options.store, check);
}

absl::StatusOr<archive::ArchiveVerdict> VerifyArchive(const Global& global, Offline& offline,
                                                      const std::string& folder) {
  const absl::StatusOr<std::string> note = system::ReadFile(folder + "/checkpoint");
  if (!note.ok()) {
    return system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE, "an archive with its checkpoint",
                          std::string(note.status().message()),
                          "name the folder that gatepost audit archive has written");
  }
  GATEPOST_ASSIGN_OR_RETURN(const evidence::HeadOrigin origin, evidence::OriginOf(*note));
  GATEPOST_RETURN_IF_ERROR(LogKeysOf(offline, origin.node).status());
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<evidence::Finding> found,
                            LearnKeysOfArchive(folder, offline.own));
  SayFindings(global, found);
  GATEPOST_ASSIGN_OR_RETURN(const ledger::KeyRing keys, LogKeysOf(offline, origin.node));
  return archive::CheckArchive(folder, keys, offline.own.keys.witnesses());
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
  absl::StatusOr<Offline> offline = OpenOffline(global, options);
  if (!offline.ok()) return Fail(global, offline.status());
  if (!options.store.empty()) {
    const absl::StatusOr<evidence::StoreVerdict> verdict = VerifyStore(options, *offline);
    if (!verdict.ok()) return Fail(global, verdict.status());
    Print(
        global, render::StoreVerdictJson(*verdict),
        [&] { return render::StoreVerdictText(*verdict); },
        [&] { return render::StoreVerdictCsv(*verdict); });
    return verdict->answer == evidence::Answer::kValid ? 0 : kDoesNotVerify;
  }
  const absl::StatusOr<archive::ArchiveVerdict> verdict =
      VerifyArchive(global, *offline, options.archive);
  if (!verdict.ok()) return Fail(global, verdict.status());
  Print(
      global, render::ArchiveVerdictJson(*verdict),
      [&] { return render::ArchiveVerdictText(*verdict); },
      [&] { return render::ArchiveVerdictCsv(*verdict); });
  return verdict->finding_count == 0 ? 0 : kDoesNotVerify;
}

}  // namespace gatepost::cli
