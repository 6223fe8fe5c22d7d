#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/store/backends.h"
#include "tests/store/samples.h"

namespace gatepost::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Witness : public StoreConformance {};

CosignedHeadRecord Cosigned(uint64_t size, std::string text = "note") {
  return CosignedHeadRecord{"vn-langson/audit/1", size, std::move(text)};
}

// Heads of one log come by size; more cosignatures on a head replace its text.
TEST_P(Witness, CosignedHeadsComeBySizeWithTheNewestText) {
  CosignedHeadRecord other = Cosigned(13);
  other.origin = "cn-pingxiang/audit/1";
  Commit([&](Transaction& transaction) {
    for (const uint64_t size : {12, 5, 300}) {
      ASSERT_TRUE(transaction.PutCosignedHead(Cosigned(size)).ok());
    }
    ASSERT_TRUE(transaction.PutCosignedHead(other).ok());
    ASSERT_TRUE(transaction.PutCosignedHead(Cosigned(12, "note, twice cosigned")).ok());
  });
  const std::unique_ptr<Reader> reader = Read();
  EXPECT_THAT(Get(reader->CosignedHeads("vn-langson/audit/1", 6, 1)),
              ElementsAre(Cosigned(12, "note, twice cosigned")));
  EXPECT_THAT(Get(reader->CosignedHeads("vn-langson/audit/1", 12, 9)),
              ElementsAre(Cosigned(12, "note, twice cosigned"), Cosigned(300)));
  EXPECT_THAT(Get(reader->CosignedHeads("vn-langson/audit/1", 301, 9)), IsEmpty());
  EXPECT_EQ(Get(reader->NewestCosignedHead("vn-langson/audit/1")), Cosigned(300));
  EXPECT_EQ(Get(reader->NewestCosignedHead("cn-pingxiang/audit/1")), other);
  EXPECT_EQ(Get(reader->NewestCosignedHead("vn-langson/audit/2")), std::nullopt);
}

TEST_P(Witness, WhatItCosignedOfALogIsOneRow) {
  const WitnessedRecord first{"cn-pingxiang/audit/1", 7, SampleDigest("root", 7), "seven"};
  const WitnessedRecord second{"cn-pingxiang/audit/1", 9, SampleDigest("root", 9), "nine"};
  Commit([&](Transaction& transaction) {
    EXPECT_EQ(Get(transaction.Witnessed("cn-pingxiang/audit/1")), std::nullopt);
    ASSERT_TRUE(transaction.PutWitnessed(first).ok());
    EXPECT_EQ(Get(transaction.Witnessed("cn-pingxiang/audit/1")), first);
    ASSERT_TRUE(transaction.PutWitnessed(second).ok());
  });
  EXPECT_EQ(Get(Read()->Witnessed("cn-pingxiang/audit/1")), second);
  EXPECT_EQ(Get(Read()->Witnessed("vn-langson/audit/1")), std::nullopt);
}

TEST_P(Witness, NamedValuesAreFoundByTheirBeginning) {
  Commit([](Transaction& transaction) {
    for (const char* key : {"evidence/cn-b/2", "evidence/cn-a/9", "evidence", "fork/cn-a/1"}) {
      ASSERT_TRUE(transaction.PutMeta(key, std::string("of ") + key).ok());
    }
  });
  EXPECT_THAT(Get(Read()->MetaWithPrefix("evidence/")),
              ElementsAre(MetaRecord{"evidence/cn-a/9", "of evidence/cn-a/9"},
                          MetaRecord{"evidence/cn-b/2", "of evidence/cn-b/2"}));
  EXPECT_THAT(Get(Read()->MetaWithPrefix("nothing/")), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Over, Witness, ::testing::ValuesIn(Backends()), NameOfBackend);

}  // namespace
}  // namespace gatepost::store
