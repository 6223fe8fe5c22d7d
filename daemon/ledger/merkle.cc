#include "daemon/ledger/merkle.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <optional>
#include <utility>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::ledger {
namespace {

constexpr std::string_view kLeafPrefix("\x00", 1);
constexpr std::string_view kNodePrefix("\x01", 1);

// The leaves [begin, end).
struct LeafRange {
  uint64_t begin;
  uint64_t end;

  uint64_t size() const { return end - begin; }

  // Where RFC 6962 splits: `begin` plus the largest power of two below the size (at least 2).
  uint64_t Split() const { return begin + std::bit_floor(size() - 1); }
};

// The roots of the perfect subtrees that make up `range`, the largest first. `range.begin` is a
// multiple of the first of them, as it is for every subtree that a split makes.
absl::StatusOr<std::vector<Digest>> PerfectSubtrees(LeafRange range, const NodeReader& reader) {
  std::vector<Digest> hashes;
  for (uint64_t at = range.begin; at < range.end;) {
    const int level = std::bit_width(range.end - at) - 1;
    GATEPOST_ASSIGN_OR_RETURN(Digest hash, reader.Node(level, at >> level));
    hashes.push_back(hash);
    at += uint64_t{1} << level;
  }
  return hashes;
}

// The root over perfect subtrees: the smallest two are joined first.
Digest Join(std::span<const Digest> hashes) {
  assert(!hashes.empty());
  Digest root = hashes.back();
  for (size_t at = hashes.size() - 1; at > 0; --at) root = NodeHash(hashes[at - 1], root);
  return root;
}

absl::StatusOr<Digest> SubtreeRoot(LeafRange range, const NodeReader& reader) {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<Digest> hashes, PerfectSubtrees(range, reader));
  return Join(hashes);
}

absl::Status ProofRefused(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_EVIDENCE_INVALID, wanted, came,
                        "do not rely on it, keep it, and ask the log's operator");
}

// The walk of RFC 9162 from a node upwards: `first` and `last` are the positions of the node and of
// the rightmost node on its level.
class Climb {
 public:
  Climb(uint64_t first, uint64_t last) : first_(first), last_(last) {}

  bool at_root() const { return last_ == 0; }
  bool first_is_odd() const { return first_ % 2 == 1; }

  // Whether the next hash of the proof stands to the left of the node.
  bool SiblingIsLeft() const { return first_is_odd() || first_ == last_; }

  void Up() {
    first_ >>= 1;
    last_ >>= 1;
  }

  // Skips the levels on which the node is the rightmost and has no sibling.
  void SkipMissingSiblings() {
    while (first_ % 2 == 0 && first_ != 0) Up();
  }

 private:
  uint64_t first_;
  uint64_t last_;
};

}  // namespace

Digest LeafHash(std::string_view leaf) {
  certs::Sha256 hash;
  hash.Update(kLeafPrefix);
  hash.Update(leaf);
  return hash.Finish();
}

Digest NodeHash(const Digest& left, const Digest& right) {
  certs::Sha256 hash;
  hash.Update(kNodePrefix);
  hash.Update(certs::AsView(left));
  hash.Update(certs::AsView(right));
  return hash.Finish();
}

Digest EmptyRoot() { return certs::Sha256Of(""); }

uint64_t NodeCount(uint64_t size) { return 2 * size - static_cast<uint64_t>(std::popcount(size)); }

uint64_t NodeOrdinal(int level, uint64_t index) {
  const uint64_t maker = ((index + 1) << level) - 1;
  return NodeCount(maker) + static_cast<uint64_t>(level);
}

absl::StatusOr<CompactRange> CompactRange::Restore(uint64_t size, std::vector<Digest> hashes) {
  const size_t wanted = static_cast<size_t>(std::popcount(size));
  if (hashes.size() != wanted) {
    return system::Refuse(v1::REASON_LEDGER_DAMAGED,
                          fmt::format("{} subtree roots for {} leaves", wanted, size),
                          fmt::format("{}", hashes.size()), "restore the ledger from a backup");
  }
  CompactRange range;
  range.size_ = size;
  range.hashes_ = std::move(hashes);
  return range;
}

void CompactRange::Append(const Digest& leaf_hash, std::vector<Digest>* new_nodes) {
  Digest node = leaf_hash;
  if (new_nodes != nullptr) new_nodes->push_back(node);
  // As in binary addition: each set bit below the lowest clear one is a subtree that gets its pair.
  for (uint64_t bits = size_; bits % 2 == 1; bits >>= 1) {
    node = NodeHash(hashes_.back(), node);
    hashes_.pop_back();
    if (new_nodes != nullptr) new_nodes->push_back(node);
  }
  hashes_.push_back(node);
  ++size_;
}

Digest CompactRange::Root() const { return hashes_.empty() ? EmptyRoot() : Join(hashes_); }

absl::StatusOr<Digest> FlatNodeReader::Node(int level, uint64_t index) const {
  const uint64_t ordinal = NodeOrdinal(level, index);
  if (ordinal >= nodes_.size()) {
    return absl::OutOfRangeError(
        fmt::format("node ({}, {}) is not among the {} stored", level, index, nodes_.size()));
  }
  return nodes_[ordinal];
}

absl::StatusOr<Digest> RootAt(uint64_t size, const NodeReader& reader) {
  if (size == 0) return EmptyRoot();
  return SubtreeRoot({0, size}, reader);
}

absl::StatusOr<CompactRange> CompactRangeAt(uint64_t size, const NodeReader& reader) {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<Digest> hashes, PerfectSubtrees({0, size}, reader));
  return CompactRange::Restore(size, std::move(hashes));
}

absl::StatusOr<std::vector<Digest>> InclusionProof(uint64_t index, uint64_t size,
                                                   const NodeReader& reader) {
  if (index >= size) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, fmt::format("a leaf index below {}", size),
                          fmt::format("{}", index), "name a leaf that the head covers");
  }
  std::vector<Digest> path;
  LeafRange range{0, size};
  while (range.size() > 1) {
    const uint64_t split = range.Split();
    const LeafRange left{range.begin, split};
    const LeafRange right{split, range.end};
    const bool goes_left = index < split;
    GATEPOST_ASSIGN_OR_RETURN(Digest sibling, SubtreeRoot(goes_left ? right : left, reader));
    path.push_back(sibling);
    range = goes_left ? left : right;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

absl::StatusOr<std::vector<Digest>> ConsistencyProof(uint64_t old_size, uint64_t new_size,
                                                     const NodeReader& reader) {
  if (old_size > new_size) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT,
                          fmt::format("an earlier size, at most {}", new_size),
                          fmt::format("{}", old_size), "swap the two sizes");
  }
  std::vector<Digest> proof;
  if (old_size == 0) return proof;
  LeafRange range{0, new_size};
  // The subtree that ends where the old tree ends is known to the reader of the proof only while
  // nothing to its left was split off.
  bool known = true;
  while (range.end != old_size) {
    const uint64_t split = range.Split();
    const LeafRange left{range.begin, split};
    const LeafRange right{split, range.end};
    const bool goes_left = old_size <= split;
    GATEPOST_ASSIGN_OR_RETURN(Digest sibling, SubtreeRoot(goes_left ? right : left, reader));
    proof.push_back(sibling);
    range = goes_left ? left : right;
    known = known && goes_left;
  }
  if (!known) {
    GATEPOST_ASSIGN_OR_RETURN(Digest shared, SubtreeRoot(range, reader));
    proof.push_back(shared);
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

absl::Status VerifyInclusion(uint64_t index, uint64_t size, const Digest& leaf_hash,
                             std::span<const Digest> path, const Digest& root) {
  if (index >= size) {
    return ProofRefused(fmt::format("a leaf index below the tree size {}", size),
                        fmt::format("{}", index));
  }
  Climb climb(index, size - 1);
  Digest node = leaf_hash;
  for (const Digest& sibling : path) {
    if (climb.at_root()) {
      return ProofRefused(fmt::format("an inclusion path for leaf {} of {}", index, size),
                          fmt::format("one of {} hashes, too long", path.size()));
    }
    if (climb.SiblingIsLeft()) {
      node = NodeHash(sibling, node);
      climb.SkipMissingSiblings();
    } else {
      node = NodeHash(node, sibling);
    }
    climb.Up();
  }
  if (!climb.at_root()) {
    return ProofRefused(fmt::format("an inclusion path for leaf {} of {}", index, size),
                        fmt::format("one of {} hashes, too short", path.size()));
  }
  if (node != root) {
    return ProofRefused(fmt::format("an inclusion path to the root {}", certs::ToHex(root)),
                        fmt::format("one to {}", certs::ToHex(node)));
  }
  return absl::OkStatus();
}

absl::Status VerifyConsistency(uint64_t old_size, uint64_t new_size, const Digest& old_root,
                               const Digest& new_root, std::span<const Digest> proof) {
  const std::string wanted =
      fmt::format("a consistency proof from {} to {} leaves", old_size, new_size);
  if (old_size == 0) return ProofRefused("an earlier head of at least one leaf", "one of size 0");
  if (old_size > new_size) return ProofRefused(wanted, "an earlier size above the later one");
  if (old_size == new_size) {
    if (!proof.empty()) return ProofRefused(wanted, "a proof that is not empty");
    if (old_root != new_root) return ProofRefused("equal roots for equal sizes", "two roots");
    return absl::OkStatus();
  }
  if (proof.empty()) return ProofRefused(wanted, "an empty one");

  // An old tree that is one perfect subtree is its own first hash and is left out of the proof.
  Digest old_node = old_root;
  if (!std::has_single_bit(old_size)) {
    old_node = proof.front();
    proof = proof.subspan(1);
  }
  Digest new_node = old_node;
  Climb climb(old_size - 1, new_size - 1);
  while (climb.first_is_odd()) climb.Up();
  for (const Digest& sibling : proof) {
    if (climb.at_root()) return ProofRefused(wanted, "one that is too long");
    if (climb.SiblingIsLeft()) {
      old_node = NodeHash(sibling, old_node);
      new_node = NodeHash(sibling, new_node);
      climb.SkipMissingSiblings();
    } else {
      new_node = NodeHash(new_node, sibling);
    }
    climb.Up();
  }
  if (!climb.at_root()) return ProofRefused(wanted, "one that is too short");
  if (old_node != old_root) return ProofRefused(wanted, "one that does not lead to the old root");
  if (new_node != new_root) return ProofRefused(wanted, "one that does not lead to the new root");
  return absl::OkStatus();
}

}  // namespace gatepost::ledger
