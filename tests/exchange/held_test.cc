// Messages that wait for a second pair of eyes: held, released, told to nobody else (PROTOCOL.md
// 1).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/batch.h"
#include "tests/exchange/four_eyes.h"

namespace gatepost::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using Held = FourEyes;

TEST_F(Held, IsSafeHereAndDoesNotLeave) {
  world_.Connect();
  const v1::Envelope envelope = Report();
  const auto answer = HandIn(world_.vn_clerk(), envelope);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->short_reference(), "LS/2027/00001");
  EXPECT_EQ(answer->message_id(), IdIn(envelope));
  ASSERT_EQ(answer->held().needed_size(), 1);
  EXPECT_THAT(answer->held().needed(0).roles(), ElementsAre("officer"));
  EXPECT_EQ(answer->held().needed(0).count(), 1u);
  EXPECT_EQ(answer->held().drops_at().seconds(),
            absl::ToUnixSeconds(world_.clock.Now() + absl::Hours(24)));
  const ledger::Leaf leaf = Need(ledger::Leaf::Parse(answer->receipt().leaf()));
  EXPECT_EQ(leaf.event, ledger::event::kHeld);
  EXPECT_EQ(leaf.signatures, certs::SignaturesDigest(envelope));

  world_.Run();
  EXPECT_EQ(Queued(), 0u);
  EXPECT_EQ(world_.cn->LinkRecord().last_received, 0u);
  EXPECT_THAT(LeavesAbout(*world_.vn, IdIn(envelope)), ElementsAre("HELD NEEDS:1 desk-1"));
}

TEST_F(Held, LeavesWithBothSignaturesWhenAnOfficerSigns) {
  world_.Connect();
  const v1::Envelope held = HeldOne();
  const v1::Envelope both = With(held, world_.vn_officer());
  const auto answer = HandIn(world_.vn_officer(), both);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_FALSE(answer->has_held());
  EXPECT_EQ(answer->short_reference(), "LS/2027/00001") << "the reference was given when it came";
  EXPECT_EQ(Need(ledger::Leaf::Parse(answer->receipt().leaf())).signatures,
            certs::SignaturesDigest(both));
  EXPECT_THAT(
      LeavesAbout(*world_.vn, IdIn(held)),
      ElementsAre("HELD NEEDS:1 desk-1", "RELEASED - shift-lead-1", "ACCEPTED APPLIED desk-1"));
  EXPECT_EQ(HeldCount(), 0u);

  world_.Run();
  const auto there = Need(
      Need(world_.cn->store->Read())->FindMessage(world_.vn_clerk().id().ToString(), IdIn(held)));
  ASSERT_TRUE(there.has_value());
  EXPECT_EQ(there->standing, v1::RUNG_APPLIED);
  EXPECT_EQ(there->signatures, certs::SignaturesDigest(both));
  EXPECT_EQ(there->envelope, both.SerializeAsString());
  EXPECT_THAT(LeavesAbout(*world_.cn, IdIn(held)), ElementsAre("DELIVERED APPLIED desk-1"));
}

TEST_F(Held, AMessageThatComesWithAllSignaturesIsNotHeld) {
  const v1::Envelope both = With(Report(), world_.vn_officer());
  const auto answer = HandIn(world_.vn_clerk(), both);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_FALSE(answer->has_held());
  EXPECT_THAT(LeavesAbout(*world_.vn, IdIn(both)), ElementsAre("ACCEPTED APPLIED desk-1"));
}

TEST_F(Held, TheApproverMayBringHisSignatureAlone) {
  const v1::Envelope held = HeldOne();
  v1::Envelope alone = held;
  alone.clear_signatures();
  const v1::Envelope both = With(held, *agent_);
  *alone.add_signatures() = both.signatures(1);
  const auto answer = HandIn(*agent_, alone);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_FALSE(answer->has_held()) << "an officer of another agency of the same side may";
  EXPECT_EQ(Need(ledger::Leaf::Parse(answer->receipt().leaf())).signatures,
            certs::SignaturesDigest(both))
      << "the held signature stays first";
}

TEST_F(Held, ARepeatGetsTheFirstAnswerByteForByte) {
  const v1::Envelope held = HeldOne();
  const std::string first = Need(HandIn(world_.vn_clerk(), held)).SerializeAsString();
  const v1::Envelope again = world_.Sign(world_.vn_clerk(), In(held));
  ASSERT_NE(again.SerializeAsString(), held.SerializeAsString()) << "ECDSA is randomised";
  EXPECT_EQ(Need(HandIn(world_.vn_clerk(), again)).SerializeAsString(), first);
  world_.KillAndRestart(/*vn=*/true);
  EXPECT_EQ(Need(HandIn(world_.vn_clerk(), held)).SerializeAsString(), first);
  EXPECT_EQ(HeldCount(), 1u);
  EXPECT_EQ(Get(IdIn(held)).envelope().SerializeAsString(), held.SerializeAsString())
      << "signed anew, but nobody new has signed";

  const v1::Envelope both = With(held, *agent_);
  const std::string released = Need(HandIn(*agent_, both)).SerializeAsString();
  EXPECT_EQ(Need(HandIn(*agent_, both)).SerializeAsString(), released);
  EXPECT_EQ(Need(HandIn(world_.vn_clerk(), held)).SerializeAsString(), released);
  world_.KillAndRestart(/*vn=*/true);
  EXPECT_EQ(Need(HandIn(world_.vn_clerk(), again)).SerializeAsString(), released);
  EXPECT_EQ(Queued(), 1u);
}

TEST_F(Held, ARepeatIsCheckedLikeEveryEnvelope) {
  v1::Envelope held = HeldOne();
  held.mutable_signatures(0)->mutable_value()->back() ^= 1;
  EXPECT_EQ(ReasonOf(HandIn(world_.vn_clerk(), held)), v1::REASON_BAD_SIGNATURE);
  EXPECT_EQ(ReasonOf(HandIn(*stranger_, Report(1))), v1::REASON_NOT_ALLOWED);
}

TEST_F(Held, OtherContentUnderTheSameIdIsRefused) {
  const v1::Envelope held = HeldOne();
  v1::Message other = In(held);
  other.mutable_yard_report()->mutable_figures(0)->mutable_quantity()->set_value(313);
  const v1::Envelope envelope = world_.Sign(world_.vn_clerk(), other);
  EXPECT_EQ(ReasonOf(HandIn(world_.vn_clerk(), envelope)), v1::REASON_MESSAGE_ID_REUSED);
  EXPECT_EQ(ReasonOf(world_.vn->Submit(world_.vn_clerk(), envelope, /*validate_only=*/true)),
            v1::REASON_MESSAGE_ID_REUSED);
}

TEST_F(Held, NobodyIsBothPairsOfEyes) {
  const v1::Envelope held = HeldOne();
  v1::Envelope twice = held;
  *twice.add_signatures() = world_.Sign(world_.vn_clerk(), In(held)).signatures(0);
  EXPECT_EQ(ReasonOf(HandIn(world_.vn_clerk(), twice)), v1::REASON_OWN_SECOND_SIGNATURE);
  // Nor with another key of the same post.
  const certs::Signer& other_key = world_.AddPerson(world_.vn_ca, "/agency/board/clerk/desk-1");
  agent_ = &other_key;
  EXPECT_EQ(ReasonOf(HandIn(world_.vn_clerk(), With(held, other_key))),
            v1::REASON_OWN_SECOND_SIGNATURE);
  EXPECT_EQ(Queued(), 0u);
  EXPECT_EQ(HeldCount(), 1u);
}

TEST_F(Held, ASignatureThatNobodyAskedForIsRefused) {
  const v1::Envelope held = HeldOne();
  EXPECT_EQ(ReasonOf(HandIn(*stranger_, With(held, *stranger_))), v1::REASON_ROLE_NOT_ALLOWED);
  EXPECT_EQ(Get(IdIn(held)).signers_size(), 1);
  EXPECT_THAT(LeavesAbout(*world_.vn, IdIn(held)), ElementsAre("HELD NEEDS:1 desk-1"));
}

// An approval is handed in by who gave it, or by his agency: not by whoever got hold of it.
TEST_F(Held, AnApprovalIsHandedInByTheApproversOwnAgency) {
  const v1::Envelope both = With(HeldOne(), *agent_);
  EXPECT_EQ(ReasonOf(HandIn(world_.vn_clerk(), both)), v1::REASON_NOT_ALLOWED);
  EXPECT_EQ(ReasonOf(HandIn(*stranger_, both)), v1::REASON_NOT_ALLOWED);
  EXPECT_TRUE(HandIn(*agent_, both).ok());
}

TEST_F(Held, ASpoiltApprovalIsRefusedAndTheMessageWaitsOn) {
  v1::Envelope both = With(HeldOne(), world_.vn_officer());
  both.mutable_signatures(1)->mutable_value()->back() ^= 1;
  EXPECT_EQ(ReasonOf(HandIn(world_.vn_officer(), both)), v1::REASON_BAD_SIGNATURE);
  EXPECT_EQ(HeldCount(), 1u);
}

TEST_F(Held, WaitsOnUntilTheLastSignatureIsThere) {
  authority_.second_signatures = {{"officer"}, {"officer"}};
  const v1::Envelope held = HeldOne();
  const auto second = HandIn(world_.vn_officer(), With(held, world_.vn_officer()));
  ASSERT_TRUE(second.ok()) << second.status();
  ASSERT_EQ(second->held().needed_size(), 1);
  EXPECT_EQ(second->held().needed(0).count(), 1u);
  EXPECT_EQ(Queued(), 0u);
  const v1::StoredMessage shown = Get("LS/2027/00001");
  EXPECT_THAT(shown.signers(),
              ElementsAre(world_.vn_clerk().id().ToString(), world_.vn_officer().id().ToString()));
  // The third one never saw the second's signature.
  const auto third = HandIn(*agent_, With(held, *agent_));
  ASSERT_TRUE(third.ok()) << third.status();
  EXPECT_FALSE(third->has_held());
  EXPECT_THAT(LeavesAbout(*world_.vn, IdIn(held)),
              ElementsAre("HELD NEEDS:2 desk-1", "HELD NEEDS:1 shift-lead-1", "RELEASED - chief-1",
                          "ACCEPTED APPLIED desk-1"));
  EXPECT_THAT(Get("LS/2027/00001").signers(),
              ElementsAre(world_.vn_clerk().id().ToString(), world_.vn_officer().id().ToString(),
                          agent_->id().ToString()));
}

// Two officers read the same held message, sign it, and hand it in at the same moment.
TEST_F(Held, TwoApproversAtOnceBothCount) {
  authority_.second_signatures = {{"officer"}, {"officer"}};
  const v1::Envelope held = HeldOne();
  std::vector<absl::StatusOr<v1::SubmitResponse>> answers;
  const auto keep = [&](auto answer) { answers.push_back(std::move(answer)); };
  HandIn(world_.vn_officer(), With(held, world_.vn_officer()), keep);
  HandIn(*agent_, With(held, *agent_), keep);
  world_.vn->Settle();
  ASSERT_EQ(answers.size(), 2u);
  ASSERT_TRUE(answers[0].ok() && answers[1].ok()) << answers[0].status() << answers[1].status();
  EXPECT_TRUE(answers[0]->has_held());
  EXPECT_FALSE(answers[1]->has_held());
  EXPECT_EQ(Get(IdIn(held)).signers_size(), 3);
  EXPECT_EQ(Queued(), 1u);
}

// Of two officers one suffices: the other one's signature comes too late for the list, which froze.
TEST_F(Held, TheSignatureListFreezesAtTheRelease) {
  const v1::Envelope held = HeldOne();
  std::vector<absl::StatusOr<v1::SubmitResponse>> answers;
  const auto keep = [&](auto answer) { answers.push_back(std::move(answer)); };
  const v1::Envelope first = With(held, world_.vn_officer());
  HandIn(world_.vn_officer(), first, keep);
  HandIn(*agent_, With(held, *agent_), keep);
  world_.vn->Settle();
  ASSERT_EQ(answers.size(), 2u);
  ASSERT_TRUE(answers[0].ok() && answers[1].ok()) << answers[1].status();
  EXPECT_EQ(answers[0]->SerializeAsString(), answers[1]->SerializeAsString());
  EXPECT_EQ(Get(IdIn(held)).envelope().SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(Queued(), 1u);
}

// What stands between the node and the peer cannot take a signature away, or add one, unseen.
TEST_F(Held, ThePeerSeesWhenTheSignatureListWasTamperedWith) {
  world_.Connect();
  const v1::Envelope held = HeldOne();
  ASSERT_TRUE(HandIn(world_.vn_officer(), With(held, world_.vn_officer())).ok());
  world_.on_wire = [](bool from_vn, v1::LinkFrame& frame) {
    if (from_vn && frame.has_message()) {
      frame.mutable_message()->mutable_envelope()->mutable_signatures()->RemoveLast();
    }
    return true;
  };
  world_.Run();
  const auto receipt = Need(Need(world_.vn->store->Read())->Receipt("cn-pingxiang", 1));
  EXPECT_FALSE(receipt.has_value()) << "a receipt for another list was taken";
}

TEST_F(Held, WhatWouldBeRefusedNowIsNotReleased) {
  const v1::Envelope held = HeldOne();
  // Another report of the same gate and day goes out meanwhile.
  ASSERT_TRUE(HandIn(world_.vn_officer(), With(Report(), world_.vn_officer())).ok());
  EXPECT_EQ(ReasonOf(HandIn(world_.vn_officer(), With(held, world_.vn_officer()))),
            v1::REASON_DUPLICATE_REPORT);
  EXPECT_EQ(HeldCount(), 1u);
  EXPECT_EQ(Queued(), 1u);
}

TEST_F(Held, IsReleasedByThePolicyAsItIsThen) {
  const v1::Envelope held = HeldOne();
  authority_.refusal = system::Refuse(v1::REASON_ROLE_NOT_ALLOWED, "-", "-", "-");
  const v1::Envelope both = With(held, world_.vn_officer());
  EXPECT_EQ(ReasonOf(HandIn(world_.vn_officer(), both)), v1::REASON_ROLE_NOT_ALLOWED);
  authority_.refusal = absl::OkStatus();
  EXPECT_TRUE(HandIn(world_.vn_officer(), both).ok());
}

// Nothing asks for its signature any more, so nobody could add one.
TEST_F(Held, ARepeatReleasesWhatTheNewPolicyNeedsNoSignatureFor) {
  const v1::Envelope held = HeldOne();
  authority_.second_signatures.clear();
  const auto answer = HandIn(world_.vn_clerk(), world_.Sign(world_.vn_clerk(), In(held)));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_FALSE(answer->has_held());
  EXPECT_EQ(HeldCount(), 0u);
  EXPECT_EQ(Queued(), 1u);
  EXPECT_THAT(LeavesAbout(*world_.vn, IdIn(held)),
              ElementsAre("HELD NEEDS:1 desk-1", "RELEASED - desk-1", "ACCEPTED APPLIED desk-1"));
  EXPECT_EQ(Get(IdIn(held)).envelope().SerializeAsString(), held.SerializeAsString())
      << "with the signature that was held";
  EXPECT_EQ(Need(HandIn(world_.vn_clerk(), held)).SerializeAsString(), answer->SerializeAsString());
}

TEST_F(Held, ARepeatAfterItsTimeReleasesNothing) {
  const v1::Envelope held = HeldOne();
  authority_.second_signatures.clear();
  world_.clock.Advance(authority_.hold_for);
  EXPECT_TRUE(Need(HandIn(world_.vn_clerk(), held)).has_held());
  EXPECT_EQ(Queued(), 0u);
}

// What a store cannot say is no answer about the message: nobody may take it for "nothing is
// needed", or for "you may not".
TEST_F(Held, AStoreThatFailsIsToldAsThat) {
  const v1::Envelope held = HeldOne();
  const auto refused = v1::REASON_STORE_FAILED;
  authority_.refusal = system::Refuse(refused, "a roster", "an error of the disk", "look at it");
  EXPECT_EQ(ReasonOf(HandIn(world_.vn_clerk(), held)), refused);
  EXPECT_EQ(system::ReasonOf(world_.vn->DropHeld(*agent_, IdIn(held), "wrong gate").status()),
            refused);
  v1::GetMessageRequest request;
  request.set_reference(IdIn(held));
  EXPECT_EQ(system::ReasonOf(world_.vn->queries->GetMessage(request).status()), refused);
  EXPECT_THAT(LeavesAbout(*world_.vn, IdIn(held)), ElementsAre("HELD NEEDS:1 desk-1"));
  // When it is well again, the message waits as before.
  authority_.refusal = absl::OkStatus();
  EXPECT_EQ(Need(HandIn(world_.vn_clerk(), held)).held().needed_size(), 1);
  EXPECT_EQ(HeldCount(), 1u);
  for (const ledger::Leaf& leaf : world_.vn->Leaves()) {
    EXPECT_THAT(leaf.result, Not(HasSubstr("STORE_FAILED"))) << "it was not the caller's doing";
  }
}

TEST_F(Held, SurvivesTheNodesDeath) {
  const v1::Envelope held = HeldOne();
  const v1::Envelope both = With(held, world_.vn_officer());
  world_.KillAndRestart(/*vn=*/true);
  // It dies again with the release handed in, and not committed.
  HandIn(world_.vn_officer(), both, [](const auto&) {});
  world_.KillAndRestart(/*vn=*/true);
  EXPECT_EQ(HeldCount(), 1u);
  ASSERT_TRUE(HandIn(world_.vn_officer(), both).ok());
  world_.KillAndRestart(/*vn=*/true);
  EXPECT_EQ(HeldCount(), 0u);
  world_.Connect();
  world_.Run();
  EXPECT_EQ(world_.cn->LinkRecord().last_received, 1u);
}

TEST_F(Held, IsFoundByItsOwnSide) {
  const v1::Envelope held = HeldOne();
  const v1::StoredMessage shown = Get(IdIn(held));
  EXPECT_TRUE(shown.has_held());
  EXPECT_EQ(shown.standing(), v1::RUNG_UNSPECIFIED);
  EXPECT_EQ(shown.envelope().SerializeAsString(), held.SerializeAsString());
  EXPECT_THAT(shown.signers(), ElementsAre(world_.vn_clerk().id().ToString()));

  HeldOne(1);
  v1::ListMessagesRequest list;
  list.set_direction(v1::MESSAGE_DIRECTION_HELD);
  list.set_page_size(1);
  v1::ListMessagesResponse page = Need(world_.vn->queries->ListMessages(list));
  ASSERT_EQ(page.messages_size(), 1);
  EXPECT_EQ(page.messages(0).short_reference(), "LS/2027/00001") << "oldest first";
  list.set_page_token(page.next_page_token());
  page = Need(world_.vn->queries->ListMessages(list));
  ASSERT_EQ(page.messages_size(), 1);
  EXPECT_EQ(page.messages(0).short_reference(), "LS/2027/00002");
  EXPECT_TRUE(page.next_page_token().empty());
  v1::ListMessagesRequest submitted;
  submitted.set_direction(v1::MESSAGE_DIRECTION_SUBMITTED);
  EXPECT_EQ(Need(world_.vn->queries->ListMessages(submitted)).messages_size(), 0);

  v1::GetStatusRequest status;
  status.set_reference("LS/2027/00002");
  const v1::GetStatusResponse answer = Need(world_.vn->queries->GetStatus(status));
  EXPECT_EQ(answer.short_reference(), "LS/2027/00002");
  EXPECT_EQ(answer.ladders_size(), 0);
}

TEST_F(Held, WatchersOfTheOwnSideSeeHeldAndReleased) {
  const v1::Envelope held = HeldOne();
  const auto page = Need(world_.vn->watch->Read(0, v1::MESSAGE_DIRECTION_HELD));
  ASSERT_EQ(page.events.size(), 1u);
  EXPECT_EQ(page.events[0].event(), "HELD");
  EXPECT_TRUE(page.events[0].message().has_held());
  EXPECT_TRUE(Need(world_.vn->watch->Read(0, v1::MESSAGE_DIRECTION_RECEIVED)).events.empty());
  ASSERT_TRUE(HandIn(*agent_, With(held, *agent_)).ok());
  const auto next = Need(world_.vn->watch->Read(page.next, v1::MESSAGE_DIRECTION_SUBMITTED));
  ASSERT_EQ(next.events.size(), 2u);
  EXPECT_EQ(next.events[0].event(), "RELEASED");
  EXPECT_EQ(next.events[1].event(), "ACCEPTED");
  EXPECT_EQ(next.events[0].message().short_reference(), "LS/2027/00001");
}

// A head's signatures are those of every message of the batch: they cannot grow for one of them.
TEST_F(Held, AMessageOfABatchCannotWait) {
  const v1::Message message = world_.OneFigureReport(world_.vn_service(), "LS-HN", 0, 312);
  v1::Envelope envelope;
  envelope.set_payload_type(std::string(certs::kMessagePayloadType));
  envelope.set_payload(message.SerializeAsString());
  const certs::Digest pae = certs::PaeDigest(envelope.payload_type(), envelope.payload());
  *envelope.mutable_batch() =
      Need(certs::SignBatch(std::span(&pae, 1), world_.vn_service())).front();
  EXPECT_EQ(ReasonOf(HandIn(world_.vn_service(), envelope)), v1::REASON_SIGNATURES_MISSING);
  EXPECT_EQ(HeldCount(), 0u);
}

TEST_F(Held, AMessageOfANewerSchemaCannotWait) {
  v1::Message message = world_.OneFigureReport(world_.vn_clerk(), "LS-HN", 0, 312);
  v1::Envelope envelope;
  envelope.set_payload_type(std::string(certs::kMessagePayloadType));
  // Field 9999, which nobody knows.
  envelope.set_payload(message.SerializeAsString() + "\xf8\xf0\x04\x01");
  Need(certs::SignEnvelope(envelope, world_.vn_clerk()));
  EXPECT_EQ(ReasonOf(HandIn(world_.vn_clerk(), envelope)), v1::REASON_NEWER_SCHEMA);
  EXPECT_EQ(HeldCount(), 0u);
}

TEST_F(Held, IsToldBeforehandByACheck) {
  const v1::Envelope envelope = Report();
  const auto checked = world_.vn->Submit(world_.vn_clerk(), envelope, /*validate_only=*/true);
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->held().needed_size(), 1);
  EXPECT_EQ(HeldCount(), 0u);
}

}  // namespace
}  // namespace gatepost::testing
