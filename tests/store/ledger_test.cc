#include <gtest/gtest.h>

#include "daemon/system/reason.h"
#include "tests/store/backends.h"
#include "tests/store/samples.h"

namespace gatepost::store {
namespace {

class Ledger : public StoreConformance {
 protected:
  // The reason with which the group is refused.
  v1::Reason Refusal(const LeafGroup& group) {
    std::unique_ptr<Transaction> transaction = Get(store().Begin());
    return system::ReasonOf(transaction->AppendGroup(group));
  }
};

// What a question about nodes gives: the group without its leaves.
LeafGroup NodesOnly(LeafGroup group) {
  group.leaves.clear();
  return group;
}

TEST_P(Ledger, AnEmptyLogHasNoGroups) {
  std::unique_ptr<Reader> reader = Read();
  EXPECT_EQ(Get(reader->LastGroup()), std::nullopt);
  EXPECT_EQ(Get(reader->GroupOfLeaf(0)), std::nullopt);
  EXPECT_EQ(Get(reader->NodesOfLeaf(0)), std::nullopt);
}

// Appends groups of several sizes and asks for the group of every leaf, and of leaves beyond.
TEST_P(Ledger, EveryLeafIsFoundInItsGroup) {
  std::vector<LeafGroup> group_of;
  uint64_t size = 0;
  for (uint64_t count : {1, 7, 64, 1, 300, 2}) {
    const LeafGroup group = SampleGroup(size, count);
    Commit([&](Transaction& transaction) {
      EXPECT_TRUE(transaction.AppendGroup(group).ok());
      EXPECT_EQ(Get(transaction.LastGroup()), group);
    });
    for (uint64_t leaf = 0; leaf < count; ++leaf) group_of.push_back(group);
    size += count;
  }
  for (bool again : {false, true}) {
    if (again && !GetParam().survives_close) break;
    if (again) Reopen();
    std::unique_ptr<Reader> reader = Read();
    for (uint64_t index = 0; index < size; ++index) {
      ASSERT_EQ(Get(reader->GroupOfLeaf(index)), group_of[index]) << index;
      ASSERT_EQ(Get(reader->NodesOfLeaf(index)), NodesOnly(group_of[index])) << index;
    }
    EXPECT_EQ(Get(reader->LastGroup()), group_of.back());
    for (uint64_t beyond : {size, size + 1, uint64_t{1} << 63, ~uint64_t{0}}) {
      EXPECT_EQ(Get(reader->GroupOfLeaf(beyond)), std::nullopt);
      EXPECT_EQ(Get(reader->NodesOfLeaf(beyond)), std::nullopt);
    }
  }
}

TEST_P(Ledger, SeveralGroupsFitOneTransaction) {
  Commit([&](Transaction& transaction) {
    EXPECT_TRUE(transaction.AppendGroup(SampleGroup(0, 3)).ok());
    EXPECT_TRUE(transaction.AppendGroup(SampleGroup(3, 4)).ok());
  });
  EXPECT_EQ(Get(Read()->GroupOfLeaf(6)), SampleGroup(3, 4));
}

TEST_P(Ledger, LeavesOfEveryLengthComeBack) {
  LeafGroup group;
  group.leaves = {"", "a", SampleBytes(1, 255), SampleBytes(2, 256), SampleBytes(3, 65535)};
  group.leaf_count = group.leaves.size();
  group.root = SampleDigest("root", 1);
  Commit([&](Transaction& transaction) { EXPECT_TRUE(transaction.AppendGroup(group).ok()); });
  EXPECT_EQ(Get(Read()->LastGroup()), group);
}

TEST_P(Ledger, AGroupThatDoesNotContinueTheLogIsRefused) {
  EXPECT_EQ(Refusal(SampleGroup(1, 1)), v1::REASON_INTERNAL);
  Commit([](Transaction& transaction) {
    EXPECT_TRUE(transaction.AppendGroup(SampleGroup(0, 10)).ok());
  });
  EXPECT_EQ(Refusal(SampleGroup(9, 1)), v1::REASON_INTERNAL);
  EXPECT_EQ(Refusal(SampleGroup(11, 1)), v1::REASON_INTERNAL);
  EXPECT_EQ(Refusal(SampleGroup(0, 10)), v1::REASON_INTERNAL);
  EXPECT_EQ(Refusal(SampleGroup(10, 1)), v1::REASON_UNSPECIFIED);
}

TEST_P(Ledger, AGroupThatCannotBeWrittenDownIsRefused) {
  EXPECT_EQ(Refusal(SampleGroup(0, 0)), v1::REASON_INTERNAL);
  LeafGroup miscounted = SampleGroup(0, 3);
  miscounted.leaf_count = 4;
  EXPECT_EQ(Refusal(miscounted), v1::REASON_INTERNAL);
  EXPECT_EQ(Refusal(SampleGroup(0, 1, 65536)), v1::REASON_INTERNAL);
}

INSTANTIATE_TEST_SUITE_P(Over, Ledger, ::testing::ValuesIn(Backends()), NameOfBackend);

}  // namespace
}  // namespace gatepost::store
