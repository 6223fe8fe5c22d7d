#include "daemon/exchange/link_witness.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/exchange/head_rounds.h"
#include "daemon/exchange/link_sender.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/leaf.h"
#include "daemon/ledger/witness.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

using ledger::WitnessStatus;

// An honest peer shows a head a second and asks about it once, or again after a conflict.
constexpr int kFramesASecond = 4;
constexpr int kMostTokens = 16;
// Origin, size, root, empty line, and the log's signature.
constexpr std::ptrdiff_t kLinesOfPlainHead = 5;
// A head that others cosign is handed on no more often, however many they are.
constexpr absl::Duration kHandOnPace = absl::Seconds(1);
// What a peer hands on with lines that nobody here can check is kept up to this size, the newest
// only, and used for no proof.
constexpr size_t kLargestHanded = 4096;
// Answers that name another size than the one asked from; the peer's state cannot move without us.
constexpr int kMostConflicts = 2;

absl::Status BadFrame(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_BAD_FRAME, wanted, came, "repair the peer's software");
}

// What a witness that answers kConflict has cosigned.
absl::StatusOr<uint64_t> KnownSize(std::string_view body) {
  uint64_t size = 0;
  const char* const end = body.data() + body.size();
  const auto [at, error] = std::from_chars(body.data(), end, size);
  if (error != std::errc() || end - at != 1 || *at != '\n' || size >= uint64_t{1} << 63) {
    return BadFrame("the size that the witness has cosigned, in decimal, and LF",
                    fmt::format("{} bytes", body.size()));
  }
  return size;
}

// `note` with the signatures of `other`, a note of the same text.
absl::StatusOr<std::string> WithCosignatures(std::string note, std::string_view other) {
  size_t at = other.rfind("\n\n");
  if (at == std::string_view::npos) return note;
  for (at += 2; at < other.size();) {
    const size_t end = other.find('\n', at) + 1;
    GATEPOST_ASSIGN_OR_RETURN(note, ledger::AddCosignature(note, other.substr(at, end - at)));
    at = end;
  }
  return note;
}

// The newest head of this log that the peer has cosigned, with all cosignatures held; empty: none.
absl::StatusOr<std::string> NewestCosigned(const store::Reader& store, const LogBook& log) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::CosignedHeadRecord> newest,
                            store.NewestCosignedHead(log.origin()));
  return newest.has_value() ? newest->checkpoint : std::string();
}

// The text that is signed.
std::string_view BodyOf(std::string_view note) { return note.substr(0, note.rfind("\n\n") + 1); }

// How a question was answered, and what had been cosigned before.
struct Judged {
  ledger::WitnessAnswer answer;
  uint64_t known_size = 0;
  std::string known_note;
};

}  // namespace

absl::Status PutCosigned(store::Transaction& store, const std::string& origin, uint64_t size,
                         const std::string& note) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::CosignedHeadRecord> held,
                            store.CosignedHeads(origin, size, 1));
  std::string merged = note;
  if (!held.empty() && held.front().size == size) {
    GATEPOST_ASSIGN_OR_RETURN(merged, WithCosignatures(held.front().checkpoint, note));
  }
  return store.PutCosignedHead(store::CosignedHeadRecord{origin, size, std::move(merged)});
}

namespace {

// What a commit does with a head to be cosigned: judges it against what was cosigned last, and
// keeps it. One step, so that no slower request can roll the witness back.
absl::StatusOr<Judged> JudgeAndKeep(CommitScope& scope, const LinkParts& parts, uint64_t epoch,
                                    const std::string& body) {
  const std::string& peer = parts.link.peer_node;
  const std::string origin = ledger::LogOrigin(peer, epoch);
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::WitnessedRecord> known,
                            scope.store.Witnessed(origin));
  std::optional<ledger::WitnessedHead> last;
  if (known.has_value()) last = ledger::WitnessedHead{known->size, known->root};
  Judged judged;
  if (known.has_value()) {
    judged.known_size = known->size;
    judged.known_note = known->checkpoint;
  }
  ledger::WitnessAnswer& answer = judged.answer;
  GATEPOST_ASSIGN_OR_RETURN(
      answer, ledger::JudgeAddCheckpoint(body, origin, parts.link.peer_log_keys.Now(), last,
                                         parts.witness, scope.now));
  if (answer.status != WitnessStatus::kCosigned || (last.has_value() && *last == answer.head)) {
    return judged;
  }
  GATEPOST_RETURN_IF_ERROR(scope.store.PutWitnessed(
      store::WitnessedRecord{origin, answer.head.size, answer.head.root, answer.note}));
  GATEPOST_RETURN_IF_ERROR(PutCosigned(scope.store, origin, answer.head.size, answer.note));
  ledger::Leaf leaf;
  leaf.event = ledger::event::kPeerHead;
  leaf.peer = peer;
  leaf.object = fmt::format("log:{}", origin);
  leaf.result = "COSIGNED";
  leaf.detail = fmt::format("head:{}:{}", answer.head.size, certs::ToHex(answer.head.root));
  GATEPOST_RETURN_IF_ERROR(scope.log.Add(std::move(leaf)).status());
  return judged;
}

}  // namespace

WitnessAsker::WitnessAsker(const LinkParts& parts, FrameSink& sink, ShownHeads& shown,
                           OnAlarm alarm, SessionHooks hooks)
    : parts_(parts),
      sink_(sink),
      shown_(shown),
      alarm_(std::move(alarm)),
      hooks_(std::move(hooks)) {}

absl::Status WitnessAsker::Start(const v1::LinkHello& theirs, uint64_t fencing) {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader, parts_.store.Read());
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord link, reader->Link(parts_.link.peer_node));
  fencing_ = fencing;
  wanted_ = theirs.cosigns();
  cosigned_ = link.cosigned_epoch == parts_.log.epoch() ? link.cosigned_size : 0;
  return absl::OkStatus();
}

absl::Status WitnessAsker::ShowHead(const Head& head, const std::string& note) {
  v1::LinkFrame frame;
  frame.set_fencing(fencing_);
  GATEPOST_RETURN_IF_ERROR(shown_.Show(head, *frame.mutable_head()));
  if (!note.empty()) frame.mutable_head()->set_head(note);
  sink_.Send(std::move(frame));
  return absl::OkStatus();
}

absl::Status WitnessAsker::Ask(const Head& head, int conflicts) {
  GATEPOST_RETURN_IF_ERROR(ShowHead(head, ""));
  ledger::AddCheckpoint request;
  request.old_size = cosigned_;
  GATEPOST_ASSIGN_OR_RETURN(request.proof, parts_.log.Consistency(cosigned_, head.size));
  GATEPOST_ASSIGN_OR_RETURN(request.checkpoint, parts_.log.Checkpoint(head));
  v1::LinkFrame frame;
  frame.set_fencing(fencing_);
  frame.mutable_witness_request()->set_request(++last_request_);
  frame.mutable_witness_request()->set_body(request.Format());
  sink_.Send(std::move(frame));
  asked_ = Asked{last_request_, head, conflicts};
  return absl::OkStatus();
}

// The newest head of ours with cosignatures of others than this peer, which has its own.
absl::Status WitnessAsker::HandOn() {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader, parts_.store.Read());
  GATEPOST_ASSIGN_OR_RETURN(const std::string note, NewestCosigned(*reader, parts_.log));
  const absl::Time now = parts_.clock.Now();
  handed_at_ = std::min(handed_at_, now);  // A machine's clock may step backwards.
  if (note.empty() || note == handed_ || now - handed_at_ < kHandOnPace) return absl::OkStatus();
  handed_ = note;
  handed_at_ = now;
  const std::vector<ledger::VerifierKey> known =
      ledger::AllKeys(std::vector{parts_.log.keys(), parts_.link.peer_witness_keys});
  GATEPOST_ASSIGN_OR_RETURN(const ledger::OpenedNote opened, ledger::OpenNote(note, known));
  if (opened.unknown.empty()) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Checkpoint head,
                            ledger::Checkpoint::ParseBody(opened.text));
  return ShowHead(Head{head.size, head.root}, note);
}

void WitnessAsker::OnTick() {
  if (!wanted_ || refused_ || asked_.has_value() || sink_.pending() >= kMostPendingFrames) return;
  const absl::StatusOr<Head> head = parts_.rounds.Current();
  if (!head.ok()) return hooks_.fail(head.status());
  const absl::Status done = head->size > cosigned_ ? Ask(*head, 0) : HandOn();
  if (!done.ok()) hooks_.fail(done);
}

absl::Status WitnessAsker::OnReply(const v1::LinkWitnessReply& reply) {
  if (!asked_.has_value() || reply.request() != asked_->request) {
    return BadFrame("an answer of the witness that was asked for",
                    fmt::format("one to request {}", reply.request()));
  }
  const Asked asked = *std::exchange(asked_, std::nullopt);
  const auto status = static_cast<WitnessStatus>(reply.status());
  if (status == WitnessStatus::kCosigned) return Keep(asked.head, reply.body());
  if (status == WitnessStatus::kConflict && asked.conflicts < kMostConflicts) {
    GATEPOST_ASSIGN_OR_RETURN(const uint64_t size, KnownSize(reply.body()));
    if (size > parts_.log.head().size) {
      return Diverged(fmt::format("a witness that has cosigned a head of size {} or less",
                                  parts_.log.head().size),
                      fmt::format("one that has cosigned size {}", size));
    }
    cosigned_ = size;
    if (size > asked.head.size) return absl::OkStatus();  // A later round is asked about next.
    return Ask(asked.head, asked.conflicts + 1);
  }
  refused_ = true;
  alarm_(system::Refuse(v1::REASON_WITNESS_REFUSED,
                        fmt::format("{}'s cosignature on the head of size {}",
                                    parts_.link.peer_node, asked.head.size),
                        fmt::format("its witness answers {}", reply.status()),
                        "compare both nodes' logs: gatepost audit compare"));
  return absl::OkStatus();
}

absl::Status WitnessAsker::Keep(const Head& head, std::string_view body) {
  GATEPOST_ASSIGN_OR_RETURN(const std::string plain, parts_.log.Checkpoint(head));
  GATEPOST_ASSIGN_OR_RETURN(
      const ledger::CosignatureLine cosigned,
      ledger::ParseCosignatureLines(
          body, parts_.link.peer_witness_keys.Now(),
          ledger::Checkpoint{parts_.log.origin(), head.size, head.root}.Body()));
  cosigned_ = head.size;
  return parts_.committer.Post(
      [peer = parts_.link.peer_node, fencing = fencing_, head, plain, line = cosigned.line,
       &log = parts_.log](CommitScope& scope) -> absl::Status {
        GATEPOST_ASSIGN_OR_RETURN(store::LinkRecord link, scope.store.Link(peer));
        GATEPOST_RETURN_IF_ERROR(CheckNotFenced(link, fencing));
        GATEPOST_ASSIGN_OR_RETURN(const std::string note, ledger::AddCosignature(plain, line));
        GATEPOST_RETURN_IF_ERROR(PutCosigned(scope.store, log.origin(), head.size, note));
        link.cosigned_epoch = log.epoch();
        link.cosigned_size = head.size;
        return scope.store.PutLink(link);
      },
      [this, session = hooks_.hold()](const absl::Status& kept) {
        if (!kept.ok()) hooks_.lock_and([&] { hooks_.fail(kept); });
      });
}

WitnessGiver::WitnessGiver(const LinkParts& parts, FrameSink& sink, PeerHeads& heads,
                           PeerHeads::OnFork on_fork, SessionHooks hooks)
    : parts_(parts),
      sink_(sink),
      heads_(heads),
      on_fork_(std::move(on_fork)),
      hooks_(std::move(hooks)),
      tokens_(kMostTokens),
      refilled_(parts.clock.Now()) {}

void WitnessGiver::OnTick() {
  const absl::Time now = parts_.clock.Now();
  refilled_ = std::min(refilled_, now);  // A machine's clock may step backwards.
  const int64_t seconds = absl::ToInt64Seconds(now - refilled_);
  if (seconds == 0) return;
  refilled_ += absl::Seconds(seconds);
  tokens_ = static_cast<int>(std::min<int64_t>(kMostTokens, tokens_ + kFramesASecond * seconds));
}

// Each head may become a row and an entry here: strangers to moderation end the session.
absl::Status WitnessGiver::TakeToken() {
  if (tokens_ > 0) {
    --tokens_;
    return absl::OkStatus();
  }
  return system::Refuse(v1::REASON_WINDOW_EXCEEDED,
                        fmt::format("at most {} frames of heads a second", kFramesASecond), "more",
                        "repair the peer's software");
}

absl::Status WitnessGiver::OnHead(const v1::LinkHead& frame) {
  GATEPOST_RETURN_IF_ERROR(TakeToken());
  GATEPOST_ASSIGN_OR_RETURN(const CheckedHead head,
                            heads_.Check(frame.head(), frame.shown_size(), frame.consistency()));
  heads_.Take(head);
  shown_ = head;
  // A head that only its log has signed is kept once it is cosigned here.
  const bool cosigned = std::ranges::count(head.note, '\n') > kLinesOfPlainHead;
  const bool handed = !head.handed.empty() && head.handed.size() <= kLargestHanded;
  if (!cosigned && !handed) return absl::OkStatus();
  return parts_.committer.Post(
      [peer = parts_.link.peer_node, fencing = fencing_, head, cosigned,
       handed](CommitScope& scope) -> absl::Status {
        GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord link, scope.store.Link(peer));
        GATEPOST_RETURN_IF_ERROR(CheckNotFenced(link, fencing));
        const std::string origin = ledger::LogOrigin(peer, head.epoch);
        if (handed) {
          GATEPOST_RETURN_IF_ERROR(
              scope.store.PutMeta(fmt::format("handed/{}", origin), head.handed));
        }
        if (!cosigned) return absl::OkStatus();
        return PutCosigned(scope.store, origin, head.head.size, head.note);
      },
      [this, session = hooks_.hold()](const absl::Status& kept) {
        if (!kept.ok()) hooks_.lock_and([&] { hooks_.fail(kept); });
      });
}

absl::Status WitnessGiver::OnRequest(const v1::LinkWitnessRequest& request) {
  GATEPOST_RETURN_IF_ERROR(TakeToken());
  GATEPOST_ASSIGN_OR_RETURN(ledger::AddCheckpoint asked,
                            ledger::AddCheckpoint::Parse(request.body()));
  if (!shown_.has_value() || BodyOf(asked.checkpoint) != BodyOf(shown_->note)) {
    return BadFrame("a request to cosign the head that was shown last", "another head");
  }
  asked.checkpoint = shown_->note;  // With the lines that were checked, and no others.
  auto judged = std::make_shared<Judged>();
  return parts_.committer.Post(
      [parts = parts_, fencing = fencing_, epoch = heads_.epoch(), body = asked.Format(), judged,
       head = *shown_](CommitScope& scope) -> absl::Status {
        GATEPOST_ASSIGN_OR_RETURN(store::LinkRecord link, scope.store.Link(parts.link.peer_node));
        GATEPOST_RETURN_IF_ERROR(CheckNotFenced(link, fencing));
        GATEPOST_ASSIGN_OR_RETURN(*judged, JudgeAndKeep(scope, parts, epoch, body));
        if (judged->answer.status != WitnessStatus::kCosigned) return absl::OkStatus();
        GATEPOST_RETURN_IF_ERROR(KeepPeerHead(scope.store, link, epoch, head));
        return scope.store.PutLink(link);
      },
      [this, session = hooks_.hold(), judged, size = shown_->head.size,
       number = request.request()](const absl::Status& done) {
        hooks_.lock_and([&] {
          if (!done.ok()) return hooks_.fail(done);
          const ledger::WitnessAnswer& answer = judged->answer;
          // Of one size, two heads are proof by themselves; else only the proof was bad.
          if (answer.contradicts && size == judged->known_size) {
            return on_fork_(PeerHeads::Fork{answer.why, judged->known_note, answer.note, true});
          }
          v1::LinkFrame frame;
          frame.set_fencing(fencing_);
          frame.mutable_witness_reply()->set_request(number);
          frame.mutable_witness_reply()->set_status(static_cast<uint32_t>(answer.status));
          frame.mutable_witness_reply()->set_body(answer.body);
          sink_.Send(std::move(frame));
        });
      });
}

}  // namespace gatepost::exchange
