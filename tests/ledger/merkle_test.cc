#include "daemon/ledger/merkle.h"

#include <gtest/gtest.h>

#include <bit>
#include <map>

#include "daemon/system/reason.h"
#include "tests/ledger/known_answers.h"

namespace gatepost::ledger {
namespace {

using known::Hash;
using known::Unhex;

// Leaf i of the tile-boundary trees: i as eight bytes, big-endian.
std::string CountingLeaf(uint64_t i) {
  std::string leaf;
  for (int shift = 56; shift >= 0; shift -= 8) leaf.push_back(static_cast<char>(i >> shift));
  return leaf;
}

// The tree of the eight known leaves, with its nodes in order of their making.
std::vector<Digest> KnownNodes() {
  CompactRange range;
  std::vector<Digest> nodes;
  for (const known::KnownLeaf& leaf : known::kLeaves) {
    range.Append(LeafHash(Unhex(leaf.input_hex)), &nodes);
  }
  return nodes;
}

TEST(MerkleTest, LeafHashesAreTheKnownOnes) {
  for (const known::KnownLeaf& leaf : known::kLeaves) {
    EXPECT_EQ(certs::ToHex(LeafHash(Unhex(leaf.input_hex))), leaf.leaf_hash_hex);
  }
  EXPECT_EQ(certs::ToHex(LeafHash("L123456")),
            "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
}

TEST(MerkleTest, NodeHashIsOverPrefixLeftAndRight) {
  // The known value joins two texts of four bytes, so it is built from the same pieces by hand.
  EXPECT_EQ(certs::ToHex(certs::Sha256Of(std::string("\x01", 1) + "N123" + "N456")),
            "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb");
  const Digest left = Hash(known::kLeaves[0].leaf_hash_hex);
  const Digest right = Hash(known::kLeaves[1].leaf_hash_hex);
  EXPECT_EQ(certs::ToHex(NodeHash(left, right)), known::kRoots[2]);
  EXPECT_NE(NodeHash(left, right), NodeHash(right, left));
}

TEST(MerkleTest, RootsOfZeroToEightLeavesAreTheKnownOnes) {
  CompactRange range;
  EXPECT_EQ(certs::ToHex(range.Root()), known::kRoots[0]);
  EXPECT_EQ(range.Root(), EmptyRoot());
  for (size_t n = 0; n < std::size(known::kLeaves); ++n) {
    range.Append(LeafHash(Unhex(known::kLeaves[n].input_hex)));
    EXPECT_EQ(range.size(), n + 1);
    EXPECT_EQ(certs::ToHex(range.Root()), known::kRoots[n + 1]);
  }
}

TEST(MerkleTest, StoredNodesGiveTheKnownRootsOfEverySize) {
  const std::vector<Digest> nodes = KnownNodes();
  const FlatNodeReader reader(nodes);
  for (uint64_t n = 0; n <= 8; ++n) {
    absl::StatusOr<Digest> root = RootAt(n, reader);
    ASSERT_TRUE(root.ok()) << root.status();
    EXPECT_EQ(certs::ToHex(*root), known::kRoots[n]);
  }
}

TEST(MerkleTest, InnerNodesAreTheKnownOnes) {
  const std::vector<Digest> nodes = KnownNodes();
  const FlatNodeReader reader(nodes);
  EXPECT_EQ(*reader.Node(1, 1),
            Hash("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"));
  EXPECT_EQ(*reader.Node(1, 2),
            Hash("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"));
  EXPECT_EQ(*reader.Node(1, 3),
            Hash("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"));
  EXPECT_EQ(*reader.Node(2, 1),
            Hash("6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"));
  EXPECT_EQ(certs::ToHex(*reader.Node(3, 0)), known::kRoots[8]);
}

TEST(MerkleTest, RootsAroundTileBoundariesAreTheKnownOnes) {
  const std::map<uint64_t, std::string> wanted = {
      {255, "bb3b9743e08118ea583ae77df04a1449a0601cde6f75146d79c2cab6366ce210"},
      {256, "15e2dd4973ae44de8c8cf3048fd98d17adaaea6287f4e0606a55a643617408c0"},
      {257, "d418c0873259bce7d0561ab004486112416c1c4490865415342bfe06e673146c"},
      {65536, "bc9bca909516d5bf148c2bf2dea0a0d9f717ce4987d2fe7504d6694363b41598"},
      {70000, "0759167a0f98e35e802d46ff7c7d29d2c3f03a63a256deb6abbff357a91b63b1"},
  };
  CompactRange range;
  std::vector<Digest> nodes;
  for (uint64_t i = 0; i < 70000; ++i) {
    range.Append(LeafHash(CountingLeaf(i)), &nodes);
    auto found = wanted.find(range.size());
    if (found != wanted.end()) {
      EXPECT_EQ(certs::ToHex(range.Root()), found->second);
    }
  }
  const FlatNodeReader reader(nodes);
  for (const auto& [size, root] : wanted) {
    EXPECT_EQ(certs::ToHex(RootAt(size, reader).value()), root) << size;
  }
  EXPECT_EQ(nodes.size(), NodeCount(70000));
}

// Compares the closed formula with the order in which appending really makes nodes.
TEST(MerkleTest, NodeOrdinalsFollowTheOrderOfMaking) {
  uint64_t ordinal = 0;
  for (uint64_t leaf = 0; leaf < 5000; ++leaf) {
    EXPECT_EQ(NodeCount(leaf), ordinal);
    for (int level = 0; level == 0 || ((leaf + 1) & ((uint64_t{1} << level) - 1)) == 0; ++level) {
      const uint64_t index = ((leaf + 1) >> level) - 1;
      ASSERT_EQ(NodeOrdinal(level, index), ordinal) << "level " << level << " index " << index;
      ++ordinal;
    }
  }
  EXPECT_EQ(NodeCount(5000), ordinal);
}

TEST(MerkleTest, NodeOrdinalsHoldForVeryLargeLogs) {
  const uint64_t leaves = uint64_t{1} << 62;
  EXPECT_EQ(NodeCount(leaves), 2 * leaves - 1);
  // The last node of a perfect log is its root.
  EXPECT_EQ(NodeOrdinal(62, 0), NodeCount(leaves) - 1);
  EXPECT_EQ(NodeOrdinal(0, leaves - 1), NodeCount(leaves) - 63);
}

TEST(MerkleTest, AppendReportsExactlyTheNodesOfEachLeaf) {
  CompactRange range;
  for (uint64_t leaf = 0; leaf < 300; ++leaf) {
    std::vector<Digest> made;
    range.Append(LeafHash(CountingLeaf(leaf)), &made);
    EXPECT_EQ(made.size(), 1u + static_cast<unsigned>(std::countr_one(leaf)));
    EXPECT_EQ(range.hashes().size(), static_cast<size_t>(std::popcount(leaf + 1)));
    EXPECT_EQ(made.back(), range.hashes().back());
  }
}

// Stops after every size, restores from what was kept, and goes on beside the original.
TEST(MerkleTest, RestoredRangeGoesOnLikeTheOriginal) {
  CompactRange original;
  std::vector<Digest> nodes;
  for (uint64_t leaf = 0; leaf < 130; ++leaf) {
    absl::StatusOr<CompactRange> restored =
        CompactRange::Restore(original.size(), original.hashes());
    ASSERT_TRUE(restored.ok()) << restored.status();
    const FlatNodeReader reader(nodes);
    absl::StatusOr<CompactRange> from_nodes = CompactRangeAt(leaf, reader);
    ASSERT_TRUE(from_nodes.ok()) << from_nodes.status();
    original.Append(LeafHash(CountingLeaf(leaf)), &nodes);
    restored->Append(LeafHash(CountingLeaf(leaf)));
    from_nodes->Append(LeafHash(CountingLeaf(leaf)));
    EXPECT_EQ(restored->Root(), original.Root());
    EXPECT_EQ(from_nodes->hashes(), original.hashes());
  }
}

TEST(MerkleTest, RestoreRefusesAWrongNumberOfHashes) {
  const std::vector<Digest> two(2);
  EXPECT_TRUE(CompactRange::Restore(5, two).ok());
  for (uint64_t size : {0u, 1u, 4u, 7u}) {
    EXPECT_EQ(system::ReasonOf(CompactRange::Restore(size, two).status()),
              v1::REASON_LEDGER_DAMAGED);
  }
}

TEST(MerkleTest, MissingNodesAreErrorsNotWrongRoots) {
  const std::vector<Digest> nodes = KnownNodes();
  const FlatNodeReader reader(nodes);
  EXPECT_FALSE(RootAt(9, reader).ok());
  EXPECT_FALSE(InclusionProof(0, 9, reader).ok());
  EXPECT_FALSE(ConsistencyProof(8, 9, reader).ok());
  EXPECT_FALSE(CompactRangeAt(9, reader).ok());
}

}  // namespace
}  // namespace gatepost::ledger
