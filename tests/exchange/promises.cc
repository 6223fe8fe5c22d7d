#include "tests/exchange/promises.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "certs/dsse.h"
#include "daemon/exchange/naming.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/leaf.h"
#include "daemon/ledger/proof.h"
#include "daemon/ledger/receipt.h"

namespace gatepost::testing {

namespace {

ledger::VerifierKey LogKeyOf(const TestNode& node) {
  return Need(ledger::VerifierOf(*node.log_key));
}

std::string LogOf(const TestNode& node) { return ledger::LogOrigin(node.setup.node.node, 1); }

TestNode& NodeOf(TwoNodes& world, bool vn) { return vn ? *world.vn : *world.cn; }

}  // namespace

Promises::Promises(TwoNodes& world) : world_(world) {
  world.on_wire = [this](bool from_vn, v1::LinkFrame& frame) {
    if (on_wire && !on_wire(from_vn, frame)) return false;
    See(from_vn, frame);
    return true;
  };
}

void Promises::See(bool from_vn, const v1::LinkFrame& frame) {
  ++frames_;
  if (frame.has_hello()) SeeHead(from_vn, frame.hello().head());
  if (frame.has_message()) {
    last_sent_[from_vn] = frame.message().sequence();
    most_in_flight_ = std::max(most_in_flight_, last_sent_[from_vn] - last_receipted_[from_vn]);
  }
  if (frame.has_receipts()) {
    SeeHead(from_vn, frame.receipts().head());
    for (const v1::LinkReceipt& receipt : frame.receipts().receipts()) {
      last_receipted_[!from_vn] = std::max(last_receipted_[!from_vn], receipt.sequence());
    }
  }
}

void Promises::SeeHead(bool of_vn, const std::string& note) {
  if (note.empty()) return;
  const auto opened = ledger::OpenCheckpoint(note, LogKeyOf(NodeOf(world_, of_vn)));
  ASSERT_TRUE(opened.ok()) << opened.status();
  const auto [entry, added] =
      heads_[of_vn].try_emplace(opened->checkpoint.size, std::pair(opened->checkpoint.root, note));
  // Signing is deterministic: the same head always has the same bytes.
  EXPECT_EQ(entry->second, std::pair(opened->checkpoint.root, note));
}

v1::Envelope Promises::Submit(const certs::Signer& author, const v1::Message& message) {
  const bool by_vn = author.id().trust_domain() == world_.vn_ca.trust_domain();
  const v1::Envelope envelope = world_.Sign(author, message);
  const auto answer = NodeOf(world_, by_vn).Submit(author, envelope);
  EXPECT_TRUE(answer.ok()) << answer.status();
  if (answer.ok()) Answered(by_vn, envelope, *answer);
  return envelope;
}

void Promises::Answered(bool by_vn, const v1::Envelope& envelope,
                        const v1::SubmitResponse& answer) {
  const auto [entry, added] =
      answers_[by_vn].try_emplace(answer.message_id(), Answer{envelope, answer});
  EXPECT_EQ(entry->second.response.SerializeAsString(), answer.SerializeAsString())
      << "the same message must get its first answer, byte for byte";
}

void Promises::ConnectAndRun() {
  for (int attempt = 0; attempt < 10; ++attempt) {
    world_.Cut();
    world_.Run();
    world_.Connect();
    world_.Run();
    if (world_.vn->link->connected() && world_.cn->link->connected()) return;
  }
  ADD_FAILURE() << "the nodes do not come together: " << world_.vn->link->State().ShortDebugString()
                << " / " << world_.cn->link->State().ShortDebugString();
}

void Promises::Check() {
  for (const bool vn : {true, false}) {
    CheckDirection(vn);
    CheckLog(vn);
  }
}

void Promises::CheckDirection(bool from_vn) {
  TestNode& sender = NodeOf(world_, from_vn);
  TestNode& receiver = NodeOf(world_, !from_vn);
  SCOPED_TRACE("from " + sender.setup.node.node);
  const store::LinkRecord sent = sender.LinkRecord();
  const store::LinkRecord received = receiver.LinkRecord();
  const uint64_t count = answers_[from_vn].size();
  EXPECT_EQ(sent.last_queued, count);
  EXPECT_EQ(sent.last_receipted, count);
  ASSERT_EQ(received.last_received, count);
  EXPECT_EQ(sent.queued_digest, received.received_digest);

  const auto sender_store = Need(sender.store->Read());
  const auto receiver_store = Need(receiver.store->Read());
  const auto outbox = Need(sender_store->Outgoing(receiver.setup.node.node, 0, count + 1));
  ASSERT_EQ(outbox.size(), count);
  std::set<std::string> ids;
  int64_t last_row = 0;
  for (uint64_t at = 0; at < count; ++at) {
    const uint64_t sequence = at + 1;
    SCOPED_TRACE("message " + std::to_string(sequence));
    EXPECT_EQ(outbox[at].sequence, sequence);
    const auto here = Need(sender_store->MessageByRow(outbox[at].message_row));
    const auto there = Need(receiver_store->MessageBySequence(sender.setup.node.node, sequence));
    ASSERT_TRUE(here.has_value() && there.has_value());
    EXPECT_TRUE(answers_[from_vn].contains(here->message_id)) << "never answered";
    EXPECT_TRUE(ids.insert(here->message_id).second) << "twice";
    EXPECT_EQ(here->pae, there->pae);
    EXPECT_EQ(here->signatures, there->signatures);
    // Nothing is kept of an envelope that the receiver could not open, such as one from the future.
    if (!there->envelope.empty()) {
      EXPECT_EQ(here->envelope, there->envelope);
    }
    EXPECT_GT(there->row, last_row) << "out of order";
    last_row = there->row;
    CheckReceipts(from_vn, *here, sequence);
  }

  // Exactly one DELIVERED there and one RECEIPT here for each, in order.
  const auto sequences = [](const TestNode& node, const char* event) {
    std::vector<uint64_t> found;
    for (const ledger::Leaf& leaf : node.Leaves()) {
      if (leaf.event == event) found.push_back(leaf.sequence.value_or(0));
    }
    return found;
  };
  std::vector<uint64_t> all(count);
  for (uint64_t at = 0; at < count; ++at) all[at] = at + 1;
  EXPECT_EQ(sequences(receiver, ledger::event::kDelivered), all);
  EXPECT_EQ(sequences(sender, ledger::event::kReceipt), all);
}

void Promises::CheckReceipts(bool from_vn, const store::MessageRecord& sent, uint64_t sequence) {
  const TestNode& sender = NodeOf(world_, from_vn);
  const TestNode& receiver = NodeOf(world_, !from_vn);
  const auto answer = answers_[from_vn].find(sent.message_id);
  if (answer == answers_[from_vn].end()) return;
  const v1::Receipt& accepted = answer->second.response.receipt();
  EXPECT_TRUE(ledger::CheckReceipt({accepted.leaf(), accepted.proof()}, LogKeyOf(sender),
                                   {.event = ledger::event::kAccepted,
                                    .object = exchange::MessageObject(sent.message_id),
                                    .pae = sent.pae,
                                    .signatures = sent.signatures,
                                    .peer = "",
                                    .origin = LogOf(sender)})
                  .ok());

  v1::GetStatusRequest request;
  request.set_reference(answer->second.response.short_reference());
  const auto status = sender.queries->GetStatus(request);
  ASSERT_TRUE(status.ok()) << status.status();
  ASSERT_EQ(status->ladders_size(), 1);
  EXPECT_EQ(status->ladders(0).sequence(), sequence);
  ASSERT_EQ(status->ladders(0).steps_size(), 3) << "no receipt";
  const v1::LadderStep& step = status->ladders(0).steps(1);
  const ledger::Receipt receipt{step.receipt().leaf(), step.receipt().proof()};
  const ledger::Leaf leaf = Need(ledger::Leaf::Parse(receipt.leaf));
  const bool opened = leaf.object == exchange::MessageObject(sent.message_id);
  const absl::Status held =
      ledger::CheckReceipt(receipt, LogKeyOf(receiver),
                           {.event = ledger::event::kDelivered,
                            .object = opened ? leaf.object : exchange::EnvelopeObject(sent.pae),
                            .pae = sent.pae,
                            .signatures = sent.signatures,
                            .peer = sender.setup.node.node,
                            .origin = LogOf(receiver)});
  EXPECT_TRUE(held.ok()) << held;
}

void Promises::CheckLog(bool of_vn) {
  const TestNode& node = NodeOf(world_, of_vn);
  SCOPED_TRACE("log of " + node.setup.node.node);
  const uint64_t size = node.head().size;
  absl::Time last = absl::InfinitePast();
  for (uint64_t index = 0; index < size; ++index) {
    const ledger::Receipt receipt = Need(node.log->ReceiptOf(index));
    const auto proved = ledger::VerifyProofText(receipt.leaf, receipt.proof, LogKeyOf(node));
    ASSERT_TRUE(proved.ok()) << index << ": " << proved.status();
    EXPECT_EQ(proved->index, index);
    const ledger::Leaf leaf = Need(ledger::Leaf::Parse(receipt.leaf));
    EXPECT_GE(leaf.time, last) << "time decreases at leaf " << index;
    last = leaf.time;
  }
  for (const auto& [shown, head] : heads_[of_vn]) {
    ASSERT_LE(shown, size) << "a head was shown that the log does not reach";
    EXPECT_EQ(Need(node.log->RootAtSize(shown)), head.first) << "the log was forked at " << shown;
  }
}

}  // namespace gatepost::testing
