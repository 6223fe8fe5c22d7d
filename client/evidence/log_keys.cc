#include "client/evidence/log_keys.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/proof.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"
#include "fmt/format.h"

namespace gatepost::evidence {
namespace {

absl::Status Wrong(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_EVIDENCE_INVALID, wanted, system::Printable(came, 200),
                        "ask for the exact bytes again; if they stay so, it proves nothing");
}

absl::Status NoKey(std::string_view node) {
  return system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE,
                        fmt::format("a link agreement that names the log of {}", node), "none",
                        "name your own copy of it by --agreement, or in agreement_files of the "
                        "client config");
}

}  // namespace

absl::StatusOr<HeadOrigin> OriginOf(std::string_view note) {
  const std::string_view line = note.substr(0, note.find('\n'));
  const size_t slash = line.rfind('/');
  HeadOrigin origin;
  if (slash != std::string_view::npos) {
    const char* const end = line.data() + line.size();
    const auto [at, error] = std::from_chars(line.data() + slash + 1, end, origin.epoch);
    origin.node = std::string(line.substr(0, line.find('/')));
    if (error == std::errc() && at == end && ledger::LogOrigin(origin.node, origin.epoch) == line) {
      return origin;
    }
  }
  return Wrong("a head of a node's log, whose first line is <node>/audit/<epoch>", line);
}

absl::Status LogKeys::Add(const config::LinkAgreement& agreement) {
  for (const config::AgreedNode& node : agreement.nodes) {
    const std::string& name = node.stated.node();
    const auto [place, added] =
        logs_.emplace(name, Node{node.spiffe_id, node.log, node.witness, {}});
    const ledger::KeyRing log(node.log);
    const ledger::KeyRing witness(node.witness);
    if (place->second.log != log || place->second.witness != witness) {
      return system::Refuse(v1::REASON_BAD_CONFIG,
                            fmt::format("link agreements that name one pair of keys for {}", name),
                            fmt::format("another in {}", agreement.file.path),
                            "judge each link by itself");
    }
    const auto& authorities = node.stated.authorities();
    place->second.authorities.insert(authorities.begin(), authorities.end());
    nodes_of_witnesses_.emplace(node.witness.name(), name);
  }
  return absl::OkStatus();
}

// By whom, about whom.
absl::Status LogKeys::CheckSpeaker(const Announcement& announced) const {
  const std::string& subject = announced.said.subject();
  const auto node = std::ranges::find_if(
      logs_, [&](const auto& one) { return one.second.id.ToString() == subject; });
  if (node == logs_.end()) {
    return system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE, "a node that a link agreement names",
                          system::Printable(subject, 200), "name the agreement of that link");
  }
  const absl::StatusOr<certs::SpiffeId> author = certs::SpiffeId::Parse(announced.author);
  if (!author.ok()) return author.status();
  const std::string_view side = node->second.id.trust_domain();
  if (author->trust_domain() != side) {
    return system::Refuse(v1::REASON_FIELD_CONFLICT, fmt::format("an author of {}", side),
                          announced.author, "each side announces its own keys; do not use it");
  }
  // Authorities are officers of that side; one of them may also have countersigned it.
  const auto speaks = [&](const std::string& id) { return node->second.authorities.contains(id); };
  if (std::ranges::any_of(announced.signers, speaks)) return absl::OkStatus();
  return system::Refuse(v1::REASON_NOT_AN_AUTHORITY,
                        fmt::format("an authority of {} in the link agreement", side),
                        announced.author, "do not use the key; ask that side who announced it");
}

// Whether the key has its place now; false: one before it is not known yet.
absl::StatusOr<bool> LogKeys::Take(const Announcement& announced) {
  const v1::KeyAnnouncement& said = announced.said;
  const auto node = std::ranges::find_if(
      logs_, [&](const auto& one) { return one.second.id.ToString() == said.subject(); });
  ledger::KeyRing& ring = said.use() == v1::KEY_USE_LOG ? node->second.log : node->second.witness;
  GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey before,
                            ledger::VerifierKey::Parse(said.old_key()));
  GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey next,
                            ledger::VerifierKey::Parse(said.new_key()));
  const std::optional<size_t> before_at = ring.PlaceOf(before);
  const std::optional<size_t> next_at = ring.PlaceOf(next);
  if (before_at.has_value() && next_at == *before_at + 1) return true;  // Said again.
  if (before == ring.newest()) {
    GATEPOST_RETURN_IF_ERROR(ring.Add(next));
    announced_in_.emplace(next.Format(), announced.where);
    return true;
  }
  if (next_at == 0 && !before_at.has_value()) {
    ledger::KeyRing longer(before);
    for (const ledger::VerifierKey& key : ring.keys()) {
      GATEPOST_RETURN_IF_ERROR(longer.Add(key));
    }
    ring = std::move(longer);
    announced_in_.emplace(before.Format(), announced.where);
    return true;
  }
  if (!before_at.has_value() && !next_at.has_value()) return false;
  return system::Refuse(v1::REASON_FIELD_CONFLICT,
                        fmt::format("old_key: the newest key of {}, {}", ring.newest().name(),
                                    ring.newest().Format()),
                        before.Format(), "do not use the key; ask that side which one is right");
}

std::vector<Finding> LogKeys::Announce(std::span<const Announcement> announced) {
  std::vector<Finding> findings;
  std::vector<const Announcement*> open;
  for (const Announcement& one : announced) {
    const absl::Status speaks = CheckSpeaker(one);
    if (speaks.ok()) {
      open.push_back(&one);
    } else {
      findings.push_back({one.where, speaks});
    }
  }
  // Where an agreement names a later key, those before it are found from there backwards.
  for (bool went_on = true; went_on;) {
    went_on = false;
    std::vector<const Announcement*> still;
    for (const Announcement* one : open) {
      const absl::StatusOr<bool> taken = Take(*one);
      if (!taken.ok()) findings.push_back({one->where, taken.status()});
      if (taken.ok() && !*taken) still.push_back(one);
      went_on |= taken.ok() && *taken;
    }
    open = std::move(still);
  }
  for (const Announcement* one : open) {
    findings.push_back(
        {one->where,
         system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE,
                        "old_key: a key that your link agreement or another announcement names",
                        system::Printable(one->said.old_key(), 200),
                        "have the evidence exported again, with all announcements")});
  }
  return findings;
}

const ledger::KeyRing* LogKeys::Log(std::string_view node) const {
  const auto found = logs_.find(node);
  return found == logs_.end() ? nullptr : &found->second.log;
}

const ledger::KeyRing* LogKeys::Witness(std::string_view node) const {
  const auto found = logs_.find(node);
  return found == logs_.end() ? nullptr : &found->second.witness;
}

std::string LogKeys::AnnouncedIn(const ledger::VerifierKey& key) const {
  const auto found = announced_in_.find(key.Format());
  return found == announced_in_.end() ? "" : found->second;
}

std::string LogKeys::NodeOfWitness(std::string_view key_name) const {
  const auto found = nodes_of_witnesses_.find(key_name);
  return found == nodes_of_witnesses_.end() ? "" : found->second;
}

std::vector<ledger::VerifierKey> LogKeys::witnesses() const {
  std::vector<ledger::VerifierKey> all;
  for (const auto& [node, keys] : logs_) {
    all.insert(all.end(), keys.witness.keys().begin(), keys.witness.keys().end());
  }
  return all;
}

std::vector<std::string> LogKeys::Nodes() const {
  std::vector<std::string> nodes;
  for (const auto& [node, keys] : logs_) nodes.push_back(node);
  return nodes;
}

std::vector<CosignedBy> LogKeys::Cosigners(const ledger::OpenedCheckpoint& head) const {
  std::vector<CosignedBy> all;
  for (const ledger::Cosignature& one : head.cosignatures) {
    std::string node = NodeOfWitness(one.witness.name());
    if (!node.empty()) all.push_back({std::move(node), one.time});
  }
  return all;
}

absl::StatusOr<OpenedHead> LogKeys::Open(std::string_view note) const {
  GATEPOST_ASSIGN_OR_RETURN(HeadOrigin origin, OriginOf(note));
  const ledger::KeyRing* const keys = Log(origin.node);
  if (keys == nullptr) return NoKey(origin.node);
  GATEPOST_ASSIGN_OR_RETURN(const ledger::OpenedCheckpoint head,
                            ledger::OpenCheckpoint(note, *keys, witnesses()));
  return OpenedHead{.node = std::move(origin.node),
                    .epoch = origin.epoch,
                    .size = head.checkpoint.size,
                    .root = head.checkpoint.root,
                    .cosigned = Cosigners(head)};
}

absl::StatusOr<ProvedEntry> LogKeys::Prove(const v1::EvidenceLeaf& leaf) const {
  const ledger::KeyRing* const keys = Log(leaf.node());
  if (keys == nullptr) return NoKey(leaf.node());
  GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifiedProof proof,
                            ledger::VerifyProofText(leaf.leaf(), leaf.proof(), *keys, witnesses()));
  GATEPOST_ASSIGN_OR_RETURN(const HeadOrigin origin, OriginOf(proof.head.body));
  ProvedEntry entry;
  GATEPOST_ASSIGN_OR_RETURN(entry.leaf, ledger::Leaf::Parse(leaf.leaf()));
  if (entry.leaf.epoch > origin.epoch) {
    return Wrong(fmt::format("a leaf of epoch {} or earlier", origin.epoch),
                 fmt::format("one of epoch {}", entry.leaf.epoch));
  }
  entry.node = leaf.node();
  entry.index = proof.index;
  entry.leaf_bytes = leaf.leaf();
  entry.head_size = proof.head.checkpoint.size;
  entry.cosigned = Cosigners(proof.head);
  return entry;
}

}  // namespace gatepost::evidence
