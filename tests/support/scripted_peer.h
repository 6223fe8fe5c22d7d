#ifndef GATEPOST_TESTS_SUPPORT_SCRIPTED_PEER_H_
#define GATEPOST_TESTS_SUPPORT_SCRIPTED_PEER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ledger/leaf.h"
#include "daemon/ledger/merkle.h"
#include "daemon/ledger/note.h"
#include "gatepost/v1/link_service.pb.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {

// A log in memory that a script writes as it likes: a copy that goes on otherwise is a fork.
class PeerLog {
 public:
  // `signer` must outlive the log and its copies.
  PeerLog(const ledger::NoteSigner& signer, std::string origin)
      : signer_(&signer), origin_(std::move(origin)) {}

  // Appends a leaf's bytes; its index.
  uint64_t Append(const std::string& leaf);
  uint64_t size() const { return range_.size(); }
  // The signed head at one of its sizes.
  std::string Head(uint64_t size) const;
  // The same, signed by another key or for another origin.
  std::string HeadBy(const ledger::NoteSigner& signer, const std::string& origin,
                     uint64_t size) const;
  std::vector<certs::Digest> Path(uint64_t index, uint64_t size) const;
  std::vector<certs::Digest> Consistency(uint64_t old_size, uint64_t new_size) const;

  // By sequence of a message that was received: the index of its leaf, and the leaf.
  std::map<uint64_t, std::pair<uint64_t, std::string>> delivered;

 private:
  const ledger::NoteSigner* signer_;
  std::string origin_;
  ledger::CompactRange range_;
  std::vector<certs::Digest> nodes_;
};

// Plays cn-pingxiang, with its real keys, against the whole node vn-langson of a world, one raw
// frame after the other. What it is not told to do wrong it does right, so a test names only the
// crime, and can have an honest peer afterwards by Connect and ReceiptAll.
//
// One stream is in use at a time; Open leaves an older one as it is (see Swap).
class ScriptedPeer {
 public:
  // `world` must outlive it, and its cn-pingxiang must stay unconnected.
  explicit ScriptedPeer(TwoNodes& world);

  // ---- Streams.
  // Opens one and takes vn-langson's Hello.
  void Open(bool dialled_by_peer = true);
  // Open, and an honest Hello.
  void Connect();
  // Says this Hello; the session's number follows from it.
  void SayHello(const v1::LinkHello& hello);
  // The stream breaks.
  void Break();
  // Sends with the session's number, or as it is; then the node does all that follows, and what it
  // says is read, unless `reads` is false.
  void Send(v1::LinkFrame frame);
  void SendRaw(const v1::LinkFrame& frame);
  // Takes everything that the node has said.
  void Read();
  bool reads = true;
  bool settles = true;  // Whether the node's disk works after each frame.
  // Sees each frame before it goes, and may change it; none: it goes as it is.
  std::function<void(v1::LinkFrame&)> before_send;

  // What one stream is to both ends.
  struct Line {
    std::shared_ptr<QueueSink> from_vn;
    std::shared_ptr<exchange::LinkSession> vn;
    v1::LinkHello their_hello;
    uint64_t fencing = 0;
    bool dialled_by_peer = true;
    std::optional<v1::RefusalDetail> bye;
    uint64_t shown = 0;      // Size of the newest head of ours that vn-langson holds,
    uint64_t receipted = 0;  // and the newest message of its own for which it holds a receipt.
  };
  // Changes to another stream; returns the one that was in use.
  Line Swap(Line line) { return std::exchange(line_, std::move(line)); }
  const Line& line() const { return line_; }
  // Why vn-langson ended the stream; UNSPECIFIED while it has not.
  v1::Reason bye() const { return line_.bye ? line_.bye->reason() : v1::REASON_UNSPECIFIED; }

  // ---- What an honest peer would say next.
  v1::LinkHello Hello() const;
  static v1::LinkFrame CertificatesOf(const certs::Signer& signer);
  static v1::LinkFrame MessageFrame(uint64_t sequence, const v1::Envelope& envelope);
  // The next message in sequence, with the chain of cn-pingxiang's clerk before the first.
  void SendMessage(const v1::Envelope& envelope);
  // A DELIVERED leaf for a message of vn-langson.
  ledger::Leaf LeafFor(const v1::LinkMessage& message) const;
  // Receipts for the messages received with these sequence numbers, under a head over all of `log`;
  // their leaves are appended when they are not there yet.
  v1::LinkReceipts ReceiptsFor(const std::vector<uint64_t>& sequences);
  // One receipt with this leaf, appended to `log`, under its new head.
  v1::LinkReceipts ReceiptWith(uint64_t sequence, const std::string& leaf);
  void SendReceipts(const v1::LinkReceipts& receipts);
  // A FETCHED leaf of cn-pingxiang's service for a message of vn-langson.
  ledger::Leaf FetchedLeaf(uint64_t sequence) const;
  // The next rung with this leaf, appended to `log`, under its new head.
  v1::LinkRead RungWith(const std::string& leaf);
  void SendRung(const v1::LinkRead& rung);
  // The newest head of `log`, alone.
  void SendHead();
  // Asks vn-langson to cosign the head of `log` at `size`, from `old_size` on.
  void AskToCosign(uint64_t old_size, uint64_t size);
  // Honest receipts for all that was received.
  void ReceiptAll();

  // ---- What the script holds.
  PeerLog log;
  std::map<uint64_t, v1::LinkMessage> received;  // By sequence.
  std::vector<ledger::Leaf> receipts;            // Leaves of vn-langson's receipts, as they came.
  uint64_t last_sent = 0;
  std::vector<v1::LinkRead> rungs;  // Of vn-langson, as they came.
  uint64_t last_rung_given = 0;     // To vn-langson.
  // Heads, and questions and answers of witnesses, of vn-langson, as they came.
  std::vector<v1::LinkFrame> witness_frames;

 private:
  void Take(const v1::LinkFrame& frame);
  void AddProofs(v1::LinkReceipts& receipts) const;
  template <typename Frame>
  void AddHead(Frame& frame) const;

  TwoNodes& world_;
  Line line_;
  certs::Digest sent_digest_{};
  std::map<uint64_t, certs::Digest> received_digests_;
  uint64_t last_receipted_ = 0;
  uint64_t last_request_ = 0;
  std::string vn_head_;
};

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_SUPPORT_SCRIPTED_PEER_H_
