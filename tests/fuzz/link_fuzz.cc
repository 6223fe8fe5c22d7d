// A peer's frames into a whole node: what an honest peer would say next, in any order, and changed
// as the input says. The peer has its real keys, so that what was changed after it was signed is
// told from what it signed itself; raw frames come among them.
//
// Input: a byte that chooses the world; then steps, each a byte that names it, a byte of length and
// so many bytes that say how its frames are changed.

#include <string>

#include "daemon/exchange/link_hello.h"
#include "daemon/system/protobuf_log.h"
#include "tests/fuzz/chooser.h"
#include "tests/fuzz/edit_message.h"
#include "tests/fuzz/promise.h"
#include "tests/support/scripted_peer.h"

namespace gatepost::fuzz {
namespace {

constexpr int kMostSteps = 24;

class Script {
 public:
  explicit Script(const testing::TwoNodes::Options& options) : world_(options), peer_(world_) {
    peer_.before_send = [this](v1::LinkFrame& frame) { Change(frame); };
    Queue();
    peer_.Open();
  }

  void Step(uint8_t step, Chooser changes) {
    changes_ = changes;
    Do(step);
    peer_.settles = true;
    world_.vn->Settle();
    peer_.Read();
  }

  void Finish() {
    Promise(peer_.bye() != v1::REASON_INTERNAL, "no peer makes the node doubt itself");
    int applied = 0;
    for (const ledger::Leaf& leaf : world_.vn->Leaves()) {
      applied += leaf.event == ledger::event::kDelivered && leaf.result == "APPLIED";
    }
    Promise(applied <= signed_, "nothing is applied that nobody signed");
    Promise(world_.vn->LinkRecord().last_receipted <= world_.vn->LinkRecord().last_queued,
            "no receipt for what was not sent");
  }

 private:
  void Change(v1::LinkFrame& frame) {
    while (!changes_.empty()) EditMessage(frame, changes_);
  }

  // The node has a message for the peer.
  void Queue() {
    const v1::Message ping = world_.NewPing(world_.vn_service(), std::to_string(++queued_));
    testing::Need(
        world_.vn->Submit(world_.vn_service(), world_.Sign(world_.vn_service(), ping)).status());
  }

  std::vector<uint64_t> Unreceipted() const {
    std::vector<uint64_t> sequences;
    for (const auto& [sequence, message] : peer_.received) {
      if (sequence > peer_.line().receipted) sequences.push_back(sequence);
    }
    return sequences;
  }

  void SayMessage(v1::Message message) {
    ++signed_;
    peer_.SendMessage(world_.Sign(world_.cn_clerk(), message));
  }

  void SayRung() {
    if (peer_.received.empty()) return;
    const uint64_t sequence = peer_.received.rbegin()->first;
    peer_.SendRung(peer_.RungWith(testing::Need(peer_.FetchedLeaf(sequence).Encode())));
  }

  void SayDecision() {
    if (peer_.received.empty()) return;
    ledger::Leaf leaf = peer_.FetchedLeaf(peer_.received.rbegin()->first);
    leaf.event = ledger::event::kDecided;
    leaf.actor.clear();
    leaf.result = "IN_FORCE";
    const v1::LinkRead proved = peer_.RungWith(testing::Need(leaf.Encode()));
    v1::LinkFrame frame;
    v1::LinkDecision& decision = *frame.mutable_decision();
    decision.set_leaf(proved.leaf());
    decision.set_leaf_index(proved.leaf_index());
    *decision.mutable_path() = proved.path();
    decision.set_head(proved.head());
    decision.set_number(1);
    decision.set_shown_size(proved.shown_size());
    *decision.mutable_consistency() = proved.consistency();
    peer_.Send(frame);
  }

  void GiveBack() {
    v1::LinkFrame frame;
    EditMessage(*frame.mutable_give_back(), changes_);
    peer_.Send(frame);
  }

  void Do(uint8_t step) {
    switch (step % 17) {
      case 0:
        return peer_.Open(/*dialled_by_peer=*/changes_.Byte() % 4 != 3);
      case 1:
        return peer_.SayHello(peer_.Hello());
      case 2:
        return SayMessage(world_.NewPing(world_.cn_clerk(), "good"));
      case 3: {
        // Well signed, whatever it says.
        v1::Message message = world_.OneFigureReport(world_.cn_clerk(), "LS-HN", 3, 17);
        while (!changes_.empty()) EditMessage(message, changes_);
        return SayMessage(message);
      }
      case 4:
        return peer_.SendReceipts(peer_.ReceiptsFor(Unreceipted()));
      case 5:
        return peer_.SendHead();
      case 6: {
        const size_t from = changes_.Below(peer_.log.size() + 1);
        return peer_.AskToCosign(from, peer_.log.size());
      }
      case 7:
        return SayRung();
      case 8:
        return peer_.Send(testing::ScriptedPeer::CertificatesOf(world_.cn_officer()));
      case 9:
        return SayDecision();
      case 10: {
        v1::LinkFrame frame;
        *frame.mutable_register_() = exchange::MakeRegister(world_.gates);
        return peer_.Send(frame);
      }
      case 11: {
        v1::LinkFrame frame;
        if (!frame.ParseFromString(std::string(changes_.Rest()))) return;
        return frame.fencing() == 0 ? peer_.Send(frame) : peer_.SendRaw(frame);
      }
      case 12:
        return Queue();
      case 13:
        world_.clock.Advance(absl::Seconds(changes_.Byte()));
        return world_.vn->link->OnTick();
      case 14:
        peer_.settles = false;
        return SayMessage(world_.NewPing(world_.cn_clerk(), "unkept"));
      case 15:
        return GiveBack();
      default:
        peer_.Break();
        return peer_.Connect();
    }
  }

  testing::TwoNodes world_;
  testing::ScriptedPeer peer_;
  Chooser changes_{""};
  int queued_ = 0;
  int signed_ = 0;  // Messages that the peer's people signed.
};

}  // namespace
}  // namespace gatepost::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gatepost;
  system::SilenceProtobufLog();
  fuzz::Chooser choose(fuzz::ViewOf(data, size));
  fuzz::Script script({.cn_decides = choose.Byte() % 2 == 1});
  for (int steps = 0; steps < fuzz::kMostSteps && !choose.empty(); ++steps) {
    const uint8_t step = choose.Byte();
    script.Step(step, fuzz::Chooser(choose.Text()));
  }
  script.Finish();
  return 0;
}
