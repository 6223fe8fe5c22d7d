#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "daemon/system/reason.h"
#include "tests/store/backends.h"
#include "tests/store/samples.h"

namespace gatepost::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Messages : public StoreConformance {
 protected:
  MessageRecord Insert(const MessageRecord& record) {
    MessageRecord stored;
    Commit([&](Transaction& transaction) { stored = Get(transaction.InsertMessage(record)); });
    return stored;
  }
};

std::vector<int64_t> RowsOf(const std::vector<MessageRecord>& records) {
  std::vector<int64_t> rows;
  for (const MessageRecord& record : records) rows.push_back(record.row);
  return rows;
}

// Stores a message with every field set and asks for it in every way, also after a restart.
TEST_P(Messages, EveryFieldComesBack) {
  MessageRecord wanted = SampleMessage(1);
  const MessageRecord stored = Insert(wanted);
  wanted.row = stored.row;
  wanted.reference.number = 1;
  EXPECT_EQ(stored, wanted);
  for (bool again : {false, true}) {
    if (again && !GetParam().survives_close) break;
    if (again) Reopen();
    std::unique_ptr<Reader> reader = Read();
    EXPECT_EQ(Get(reader->FindMessage(wanted.author, wanted.message_id)), wanted);
    EXPECT_THAT(Get(reader->FindMessagesById(wanted.message_id)), ElementsAre(wanted));
    EXPECT_EQ(Get(reader->MessageByRow(wanted.row)), wanted);
    EXPECT_EQ(Get(reader->MessageByReference({2026, 1})), wanted);
    EXPECT_EQ(Get(reader->MessageBySequence("cn-pingxiang", 1)), wanted);
    EXPECT_EQ(Get(reader->FindAccepted(wanted.pae)), std::nullopt);  // Received, not submitted.
    EXPECT_THAT(Get(reader->ListMessages({})), ElementsAre(wanted));
  }
}

TEST_P(Messages, EmptyFieldsComeBackEmpty) {
  const MessageRecord stored = Insert({.author = "a", .message_id = "m"});
  EXPECT_EQ(Get(Read()->MessageByRow(stored.row)), stored);
  EXPECT_EQ(Get(Read()->FindAccepted(stored.pae)), stored);
  EXPECT_EQ(stored.received_from, "");
  EXPECT_EQ(stored.incoming_sequence, 0u);
  EXPECT_THAT(stored.scope_ids, IsEmpty());
}

TEST_P(Messages, WhatIsNotThereIsNoError) {
  std::unique_ptr<Reader> reader = Read();
  EXPECT_EQ(Get(reader->FindMessage("a", "m")), std::nullopt);
  EXPECT_THAT(Get(reader->FindMessagesById("m")), IsEmpty());
  EXPECT_EQ(Get(reader->FindAccepted({})), std::nullopt);
  EXPECT_EQ(Get(reader->MessageByRow(1)), std::nullopt);
  EXPECT_EQ(Get(reader->MessageByReference({2026, 1})), std::nullopt);
  EXPECT_EQ(Get(reader->MessageBySequence("cn-pingxiang", ~uint64_t{0})), std::nullopt);
  EXPECT_THAT(Get(reader->ListMessages({})), IsEmpty());
}

TEST_P(Messages, RowsRiseAndReferencesCountWithoutGapsInEachYear) {
  std::vector<int64_t> rows;
  std::vector<ShortReference> references;
  for (int year : {2025, 2025, 2026, 2026, 2026}) {
    MessageRecord record = SampleMessage(rows.size() + 1);
    record.reference.year = year;
    const MessageRecord stored = Insert(record);
    rows.push_back(stored.row);
    references.push_back(stored.reference);
  }
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end()));
  EXPECT_EQ(std::adjacent_find(rows.begin(), rows.end()), rows.end());
  EXPECT_THAT(references,
              ElementsAre(ShortReference{2025, 1}, ShortReference{2025, 2}, ShortReference{2026, 1},
                          ShortReference{2026, 2}, ShortReference{2026, 3}));
}

TEST_P(Messages, AReferenceThatWasRolledBackIsGivenAgain) {
  {
    std::unique_ptr<Transaction> dropped = Get(store().Begin());
    EXPECT_EQ(Get(dropped->InsertMessage(SampleMessage(1))).reference.number, 1u);
  }
  EXPECT_EQ(Insert(SampleMessage(2)).reference.number, 1u);
}

TEST_P(Messages, OneIdOfTwoAuthorsIsTwoMessages) {
  MessageRecord first = SampleMessage(1);
  MessageRecord second = SampleMessage(2);
  second.message_id = first.message_id;
  second.author = "spiffe://pingxiang.example/agency/port/service/feed";
  first = Insert(first);
  second = Insert(second);
  std::unique_ptr<Reader> reader = Read();
  EXPECT_THAT(Get(reader->FindMessagesById(first.message_id)), ElementsAre(first, second));
  EXPECT_EQ(Get(reader->FindMessage(second.author, second.message_id)), second);
}

// The exchange looks before it stores: a second insert is a defect, and takes its batch with it.
TEST_P(Messages, ASecondMessageOfOneIdentityIsRefused) {
  Insert(SampleMessage(1));
  MessageRecord again = SampleMessage(2);
  again.message_id = SampleMessage(1).message_id;
  std::unique_ptr<Transaction> transaction = Get(store().Begin());
  EXPECT_EQ(system::ReasonOf(transaction->InsertMessage(again).status()), v1::REASON_INTERNAL);
  EXPECT_FALSE(transaction->Commit().ok());
  EXPECT_EQ(Get(Read()->ListMessages({})).size(), 1u);
}

TEST_P(Messages, ASequenceNumberOfAPeerIsTakenOnce) {
  Insert(SampleMessage(1));
  MessageRecord again = SampleMessage(2);
  again.incoming_sequence = 1;
  std::unique_ptr<Transaction> transaction = Get(store().Begin());
  EXPECT_EQ(system::ReasonOf(transaction->InsertMessage(again).status()), v1::REASON_INTERNAL);
  transaction = nullptr;
  again.received_from = "cn-longzhou";
  Insert(again);
  EXPECT_EQ(Get(Read()->MessageBySequence("cn-longzhou", 1))->message_id, again.message_id);
}

TEST_P(Messages, AMessageStoredBeforeTheNewestIsRefused) {
  Insert(SampleMessage(5));
  std::unique_ptr<Transaction> transaction = Get(store().Begin());
  EXPECT_EQ(system::ReasonOf(transaction->InsertMessage(SampleMessage(4)).status()),
            v1::REASON_INTERNAL);
}

TEST_P(Messages, ANumberBeyondTheFormatIsRefused) {
  MessageRecord record = SampleMessage(1);
  record.leaf_index = ~uint64_t{0};
  std::unique_ptr<Transaction> transaction = Get(store().Begin());
  EXPECT_EQ(system::ReasonOf(transaction->InsertMessage(record).status()), v1::REASON_INTERNAL);
}

TEST_P(Messages, ReplacedMessagesNameTheirSuccessor) {
  const int64_t first = Insert(SampleMessage(1)).row;
  const int64_t second = Insert(SampleMessage(2)).row;
  Commit(
      [&](Transaction& transaction) { EXPECT_TRUE(transaction.MarkReplaced(first, second).ok()); });
  EXPECT_EQ(Get(Read()->MessageByRow(first))->replaced_by_row, second);
  EXPECT_EQ(Get(Read()->MessageByRow(second))->replaced_by_row, 0);
  std::unique_ptr<Transaction> transaction = Get(store().Begin());
  EXPECT_EQ(system::ReasonOf(transaction->MarkReplaced(99, second)), v1::REASON_INTERNAL);
}

TEST_P(Messages, PagesShowEveryMessageOnceNewestFirst) {
  Commit([&](Transaction& transaction) {
    for (uint64_t number = 1; number <= 23; ++number) {
      ASSERT_TRUE(transaction.InsertMessage(SampleMessage(number)).ok());
    }
  });
  std::vector<int64_t> seen;
  MessageFilter filter{.limit = 5};
  while (true) {
    std::vector<int64_t> page = RowsOf(Get(Read()->ListMessages(filter)));
    if (page.empty()) break;
    seen.insert(seen.end(), page.begin(), page.end());
    filter.before_row = page.back();
  }
  EXPECT_EQ(seen.size(), 23u);
  EXPECT_TRUE(std::is_sorted(seen.rbegin(), seen.rend()));
  EXPECT_EQ(std::adjacent_find(seen.begin(), seen.end()), seen.end());
  EXPECT_THAT(Get(Read()->ListMessages({.limit = 0})), IsEmpty());
}

bool Fits(const MessageRecord& record, const MessageFilter& filter) {
  using Direction = MessageFilter::Direction;
  const bool received = !record.received_from.empty();
  if (filter.direction == Direction::kReceived && !received) return false;
  if (filter.direction == Direction::kSubmitted && received) return false;
  if (!filter.author.empty() && record.author != filter.author) return false;
  if (filter.stored_from && record.stored_at < *filter.stored_from) return false;
  if (filter.stored_before && record.stored_at >= *filter.stored_before) return false;
  if (filter.before_row != 0 && record.row >= filter.before_row) return false;
  return filter.scope_id.empty() ||
         std::count(record.scope_ids.begin(), record.scope_ids.end(), filter.scope_id) > 0;
}

// Compares 500 random filters over 200 random messages with the plain reading of the filter.
TEST_P(Messages, ListsHoldExactlyWhatFitsTheFilter) {
  std::mt19937 random(20260207);
  auto pick = [&](uint64_t bound) { return random() % bound; };
  std::vector<MessageRecord> all;
  absl::Time now = absl::FromUnixSeconds(1'770'000'000);
  Commit([&](Transaction& transaction) {
    for (uint64_t number = 1; number <= 200; ++number) {
      MessageRecord record = SampleMessage(number);
      now += absl::Seconds(pick(3));  // Several share a moment.
      record.stored_at = now;
      record.author = fmt::format("author-{}", pick(3));
      if (pick(2) == 0) {
        record.received_from = "";
        record.incoming_sequence = 0;
      }
      record.scope_ids = {fmt::format("scope-{}", pick(4)), fmt::format("scope-{}", pick(4))};
      all.insert(all.begin(), Get(transaction.InsertMessage(record)));
    }
  });
  auto moment = [&]() { return all[pick(all.size())].stored_at + absl::Seconds(pick(2)); };
  std::unique_ptr<Reader> reader = Read();
  for (int round = 0; round < 500; ++round) {
    MessageFilter filter;
    filter.direction = static_cast<MessageFilter::Direction>(pick(3));
    if (pick(2) == 0) filter.scope_id = fmt::format("scope-{}", pick(5));
    if (pick(2) == 0) filter.author = fmt::format("author-{}", pick(4));
    if (pick(2) == 0) filter.stored_from = moment();
    if (pick(2) == 0) filter.stored_before = moment();
    if (pick(2) == 0) filter.before_row = all[pick(all.size())].row;
    filter.limit = 1 + pick(60);
    std::vector<int64_t> wanted;
    for (const MessageRecord& record : all) {
      if (wanted.size() < filter.limit && Fits(record, filter)) wanted.push_back(record.row);
    }
    ASSERT_EQ(RowsOf(Get(reader->ListMessages(filter))), wanted) << "round " << round;
  }
}

INSTANTIATE_TEST_SUITE_P(Over, Messages, ::testing::ValuesIn(Backends()), NameOfBackend);

}  // namespace
}  // namespace gatepost::store
