#include "client/evidence/entries.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "certs/digest.h"
#include "daemon/ledger/lines.h"
#include "daemon/ledger/merkle.h"
#include "daemon/ledger/proof.h"

namespace gatepost::evidence {
namespace {

constexpr char kTwoHistories[] =
    "keep both: together they prove that the log was written anew; tell the operators of both "
    "sides";

// The node that the origin `<node>/audit/<epoch>` names.
std::string NodeOfOrigin(std::string_view origin) {
  return std::string(origin.substr(0, origin.find('/')));
}

// Signature lines of the note that no agreed key made.
size_t UnknownLines(std::string_view note, const ledger::OpenedCheckpoint& head) {
  const size_t lines = static_cast<size_t>(std::ranges::count(note, '\n')) -
                       static_cast<size_t>(std::ranges::count(head.body, '\n')) - 1;
  return lines - std::min(lines, head.cosignatures.size() + 1);
}

}  // namespace

bool IsFirst(const ledger::Leaf& leaf) {
  return leaf.event == ledger::event::kAccepted || leaf.event == ledger::event::kDelivered;
}

bool IsRefused(const ledger::Leaf& leaf) {
  return leaf.event == ledger::event::kDelivered && leaf.result.starts_with("REFUSED:");
}

const ProvedEntry* FirstEntry(const MessageFacts& message) {
  const ProvedEntry* first = nullptr;
  for (const ProvedEntry& entry : message.entries) {
    if (!IsFirst(entry.leaf)) continue;
    if (first == nullptr || entry.leaf.time < first->leaf.time) first = &entry;
  }
  return first;
}

absl::Time FixedAt(const Anchors& anchors, const MessageFacts& message) {
  absl::Time fixed = absl::InfiniteFuture();
  for (const ProvedEntry& entry : message.entries) {
    if (entry.leaf.pae != message.pae) continue;
    const std::string domain = anchors.DomainOf(entry.node);
    absl::Time other = absl::InfiniteFuture();
    for (const auto* words : {&entry.cosigned, &entry.held_by}) {
      for (const CosignedBy& word : *words) {
        if (anchors.DomainOf(word.node) != domain) other = std::min(other, word.time);
      }
    }
    fixed = std::min(fixed, std::max(entry.leaf.time, other));
  }
  return fixed;
}

std::optional<NamedEntry> NamedIn(const ledger::Leaf& leaf) {
  if (leaf.event != ledger::event::kReceipt && leaf.event != ledger::event::kDecided) {
    return std::nullopt;
  }
  std::string_view rest = leaf.detail;
  if (!ledger::TakePrefix("leaf:", rest)) return std::nullopt;
  const size_t colon = rest.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::optional<uint64_t> index = ledger::ParseDecimal(rest.substr(0, colon));
  const std::optional<certs::Digest> hash = certs::DigestFromHex(rest.substr(colon + 1));
  if (!index.has_value() || !hash.has_value()) return std::nullopt;
  return NamedEntry{*index, *hash};
}

std::string LeafPlace(const std::string& folder, const v1::EvidenceLeaf& leaf) {
  const absl::StatusOr<ledger::TlogProof> proof = ledger::TlogProof::Parse(leaf.proof());
  return fmt::format("{}/leaves/{}-{}", folder, leaf.node(), proof.ok() ? proof->index : 0);
}

std::string LeafPlace(const std::string& folder, const ProvedEntry& entry) {
  return fmt::format("{}/leaves/{}-{}", folder, entry.node, entry.index);
}

// A head that continues another is signed by the same key or by a later one (ledger/key_ring.h):
// who steals a key that was given up can sign nothing new with it.
void Entries::CheckKeyOrder(const std::string& where, const ledger::Checkpoint& head, size_t key) {
  for (const auto& [place, other] : signed_by_) {
    const bool earlier = place.second < head.size;
    if (place.first != head.origin || place.second == head.size) continue;
    if (earlier ? other <= key : other >= key) continue;
    found_.Invalid(
        where,
        fmt::format("a head of {} at size {} by the key of its time: that of size {} is "
                    "by key {}",
                    head.origin, head.size, place.second, other + 1),
        fmt::format("one by key {}", key + 1),
        "a key that was given up signs nothing new; ask that side whether it was stolen");
  }
  signed_by_.emplace(std::pair(head.origin, head.size), key);
}

void Entries::Meet(const std::string& where, std::string_view note,
                   const ledger::OpenedCheckpoint& head, const ledger::KeyRing& keys) {
  const ledger::Checkpoint& checkpoint = head.checkpoint;
  CheckKeyOrder(where, checkpoint, keys.PlaceOf(keys.NamedIn(note)).value_or(0));
  const auto [place, first] =
      heads_.emplace(std::pair(checkpoint.origin, checkpoint.size), checkpoint.root);
  if (first || place->second == checkpoint.root) return;
  found_.Invalid(where,
                 fmt::format("one history of {}: root {} at size {}", checkpoint.origin,
                             certs::ToHex(place->second), checkpoint.size),
                 fmt::format("another head of that size, root {}", certs::ToHex(checkpoint.root)),
                 kTwoHistories);
}

std::vector<CosignedBy> Entries::CosignersOf(const ledger::OpenedCheckpoint& head) const {
  std::vector<CosignedBy> cosigners;
  const std::string own = NodeOfOrigin(head.checkpoint.origin);
  for (const ledger::Cosignature& cosignature : head.cosignatures) {
    std::string node = anchors_.keys().NodeOfWitness(cosignature.witness.name());
    // Its own witness says nothing that its log does not.
    if (node == own || node.empty()) continue;
    const auto same = std::ranges::find(cosigners, node, &CosignedBy::node);
    if (same == cosigners.end()) {
      cosigners.push_back({std::move(node), cosignature.time});
    } else {
      same->time = std::min(same->time, cosignature.time);
    }
  }
  return cosigners;
}

std::optional<ProvedEntry> Entries::Prove(const std::string& folder, const v1::EvidenceLeaf& leaf) {
  const std::string where = LeafPlace(folder, leaf);
  if (anchors_.FindNode(leaf.node()) == nullptr) {
    found_.Missing(where, fmt::format("a link agreement that names the log of {}", leaf.node()),
                   "none of yours", "check again with the agreement of that link");
    return std::nullopt;
  }
  absl::StatusOr<ledger::Leaf> parsed = ledger::Leaf::Parse(leaf.leaf());
  if (!parsed.ok()) {
    found_.Add(where + ".leaf", parsed.status());
    return std::nullopt;
  }
  const ledger::KeyRing* const keys = anchors_.keys().Log(leaf.node());
  const absl::StatusOr<ledger::VerifiedProof> proof =
      ledger::VerifyProofText(leaf.leaf(), leaf.proof(), *keys, anchors_.witnesses());
  if (!proof.ok()) {
    found_.Add(where + ".tlog-proof", proof.status());
    return std::nullopt;
  }
  const ledger::Checkpoint& head = proof->head.checkpoint;
  const std::string origin = ledger::LogOrigin(leaf.node(), parsed->epoch);
  if (head.origin != origin) {
    found_.Invalid(where + ".tlog-proof", fmt::format("a head of {}", origin), head.origin);
    return std::nullopt;
  }
  const std::string_view note =
      std::string_view(leaf.proof()).substr(leaf.proof().find("\n\n") + 2);
  Meet(where + ".tlog-proof", note, proof->head, *keys);
  const auto [place, first] = leaves_.emplace(std::pair(origin, proof->index), proof->leaf_hash);
  if (!first && place->second != proof->leaf_hash) {
    found_.Invalid(where, fmt::format("one history of {}: one leaf at {}", origin, proof->index),
                   "two, both proved", kTwoHistories);
  }
  const size_t unknown = UnknownLines(note, proof->head);
  if (unknown > 0) {
    found_.Note(
        fmt::format("{}: {} signature line(s) by keys that nobody named here", where, unknown));
  }
  ProvedEntry entry;
  entry.node = leaf.node();
  entry.index = proof->index;
  entry.leaf_bytes = leaf.leaf();
  entry.leaf = *std::move(parsed);
  entry.head_size = head.size;
  entry.cosigned = CosignersOf(proof->head);
  for (const CosignedBy& cosigner : entry.cosigned) {
    if (entry.leaf.time <= cosigner.time + kMostSkew) continue;
    found_.Invalid(where + ".leaf",
                   fmt::format("a time before {} cosigned a head above it, {}", cosigner.node,
                               absl::FormatTime(cosigner.time, absl::UTCTimeZone())),
                   absl::FormatTime(entry.leaf.time, absl::UTCTimeZone()));
  }
  return entry;
}

void Entries::CheckHead(const std::string& file, const std::string& note) {
  if (anchors_.FindNode(NodeOfOrigin(note)) == nullptr) {
    return found_.Missing(
        file, "a link agreement that names this log",
        fmt::format("none of yours names {}", system::Printable(NodeOfOrigin(note))),
        "check again with the agreement of that link");
  }
  const ledger::KeyRing* const keys = anchors_.keys().Log(NodeOfOrigin(note));
  const absl::StatusOr<ledger::OpenedCheckpoint> head =
      ledger::OpenCheckpoint(note, *keys, anchors_.witnesses());
  if (!head.ok()) return found_.Add(file, head.status());
  Meet(file, note, *head, *keys);
  const size_t unknown = UnknownLines(note, *head);
  if (unknown > 0) {
    found_.Note(
        fmt::format("{}: {} signature line(s) by keys that nobody named here", file, unknown));
  }
}

void Entries::CheckTimes(const std::vector<MessageFacts>& messages) {
  using Place = std::tuple<std::string, uint64_t, uint64_t>;  // Node, epoch, index.
  std::map<Place, std::pair<const ProvedEntry*, std::string>> ordered;
  for (const MessageFacts& message : messages) {
    for (const ProvedEntry& entry : message.entries) {
      ordered.emplace(Place(entry.node, entry.leaf.epoch, entry.index),
                      std::pair(&entry, LeafPlace(message.folder, entry)));
    }
  }
  const ProvedEntry* last = nullptr;
  for (const auto& [place, entry] : ordered) {
    if (last != nullptr && last->node == entry.first->node &&
        entry.first->leaf.time < last->leaf.time) {
      found_.Invalid(entry.second,
                     fmt::format("a time that is not before that of entry {}", last->index),
                     absl::FormatTime(entry.first->leaf.time, absl::UTCTimeZone()));
    }
    last = entry.first;
  }
}

void Entries::Connect(std::vector<MessageFacts>& messages) {
  CheckTimes(messages);
  std::multimap<std::pair<std::string, uint64_t>, ProvedEntry*> by_place;  // Node and index.
  for (MessageFacts& message : messages) {
    for (ProvedEntry& entry : message.entries) {
      by_place.emplace(std::pair(entry.node, entry.index), &entry);
    }
  }
  for (const MessageFacts& message : messages) {
    for (const ProvedEntry& entry : message.entries) {
      const std::optional<NamedEntry> named = NamedIn(entry.leaf);
      if (!named.has_value()) continue;
      const auto [begin, end] = by_place.equal_range(std::pair(entry.leaf.peer, named->index));
      const std::string where = LeafPlace(message.folder, entry);
      const auto fits = std::find_if(begin, end, [&](const auto& other) {
        return ledger::LeafHash(other.second->leaf_bytes) == named->hash;
      });
      if (fits != end) {
        fits->second->held_by.push_back({entry.node, entry.leaf.time});
      } else if (begin != end) {
        found_.Invalid(where,
                       fmt::format("entry {} of {} with hash {}", named->index, entry.leaf.peer,
                                   certs::ToHex(named->hash)),
                       "another entry at that place", kTwoHistories);
      } else {
        found_.Missing(LeafPlace(message.folder, entry),
                       fmt::format("entry {} of {}, which it names", named->index, entry.leaf.peer),
                       "it is not in the bundle", "have the bundle exported again, or ask there");
      }
    }
  }
}

}  // namespace gatepost::evidence
