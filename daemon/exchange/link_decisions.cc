#include "daemon/exchange/link_decisions.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr size_t kReadAtOnce = 16;
// A leaf has at most 2 KiB, a path 64 hashes; a head with many cosignatures is the largest part.
constexpr size_t kLargestDecision = 64 * 1024;

}  // namespace

DecisionSender::DecisionSender(const LinkParts& parts, FrameSink& sink, ShownHeads& shown,
                               const LinkSender& messages, SessionHooks hooks)
    : parts_(parts), sink_(sink), shown_(shown), messages_(messages), hooks_(std::move(hooks)) {}

absl::Status DecisionSender::Start(const v1::LinkHello& theirs, uint64_t fencing) {
  if (!parts_.link.own_decides) return absl::OkStatus();
  // What was decided since our Hello may have crossed in another session.
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader, parts_.store.Read());
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord link, reader->Link(parts_.link.peer_node));
  if (theirs.last_decision() > link.last_decision) {
    return Diverged(fmt::format("at most {} decisions applied", link.last_decision),
                    fmt::format("the peer says {}", theirs.last_decision()));
  }
  fencing_ = fencing;
  sent_ = theirs.last_decision();
  return absl::OkStatus();
}

absl::StatusOr<bool> DecisionSender::MayGo(const store::Reader& reader,
                                           const store::DecisionRecord& decision) const {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::OutgoingRecord> places,
                            reader.OutgoingOf(decision.message_row));
  for (const store::OutgoingRecord& place : places) {
    if (place.peer == parts_.link.peer_node) return place.sequence <= messages_.last_sent();
  }
  return true;  // It came from the peer.
}

absl::Status DecisionSender::SendOne(const store::DecisionRecord& decision) {
  GATEPOST_ASSIGN_OR_RETURN(ProvedLeaf proved, parts_.log.Prove(decision.leaf_index));
  v1::LinkFrame frame;
  frame.set_fencing(fencing_);
  v1::LinkDecision& sent = *frame.mutable_decision();
  GATEPOST_RETURN_IF_ERROR(shown_.ShowLeaf(std::move(proved), sent));
  sent.set_number(decision.number);
  sink_.Send(std::move(frame));
  sent_ = decision.number;
  return absl::OkStatus();
}

void DecisionSender::Pump() {
  if (!parts_.link.own_decides) return;
  while (sink_.pending() < kMostPendingFrames) {
    absl::StatusOr<std::unique_ptr<store::Reader>> reader = parts_.store.Read();
    if (!reader.ok()) return hooks_.fail(reader.status());
    const absl::StatusOr<std::vector<store::DecisionRecord>> decisions =
        (*reader)->Decisions(parts_.link.peer_node, sent_, kReadAtOnce);
    if (!decisions.ok()) return hooks_.fail(decisions.status());
    if (decisions->empty()) return;
    for (const store::DecisionRecord& decision : *decisions) {
      const absl::StatusOr<bool> may_go = MayGo(**reader, decision);
      if (!may_go.ok()) return hooks_.fail(may_go.status());
      if (!*may_go) return;
      if (absl::Status sent = SendOne(decision); !sent.ok()) return hooks_.fail(sent);
    }
  }
}

DecisionTaker::DecisionTaker(const LinkParts& parts, PeerHeads& heads, SessionHooks hooks)
    : parts_(parts), heads_(heads), hooks_(std::move(hooks)) {}

absl::Status DecisionTaker::Start(const v1::LinkHello& ours, const v1::LinkHello& theirs,
                                  uint64_t fencing) {
  if (parts_.link.own_decides) return absl::OkStatus();
  if (theirs.last_decision() < ours.last_decision()) {
    return Diverged(
        fmt::format("a sequencer that has given {} decisions or more", ours.last_decision()),
        fmt::format("it says {}", theirs.last_decision()));
  }
  fencing_ = fencing;
  taken_ = ours.last_decision();
  applied_ = taken_;
  return absl::OkStatus();
}

absl::Status DecisionTaker::OnDecision(const v1::LinkDecision& frame) {
  if (parts_.link.own_decides) {
    return system::Refuse(v1::REASON_BAD_FRAME, "decisions of the link's sequencer, this node",
                          "one of the peer", "repair the peer's software");
  }
  if (frame.number() != taken_ + 1) {
    return system::Refuse(v1::REASON_SEQUENCE_GAP, fmt::format("decision {}", taken_ + 1),
                          fmt::format("decision {}", frame.number()),
                          "resume from the last one applied");
  }
  if (frame.ByteSizeLong() > kLargestDecision) {
    return system::Refuse(
        v1::REASON_TOO_LARGE, fmt::format("a decision of at most {} bytes", kLargestDecision),
        fmt::format("{} bytes", frame.ByteSizeLong()), "repair the peer's software");
  }
  if (taken_ - applied_ >= kMostUnappliedDecisions) {
    return system::Refuse(
        v1::REASON_WINDOW_EXCEEDED,
        fmt::format("at most {} decisions in flight", kMostUnappliedDecisions),
        fmt::format("decision {} before number {} is applied", frame.number(), applied_ + 1),
        "begin a new session; it goes on after the last one applied");
  }
  GATEPOST_ASSIGN_OR_RETURN(const CheckedHead head,
                            heads_.Check(frame.head(), frame.shown_size(), frame.consistency()));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<certs::Digest> path, DigestsOf(frame.path()));
  GATEPOST_RETURN_IF_ERROR(ledger::VerifyInclusion(
      frame.leaf_index(), head.head.size, ledger::LeafHash(frame.leaf()), path, head.head.root));
  heads_.Take(head);
  taken_ = frame.number();
  ProvedDecision decision{frame.number(), frame.leaf(),   frame.leaf_index(), Joined(frame.path()),
                          head.epoch,     head.head.size, head.note};
  return parts_.committer.Post(
      [parts = parts_, fencing = fencing_, head,
       decision = std::move(decision)](CommitScope& scope) -> absl::Status {
        const std::string& peer = parts.link.peer_node;
        GATEPOST_ASSIGN_OR_RETURN(store::LinkRecord link, scope.store.Link(peer));
        GATEPOST_RETURN_IF_ERROR(CheckNotFenced(link, fencing));
        GATEPOST_RETURN_IF_ERROR(parts.follower.Apply(scope, parts.link, decision));
        GATEPOST_ASSIGN_OR_RETURN(link, scope.store.Link(peer));
        GATEPOST_RETURN_IF_ERROR(KeepPeerHead(scope.store, link, decision.head_epoch, head));
        return scope.store.PutLink(link);
      },
      [this, session = hooks_.hold(), number = frame.number()](const absl::Status& applied) {
        hooks_.lock_and([&] {
          if (!applied.ok()) return hooks_.fail(applied);
          applied_ = number;
        });
      });
}

}  // namespace gatepost::exchange
