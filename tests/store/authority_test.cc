#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/store/backends.h"
#include "tests/store/samples.h"

namespace gatepost::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Authority : public StoreConformance {};

constexpr char kAuthor[] = "spiffe://langson.example/agency/board/clerk/desk-1";
constexpr char kDomain[] = "langson.example";

HeldRecord SampleHeld(uint64_t number) {
  HeldRecord record;
  record.reference.year = 2026;
  record.author = kAuthor;
  record.message_id = SampleMessage(number).message_id;
  record.pae = SampleDigest("pae", number);
  record.leaf_index = number;
  record.held_at = absl::FromUnixMicros(1'000'000);
  record.drops_at = absl::FromUnixMicros(2'000'000);
  record.envelope = SampleBytes(number, 200);
  return record;
}

// Held, found by every name, given a second signature, released under the number it had.
TEST_P(Authority, AHeldMessageKeepsItsReferenceWhenItIsReleased) {
  HeldRecord held;
  Commit([&](Transaction& transaction) {
    held = Get(transaction.HoldMessage(SampleHeld(1)));
    EXPECT_EQ(held.reference.number, 1U);
    const HeldRecord other = Get(transaction.HoldMessage(SampleHeld(2)));
    EXPECT_EQ(other.reference.number, 2U);
    EXPECT_GT(other.row, held.row);
  });
  held.envelope = "with a second signature";
  Commit([&](Transaction& transaction) {
    ASSERT_EQ(Get(transaction.HoldMessage(held)), held);
    ASSERT_TRUE(transaction.RemoveHeld(held.row + 1).ok());
  });
  {
    const std::unique_ptr<Reader> reader = Read();
    EXPECT_EQ(Get(reader->Held(held.pae)), held);
    EXPECT_EQ(Get(reader->FindHeld(kAuthor, held.message_id)), held);
    EXPECT_EQ(Get(reader->FindHeld("spiffe://langson.example/agency/board/clerk/desk-2",
                                   held.message_id)),
              std::nullopt);
    EXPECT_THAT(Get(reader->FindHeldById(held.message_id)), ElementsAre(held));
    EXPECT_EQ(Get(reader->HeldByReference(held.reference)), held);
    EXPECT_THAT(Get(reader->ListHeld(0, 10)), ElementsAre(held));
  }
  Commit([&](Transaction& transaction) {
    MessageRecord message = SampleMessage(1);
    message.reference = held.reference;
    ASSERT_TRUE(transaction.RemoveHeld(held.row).ok());
    EXPECT_EQ(Get(transaction.InsertMessage(message)).reference, held.reference);
    MessageRecord next = SampleMessage(3);
    next.reference = {held.reference.year, 0};
    EXPECT_EQ(Get(transaction.InsertMessage(next)).reference.number, 3U);
  });
  EXPECT_THAT(Get(Read()->ListHeld(0, 10)), IsEmpty());
}

TEST_P(Authority, HeldMessagesAreListedInPagesByTimeAndCounted) {
  std::vector<HeldRecord> held;
  Commit([&](Transaction& transaction) {
    for (uint64_t number = 1; number <= 4; ++number) {
      HeldRecord record = SampleHeld(number);
      record.drops_at = absl::FromUnixMicros(static_cast<int64_t>(100 - number));
      if (number == 3) record.author = "spiffe://langson.example/agency/board/clerk/desk-2";
      held.push_back(Get(transaction.HoldMessage(record)));
    }
  });
  const std::unique_ptr<Reader> reader = Read();
  EXPECT_THAT(Get(reader->ListHeld(0, 3)), ElementsAre(held[0], held[1], held[2]));
  EXPECT_THAT(Get(reader->ListHeld(held[2].row, 3)), ElementsAre(held[3]));
  EXPECT_THAT(Get(reader->OverdueHeld(absl::FromUnixMicros(95), 9)), IsEmpty());
  EXPECT_THAT(Get(reader->OverdueHeld(absl::FromUnixMicros(98), 2)), ElementsAre(held[3], held[2]));
  EXPECT_EQ(Get(reader->CountHeld(kAuthor)), (HeldCount{4, 3}));
  EXPECT_EQ(Get(reader->CountHeld("nobody")), (HeldCount{4, 0}));
}

TEST_P(Authority, WhatWasDroppedIsRemembered) {
  const certs::Digest pae = SampleHeld(1).pae;
  EXPECT_FALSE(Get(Read()->WasDropped(pae)));
  Commit([&](Transaction& transaction) {
    ASSERT_TRUE(transaction.PutDropped(pae).ok());
    ASSERT_TRUE(transaction.PutDropped(pae).ok());
  });
  EXPECT_TRUE(Get(Read()->WasDropped(pae)));
  EXPECT_FALSE(Get(Read()->WasDropped(SampleHeld(2).pae)));
}

TEST_P(Authority, TheHighestRosterOfThoseInForceIsTaken) {
  const auto at = [](int64_t micros) { return absl::FromUnixMicros(micros); };
  Commit([&](Transaction& transaction) {
    EXPECT_EQ(Get(transaction.NewestRosterVersion(kDomain)), 0U);
    for (const RosterRecord& roster :
         {RosterRecord{kDomain, 1, at(10), 1}, RosterRecord{kDomain, 2, at(30), 2},
          RosterRecord{kDomain, 3, at(20), 3}, RosterRecord{"pingxiang.example", 9, at(1), 4}}) {
      ASSERT_TRUE(transaction.PutRoster(roster).ok());
    }
  });
  const std::unique_ptr<Reader> reader = Read();
  EXPECT_EQ(Get(reader->RosterAt(kDomain, at(9))), std::nullopt);
  EXPECT_EQ(Get(reader->RosterAt(kDomain, at(10)))->message_row, 1);
  EXPECT_EQ(Get(reader->RosterAt(kDomain, at(29)))->version, 3U);
  EXPECT_EQ(Get(reader->RosterAt(kDomain, at(30)))->version, 3U);
  EXPECT_EQ(Get(reader->NewestRosterVersion(kDomain)), 3U);
}

TEST_P(Authority, AnnouncedKeysComeInTheOrderInWhichTheyWereAnnounced) {
  AnnouncedKeyRecord first{"spiffe://langson.example/node/vn-langson",
                           v1::KEY_USE_LOG,
                           "new",
                           "old",
                           absl::FromUnixMicros(5),
                           absl::InfiniteFuture(),
                           7};
  AnnouncedKeyRecord second = first;
  second.new_key = "newer";
  second.old_key = "new";
  second.old_until = absl::FromUnixMicros(99);
  second.message_row = 8;
  Commit([&](Transaction& transaction) {
    ASSERT_TRUE(transaction.PutAnnouncedKey(second).ok());
    ASSERT_TRUE(transaction.PutAnnouncedKey(first).ok());
  });
  EXPECT_THAT(Get(Read()->AnnouncedKeys(first.subject)), ElementsAre(first, second));
  EXPECT_THAT(Get(Read()->AnnouncedKeys("spiffe://langson.example/node/other")), IsEmpty());
}

TEST_P(Authority, AnEmergencyIsOpenUntilItIsCountersigned) {
  EmergencyRecord one{4, absl::FromUnixMicros(50), 0, false};
  const EmergencyRecord two{6, absl::FromUnixMicros(40), 0, true};
  Commit([&](Transaction& transaction) {
    ASSERT_TRUE(transaction.PutEmergency(two).ok());
    ASSERT_TRUE(transaction.PutEmergency(one).ok());
  });
  EXPECT_THAT(Get(Read()->OpenEmergencies()), ElementsAre(one, two));
  one.countersigned_by = 9;
  Commit([&](Transaction& transaction) { ASSERT_TRUE(transaction.PutEmergency(one).ok()); });
  EXPECT_THAT(Get(Read()->OpenEmergencies()), ElementsAre(two));
  EXPECT_EQ(Get(Read()->Emergency(4)), one);
  EXPECT_EQ(Get(Read()->Emergency(5)), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Over, Authority, ::testing::ValuesIn(Backends()), NameOfBackend);

}  // namespace
}  // namespace gatepost::store
