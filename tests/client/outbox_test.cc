#include "client/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "client/message_builder.h"
#include "daemon/system/reason.h"
#include "tests/certs/practice_world.h"
#include "tests/support/manual_clock.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_files.h"

namespace gatepost::client {
namespace {

using certs::IsOk;
using certs::Must;
using certs::RefusedAs;
using ::testing::ElementsAre;

absl::Status Unreachable() {
  return system::Refuse(v1::REASON_NOT_REACHABLE, "a node", "none", "try again");
}

absl::Status WrongSum() {
  return system::Refuse(v1::REASON_SUM_MISMATCH, "533 + 504 = 1,037", "1,057", "correct it");
}

v1::SubmitResponse Answer(const std::string& reference) {
  v1::SubmitResponse response;
  response.set_short_reference(reference);
  return response;
}

class OutboxTest : public ::testing::Test {
 protected:
  v1::SubmitRequest NewRequest() { return Must(Sign(builder_.Ping("token"), *signer_)); }

  Outbox Open() { return Must(Outbox::Open(folder_.Under("outbox"))); }

  std::vector<OutboxState> States() {
    std::vector<OutboxState> states;
    for (const OutboxEntry& entry : Must(Open().List())) states.push_back(entry.state);
    return states;
  }

  testing::TemporaryFolder folder_;
  certs::PracticeWorld world_;
  testing::ManualClock clock_{world_.now};
  testing::SeededRandom random_{7};
  std::unique_ptr<certs::Signer> signer_ =
      certs::SignerFrom(Must(world_.vn.IssueSigner(world_.vn_clerk)));
  MessageBuilder builder_{
      {world_.vn_clerk, "vn-langson", {"cn-pingxiang"}, "Asia/Ho_Chi_Minh"}, clock_, random_};
};

// The file is looked at from within the send itself.
TEST_F(OutboxTest, IsKeptBeforeTheFirstSend) {
  v1::SubmitRequest request = NewRequest();
  Outbox outbox = Open();
  bool kept = false;
  auto outcome = SendThrough(outbox, request, [&](const v1::SubmitRequest& sent) {
    auto pending = Must(Open().Pending());
    kept =
        pending.size() == 1 && pending[0].request.SerializeAsString() == sent.SerializeAsString();
    return Answer("LS/2026/00001");
  });
  EXPECT_TRUE(kept);
  EXPECT_THAT(outcome, IsOk());
}

TEST_F(OutboxTest, DoneKeepsEnvelopeAndAnswer) {
  v1::SubmitRequest request = NewRequest();
  Outbox outbox = Open();
  ASSERT_THAT(SendThrough(outbox, request, [](const auto&) { return Answer("LS/2026/00001"); }),
              IsOk());
  auto entries = Must(outbox.List());
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].state, OutboxState::kDone);
  EXPECT_EQ(entries[0].response->short_reference(), "LS/2026/00001");
  EXPECT_EQ(entries[0].request.SerializeAsString(), request.SerializeAsString());
  EXPECT_TRUE(Must(outbox.Pending()).empty());
}

TEST_F(OutboxTest, WhatWasNotAnsweredIsSentAgainWithTheSameBytesInOrder) {
  std::vector<std::string> sent;
  for (int i = 0; i < 3; ++i) {
    Outbox outbox = Open();
    v1::SubmitRequest request = NewRequest();
    EXPECT_THAT(SendThrough(outbox, request,
                            [](const auto&) -> absl::StatusOr<v1::SubmitResponse> {
                              return Unreachable();
                            }),
                RefusedAs(v1::REASON_NOT_REACHABLE));
    sent.push_back(request.SerializeAsString());
  }
  Outbox after_start = Open();
  std::vector<std::string> resent;
  auto results = Must(ResendPending(after_start, [&](const v1::SubmitRequest& request) {
    resent.push_back(request.SerializeAsString());
    return Answer("LS/2026/00001");
  }));
  EXPECT_EQ(resent, sent);
  EXPECT_EQ(results.size(), 3u);
  EXPECT_TRUE(Must(after_start.Pending()).empty());
}

TEST_F(OutboxTest, ResendingStopsWhereTheNodeIsNotReached) {
  Outbox outbox = Open();
  ASSERT_THAT(outbox.Add(NewRequest()), IsOk());
  ASSERT_THAT(outbox.Add(NewRequest()), IsOk());
  auto results = Must(ResendPending(
      outbox, [](const auto&) -> absl::StatusOr<v1::SubmitResponse> { return Unreachable(); }));
  EXPECT_EQ(results.size(), 1u);
  EXPECT_EQ(Must(outbox.Pending()).size(), 2u);
}

TEST_F(OutboxTest, RefusedIsNeverSentByItself) {
  Outbox outbox = Open();
  EXPECT_THAT(
      SendThrough(outbox, NewRequest(),
                  [](const auto&) -> absl::StatusOr<v1::SubmitResponse> { return WrongSum(); }),
      RefusedAs(v1::REASON_SUM_MISMATCH));
  auto entries = Must(outbox.List());
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].state, OutboxState::kRefused);
  EXPECT_EQ(entries[0].refusal->reason(), v1::REASON_SUM_MISMATCH);
  EXPECT_EQ(entries[0].refusal->came(), "1,057");
  int sends = 0;
  Must(ResendPending(outbox, [&](const auto&) {
    ++sends;
    return Answer("");
  }));
  EXPECT_EQ(sends, 0);
}

TEST_F(OutboxTest, RefusedMayBeTriedAgainByItsAuthor) {
  Outbox outbox = Open();
  v1::SubmitRequest request = NewRequest();
  EXPECT_THAT(
      SendThrough(outbox, request,
                  [](const auto&) -> absl::StatusOr<v1::SubmitResponse> { return WrongSum(); }),
      RefusedAs(v1::REASON_SUM_MISMATCH));
  EXPECT_THAT(SendThrough(outbox, request, [](const auto&) { return Answer("LS/2026/00001"); }),
              IsOk());
  EXPECT_THAT(States(), ElementsAre(OutboxState::kDone));
}

TEST_F(OutboxTest, SameIdWithAnotherPayloadIsRefusedHere) {
  Outbox outbox = Open();
  v1::Message message = builder_.Ping("one");
  ASSERT_THAT(outbox.Add(Must(Sign(message, *signer_))), IsOk());
  message.mutable_ping()->set_token("two");
  EXPECT_THAT(outbox.Add(Must(Sign(message, *signer_))), RefusedAs(v1::REASON_MESSAGE_ID_REUSED));
}

// An envelope that may have been sent is not replaced by one with fresh signature bytes.
TEST_F(OutboxTest, FirstEnvelopeStays) {
  Outbox outbox = Open();
  v1::Message message = builder_.Ping("one");
  v1::SubmitRequest first = Must(Sign(message, *signer_));
  v1::SubmitRequest second = Must(Sign(message, *signer_));
  ASSERT_NE(first.SerializeAsString(), second.SerializeAsString());
  ASSERT_THAT(outbox.Add(first), IsOk());
  ASSERT_THAT(outbox.Add(second), IsOk());
  EXPECT_EQ(Must(outbox.Pending()).at(0).request.SerializeAsString(), first.SerializeAsString());
}

// Every moment at which the program may die while it notes an answer.
TEST_F(OutboxTest, CrashWhileNotingTheAnswerLosesAndDoublesNothing) {
  const std::string root = folder_.Under("outbox");
  Outbox outbox = Open();
  std::string id = Must(outbox.Add(NewRequest()));
  const std::string pending = root + "/pending/" + id + ".submit.pb";
  const std::string bytes = testing::ReadTestFile(pending);
  // After the envelope, before the answer.
  testing::WriteTestFile(root + "/done/" + id + ".submit.pb", bytes);
  EXPECT_THAT(States(), ElementsAre(OutboxState::kPending));
  // Amid the answer.
  testing::WriteTestFile(root + "/done/" + id + ".response.pb.1.2.new", "half");
  EXPECT_THAT(States(), ElementsAre(OutboxState::kPending));
  // After the answer, before the pending file goes.
  testing::WriteTestFile(root + "/done/" + id + ".response.pb", Answer("A").SerializeAsString());
  EXPECT_THAT(States(), ElementsAre(OutboxState::kDone));
  EXPECT_TRUE(Must(Open().Pending()).empty());
  EXPECT_FALSE(std::filesystem::exists(pending));
}

TEST_F(OutboxTest, OnlyTheOwnerCanReadIt) {
  Outbox outbox = Open();
  std::string id = Must(outbox.Add(NewRequest()));
  struct stat file{}, dir{};
  ASSERT_EQ(stat(folder_.Under("outbox/pending/" + id + ".submit.pb").c_str(), &file), 0);
  ASSERT_EQ(stat(folder_.Under("outbox/pending").c_str(), &dir), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  EXPECT_EQ(dir.st_mode & 0777, 0700u);
}

TEST_F(OutboxTest, DamagedFileIsNamed) {
  Outbox outbox = Open();
  std::string id = Must(outbox.Add(NewRequest()));
  testing::WriteTestFile(folder_.Under("outbox/pending/" + id + ".submit.pb"), "\xff\xff\xff");
  absl::Status status = outbox.Pending().status();
  EXPECT_THAT(status, RefusedAs(v1::REASON_STORE_FAILED));
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr(id));
}

TEST_F(OutboxTest, BytesWithoutAMessageAreRefused) {
  v1::SubmitRequest request;
  request.mutable_envelope()->set_payload("\xff\xff");
  EXPECT_THAT(Open().Add(request), RefusedAs(v1::REASON_MALFORMED_PAYLOAD));
  v1::Message message;
  message.mutable_header()->set_message_id("../../etc/passwd");
  request.mutable_envelope()->set_payload(message.SerializeAsString());
  EXPECT_THAT(Open().Add(request), RefusedAs(v1::REASON_BAD_MESSAGE_ID));
}

}  // namespace
}  // namespace gatepost::client
