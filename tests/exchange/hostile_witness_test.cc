// A peer that wants something cosigned that it should not.
#include <gtest/gtest.h>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/witness.h"
#include "tests/exchange/hostile_peer.h"

namespace gatepost::testing {
namespace {

constexpr char kOrigin[] = "cn-pingxiang/audit/1";

class HostileWitness : public ::testing::Test {
 protected:
  HostileWitness() {
    h_.peer.Connect();
    for (int i = 0; i < 5; ++i) h_.peer.log.Append("leaf " + std::to_string(i));
  }

  std::optional<store::WitnessedRecord> Witnessed() {
    return Need(Need(h_.node().store->Read())->Witnessed(kOrigin));
  }

  uint32_t LastStatus() {
    if (h_.peer.witness_frames.empty()) return 0;
    return h_.peer.witness_frames.back().witness_reply().status();
  }

  HostilePeer h_;
};

TEST_F(HostileWitness, AnHonestOneIsCosigned) {
  h_.peer.SendHead();
  h_.peer.AskToCosign(0, 5);
  EXPECT_EQ(LastStatus(), 200u);
  EXPECT_EQ(Witnessed()->size, 5u);
  h_.peer.AskToCosign(5, 5);
  EXPECT_EQ(LastStatus(), 200u) << "the same head again";
  EXPECT_EQ(h_.Leaves(ledger::event::kPeerHead), 1);
  h_.ExpectGoesOn();
}

TEST_F(HostileWitness, AHeadThatWasNotShownIsNotCosigned) {
  h_.peer.AskToCosign(0, 5);
  h_.ExpectRefused(v1::REASON_BAD_FRAME);
  EXPECT_FALSE(Witnessed().has_value());
  h_.ExpectGoesOn();
}

TEST_F(HostileWitness, AnotherHeadThanTheOneShownIsNotCosigned) {
  h_.peer.SendHead();
  h_.peer.AskToCosign(0, 4);
  h_.ExpectRefused(v1::REASON_BAD_FRAME);
  EXPECT_FALSE(Witnessed().has_value());
}

// It asks from another size than the last one cosigned: told so, and nothing moves.
TEST_F(HostileWitness, AnotherOldSizeIsAConflict) {
  h_.peer.SendHead();
  h_.peer.AskToCosign(0, 5);
  h_.peer.log.Append("leaf 5");
  h_.peer.SendHead();
  h_.peer.AskToCosign(3, 6);
  EXPECT_EQ(LastStatus(), 409u);
  EXPECT_EQ(h_.peer.witness_frames.back().witness_reply().body(), "5\n");
  EXPECT_EQ(Witnessed()->size, 5u);
}

// An older head, shown and signed: the witness never goes back.
TEST_F(HostileWitness, ASmallerHeadNeverRollsTheWitnessBack) {
  h_.peer.SendHead();
  h_.peer.AskToCosign(0, 5);
  v1::LinkFrame frame;
  frame.mutable_head()->set_head(h_.peer.log.Head(3));
  frame.mutable_head()->set_shown_size(5);
  for (const certs::Digest& hash : h_.peer.log.Consistency(3, 5)) {
    frame.mutable_head()->add_consistency(std::string(certs::AsView(hash)));
  }
  h_.peer.Send(frame);
  EXPECT_EQ(h_.peer.bye(), v1::REASON_UNSPECIFIED);
  h_.peer.AskToCosign(0, 3);
  EXPECT_EQ(LastStatus(), 409u);
  EXPECT_EQ(Witnessed()->size, 5u);
}

// Two histories, shown as heads: the second one is kept as proof, and nothing more is believed.
TEST_F(HostileWitness, AForkIsKeptAsProofAndStopsTheLink) {
  h_.peer.SendHead();
  h_.peer.AskToCosign(0, 5);
  PeerLog other(*h_.world.cn->log_key, kOrigin);
  for (int i = 0; i < 7; ++i) other.Append("another leaf " + std::to_string(i));
  h_.peer.log = other;
  h_.peer.SendHead();
  h_.ExpectRefused(v1::REASON_HEAD_FORKED);
  EXPECT_EQ(h_.Leaves(ledger::event::kPeerFork), 0) << "of two sizes: the proof was bad, at least";
  EXPECT_EQ(h_.Leaves(ledger::event::kAlarm, "HEAD_FORKED"), 1);
  EXPECT_EQ(Witnessed()->size, 5u);
  const auto kept = Need(Need(h_.node().store->Read())->MetaWithPrefix("evidence/cn-pingxiang/"));
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_NE(kept[0].value.find(other.Head(7)), std::string::npos);
}

// A fork that begins in a later session, and only before the witness.
TEST_F(HostileWitness, AForkInALaterSessionIsFound) {
  h_.peer.SendHead();
  h_.peer.AskToCosign(0, 5);
  h_.peer.Break();
  PeerLog other(*h_.world.cn->log_key, kOrigin);
  for (int i = 0; i < 7; ++i) other.Append("another leaf " + std::to_string(i));
  h_.peer.log = other;
  h_.peer.Connect();
  h_.peer.SendHead();
  h_.ExpectRefused(v1::REASON_HEAD_FORKED);
  EXPECT_EQ(Witnessed()->size, 5u);
}

TEST_F(HostileWitness, AFloodOfHeadsEndsTheSession) {
  for (int i = 0; i < 100 && h_.peer.bye() == v1::REASON_UNSPECIFIED; ++i) {
    h_.peer.log.Append("flood " + std::to_string(i));
    h_.peer.SendHead();
    h_.peer.AskToCosign(Witnessed() ? Witnessed()->size : 0, h_.peer.log.size());
  }
  h_.ExpectRefused(v1::REASON_WINDOW_EXCEEDED);
  EXPECT_LE(h_.Leaves(ledger::event::kPeerHead), 8);
}

// It asks for cosignatures and gives answers that nobody asked for, or that do not hold.
TEST_F(HostileWitness, AnswersThatDoNotHoldEndTheSession) {
  v1::LinkFrame unasked;
  unasked.mutable_witness_reply()->set_request(1);
  unasked.mutable_witness_reply()->set_status(200);
  h_.peer.Send(unasked);
  h_.ExpectRefused(v1::REASON_BAD_FRAME);

  h_.Queue(1);
  h_.peer.Open();
  v1::LinkHello hello = h_.peer.Hello();
  hello.set_cosigns(true);
  h_.peer.SayHello(hello);
  h_.world.Pass(absl::Seconds(2));
  h_.peer.Read();
  ASSERT_GE(h_.peer.witness_frames.size(), 2u);
  const v1::LinkFrame asked = h_.peer.witness_frames.back();
  ASSERT_TRUE(asked.has_witness_request());
  v1::LinkFrame forged;
  forged.mutable_witness_reply()->set_request(asked.witness_request().request());
  forged.mutable_witness_reply()->set_status(200);
  const auto question = Need(ledger::AddCheckpoint::Parse(asked.witness_request().body()));
  const std::string body = question.checkpoint.substr(0, question.checkpoint.find("\n\n") + 1);
  forged.mutable_witness_reply()->set_body(
      Need(ledger::Cosign(body + "x\n", *h_.world.cn->witness_key, h_.world.clock.Now())));
  h_.peer.Send(forged);
  h_.ExpectRefused(v1::REASON_BAD_HEAD_SIGNATURE);
  EXPECT_EQ(h_.node().LinkRecord().cosigned_size, 0u);
}

// A line in the name of this node's witness that it never made: whoever knows the key would throw
// the whole head away, and the receipts under it.
TEST_F(HostileWitness, AForgedCosignatureOnAHeadEndsTheSession) {
  const ledger::Ed25519NoteSigner forger(ledger::WitnessKeyName("vn-langson"),
                                         ledger::kEd25519CosignatureType,
                                         Need(certs::Ed25519Key::FromSeed(std::string(32, 'f'))));
  v1::LinkFrame frame;
  const std::string head = h_.peer.log.Head(5);
  const std::string body = head.substr(0, head.rfind("\n\n") + 1);
  const std::string forged = Need(ledger::Cosign(body, forger, h_.world.clock.Now()));
  // With the key id of the real key, so that the line is taken for its own.
  const auto real = Need(ledger::VerifierOf(*h_.node().witness_key));
  const std::vector<ledger::VerifierKey> log_key = {
      Need(ledger::VerifierOf(*h_.world.cn->log_key))};
  const auto opened = Need(ledger::OpenNote(head + forged, log_key));
  ASSERT_EQ(opened.unknown.size(), 1u);
  frame.mutable_head()->set_head(head + ledger::SignatureLine(real, opened.unknown[0].payload));
  h_.peer.Send(frame);
  h_.ExpectRefused(v1::REASON_BAD_HEAD_SIGNATURE);

  // A line of a key that nobody here knows is left out of what is kept.
  h_.peer.Connect();
  frame.mutable_head()->set_head(head + forged);
  h_.peer.Send(frame);
  h_.peer.AskToCosign(0, 5);
  ASSERT_EQ(LastStatus(), 200u);
  EXPECT_EQ(Witnessed()->checkpoint.find(forged), std::string::npos);
  h_.ExpectGoesOn();
}

// Two streams at once: what the older one cosigned is known to the newer one, or it is refused.
TEST_F(HostileWitness, AnOverlappingStreamCannotStartFromAnOlderHead) {
  const ScriptedPeer::Line first = h_.peer.line();
  h_.peer.Open();
  const v1::LinkHello hello = h_.peer.Hello();
  const ScriptedPeer::Line second = h_.peer.Swap(first);
  h_.peer.SendHead();
  h_.peer.AskToCosign(0, 5);
  ASSERT_EQ(LastStatus(), 200u);
  PeerLog other(*h_.world.cn->log_key, kOrigin);
  for (int i = 0; i < 7; ++i) other.Append("another leaf " + std::to_string(i));
  h_.peer.Swap(second);
  h_.peer.log = other;
  v1::LinkHello forked = hello;
  forked.set_head(other.Head(7));
  h_.peer.SayHello(forked);
  h_.peer.SendHead();
  EXPECT_NE(h_.peer.bye(), v1::REASON_UNSPECIFIED);
  EXPECT_EQ(Witnessed()->size, 5u);
  EXPECT_EQ(h_.node().LinkRecord().peer_head_size, 5u);
}

// It refuses to cosign: one alarm, and messages go on.
TEST_F(HostileWitness, ARefusalIsAnAlarmAndMessagesGoOn) {
  h_.peer.Break();
  h_.Queue(1);
  h_.peer.Open();
  v1::LinkHello hello = h_.peer.Hello();
  hello.set_cosigns(true);
  h_.peer.SayHello(hello);
  h_.world.Pass(absl::Seconds(2));
  h_.peer.Read();
  ASSERT_FALSE(h_.peer.witness_frames.empty());
  const v1::LinkFrame asked = h_.peer.witness_frames.back();
  v1::LinkFrame refused;
  refused.mutable_witness_reply()->set_request(asked.witness_request().request());
  refused.mutable_witness_reply()->set_status(422);
  h_.peer.Send(refused);
  h_.node().Settle();
  EXPECT_EQ(h_.Leaves(ledger::event::kAlarm, "WITNESS_REFUSED"), 1);
  h_.world.Pass(absl::Seconds(4));
  EXPECT_EQ(h_.peer.bye(), v1::REASON_UNSPECIFIED);

  // And again in every session: no alarm each time.
  for (int i = 0; i < 5; ++i) {
    h_.peer.Break();
    h_.peer.witness_frames.clear();
    h_.peer.Open();
    v1::LinkHello again = h_.peer.Hello();
    again.set_cosigns(true);
    h_.peer.SayHello(again);
    h_.world.Pass(absl::Seconds(2));
    h_.peer.Read();
    ASSERT_FALSE(h_.peer.witness_frames.empty());
    refused.mutable_witness_reply()->set_request(
        h_.peer.witness_frames.back().witness_request().request());
    h_.peer.Send(refused);
    h_.node().Settle();
  }
  EXPECT_EQ(h_.Leaves(ledger::event::kAlarm, "WITNESS_REFUSED"), 1);
}

}  // namespace
}  // namespace gatepost::testing
