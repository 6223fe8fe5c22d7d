#ifndef GATEPOST_DAEMON_LEDGER_MERKLE_H_
#define GATEPOST_DAEMON_LEDGER_MERKLE_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "certs/digest.h"

// The Merkle tree of RFC 6962 section 2.1 (the same in RFC 9162) over SHA-256.
//
// Only roots of perfect subtrees are ever stored; they never change. Node (level l, index k) covers
// the leaves [k*2^l, (k+1)*2^l). Appending leaf j makes node (0, j) and then every perfect subtree
// that j completes, so all nodes of a log stand in one flat sequence in the order of their making:
//
//   leaf j          0     1           2     3                    4
//   nodes made     (0,0) (0,1) (1,0) (0,2) (0,3) (1,1) (2,0)    (0,4)  ...
//   ordinal          0     1     2     3     4     5     6        7
//
// Node (l, k) is made by leaf j = (k+1)*2^l - 1; before j there are 2j - popcount(j) nodes, so its
// ordinal is 2j - popcount(j) + l. A log of n leaves has 2n - popcount(n) nodes.
//
// Everything here is pure and callable from any thread. Sizes and indices are below 2^63.
namespace gatepost::ledger {

using certs::Digest;

// H(0x00 || leaf): `leaf` is the exact bytes of the leaf.
Digest LeafHash(std::string_view leaf);

// H(0x01 || left || right).
Digest NodeHash(const Digest& left, const Digest& right);

// The root of a tree without leaves: SHA-256 of nothing.
Digest EmptyRoot();

// How many nodes a log of `size` leaves has stored.
uint64_t NodeCount(uint64_t size);

// The place of node (`level`, `index`) in the flat sequence; `level` is in 0..62.
uint64_t NodeOrdinal(int level, uint64_t index);

// What is needed to append to a tree: the roots of the perfect subtrees that make up its `size`
// leaves, the largest (leftmost) first, one for each set bit of `size`.
class CompactRange {
 public:
  // The range of an empty tree.
  CompactRange() = default;

  // The range of a stored tree, as size() and hashes() gave it. REASON_LEDGER_DAMAGED when the
  // number of hashes does not fit `size`.
  static absl::StatusOr<CompactRange> Restore(uint64_t size, std::vector<Digest> hashes);

  // Appends a leaf by its hash. When `new_nodes` is not null, the nodes that the leaf makes are
  // appended to it in the order of their ordinals: the leaf hash itself, then each subtree it
  // completes, from small to large.
  void Append(const Digest& leaf_hash, std::vector<Digest>* new_nodes = nullptr);

  // The number of leaves.
  uint64_t size() const { return size_; }

  // The root of the tree (EmptyRoot for no leaves). Costs at most 62 hashes.
  Digest Root() const;

  // The subtree roots, the largest first.
  const std::vector<Digest>& hashes() const { return hashes_; }

 private:
  uint64_t size_ = 0;
  std::vector<Digest> hashes_;
};

// Where proofs take stored nodes from: a database, or a vector in a test.
class NodeReader {
 public:
  virtual ~NodeReader() = default;

  // The node (`level`, `index`); an error when it cannot be read. Only nodes of perfect subtrees
  // inside the size that the caller named are asked for.
  virtual absl::StatusOr<Digest> Node(int level, uint64_t index) const = 0;
};

// A reader over nodes that lie in memory as one flat sequence; `nodes` must outlive it.
// Fails with kOutOfRange for nodes beyond the sequence.
class FlatNodeReader : public NodeReader {
 public:
  explicit FlatNodeReader(std::span<const Digest> nodes) : nodes_(nodes) {}
  absl::StatusOr<Digest> Node(int level, uint64_t index) const override;

 private:
  std::span<const Digest> nodes_;
};

// The root of the first `size` leaves. Errors: those of `reader`.
absl::StatusOr<Digest> RootAt(uint64_t size, const NodeReader& reader);

// The compact range of the first `size` leaves. Errors: those of `reader`.
absl::StatusOr<CompactRange> CompactRangeAt(uint64_t size, const NodeReader& reader);

// The path of leaf `index` in the tree of the first `size` leaves, from its sibling up to the
// root's child (RFC 6962 2.1.1). REASON_BAD_ARGUMENT when `index >= size`; errors of `reader`.
absl::StatusOr<std::vector<Digest>> InclusionProof(uint64_t index, uint64_t size,
                                                   const NodeReader& reader);

// The proof that the tree of `old_size` leaves is the beginning of that of `new_size` leaves (RFC
// 6962 2.1.2); empty when the sizes are equal, and for `old_size` 0, where there is nothing to
// prove (C2SP tlog-witness wants it so). REASON_BAD_ARGUMENT when `old_size > new_size`; errors of
// `reader`.
absl::StatusOr<std::vector<Digest>> ConsistencyProof(uint64_t old_size, uint64_t new_size,
                                                     const NodeReader& reader);

// Checks an inclusion proof by RFC 9162 2.1.3.2. OK, or REASON_EVIDENCE_INVALID.
absl::Status VerifyInclusion(uint64_t index, uint64_t size, const Digest& leaf_hash,
                             std::span<const Digest> path, const Digest& root);

// Checks a consistency proof by RFC 9162 2.1.4.2; equal sizes want equal roots and an empty proof.
// `old_size` 0 is always refused: an empty tree vouches for nothing, so whoever may start from
// nothing (a witness, a first receipt) must say so himself. OK, or REASON_EVIDENCE_INVALID.
absl::Status VerifyConsistency(uint64_t old_size, uint64_t new_size, const Digest& old_root,
                               const Digest& new_root, std::span<const Digest> proof);

}  // namespace gatepost::ledger

#endif  // GATEPOST_DAEMON_LEDGER_MERKLE_H_
