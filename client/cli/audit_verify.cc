// audit verify of files: a bundle, a node's data folder, or an archive. No network, no node.

#include <memory>
#include <optional>
#include <string>

#include "client/archive/tile_check.h"
#include "client/cli/audit_commands.h"
#include "client/cli/audit_session.h"
#include "client/evidence/store_check.h"
#include "client/evidence/verify_bundle.h"
#include "client/render/audit_files.h"
#include "client/render/evidence_text.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/store/sqlite/sqlite_store.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

constexpr size_t kLargestBundle = size_t{256} << 20;

absl::StatusOr<std::string> ReadTyped(const std::string& path, size_t limit) {
  absl::StatusOr<std::string> bytes = system::ReadFile(path, limit);
  if (bytes.ok()) return bytes;
  return system::Refuse(v1::REASON_BAD_ARGUMENT, "a file that can be read",
                        std::string(bytes.status().message()), "name another file");
}

int VerifyBundleFile(const Global& global, const Offline& offline,
                     const AuditVerifyOptions& options) {
  const absl::StatusOr<std::string> bytes = ReadTyped(options.bundle, kLargestBundle);
  if (!bytes.ok()) return Fail(global, bytes.status());
  evidence::VerifyOptions check;
  check.link_agreements = offline.own.files;
  check.allow_practice = options.practice;
  for (const std::string& path : options.crls) {
    absl::StatusOr<std::string> crl = ReadTyped(path, system::kLargestFileBytes);
    if (!crl.ok()) return Fail(global, crl.status());
    check.revocation_lists.push_back(*std::move(crl));
  }
  const evidence::Verdict verdict = evidence::VerifyBundle(*bytes, check);
  switch (global.output) {
    case Output::kJson:
      fmt::print("{}", render::VerdictJson(verdict));
      break;
    case Output::kCsv:
      fmt::print("{}", render::VerdictCsv(verdict));
      break;
    case Output::kTable:
      fmt::print("{}", render::VerdictText(verdict, offline.view));
  }
  return verdict.answer == evidence::Answer::kValid ? 0 : kDoesNotVerify;
}

// Whose data folder it is.
absl::StatusOr<std::string> OwnerOf(const std::string& folder) {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Store> store,
                            store::OpenSqliteStoreForReading(folder));
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader, store->Read());
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> node, reader->Meta("node"));
  if (node.has_value()) return *node;
  return system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE, "a data folder that says whose it is",
                        folder, "name the data folder of a node that has run");
}

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
  GATEPOST_ASSIGN_OR_RETURN(const std::string owner, OwnerOf(folder));
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
  GATEPOST_ASSIGN_OR_RETURN(const std::string note,
                            ReadTyped(folder + "/checkpoint", system::kLargestFileBytes));
  GATEPOST_ASSIGN_OR_RETURN(const evidence::HeadOrigin origin, evidence::OriginOf(note));
  GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey key, LogKeyOf(offline, origin.node));
  return archive::CheckArchive(folder, key, offline.own.keys.witnesses());
}

}  // namespace

int AuditVerify(const Global& global, const AuditVerifyOptions& options) {
  if (options.bundle.empty() && options.store.empty() && options.archive.empty()) {
    return AuditVerifyLog(global, options);
  }
  const absl::StatusOr<Offline> offline = OpenOffline(global, options);
  if (!offline.ok()) return Fail(global, offline.status());
  if (!options.bundle.empty()) return VerifyBundleFile(global, *offline, options);
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
