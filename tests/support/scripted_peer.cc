#include "tests/support/scripted_peer.h"

#include <algorithm>

#include "certs/dsse.h"
#include "daemon/exchange/link_hello.h"
#include "daemon/exchange/naming.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/witness.h"
#include "daemon/system/reason.h"

namespace gatepost::testing {

namespace {

certs::Digest PaeOf(const v1::Envelope& envelope) {
  return certs::PaeDigest(envelope.payload_type(), envelope.payload());
}

std::string Bytes(const certs::Digest& digest) { return std::string(certs::AsView(digest)); }

}  // namespace

uint64_t PeerLog::Append(const std::string& leaf) {
  range_.Append(ledger::LeafHash(leaf), &nodes_);
  return range_.size() - 1;
}

std::string PeerLog::Head(uint64_t size) const { return HeadBy(*signer_, origin_, size); }

std::string PeerLog::HeadBy(const ledger::NoteSigner& signer, const std::string& origin,
                            uint64_t size) const {
  const certs::Digest root = Need(ledger::RootAt(size, ledger::FlatNodeReader(nodes_)));
  return Need(ledger::SignCheckpoint({origin, size, root}, signer));
}

std::vector<certs::Digest> PeerLog::Path(uint64_t index, uint64_t size) const {
  return Need(ledger::InclusionProof(index, size, ledger::FlatNodeReader(nodes_)));
}

std::vector<certs::Digest> PeerLog::Consistency(uint64_t old_size, uint64_t new_size) const {
  return Need(ledger::ConsistencyProof(old_size, new_size, ledger::FlatNodeReader(nodes_)));
}

ScriptedPeer::ScriptedPeer(TwoNodes& world)
    : log(*world.cn->log_key, ledger::LogOrigin(world.cn->setup.node.node, 1)), world_(world) {}

void ScriptedPeer::Open(bool dialled_by_peer) {
  line_ = Line{};
  line_.from_vn = std::make_shared<QueueSink>();
  line_.dialled_by_peer = dialled_by_peer;
  line_.vn = world_.vn->link->Open(line_.from_vn, !dialled_by_peer);
  Read();
}

void ScriptedPeer::Connect() {
  Open();
  SayHello(Hello());
}

void ScriptedPeer::SayHello(const v1::LinkHello& hello) {
  line_.fencing = exchange::AgreedFencing(hello, line_.their_hello, !line_.dialled_by_peer);
  v1::LinkFrame frame;
  *frame.mutable_hello() = hello;
  SendRaw(frame);
}

void ScriptedPeer::Break() {
  line_.vn->OnStreamEnded(
      system::Refuse(v1::REASON_NOT_REACHABLE, "a stream", "the peer is gone", "wait"));
}

void ScriptedPeer::Send(v1::LinkFrame frame) {
  frame.set_fencing(line_.fencing);
  SendRaw(frame);
}

void ScriptedPeer::SendRaw(const v1::LinkFrame& frame) {
  v1::LinkFrame sent = frame;
  if (before_send) before_send(sent);
  line_.vn->OnFrame(sent);
  if (settles) world_.vn->Settle();
  if (reads) Read();
}

void ScriptedPeer::Read() {
  // Room on the wire makes the node say more.
  while (!line_.from_vn->frames.empty()) {
    while (!line_.from_vn->frames.empty()) {
      const v1::LinkFrame frame = std::move(line_.from_vn->frames.front());
      line_.from_vn->frames.pop_front();
      Take(frame);
    }
    line_.vn->OnWritable();
  }
}

void ScriptedPeer::Take(const v1::LinkFrame& frame) {
  if (frame.has_hello()) {
    line_.their_hello = frame.hello();
    line_.receipted = frame.hello().last_receipted();
    if (!frame.hello().peer_head().empty()) {
      const auto key = Need(ledger::VerifierOf(*world_.cn->log_key));
      line_.shown = Need(ledger::OpenCheckpoint(frame.hello().peer_head(), key)).checkpoint.size;
    }
  }
  if (frame.has_bye()) line_.bye = frame.bye().reason();
  if (frame.has_message()) {
    const uint64_t sequence = frame.message().sequence();
    received.insert_or_assign(sequence, frame.message());
    received_digests_[sequence] = exchange::NextRunningDigest(
        sequence == 1 ? certs::Digest{} : received_digests_.at(sequence - 1),
        PaeOf(frame.message().envelope()));
  }
  if (frame.has_head() || frame.has_witness_request() || frame.has_witness_reply()) {
    witness_frames.push_back(frame);
  }
  if (frame.has_head()) vn_head_ = frame.head().head();
  if (frame.has_read()) {
    vn_head_ = frame.read().head();
    rungs.push_back(frame.read());
  }
  if (frame.has_receipts()) {
    vn_head_ = frame.receipts().head();
    for (const v1::LinkReceipt& receipt : frame.receipts().receipts()) {
      last_receipted_ = std::max(last_receipted_, receipt.sequence());
      receipts.push_back(Need(ledger::Leaf::Parse(receipt.leaf())));
    }
  }
}

v1::LinkHello ScriptedPeer::Hello() const {
  v1::LinkHello hello;
  hello.set_protocol_version(exchange::kLinkProtocolVersion);
  hello.set_node(world_.cn->setup.node.node);
  hello.set_epoch(1);
  hello.set_last_sent(last_sent);
  hello.set_last_sent_digest(Bytes(sent_digest_));
  hello.set_last_received(received.empty() ? 0 : received.rbegin()->first);
  hello.set_last_received_digest(
      Bytes(received.empty() ? certs::Digest{} : received_digests_.rbegin()->second));
  hello.set_last_receipted(last_receipted_);
  hello.set_last_rung_given(last_rung_given);
  hello.set_last_rung_taken(rungs.size());
  if (log.size() > 0) hello.set_head(log.Head(log.size()));
  hello.set_peer_head(vn_head_);
  hello.add_payload_types(std::string(certs::kMessagePayloadType));
  hello.mutable_limits()->set_window_messages(256);
  hello.mutable_limits()->set_window_bytes(8 << 20);
  hello.mutable_limits()->set_max_envelope_bytes(1 << 20);
  hello.set_register_sha256(Bytes(world_.gates.RegisterDigest()));
  hello.set_agreement_sha256(Bytes(world_.vn->setup.link.agreement_sha256));
  hello.mutable_clock()->set_seconds(absl::ToUnixSeconds(world_.clock.Now()));
  hello.set_fencing(line_.their_hello.fencing());
  return hello;
}

v1::LinkFrame ScriptedPeer::CertificatesOf(const certs::Signer& signer) {
  v1::LinkFrame frame;
  v1::CertificateChain* chain = frame.mutable_certificates()->add_chains();
  for (const std::string& der : signer.certificate_chain_der()) chain->add_certificates(der);
  return frame;
}

v1::LinkFrame ScriptedPeer::MessageFrame(uint64_t sequence, const v1::Envelope& envelope) {
  v1::LinkFrame frame;
  frame.mutable_message()->set_sequence(sequence);
  *frame.mutable_message()->mutable_envelope() = envelope;
  return frame;
}

void ScriptedPeer::SendMessage(const v1::Envelope& envelope) {
  if (last_sent == 0) Send(CertificatesOf(world_.cn_clerk()));
  sent_digest_ = exchange::NextRunningDigest(sent_digest_, PaeOf(envelope));
  Send(MessageFrame(++last_sent, envelope));
}

ledger::Leaf ScriptedPeer::LeafFor(const v1::LinkMessage& message) const {
  v1::Message parsed;
  parsed.ParseFromString(message.envelope().payload());
  ledger::Leaf leaf;
  leaf.event = ledger::event::kDelivered;
  leaf.time = world_.clock.Now();
  leaf.epoch = 1;
  leaf.actor = parsed.header().author();
  leaf.peer = world_.vn->setup.node.node;
  leaf.object = exchange::MessageObject(parsed.header().message_id());
  leaf.sequence = message.sequence();
  leaf.pae = PaeOf(message.envelope());
  leaf.signatures = certs::SignaturesDigest(message.envelope());
  leaf.result = "APPLIED";
  return leaf;
}

v1::LinkReceipts ScriptedPeer::ReceiptsFor(const std::vector<uint64_t>& sequences) {
  v1::LinkReceipts frame;
  for (const uint64_t sequence : sequences) {
    v1::LinkReceipt* receipt = frame.add_receipts();
    receipt->set_sequence(sequence);
    if (!log.delivered.contains(sequence)) {
      const std::string leaf = Need(LeafFor(received.at(sequence)).Encode());
      log.delivered.emplace(sequence, std::pair(log.Append(leaf), leaf));
    }
    const auto& [index, leaf] = log.delivered.at(sequence);
    receipt->set_leaf(leaf);
    receipt->set_leaf_index(index);
  }
  AddProofs(frame);
  return frame;
}

v1::LinkReceipts ScriptedPeer::ReceiptWith(uint64_t sequence, const std::string& leaf) {
  v1::LinkReceipts frame;
  v1::LinkReceipt* receipt = frame.add_receipts();
  receipt->set_sequence(sequence);
  receipt->set_leaf(leaf);
  receipt->set_leaf_index(log.Append(leaf));
  AddProofs(frame);
  return frame;
}

template <typename Frame>
void ScriptedPeer::AddHead(Frame& frame) const {
  frame.set_head(log.Head(log.size()));
  frame.set_shown_size(line_.shown);
  for (const certs::Digest& hash : log.Consistency(line_.shown, log.size())) {
    frame.add_consistency(Bytes(hash));
  }
}

void ScriptedPeer::SendHead() {
  v1::LinkFrame frame;
  AddHead(*frame.mutable_head());
  line_.shown = log.size();
  Send(frame);
}

void ScriptedPeer::AskToCosign(uint64_t old_size, uint64_t size) {
  ledger::AddCheckpoint asked;
  asked.old_size = old_size;
  asked.proof = log.Consistency(old_size, size);
  asked.checkpoint = log.Head(size);
  v1::LinkFrame frame;
  frame.mutable_witness_request()->set_request(++last_request_);
  frame.mutable_witness_request()->set_body(asked.Format());
  Send(frame);
}

ledger::Leaf ScriptedPeer::FetchedLeaf(uint64_t sequence) const {
  ledger::Leaf leaf = LeafFor(received.at(sequence));
  leaf.event = ledger::event::kFetched;
  leaf.actor = world_.cn_service().id().ToString();
  leaf.sequence.reset();
  leaf.result.clear();
  return leaf;
}

v1::LinkRead ScriptedPeer::RungWith(const std::string& leaf) {
  v1::LinkRead frame;
  frame.set_number(last_rung_given + 1);
  frame.set_leaf(leaf);
  frame.set_leaf_index(log.Append(leaf));
  AddHead(frame);
  for (const certs::Digest& hash : log.Path(frame.leaf_index(), log.size())) {
    frame.add_path(Bytes(hash));
  }
  return frame;
}

void ScriptedPeer::SendRung(const v1::LinkRead& rung) {
  v1::LinkFrame frame;
  *frame.mutable_read() = rung;
  line_.shown = log.size();
  Send(frame);
  if (!line_.bye.has_value()) last_rung_given = std::max(last_rung_given, rung.number());
}

void ScriptedPeer::AddProofs(v1::LinkReceipts& frame) const {
  AddHead(frame);
  for (v1::LinkReceipt& receipt : *frame.mutable_receipts()) {
    for (const certs::Digest& hash : log.Path(receipt.leaf_index(), log.size())) {
      receipt.add_path(Bytes(hash));
    }
  }
}

void ScriptedPeer::SendReceipts(const v1::LinkReceipts& receipts_frame) {
  v1::LinkFrame frame;
  *frame.mutable_receipts() = receipts_frame;
  line_.shown = log.size();
  for (const v1::LinkReceipt& receipt : receipts_frame.receipts()) {
    if (receipt.sequence() == line_.receipted + 1) ++line_.receipted;
  }
  Send(frame);
}

void ScriptedPeer::ReceiptAll() {
  // Receipts make the node send more; until nothing more comes.
  while (!received.empty() && line_.receipted < received.rbegin()->first) {
    std::vector<uint64_t> sequences;
    for (auto at = received.upper_bound(line_.receipted); at != received.end(); ++at) {
      sequences.push_back(at->first);
    }
    SendReceipts(ReceiptsFor(sequences));
  }
}

}  // namespace gatepost::testing
