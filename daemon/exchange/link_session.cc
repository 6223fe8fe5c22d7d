#include "daemon/exchange/link_session.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "daemon/exchange/link.h"
#include "daemon/exchange/link_epoch.h"
#include "daemon/exchange/link_hello.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

bool SmallerIdDialled(const LinkParts& parts, bool dialled_by_us) {
  return dialled_by_us == (parts.node.spiffe_id < parts.link.peer_spiffe_id);
}

absl::Status BadFrame(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_BAD_FRAME, wanted, came, "repair the peer's software");
}

v1::LinkFrame ByeFrame(const absl::Status& why) {
  v1::LinkFrame frame;
  v1::RefusalDetail* detail = frame.mutable_bye()->mutable_reason();
  const system::Refusal refusal = system::RefusalOf(why).value_or(
      system::Refusal{v1::REASON_INTERNAL, "", std::string(why.message()), ""});
  detail->set_reason(refusal.reason);
  detail->set_wanted(refusal.wanted);
  detail->set_came(refusal.came);
  detail->set_todo(refusal.todo);
  return frame;
}

absl::Status StatusOfBye(const v1::LinkBye& bye) {
  return system::Refuse(bye.reason().reason(), bye.reason().wanted(),
                        fmt::format("the peer ended the session: {}", bye.reason().came()),
                        bye.reason().todo());
}

}  // namespace

LinkSession::LinkSession(Link& link, const LinkParts& parts, std::shared_ptr<FrameSink> sink,
                         bool dialled_by_us)
    : link_(link),
      parts_(parts),
      sink_(std::move(sink)),
      dialled_by_us_(dialled_by_us),
      dialled_by_smaller_id_(SmallerIdDialled(parts, dialled_by_us)),
      opened_(parts.clock.Now()),
      last_heard_(opened_),
      last_said_(opened_),
      shown_heads_(parts_.log),
      peer_heads_(parts_, [this](const PeerHeads::Fork& fork) { link_.OnForked(fork); }),
      sender_(parts_, *sink_, peer_heads_, Hooks()),
      receiver_(parts_, *sink_, shown_heads_, Hooks()),
      decision_sender_(parts_, *sink_, shown_heads_, sender_, Hooks()),
      decision_taker_(parts_, peer_heads_, Hooks()),
      rung_sender_(parts_, *sink_, shown_heads_, sender_, receiver_, Hooks()),
      rung_taker_(parts_, peer_heads_, Hooks()),
      witness_asker_(
          parts_, *sink_, shown_heads_,
          [this](const absl::Status& why) { link_.OnWitnessRefused(why); }, Hooks()),
      witness_giver_(
          parts_, *sink_, peer_heads_,
          [this](const PeerHeads::Fork& fork) { link_.OnForked(fork); }, Hooks()),
      give_back_(parts_, *sink_, Hooks()),
      take_back_(parts_, Hooks()) {}

SessionHooks LinkSession::Hooks() {
  return SessionHooks{[this](const absl::Status& why) { End(why); },
                      [this](const std::function<void()>& act) {
                        std::lock_guard lock(link_.mutex_);
                        if (state_ != State::kOver) act();
                      },
                      [this] { return shared_from_this(); }};
}

void LinkSession::SayHello(uint64_t proposed_fencing) {
  absl::StatusOr<v1::LinkHello> hello = MakeHello(parts_, proposed_fencing);
  if (!hello.ok()) return End(hello.status());
  ours_ = *std::move(hello);
  v1::LinkFrame frame;
  *frame.mutable_hello() = ours_;
  Send(std::move(frame));
}

void LinkSession::Send(v1::LinkFrame frame) {
  last_said_ = parts_.clock.Now();
  sink_->Send(std::move(frame));
}

void LinkSession::OnFrame(const v1::LinkFrame& frame) {
  if (state_ == State::kOver) return;  // Whatever a fenced or refused stream still says is dropped.
  std::optional<ReceivedEnvelope> received;
  if (frame.has_message() && state_ != State::kHello) received = receiver_.Verify(frame.message());
  std::lock_guard lock(link_.mutex_);
  if (state_ == State::kOver) return;
  last_heard_ = parts_.clock.Now();
  absl::Status handled;
  if (received.has_value() && frame.fencing() == fencing_ && !register_differs_) {
    handled = receiver_.OnMessage(frame.message().sequence(), *std::move(received));
  } else {
    handled = Handle(frame);
  }
  if (!handled.ok()) End(handled);
}

absl::Status LinkSession::Handle(const v1::LinkFrame& frame) {
  if (frame.has_bye()) {
    // Said in the peer's words; nothing to answer.
    const absl::Status why = StatusOfBye(frame.bye());
    state_ = State::kOver;
    sink_->Close();
    link_.OnOver(*this, why);
    return absl::OkStatus();
  }
  if (frame.has_hello()) {
    if (state_ != State::kHello) return BadFrame("one Hello", "another one");
    return OnHello(frame.hello());
  }
  if (state_ == State::kHello) return BadFrame("a Hello before anything else", "another frame");
  if (frame.fencing() != fencing_) {
    return system::Refuse(v1::REASON_FENCED, fmt::format("frames of session {}", fencing_),
                          fmt::format("one of session {}", frame.fencing()),
                          "go on in the newest session");
  }
  if (give_back_.wanted() || take_back_.wanted()) {
    if (frame.has_ping()) return absl::OkStatus();
    if (frame.has_give_back() && take_back_.wanted()) {
      return take_back_.OnGiveBack(frame.give_back());
    }
    return BadFrame("what a restored node gets back, and nothing else", "another frame");
  }
  switch (frame.kind_case()) {
    case v1::LinkFrame::kPing:
      return absl::OkStatus();
    case v1::LinkFrame::kRegister:
      return OnRegister(frame.register_());
    case v1::LinkFrame::kCertificates:
      return receiver_.OnCertificates(frame.certificates());
    case v1::LinkFrame::kReceipts:
      return sender_.OnReceipts(frame.receipts());
    case v1::LinkFrame::kDecision:
      return decision_taker_.OnDecision(frame.decision());
    case v1::LinkFrame::kRead:
      return rung_taker_.OnRead(frame.read());
    case v1::LinkFrame::kHead:
      return witness_giver_.OnHead(frame.head());
    case v1::LinkFrame::kWitnessRequest:
      return witness_giver_.OnRequest(frame.witness_request());
    case v1::LinkFrame::kWitnessReply:
      return witness_asker_.OnReply(frame.witness_reply());
    case v1::LinkFrame::kMessage:
      return BadFrame("the register entries before messages, since the registers differ",
                      "a message");
    default:
      return BadFrame("a frame of protocol version 1 that this node takes",
                      fmt::format("frame kind {}", static_cast<int>(frame.kind_case())));
  }
}

absl::Status LinkSession::OnHello(const v1::LinkHello& theirs) {
  theirs_ = theirs;
  GATEPOST_RETURN_IF_ERROR(CheckHelloTerms(parts_, ours_, theirs_));
  const absl::Time now = parts_.clock.Now();
  link_.OnHelloCompared(DifferencesNamed(parts_, ours_, theirs_, now), ClockSkew(theirs_, now));
  fencing_ = AgreedFencing(ours_, theirs_, dialled_by_smaller_id_);
  const bool restored = ours_.has_restored() || theirs_.has_restored();
  GATEPOST_RETURN_IF_ERROR(restored ? StartGivingBack() : StartDirections());
  GATEPOST_RETURN_IF_ERROR(link_.Arbitrate(shared_from_this()));
  register_differs_ = !restored && theirs_.register_sha256() != ours_.register_sha256();
  if (!register_differs_ && !restored) parts_.blocked.Set(parts_.link.peer_node, {});
  state_ = State::kFencing;
  PostFence();
  return absl::OkStatus();
}

absl::Status LinkSession::StartDirections() {
  GATEPOST_RETURN_IF_ERROR(parts_.log.CheckMaySign());  // Since our Hello.
  if (absl::Status shown = shown_heads_.Start(theirs_.peer_head(), ours_.opened()); !shown.ok()) {
    if (system::ReasonOf(shown) == v1::REASON_NODE_RESTORED) link_.OnRestored(shown);
    return shown;
  }
  GATEPOST_RETURN_IF_ERROR(peer_heads_.Start(ours_, theirs_));
  GATEPOST_RETURN_IF_ERROR(sender_.Start(ours_, theirs_, fencing_));
  GATEPOST_RETURN_IF_ERROR(receiver_.Start(ours_, theirs_, fencing_));
  GATEPOST_RETURN_IF_ERROR(decision_sender_.Start(theirs_, fencing_));
  GATEPOST_RETURN_IF_ERROR(decision_taker_.Start(ours_, theirs_, fencing_));
  GATEPOST_RETURN_IF_ERROR(rung_sender_.Start(theirs_, fencing_));
  GATEPOST_RETURN_IF_ERROR(rung_taker_.Start(ours_, theirs_, fencing_));
  GATEPOST_RETURN_IF_ERROR(witness_asker_.Start(theirs_, fencing_));
  witness_giver_.Start(fencing_);
  link_.OnPeerHolds(theirs_.peer_head());  // Its signature was checked by the starts above.
  return absl::OkStatus();
}

absl::Status LinkSession::StartGivingBack() {
  if (!theirs_.gives_back()) {
    return system::Refuse(v1::REASON_NODE_RESTORED, "a peer that can give back what it holds",
                          "software that cannot", "bring the peer to this version");
  }
  if (theirs_.has_restored()) give_back_.Start(theirs_.restored(), fencing_);
  if (ours_.has_restored()) {
    GATEPOST_RETURN_IF_ERROR(take_back_.Start(ours_.restored(), fencing_));
  }
  return absl::OkStatus();
}

namespace {

// The size of a head that this node holds; 0: none.
uint64_t SizeIn(const std::string& note) {
  const absl::StatusOr<ledger::Checkpoint> head =
      ledger::Checkpoint::ParseBody(std::string_view(note).substr(0, note.rfind("\n\n") + 1));
  return head.ok() ? head->size : 0;
}

}  // namespace

void LinkSession::PostFence() {
  const absl::Status posted = parts_.committer.Post(
      [peer = parts_.link.peer_node, fencing = fencing_, received = ours_.last_received(),
       receipted = ours_.last_receipted(), decision = ours_.last_decision(),
       rung = ours_.last_rung_taken(), head = SizeIn(ours_.peer_head()),
       decides = parts_.link.own_decides,
       admitted = peer_heads_.admitted()](CommitScope& scope) -> absl::Status {
        GATEPOST_ASSIGN_OR_RETURN(store::LinkRecord link, scope.store.Link(peer));
        // What the sequencer decides meanwhile is sent later; what the other side applied counts.
        if (link.last_received != received || link.last_receipted != receipted ||
            link.last_rung_taken != rung || link.peer_head_size != head ||
            (!decides && link.last_decision != decision)) {
          return system::Refuse(v1::REASON_FENCED, "the state that our Hello stated",
                                "an older session committed after it", "dial again");
        }
        if (fencing <= link.fencing) {
          return system::Refuse(v1::REASON_FENCED,
                                fmt::format("a session number above {}", link.fencing),
                                fmt::format("{}", fencing), "dial again");
        }
        link.fencing = fencing;
        if (admitted.has_value()) {
          GATEPOST_RETURN_IF_ERROR(Continue(scope, link, *admitted));
        }
        return scope.store.PutLink(link);
      },
      [self = shared_from_this()](const absl::Status& fenced) {
        std::lock_guard lock(self->link_.mutex_);
        if (self->state_ == State::kOver) return;
        if (!fenced.ok()) return self->End(fenced);
        self->GoLive();
      },
      ours_.has_restored() ? Committer::When::kAlways : Committer::When::kMaySign);
  if (!posted.ok()) End(posted);
}

void LinkSession::GoLive() {
  if (give_back_.wanted() || take_back_.wanted()) {
    state_ = State::kGivingBack;
    link_.OnGivingBack(take_back_.wanted());
    return OnBatchEnd();
  }
  state_ = State::kLive;
  if (theirs_.register_sha256() != ours_.register_sha256()) {
    v1::LinkFrame frame;
    frame.set_fencing(fencing_);
    *frame.mutable_register_() = MakeRegister(parts_.gates);
    Send(std::move(frame));
  }
  link_.OnLive(*this);
  receiver_.may_send_ = true;
  OnBatchEnd();
}

absl::Status LinkSession::OnRegister(const v1::LinkRegister& theirs) {
  if (!register_differs_) return BadFrame("register entries once, when registers differ", "more");
  if (theirs.entries_size() > kMostRegisterEntries) {
    return system::Refuse(v1::REASON_TOO_LARGE,
                          fmt::format("at most {} register entries", kMostRegisterEntries),
                          fmt::format("{}", theirs.entries_size()), "repair the peer's register");
  }
  parts_.blocked.Set(parts_.link.peer_node, DifferingIds(parts_.gates, theirs));
  register_differs_ = false;
  return absl::OkStatus();
}

void LinkSession::OnBatchEnd() {
  if (state_ == State::kGivingBack) return give_back_.Pump();
  if (state_ != State::kLive) return;
  receiver_.SendReceipts();
  if (state_ == State::kLive) sender_.Pump();
  if (state_ == State::kLive) decision_sender_.Pump();
  if (state_ == State::kLive) rung_sender_.Pump();
}

void LinkSession::OnWritable() {
  std::lock_guard lock(link_.mutex_);
  OnBatchEnd();
}

void LinkSession::OnTick(absl::Time now) {
  // A machine's clock may step backwards; nothing was heard in the future.
  opened_ = std::min(opened_, now);
  last_heard_ = std::min(last_heard_, now);
  last_said_ = std::min(last_said_, now);
  if (state_ == State::kHello && now - opened_ > kHelloWithin) {
    return End(system::Refuse(v1::REASON_PEER_SILENT, "a Hello within 10 s", "none", "dial again"));
  }
  if (state_ != State::kLive && state_ != State::kGivingBack) return;
  if (now - last_heard_ > kDeadAfter) {
    return End(system::Refuse(v1::REASON_PEER_SILENT, "a frame within 15 s", "none", "dial again"));
  }
  // While frames wait for the wire, one more would say nothing and only wait with them.
  if (now - last_said_ >= kHeartbeat && sink_->pending() < kMostPendingFrames) {
    v1::LinkFrame frame;
    frame.set_fencing(fencing_);
    frame.mutable_ping()->mutable_clock()->set_seconds(absl::ToUnixSeconds(now));
    Send(std::move(frame));
  }
  if (state_ != State::kLive) return;
  rung_sender_.OnTick();
  witness_giver_.OnTick();
  if (state_ == State::kLive) witness_asker_.OnTick();
}

void LinkSession::End(const absl::Status& why) {
  if (state_ == State::kOver) return;
  state_ = State::kOver;
  sink_->Send(ByeFrame(why));
  sink_->Close();
  link_.OnOver(*this, why);
}

void LinkSession::OnStreamEnded(const absl::Status& why) {
  std::lock_guard lock(link_.mutex_);
  if (state_ == State::kOver) return;
  state_ = State::kOver;
  sink_->Close();
  link_.OnOver(*this, why);
}

}  // namespace gatepost::exchange
