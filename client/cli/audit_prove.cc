// audit prove: one entry's inclusion, or that the log of one size continues that of another.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "client/cli/audit_commands.h"
#include "client/cli/audit_keys.h"
#include "client/cli/audit_session.h"
#include "client/evidence/check_script.h"
#include "client/evidence/side_messages.h"
#include "client/render/audit_entries.h"
#include "client/render/audit_evidence.h"
#include "client/render/text.h"
#include "daemon/ledger/merkle.h"
#include "daemon/ledger/proof.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

using render::Say;

// Leaf, proof, the log's key and a script that checks them by stock tools; the script's path.
absl::StatusOr<std::string> Save(const v1::EvidenceLeaf& leaf, const evidence::ProvedEntry& proved,
                                 const evidence::LogKeys& keys, const std::string& dir) {
  const std::string name = fmt::format("{}-{}", proved.node, proved.index);
  GATEPOST_ASSIGN_OR_RETURN(const ledger::TlogProof proof, ledger::TlogProof::Parse(leaf.proof()));
  const ledger::KeyRing& ring = *keys.Log(proved.node);
  const ledger::VerifierKey& key = ring.NamedIn(proof.checkpoint);
  const size_t place = ring.PlaceOf(key).value_or(0);
  const std::string key_file =
      fmt::format("{}-log{}.pem", proved.node, place == 0 ? "" : fmt::format("-{}", place + 1));
  GATEPOST_ASSIGN_OR_RETURN(const std::string script,
                            evidence::CheckScript(name, proof, key, key_file));
  GATEPOST_RETURN_IF_ERROR(system::EnsureDirectory(dir));
  const auto path = [&dir](const std::string& file) {
    return (std::filesystem::path(dir) / file).string();
  };
  GATEPOST_RETURN_IF_ERROR(system::WriteFileAtomically(path(name + ".leaf"), leaf.leaf()));
  GATEPOST_RETURN_IF_ERROR(system::WriteFileAtomically(path(name + ".tlog-proof"), leaf.proof()));
  GATEPOST_RETURN_IF_ERROR(
      system::WriteFileAtomically(path(key_file), evidence::PublicKeyPem(key)));
  const std::string script_path = path(name + ".check.sh");
  GATEPOST_RETURN_IF_ERROR(system::WriteFileAtomically(script_path, script, 0755));
  return script_path;
}

// The leaves that are to be proved: one entry's, or all of a message's in both logs. Keys that come
// announced with a message are added to `own`: who may not list entries has them from there alone.
absl::StatusOr<std::vector<v1::EvidenceLeaf>> Leaves(const Global& global, Session& session,
                                                     const AuditProveOptions& options,
                                                     std::optional<uint64_t> entry,
                                                     OwnAgreements& own) {
  if (entry.has_value()) {
    v1::ProveEntryRequest request;
    request.set_index(*entry);
    GATEPOST_ASSIGN_OR_RETURN(v1::ProveEntryResponse response, session.node->ProveEntry(request));
    return std::vector{std::move(*response.mutable_entry())};
  }
  v1::GetEvidenceRequest request;
  request.set_reference(options.reference);
  request.set_author(options.author);
  request.set_to_export(!options.out.empty());
  GATEPOST_ASSIGN_OR_RETURN(v1::GetEvidenceResponse response, session.node->GetEvidence(request));
  GATEPOST_RETURN_IF_ERROR(LearnKeysAsked(global, {response}, own));
  std::vector<v1::EvidenceLeaf> leaves;
  for (const int asked : evidence::AskedMessages(response)) {
    v1::MessageEvidence& message = *response.mutable_messages(asked);
    for (v1::EvidenceLeaf& leaf : *message.mutable_leaves()) leaves.push_back(std::move(leaf));
  }
  return leaves;
}

absl::Status CheckConsistency(const v1::ProveConsistencyResponse& proof,
                              const evidence::LogKeys& keys) {
  GATEPOST_ASSIGN_OR_RETURN(const evidence::OpenedHead before, keys.Open(proof.old_head()));
  GATEPOST_ASSIGN_OR_RETURN(const evidence::OpenedHead after, keys.Open(proof.new_head()));
  if (before.node != after.node) {
    return system::Refuse(v1::REASON_EVIDENCE_INVALID, "two heads of one log",
                          fmt::format("{} and {}", before.node, after.node), "ask again");
  }
  std::vector<certs::Digest> path;
  for (const std::string& hash : proof.consistency()) {
    const std::optional<certs::Digest> digest = certs::DigestFromBytes(hash);
    if (!digest.has_value()) {
      return system::Refuse(v1::REASON_EVIDENCE_INVALID, "hashes of 32 bytes",
                            fmt::format("{} bytes", hash.size()), "ask again");
    }
    path.push_back(*digest);
  }
  return ledger::VerifyConsistency(before.size, after.size, before.root, after.root, path);
}

int ProveConsistency(const Global& global, Session& session, const OwnAgreements& own,
                     const AuditProveOptions& options) {
  v1::ProveConsistencyRequest request;
  request.set_old_size(options.consistency[0]);
  if (options.consistency.size() > 1) request.set_new_size(options.consistency[1]);
  const absl::StatusOr<v1::ProveConsistencyResponse> proof =
      session.node->ProveConsistency(request);
  if (!proof.ok()) return Fail(global, proof.status());
  const absl::Status checked = CheckConsistency(*proof, own.keys);
  if (!checked.ok()) return Fail(global, checked);
  const auto text = [&] {
    std::string lines = render::LeafLinesText(proof->old_head(), 2) + "\n" +
                        render::LeafLinesText(proof->new_head(), 2) + "\n";
    for (const std::string& hash : proof->consistency()) {
      lines += "  " + certs::Base64Encode(hash) + "\n";
    }
    return lines + render::_("OK: the second head continues the first") + "\n";
  };
  Print(global, *proof, text, text);
  return 0;
}

}  // namespace

int AuditProve(const Global& global, const AuditProveOptions& options) {
  std::optional<uint64_t> entry;
  if (options.consistency.empty()) {
    const absl::StatusOr<std::optional<uint64_t>> typed =
        EntryTyped(options.entry, options.reference);
    if (!typed.ok()) return Fail(global, typed.status());
    entry = *typed;
  }
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  absl::StatusOr<OwnAgreements> own = RequireAgreements(*session, options);
  if (!own.ok()) return Fail(global, own.status());
  const absl::Status learnt = LearnKeysOfNode(global, *session, *own);
  if (!learnt.ok()) return Fail(global, learnt);
  if (!options.consistency.empty()) return ProveConsistency(global, *session, *own, options);

  const absl::StatusOr<std::vector<v1::EvidenceLeaf>> leaves =
      Leaves(global, *session, options, entry, *own);
  if (!leaves.ok()) return Fail(global, leaves.status());
  v1::ListEntriesResponse list;
  for (const v1::EvidenceLeaf& leaf : *leaves) {
    // Nothing is written that does not hold.
    const absl::StatusOr<evidence::ProvedEntry> proved = own->keys.Prove(leaf);
    if (!proved.ok()) return Fail(global, proved.status());
    if (global.output == Output::kCsv) {
      list.add_entries()->set_index(proved->index);
      list.mutable_entries()->rbegin()->set_leaf(leaf.leaf());
    } else {
      Print(global, leaf, [&] { return render::EntryText(leaf, proved, session->view); }, {});
    }
    if (options.out.empty()) continue;
    const absl::StatusOr<std::string> script = Save(leaf, *proved, own->keys, options.out);
    if (!script.ok()) return Fail(global, script.status());
    Note(global, Say("to check it with bash, sha256sum and openssl alone: bash {0}\n", *script));
  }
  if (global.output == Output::kCsv) {
    Print(global, list, {}, [&] { return render::EntryListCsv(list); });
  }
  return 0;
}

}  // namespace gatepost::cli
