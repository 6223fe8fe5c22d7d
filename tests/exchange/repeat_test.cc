// The same message again gets its first answer, byte for byte; the same id with other content is
// refused (PROTOCOL.md 1).
#include <gtest/gtest.h>

#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

class Repeat : public ::testing::Test {
 protected:
  // Submits the message, signed anew: ECDSA signatures of the same bytes are never the same.
  std::string Answer(const v1::Message& message) {
    const v1::Envelope envelope = world_.Sign(world_.vn_clerk(), message);
    EXPECT_NE(envelope.SerializeAsString(), last_envelope_);
    last_envelope_ = envelope.SerializeAsString();
    const auto answer = world_.vn->Submit(world_.vn_clerk(), envelope);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? answer->SerializeAsString() : "";
  }

  TwoNodes world_;
  std::string last_envelope_;
};

TEST_F(Repeat, GetsTheFirstAnswerByteForByteForEver) {
  const v1::Message message = world_.OneFigureReport(world_.vn_clerk(), "LS-HN", 0, 312);
  const std::string first = Answer(message);
  EXPECT_EQ(Answer(message), first);
  // Other messages in the same log, delivery, the peer's receipt and restarts change nothing.
  Answer(world_.OneFigureReport(world_.vn_clerk(), "LS-HN", 1, 313));
  EXPECT_EQ(Answer(message), first);
  world_.Connect();
  world_.Run();
  EXPECT_EQ(world_.vn->LinkRecord().last_receipted, 2u);
  EXPECT_EQ(Answer(message), first);
  world_.KillAndRestart(/*vn=*/true);
  EXPECT_EQ(Answer(message), first);
  world_.clock.Advance(absl::Hours(24 * 30));
  EXPECT_EQ(Answer(message), first);

  world_.Connect();
  world_.Run();
  EXPECT_EQ(world_.vn->LinkRecord().last_queued, 2u) << "a repeat was queued";
  EXPECT_EQ(world_.cn->LinkRecord().last_received, 2u);
}

// The signing certificate expires; the answer that it earned does not. A new message needs a new
// one.
TEST_F(Repeat, GetsItsFirstAnswerAlsoAfterTheSigningCertificateExpired) {
  const certs::Signer& author = world_.AddPerson(
      world_.vn_ca, "/agency/board/clerk/9", {.not_after = world_.clock.Now() + absl::Hours(24)});
  const v1::Message message = world_.NewPing(author, "before");
  const v1::Envelope envelope = world_.Sign(author, message);
  const auto first = world_.vn->Submit(author, envelope);
  ASSERT_TRUE(first.ok()) << first.status();
  const v1::Envelope other = world_.Sign(author, world_.NewPing(author, "after"));
  v1::Envelope spoilt = envelope;
  spoilt.mutable_signatures(0)->mutable_value()->back() ^= 1;

  world_.clock.Advance(absl::Hours(48));
  world_.KillAndRestart(/*vn=*/true);
  for (const v1::Envelope& again : {envelope, world_.Sign(author, message)}) {
    const auto answer = world_.vn->Submit(world_.vn_service(), again);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->SerializeAsString(), first->SerializeAsString());
  }
  EXPECT_EQ(system::ReasonOf(world_.vn->Submit(world_.vn_service(), other).status()),
            v1::REASON_CERTIFICATE_EXPIRED);
  EXPECT_EQ(system::ReasonOf(world_.vn->Submit(world_.vn_service(), spoilt).status()),
            v1::REASON_BAD_SIGNATURE);
}

TEST_F(Repeat, BytesAsTheyWereSubmittedGetTheFirstAnswerToo) {
  const v1::Envelope envelope =
      world_.Sign(world_.vn_service(), world_.NewPing(world_.vn_service(), "here"));
  const auto first = world_.vn->Submit(world_.vn_service(), envelope);
  const auto again = world_.vn->Submit(world_.vn_service(), envelope);
  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
}

TEST_F(Repeat, OtherContentUnderTheSameIdIsRefused) {
  v1::Message message = world_.OneFigureReport(world_.vn_clerk(), "LS-HN", 0, 312);
  const std::string first = Answer(message);
  v1::Message other = message;
  other.mutable_yard_report()->mutable_figures(0)->mutable_quantity()->set_value(313);
  const auto refused = world_.vn->Submit(world_.vn_clerk(), world_.Sign(world_.vn_clerk(), other));
  EXPECT_EQ(system::ReasonOf(refused.status()), v1::REASON_MESSAGE_ID_REUSED);
  const auto checked =
      world_.vn->Submit(world_.vn_clerk(), world_.Sign(world_.vn_clerk(), other), true);
  EXPECT_EQ(system::ReasonOf(checked.status()), v1::REASON_MESSAGE_ID_REUSED);
  EXPECT_EQ(Answer(message), first);
}

// The id is the author's: another author may use the same one.
TEST_F(Repeat, TheSameIdOfAnotherAuthorIsAnotherMessage) {
  v1::Message message = world_.NewPing(world_.vn_clerk(), "mine");
  Answer(message);
  message.mutable_header()->set_author(world_.vn_officer().id().ToString());
  const auto answer =
      world_.vn->Submit(world_.vn_officer(), world_.Sign(world_.vn_officer(), message));
  EXPECT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(world_.vn->LinkRecord().last_queued, 2u);
}

// A refusal at the door is not remembered: the same message may be tried again.
TEST_F(Repeat, WhatWasRefusedMayBeTriedAgain) {
  v1::Message message = world_.OneFigureReport(world_.vn_clerk(), "LS-HN", 0, 312);
  *message.mutable_header()->mutable_authored_at() =
      domain::ToZoned(world_.clock.Now() + absl::Minutes(10), domain::kHanoiZone);
  const v1::Envelope envelope = world_.Sign(world_.vn_clerk(), message);
  const auto refused = world_.vn->Submit(world_.vn_clerk(), envelope);
  EXPECT_EQ(system::ReasonOf(refused.status()), v1::REASON_FUTURE_DATE);
  world_.clock.Advance(absl::Minutes(10));
  const auto accepted = world_.vn->Submit(world_.vn_clerk(), envelope);
  EXPECT_TRUE(accepted.ok()) << accepted.status();
}

// An answer that was given stands, even where the same message would be refused if it were new.
TEST_F(Repeat, GetsItsFirstAnswerAlsoWhileRegistersDiffer) {
  const v1::Message message = world_.OneFigureReport(world_.vn_clerk(), "LS-HN", 0, 312);
  const std::string first = Answer(message);
  world_.vn->blocked.Set("cn-pingxiang", {"LS-HN"});
  const auto blocked = world_.vn->Submit(
      world_.vn_clerk(),
      world_.Sign(world_.vn_clerk(), world_.OneFigureReport(world_.vn_clerk(), "LS-HN", 1, 313)));
  EXPECT_EQ(system::ReasonOf(blocked.status()), v1::REASON_REGISTER_DIFFERS);
  EXPECT_EQ(Answer(message), first);
}

TEST_F(Repeat, ValidateOnlyStoresNothing) {
  const v1::Message message = world_.OneFigureReport(world_.vn_clerk(), "LS-HN", 0, 312);
  const v1::Envelope envelope = world_.Sign(world_.vn_clerk(), message);
  const auto checked = world_.vn->Submit(world_.vn_clerk(), envelope, /*validate_only=*/true);
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_FALSE(checked->has_receipt());
  EXPECT_TRUE(checked->short_reference().empty());
  // What would be refused is refused, and leaves no trace either.
  v1::Message negative = world_.OneFigureReport(world_.vn_clerk(), "LS-HN", 1, -1);
  const auto refused =
      world_.vn->Submit(world_.vn_clerk(), world_.Sign(world_.vn_clerk(), negative), true);
  EXPECT_EQ(system::ReasonOf(refused.status()), v1::REASON_NEGATIVE_FIGURE);
  EXPECT_EQ(world_.vn->head().size, 0u);
  EXPECT_EQ(world_.vn->LinkRecord().last_queued, 0u);
  EXPECT_TRUE(Need(Need(world_.vn->store->Read())->ListMessages({})).empty());
  EXPECT_TRUE(world_.vn->Submit(world_.vn_clerk(), envelope).ok());
}

}  // namespace
}  // namespace gatepost::testing
