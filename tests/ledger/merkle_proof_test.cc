#include <gtest/gtest.h>

#include <bit>
#include <functional>
#include <string>
#include <vector>

#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"

namespace gatepost::ledger {
namespace {

constexpr uint64_t kMost = 64;

// In trees up to this size every bit is turned, in larger ones eight bits of every hash.
constexpr uint64_t kMostWithEveryBit = 12;

// The tree of `kMost` leaves twice: as stored nodes, and by the recursive definitions of RFC 6962
// section 2.1, written down here a second time without any of the product's arithmetic.
class ProofsTest : public ::testing::Test {
 protected:
  ProofsTest() : reader_(nodes_) {
    CompactRange range;
    for (uint64_t i = 0; i < kMost; ++i) {
      leaves_.push_back(LeafHash("leaf " + std::to_string(i)));
      range.Append(leaves_.back(), &nodes_);
    }
    reader_ = FlatNodeReader(nodes_);
  }

  using Leaves = std::span<const Digest>;

  Leaves First(uint64_t n) const { return Leaves(leaves_).subspan(0, n); }

  static size_t Split(size_t n) {
    size_t k = 1;
    while (2 * k < n) k *= 2;
    return k;
  }

  static Digest Root(Leaves leaves) {
    if (leaves.empty()) return EmptyRoot();
    if (leaves.size() == 1) return leaves[0];
    const size_t k = Split(leaves.size());
    return NodeHash(Root(leaves.subspan(0, k)), Root(leaves.subspan(k)));
  }

  static std::vector<Digest> Path(size_t m, Leaves leaves) {
    if (leaves.size() == 1) return {};
    const size_t k = Split(leaves.size());
    const Leaves left = leaves.subspan(0, k), right = leaves.subspan(k);
    std::vector<Digest> path = m < k ? Path(m, left) : Path(m - k, right);
    path.push_back(Root(m < k ? right : left));
    return path;
  }

  static std::vector<Digest> Subproof(size_t m, Leaves leaves, bool known) {
    if (m == leaves.size()) return known ? std::vector<Digest>{} : std::vector{Root(leaves)};
    const size_t k = Split(leaves.size());
    const Leaves left = leaves.subspan(0, k), right = leaves.subspan(k);
    std::vector<Digest> proof = m <= k ? Subproof(m, left, known) : Subproof(m - k, right, false);
    proof.push_back(Root(m <= k ? right : left));
    return proof;
  }

  std::vector<Digest> leaves_;
  std::vector<Digest> nodes_;
  FlatNodeReader reader_;
};

bool Refused(const absl::Status& status) {
  return system::ReasonOf(status) == v1::REASON_EVIDENCE_INVALID;
}

// Calls `still_holds` with single bits of `digest` turned, and counts how often it says yes. The
// bits of large trees shift from call to call, so that all positions get their turn.
int BitFlipsThatPass(uint64_t size, Digest& digest, const std::function<bool()>& still_holds) {
  static size_t shift = 0;
  const size_t step = size <= kMostWithEveryBit ? 1 : 32;
  int passed = 0;
  for (size_t bit = ++shift % step; bit < 8 * digest.size(); bit += step) {
    const uint8_t mask = static_cast<uint8_t>(1 << bit % 8);
    digest[bit / 8] ^= mask;
    if (still_holds()) ++passed;
    digest[bit / 8] ^= mask;
  }
  return passed;
}

// Calls `still_holds` with proofs of other lengths: each hash left out or doubled, and a stranger
// put in at each place.
int LengthChangesThatPass(std::vector<Digest>& proof, const std::function<bool()>& still_holds) {
  int passed = 0;
  const std::vector<Digest> original = proof;
  for (size_t at = 0; at <= original.size(); ++at) {
    proof.insert(proof.begin() + static_cast<ptrdiff_t>(at), certs::Sha256Of("stranger"));
    if (still_holds()) ++passed;
    proof = original;
    if (at == original.size()) break;
    proof.erase(proof.begin() + static_cast<ptrdiff_t>(at));
    if (still_holds()) ++passed;
    proof = original;
    proof.insert(proof.begin() + static_cast<ptrdiff_t>(at), original[at]);
    if (still_holds()) ++passed;
    proof = original;
  }
  return passed;
}

TEST_F(ProofsTest, InclusionProofsAreTheDefinitionsAndVerify) {
  for (uint64_t size = 1; size <= kMost; ++size) {
    Digest root = Root(First(size));
    EXPECT_EQ(RootAt(size, reader_).value(), root);
    for (uint64_t index = 0; index < size; ++index) {
      absl::StatusOr<std::vector<Digest>> path = InclusionProof(index, size, reader_);
      ASSERT_TRUE(path.ok()) << path.status();
      EXPECT_EQ(*path, Path(index, First(size)));
      EXPECT_TRUE(VerifyInclusion(index, size, leaves_[index], *path, root).ok());
    }
  }
}

TEST_F(ProofsTest, InclusionWithAnythingChangedIsRefused) {
  for (uint64_t size = 1; size <= kMost; ++size) {
    Digest root = Root(First(size));
    for (uint64_t index = 0; index < size; ++index) {
      std::vector<Digest> path = InclusionProof(index, size, reader_).value();
      Digest leaf = leaves_[index];
      uint64_t claimed = index;
      auto holds = [&] { return VerifyInclusion(claimed, size, leaf, path, root).ok(); };
      ASSERT_TRUE(holds());
      EXPECT_EQ(BitFlipsThatPass(size, leaf, holds), 0);
      EXPECT_EQ(BitFlipsThatPass(size, root, holds), 0);
      for (Digest& hash : path) EXPECT_EQ(BitFlipsThatPass(size, hash, holds), 0);
      EXPECT_EQ(LengthChangesThatPass(path, holds), 0);
      for (claimed = 0; claimed <= size + 1; ++claimed) EXPECT_EQ(holds(), claimed == index);
    }
  }
}

TEST_F(ProofsTest, ConsistencyProofsAreTheDefinitionsAndVerify) {
  for (uint64_t new_size = 1; new_size <= kMost; ++new_size) {
    const Digest new_root = Root(First(new_size));
    for (uint64_t old_size = 1; old_size <= new_size; ++old_size) {
      const Digest old_root = Root(First(old_size));
      absl::StatusOr<std::vector<Digest>> proof = ConsistencyProof(old_size, new_size, reader_);
      ASSERT_TRUE(proof.ok()) << proof.status();
      EXPECT_EQ(*proof, Subproof(old_size, First(new_size), true));
      EXPECT_TRUE(VerifyConsistency(old_size, new_size, old_root, new_root, *proof).ok())
          << old_size << " to " << new_size;
    }
  }
}

TEST_F(ProofsTest, ConsistencyWithAnythingChangedIsRefused) {
  for (uint64_t new_size = 1; new_size <= kMost; ++new_size) {
    Digest new_root = Root(First(new_size));
    for (uint64_t old_size = 1; old_size <= new_size; ++old_size) {
      Digest old_root = Root(First(old_size));
      std::vector<Digest> proof = ConsistencyProof(old_size, new_size, reader_).value();
      auto holds = [&] {
        return VerifyConsistency(old_size, new_size, old_root, new_root, proof).ok();
      };
      ASSERT_TRUE(holds());
      EXPECT_EQ(BitFlipsThatPass(new_size, old_root, holds), 0);
      EXPECT_EQ(BitFlipsThatPass(new_size, new_root, holds), 0);
      for (Digest& hash : proof) EXPECT_EQ(BitFlipsThatPass(new_size, hash, holds), 0);
      EXPECT_EQ(LengthChangesThatPass(proof, holds), 0);
      if (old_size < new_size) {
        std::swap(old_root, new_root);
        EXPECT_FALSE(holds());
        std::swap(old_root, new_root);
      }
    }
  }
}

TEST(ProofEdgesTest, EmptyAndImpossibleSizesAreRefused) {
  const Digest empty = EmptyRoot();
  const Digest leaf = LeafHash("a");
  const FlatNodeReader none(std::span<const Digest>{});
  EXPECT_TRUE(Refused(VerifyInclusion(0, 0, leaf, {}, empty)));
  EXPECT_TRUE(Refused(VerifyInclusion(1, 1, leaf, {}, leaf)));
  EXPECT_TRUE(VerifyInclusion(0, 1, leaf, {}, leaf).ok());
  // From nothing to something proves nothing, so the verifier refuses it.
  EXPECT_TRUE(Refused(VerifyConsistency(0, 1, empty, leaf, {})));
  EXPECT_TRUE(Refused(VerifyConsistency(0, 0, empty, empty, {})));
  EXPECT_TRUE(Refused(VerifyConsistency(2, 1, leaf, leaf, {})));
  EXPECT_TRUE(Refused(VerifyConsistency(1, 2, leaf, leaf, {})));
  // The generator has nothing to say about it, which is what a witness wants to get.
  EXPECT_TRUE(ConsistencyProof(0, 7, none).value().empty());
  EXPECT_EQ(system::ReasonOf(ConsistencyProof(2, 1, none).status()), v1::REASON_BAD_ARGUMENT);
  EXPECT_EQ(system::ReasonOf(InclusionProof(0, 0, none).status()), v1::REASON_BAD_ARGUMENT);
  EXPECT_EQ(system::ReasonOf(InclusionProof(3, 3, none).status()), v1::REASON_BAD_ARGUMENT);
}

// A dishonest log signs a size that does not belong to its root: the hashes add up to that root, so
// only the length of the proof gives it away.
TEST(ProofEdgesTest, ProofsOfAnotherSizeThanTheHeadsAreRefused) {
  const Digest a = LeafHash("a"), b = LeafHash("b"), c = LeafHash("c");
  const Digest two = NodeHash(a, b), three = NodeHash(two, c);
  ASSERT_TRUE(VerifyInclusion(0, 2, a, std::vector{b}, two).ok());
  EXPECT_TRUE(Refused(VerifyInclusion(0, 4, a, std::vector{b}, two)));
  EXPECT_TRUE(Refused(VerifyInclusion(0, 1, a, std::vector{b}, two)));
  ASSERT_TRUE(VerifyConsistency(1, 2, a, two, std::vector{b}).ok());
  EXPECT_TRUE(Refused(VerifyConsistency(1, 4, a, two, std::vector{b})));
  ASSERT_TRUE(VerifyConsistency(1, 3, a, three, std::vector{b, c}).ok());
  EXPECT_TRUE(Refused(VerifyConsistency(1, 2, a, three, std::vector{b, c})));
  const Digest d = LeafHash("d"), four = NodeHash(two, NodeHash(c, d)), left = LeafHash("left");
  ASSERT_TRUE(VerifyConsistency(3, 4, three, four, std::vector{c, d, two}).ok());
  EXPECT_TRUE(Refused(VerifyConsistency(3, 4, NodeHash(left, three), NodeHash(left, four),
                                        std::vector{c, d, two, left})));
}

TEST(ProofEdgesTest, LargestSizesNeitherOverflowNorLoop) {
  const uint64_t most = (uint64_t{1} << 63) - 1;
  const std::vector<Digest> path(64);
  EXPECT_TRUE(Refused(VerifyInclusion(most - 1, most, Digest{}, path, Digest{})));
  EXPECT_TRUE(Refused(VerifyConsistency(most - 1, most, Digest{}, Digest{}, path)));
  EXPECT_TRUE(Refused(VerifyConsistency(1, most, Digest{}, Digest{}, path)));
}

}  // namespace
}  // namespace gatepost::ledger
