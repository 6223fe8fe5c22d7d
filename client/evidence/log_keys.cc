#include "client/evidence/log_keys.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "daemon/domain/civil_time.h"
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
  KeySuccession::Day day;
  if (agreement.file.value.has_agreed_on()) {
    day = domain::CheckedDay(agreement.file.value.agreed_on());
  }
  for (const config::AgreedNode& node : agreement.nodes) {
    const std::string& name = node.stated.node();
    const auto [place, added] = logs_.emplace(
        name,
        Node{node.spiffe_id, KeySuccession(node.log, day), KeySuccession(node.witness, day), {}});
    if (!added) {
      GATEPOST_RETURN_IF_ERROR(place->second.log.Agree(node.log, day));
      GATEPOST_RETURN_IF_ERROR(place->second.witness.Agree(node.witness, day));
    }
    const auto& authorities = node.stated.authorities();
    place->second.authorities.insert(authorities.begin(), authorities.end());
    nodes_of_witnesses_.emplace(node.witness.name(), name);
    for (const ledger::VerifierKey* key : {&node.log, &node.witness}) {
      agreed_in_.emplace(key->Format(), agreement.file.path);
    }
  }
  return absl::OkStatus();
}

absl::Status LogKeys::CheckOrdered() const {
  for (const auto& [name, node] : logs_) {
    GATEPOST_RETURN_IF_ERROR(node.log.CheckOrdered());
    GATEPOST_RETURN_IF_ERROR(node.witness.CheckOrdered());
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

// One log that keys known so far prove says that it took the announcement.
bool LogKeys::IsEntered(const Announcement& announced) const {
  return !announced.entries.has_value() ||
         std::ranges::any_of(*announced.entries,
                             [&](const v1::EvidenceLeaf& leaf) { return Prove(leaf).ok(); });
}

// Whether the key has its place now; false: one before it is not known yet, or no entry of the
// announcement is proved yet.
absl::StatusOr<bool> LogKeys::Take(const Announcement& announced) {
  const v1::KeyAnnouncement& said = announced.said;
  const auto node = std::ranges::find_if(
      logs_, [&](const auto& one) { return one.second.id.ToString() == said.subject(); });
  KeySuccession& keys = said.use() == v1::KEY_USE_LOG ? node->second.log : node->second.witness;
  GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey before,
                            ledger::VerifierKey::Parse(said.old_key()));
  GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey next,
                            ledger::VerifierKey::Parse(said.new_key()));
  GATEPOST_ASSIGN_OR_RETURN(const KeySuccession::Fit fit, keys.FitOf(before, next));
  if (fit == KeySuccession::Fit::kKnown) return true;
  if (fit == KeySuccession::Fit::kUnknown || !IsEntered(announced)) return false;
  GATEPOST_RETURN_IF_ERROR(keys.Follow(before, next));
  for (const ledger::VerifierKey* key : {&before, &next}) {
    const std::string vkey = key->Format();
    if (!agreed_in_.contains(vkey)) announced_in_.emplace(vkey, announced.where);
  }
  return true;
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
    if (!IsEntered(*one)) {
      findings.push_back(
          {one->where,
           system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE,
                          "an entry about it in a log whose head is signed by a key that does not "
                          "rest on it",
                          "none that is proved so, of an hour when its signatures held",
                          "have the evidence exported again, or ask the other side for its own")});
      continue;
    }
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
  return found == logs_.end() ? nullptr : &found->second.log.ring();
}

const ledger::KeyRing* LogKeys::Witness(std::string_view node) const {
  const auto found = logs_.find(node);
  return found == logs_.end() ? nullptr : &found->second.witness.ring();
}

std::string LogKeys::AnnouncedIn(const ledger::VerifierKey& key) const {
  const auto found = announced_in_.find(key.Format());
  return found == announced_in_.end() ? "" : found->second;
}

std::string LogKeys::AgreedIn(const ledger::VerifierKey& key) const {
  const auto found = agreed_in_.find(key.Format());
  return found == agreed_in_.end() ? "" : found->second;
}

std::string LogKeys::NodeOfWitness(std::string_view key_name) const {
  const auto found = nodes_of_witnesses_.find(key_name);
  return found == nodes_of_witnesses_.end() ? "" : found->second;
}

std::vector<ledger::VerifierKey> LogKeys::witnesses() const {
  std::vector<ledger::VerifierKey> all;
  for (const auto& [node, keys] : logs_) {
    const std::vector<ledger::VerifierKey>& ring = keys.witness.ring().keys();
    all.insert(all.end(), ring.begin(), ring.end());
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
    if (node.empty()) continue;
    // A witness that exchanges its key may have cosigned one head by both.
    const auto same = std::ranges::find(all, node, &CosignedBy::node);
    if (same == all.end()) {
      all.push_back({std::move(node), one.time});
    } else {
      same->time = std::min(same->time, one.time);
    }
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
