#include "client/evidence/store_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "daemon/system/utf8.h"

namespace gatepost::evidence {
namespace {

constexpr std::string_view kRefused = "REFUSED:";
constexpr std::string_view kEnvelope = "envelope:";

std::optional<std::vector<certs::Digest>> Hashes(std::string_view path) {
  std::vector<certs::Digest> hashes;
  if (path.size() % 32 != 0) return std::nullopt;
  for (; !path.empty(); path.remove_prefix(32)) {
    hashes.push_back(*certs::DigestFromBytes(path.substr(0, 32)));
  }
  return hashes;
}

}  // namespace

void StoreCheckParts::Find(std::string_view where, absl::Status why) {
  if (++verdict.finding_count > options.most_findings) return;
  verdict.findings.push_back({std::string(where), std::move(why)});
}

void StoreCheckParts::Find(std::string_view where, std::string_view wanted, std::string_view came) {
  Find(where, system::Refuse(v1::REASON_EVIDENCE_INVALID, wanted, system::Printable(came),
                             "keep the copy, and compare it with a backup and the peer"));
}

void StoreCheckParts::Expect(std::string_view where, std::string_view what, std::string_view wanted,
                             std::string_view came) {
  if (wanted != came) Find(where, fmt::format("{} {}", what, wanted), came);
}

void StoreCheckParts::Expect(std::string_view where, std::string_view what, uint64_t wanted,
                             uint64_t came) {
  if (wanted != came) Find(where, fmt::format("{} {}", what, wanted), fmt::format("{}", came));
}

void StoreCheckParts::Expect(std::string_view where, std::string_view what,
                             const certs::Digest& wanted, const certs::Digest& came) {
  if (wanted == came) return;
  Find(where, fmt::format("{} {}", what, certs::ToHex(wanted)), certs::ToHex(came));
}

const NodeKeys* StoreCheckParts::KeysOf(std::string_view node) const {
  if (options.own.node == node) return &options.own;
  for (const NodeKeys& peer : options.peers) {
    if (peer.node == node) return &peer;
  }
  return nullptr;
}

std::vector<ledger::VerifierKey> StoreCheckParts::WitnessKeys() const {
  std::vector<ledger::VerifierKey> keys;
  const auto add = [&keys](const NodeKeys& node) {
    if (!node.witness) return;
    keys.insert(keys.end(), node.witness->keys().begin(), node.witness->keys().end());
  };
  add(options.own);
  for (const NodeKeys& peer : options.peers) add(peer);
  return keys;
}

bool StoreCheckParts::KnowsPeer(const std::string& peer) {
  const auto [known, is_new] = known_peers_.try_emplace(peer, KeysOf(peer) != nullptr);
  if (is_new && !known->second) {
    Find("store",
         system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE, fmt::format("the log key of {}", peer),
                        "none", "give the link agreement with that node"));
  }
  return known->second;
}

std::optional<ledger::Leaf> StoreCheckParts::OwnLeaf(uint64_t index) {
  if (!group_ || index < group_->first_index ||
      index - group_->first_index >= group_->leaves.size()) {
    absl::StatusOr<std::optional<store::LeafGroup>> group = reader.GroupOfLeaf(index);
    if (!group.ok()) return std::nullopt;  // The check of the log has found it.
    group_ = *std::move(group);
    if (!group_) return std::nullopt;
  }
  absl::StatusOr<ledger::Leaf> leaf =
      ledger::Leaf::Parse(group_->leaves[index - group_->first_index]);
  if (!leaf.ok()) return std::nullopt;
  return *std::move(leaf);
}

std::optional<ledger::Leaf> StoreCheckParts::NeedOwnLeaf(std::string_view where, uint64_t index) {
  std::optional<ledger::Leaf> leaf = OwnLeaf(index);
  if (!leaf) Find(where, fmt::format("entry {} of this log", index), "none that can be read");
  return leaf;
}

std::optional<ledger::Leaf> StoreCheckParts::Prove(std::string_view where, const PeerProof& proof) {
  const NodeKeys* keys = KeysOf(proof.peer);
  if (keys == nullptr) return std::nullopt;
  const auto head_of = std::tuple(proof.peer, proof.epoch, proof.head_size);
  if (head_of_ != head_of) {
    head_of_ = head_of;
    head_.reset();
    const auto held = reader.PeerHead(proof.peer, proof.epoch, proof.head_size);
    if (held.ok() && held->has_value()) {
      const auto opened = ledger::OpenCheckpoint((*held)->checkpoint, keys->log);
      if (opened.ok()) head_ = opened->checkpoint;
    }
  }
  if (!head_) {
    Find(where, fmt::format("the head of {} of size {}", proof.peer, proof.head_size),
         "none that holds");
    return std::nullopt;
  }
  const std::optional<std::vector<certs::Digest>> path = Hashes(proof.path);
  if (!path) {
    Find(where, "a path of 32 bytes for each hash", fmt::format("{} bytes", proof.path.size()));
    return std::nullopt;
  }
  if (absl::Status proved = ledger::VerifyInclusion(
          proof.leaf_index, head_->size, ledger::LeafHash(proof.leaf), *path, head_->root);
      !proved.ok()) {
    Find(where, std::move(proved));
    return std::nullopt;
  }
  Expect(where, "a head of", ledger::LogOrigin(proof.peer, proof.epoch), head_->origin);
  absl::StatusOr<ledger::Leaf> leaf = ledger::Leaf::Parse(proof.leaf);
  if (!leaf.ok()) {
    Find(where, leaf.status());
    return std::nullopt;
  }
  Expect(where, "a leaf of epoch", proof.epoch, leaf->epoch);
  return *std::move(leaf);
}

std::optional<store::MessageRecord> StoreCheckParts::NeedMessage(std::string_view where,
                                                                 int64_t row) {
  absl::StatusOr<std::optional<store::MessageRecord>> record = reader.MessageByRow(row);
  if (record.ok() && record->has_value()) return **std::move(record);
  Find(where, fmt::format("message {}", row), record.ok() ? "none" : "one that cannot be read");
  return std::nullopt;
}

std::string LeafDetail(uint64_t leaf_index, std::string_view leaf) {
  return fmt::format("leaf:{}:{}", leaf_index, certs::ToHex(ledger::LeafHash(leaf)));
}

std::string ObjectOf(const store::MessageRecord& record) {
  if (record.message_id.starts_with(kEnvelope)) return record.message_id;
  return fmt::format("message:{}", record.message_id);
}

certs::Digest NextDigest(const certs::Digest& previous, const certs::Digest& pae) {
  certs::Sha256 hash;
  hash.Update(certs::AsView(previous));
  hash.Update(certs::AsView(pae));
  return hash.Finish();
}

v1::Rung RungOfResult(std::string_view result) {
  if (result.starts_with(kRefused)) return v1::RUNG_REFUSED;
  return result == "CARRIED" ? v1::RUNG_CARRIED : v1::RUNG_APPLIED;
}

v1::Reason ReasonOfResult(std::string_view result) {
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  if (!result.starts_with(kRefused)) return reason;
  v1::Reason_Parse(fmt::format("REASON_{}", result.substr(kRefused.size())), &reason);
  return reason;
}

}  // namespace gatepost::evidence
