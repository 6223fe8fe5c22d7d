#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/system/reason.h"
#include "tests/store/backends.h"
#include "tests/store/samples.h"

namespace gatepost::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr uint64_t kHuge = ~uint64_t{0};

class Links : public StoreConformance {
 protected:
  // The reason with which `write` is refused in a transaction of its own.
  v1::Reason Refusal(const std::function<absl::Status(Transaction&)>& write) {
    std::unique_ptr<Transaction> transaction = Get(store().Begin());
    return system::ReasonOf(write(*transaction));
  }
};

OutgoingRecord Place(std::string peer, uint64_t sequence, int64_t message_row) {
  return {std::move(peer), sequence, message_row, SampleDigest("running", sequence)};
}

TEST_P(Links, ALinkThatNeverWasUpIsADefaultOne) {
  EXPECT_EQ(Get(Read()->Link("cn-pingxiang")), LinkRecord{.peer = "cn-pingxiang"});
}

TEST_P(Links, TheNewestStateOfEachLinkComesBack) {
  LinkRecord other = SampleLink(9);
  other.peer = "cn-longzhou";
  Commit([&](Transaction& transaction) {
    EXPECT_TRUE(transaction.PutLink(SampleLink(1)).ok());
    EXPECT_TRUE(transaction.PutLink(other).ok());
    EXPECT_TRUE(transaction.PutLink(SampleLink(2)).ok());
  });
  EXPECT_EQ(Get(Read()->Link("cn-pingxiang")), SampleLink(2));
  EXPECT_EQ(Get(Read()->Link("cn-longzhou")), other);
}

TEST_P(Links, TheOutboxIsACursorInOrderOfSequence) {
  Commit([](Transaction& transaction) {
    for (uint64_t sequence = 1; sequence <= 12; ++sequence) {
      ASSERT_TRUE(
          transaction.PutOutgoing(Place("cn-pingxiang", sequence, int64_t(sequence) + 100)).ok());
    }
    ASSERT_TRUE(transaction.PutOutgoing(Place("cn-longzhou", 1, 103)).ok());
  });
  std::unique_ptr<Reader> reader = Read();
  EXPECT_THAT(Get(reader->Outgoing("cn-pingxiang", 9, 2)),
              ElementsAre(Place("cn-pingxiang", 10, 110), Place("cn-pingxiang", 11, 111)));
  EXPECT_EQ(Get(reader->Outgoing("cn-pingxiang", 0, kHuge)).size(), 12u);
  EXPECT_THAT(Get(reader->Outgoing("cn-pingxiang", 12, 5)), IsEmpty());
  EXPECT_THAT(Get(reader->Outgoing("cn-pingxiang", kHuge, 5)), IsEmpty());
  EXPECT_THAT(Get(reader->OutgoingOf(103)),
              ElementsAre(Place("cn-longzhou", 1, 103), Place("cn-pingxiang", 3, 103)));
  EXPECT_THAT(Get(reader->OutgoingOf(1)), IsEmpty());
}

// What was written once stays: the same again is no news, another content is a defect.
TEST_P(Links, APlaceInTheOutboxNeverChanges) {
  Commit([](Transaction& transaction) {
    EXPECT_TRUE(transaction.PutOutgoing(Place("cn-pingxiang", 1, 7)).ok());
    EXPECT_TRUE(transaction.PutOutgoing(Place("cn-pingxiang", 1, 7)).ok());
  });
  EXPECT_EQ(Refusal([](Transaction& t) { return t.PutOutgoing(Place("cn-pingxiang", 1, 8)); }),
            v1::REASON_INTERNAL);
}

TEST_P(Links, TheFirstReceiptNeverChanges) {
  Commit([](Transaction& transaction) {
    EXPECT_TRUE(transaction.PutReceipt(SampleReceipt(4)).ok());
    EXPECT_TRUE(transaction.PutReceipt(SampleReceipt(4)).ok());
  });
  ReceiptRecord other = SampleReceipt(4);
  other.path[0] ^= 1;
  EXPECT_EQ(Refusal([&](Transaction& t) { return t.PutReceipt(other); }), v1::REASON_INTERNAL);
  EXPECT_EQ(Get(Read()->Receipt("cn-pingxiang", 4)), SampleReceipt(4));
  EXPECT_EQ(Get(Read()->Receipt("cn-pingxiang", 5)), std::nullopt);
  EXPECT_EQ(Get(Read()->Receipt("cn-longzhou", 4)), std::nullopt);
  EXPECT_EQ(Get(Read()->Receipt("cn-pingxiang", kHuge)), std::nullopt);
}

TEST_P(Links, TheFirstTextOfAHeadStaysAndAForkIsRefused) {
  PeerHeadRecord with_cosignature = SampleHead(30);
  with_cosignature.checkpoint += "\u2014 another signature\n";
  Commit([&](Transaction& transaction) {
    EXPECT_TRUE(transaction.PutPeerHead(SampleHead(30)).ok());
    EXPECT_TRUE(transaction.PutPeerHead(SampleHead(31)).ok());
    EXPECT_TRUE(transaction.PutPeerHead(with_cosignature).ok());
  });
  PeerHeadRecord fork = SampleHead(30);
  fork.root[31] ^= 1;
  EXPECT_EQ(Refusal([&](Transaction& t) { return t.PutPeerHead(fork); }), v1::REASON_INTERNAL);
  std::unique_ptr<Reader> reader = Read();
  EXPECT_EQ(Get(reader->PeerHead("cn-pingxiang", 1, 30)), SampleHead(30));
  EXPECT_EQ(Get(reader->PeerHead("cn-pingxiang", 1, 31)), SampleHead(31));
  EXPECT_EQ(Get(reader->PeerHead("cn-pingxiang", 2, 30)), std::nullopt);
  EXPECT_EQ(Get(reader->PeerHead("cn-pingxiang", kHuge, kHuge)), std::nullopt);
  EXPECT_EQ(Get(reader->PeerHeadUpTo("cn-pingxiang", 1, 29)), std::nullopt);
  EXPECT_EQ(Get(reader->PeerHeadUpTo("cn-pingxiang", 1, 30)), SampleHead(30));
  EXPECT_EQ(Get(reader->PeerHeadUpTo("cn-pingxiang", 1, kHuge)), SampleHead(31));
  EXPECT_EQ(Get(reader->PeerHeadUpTo("cn-pingxiang", 2, kHuge)), std::nullopt);
}

TEST_P(Links, RunningDigestsComeBackAndNeverChange) {
  const certs::Digest digest = SampleDigest("running", 8);
  Commit([&](Transaction& transaction) {
    EXPECT_TRUE(transaction.PutIncomingDigest("cn-pingxiang", 8, digest).ok());
    EXPECT_TRUE(transaction.PutIncomingDigest("cn-pingxiang", 8, digest).ok());
  });
  EXPECT_EQ(Get(Read()->IncomingDigest("cn-pingxiang", 8)), digest);
  EXPECT_EQ(Get(Read()->IncomingDigest("cn-pingxiang", 9)), std::nullopt);
  EXPECT_EQ(Refusal([&](Transaction& t) {
              return t.PutIncomingDigest("cn-pingxiang", 8, SampleDigest("running", 9));
            }),
            v1::REASON_INTERNAL);
}

TEST_P(Links, AChainIsKeptAsItFirstCame) {
  const certs::Digest leaf = SampleDigest("certificate", 1);
  const std::vector<std::string> chain = {SampleBytes(1, 700), "", SampleBytes(2, 70'000)};
  Commit([&](Transaction& transaction) {
    EXPECT_TRUE(transaction.PutChain(leaf, chain).ok());
    EXPECT_TRUE(transaction.PutChain(leaf, {"another"}).ok());
  });
  EXPECT_EQ(Get(Read()->Chain(leaf)), chain);
  EXPECT_EQ(Get(Read()->Chain(SampleDigest("certificate", 2))), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Over, Links, ::testing::ValuesIn(Backends()), NameOfBackend);

}  // namespace
}  // namespace gatepost::store
