#include "daemon/exchange/link.h"

#include <algorithm>
#include <utility>

#include "daemon/domain/civil_time.h"
#include "daemon/exchange/link_hello.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr absl::Duration kFirstBackOff = absl::Milliseconds(200);
constexpr absl::Duration kLongestBackOff = absl::Seconds(30);
// A session that fails soon after it went live is dialled again no faster than this many failures
// allow; one that has held for kDeadAfter starts afresh.
constexpr int kFailuresOfShortSession = 2;
constexpr absl::Duration kAlarmEvery = absl::Hours(1);
// How far a proposal for a stream dialled by the smaller id lies above the others: of two streams
// that are opened at the same time, the one that stays has the larger number, whichever Hello comes
// first. More than the streams that can be open at once.
constexpr uint64_t kSmallerIdAhead = 16;
// Streams of one peer that have not said Hello yet; an honest peer has one.
constexpr size_t kMostSessions = 4;
constexpr size_t kMostAlarms = 16;

// Ends that are nobody's fault.
bool IsOrdinaryEnd(v1::Reason reason) {
  return reason == v1::REASON_NODE_STOPPING || reason == v1::REASON_PEER_SILENT ||
         reason == v1::REASON_DOUBLE_DIAL || reason == v1::REASON_FENCED ||
         reason == v1::REASON_NOT_REACHABLE || reason == v1::REASON_INTERNAL ||
         reason == v1::REASON_STORE_FAILED || reason == v1::REASON_OVERLOADED;
}

absl::Status Forked(std::string_view came) {
  return system::Refuse(v1::REASON_HEAD_FORKED, "a peer whose log has one history", came,
                        "compare the two heads kept as evidence with the peer, then clear the "
                        "alarm with gatepostd --clear-link-alarm");
}

absl::Status DoubleDial() {
  return system::Refuse(v1::REASON_DOUBLE_DIAL,
                        "one session; of two diallers the smaller SPIFFE id stays",
                        "another session is live", "use that session");
}

}  // namespace

Link::Link(LinkParts parts, Dialer* dialer)
    : parts_(parts),
      dialer_(dialer),
      since_(parts.clock.Now()),
      problem_(
          system::Refuse(v1::REASON_NOT_REACHABLE, "a session with the peer", "none yet",
                         parts.link.dials ? "wait; this node dials" : "wait; the peer dials")) {}

std::shared_ptr<LinkSession> Link::Open(std::shared_ptr<FrameSink> sink, bool dialled_by_us) {
  auto session = std::make_shared<LinkSession>(*this, parts_, std::move(sink), dialled_by_us);
  std::lock_guard lock(mutex_);
  if (dialled_by_us) dialling_ = false;
  sessions_.push_back(session);
  if (stopped_) {
    session->End(system::Refuse(v1::REASON_NODE_STOPPING, "a running node", "it is stopping",
                                "dial again later"));
  } else if (!barred_.ok()) {
    session->End(barred_);
  } else if (sessions_.size() > kMostSessions ||
             (chosen_ != nullptr && Outranks(*chosen_, *session))) {
    // Refused before its Hello: a number proposed now would be above that of the session that
    // stays.
    session->End(DoubleDial());
  } else if (const absl::StatusOr<store::LinkRecord> record = Record(); !record.ok()) {
    session->End(record.status());
  } else {
    session->SayHello(ProposeFencing(record->fencing / 2, session->dialled_by_smaller_id_));
  }
  return session;
}

// Whether `older` stays when the other side opens `newer`.
bool Link::Outranks(const LinkSession& older, const LinkSession& newer) {
  return older.dialled_by_smaller_id_ && !newer.dialled_by_smaller_id_;
}

absl::StatusOr<store::LinkRecord> Link::Record() const {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader, parts_.store.Read());
  return reader->Link(parts_.link.peer_node);
}

uint64_t Link::ProposeFencing(uint64_t seen, bool dialled_by_smaller_id) {
  if (!dialled_by_smaller_id) return proposed_ = std::max(proposed_, seen) + 1;
  proposed_ahead_ = std::max({proposed_ahead_, proposed_, seen}) + kSmallerIdAhead;
  return proposed_ahead_;
}

void Link::OnDialFailed(const absl::Status& why) {
  std::lock_guard lock(mutex_);
  dialling_ = false;
  if (chosen_ != nullptr) return;
  problem_ = why;
}

absl::Status Link::Arbitrate(const std::shared_ptr<LinkSession>& session) {
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord record, Record());
  if (!record.alarm.empty()) return Forked(record.alarm);
  if (!forked_.empty()) return Forked(forked_);  // Its alarm is still on the way to the disk.
  const std::shared_ptr<LinkSession> older = chosen_;
  if (older != nullptr) {
    const bool same_dialler = older->dialled_by_us_ == session->dialled_by_us_;
    if (Outranks(*older, *session)) return DoubleDial();
    // Never give up a session for one that could not become durable after it.
    if (session->fencing_ <= std::max(record.fencing, older->fencing_)) {
      return system::Refuse(
          v1::REASON_FENCED,
          fmt::format("a session number above {}", std::max(record.fencing, older->fencing_)),
          fmt::format("{}", session->fencing_), "use the newer session");
    }
    older->End(same_dialler ? system::Refuse(v1::REASON_FENCED, "the newest session",
                                             "the same side dialled again", "use the newer session")
                            : DoubleDial());
  }
  chosen_ = session;
  return absl::OkStatus();
}

void Link::OnLive(LinkSession&) {
  since_ = parts_.clock.Now();
  problem_ = absl::OkStatus();
  failures_ = std::min(failures_, kFailuresOfShortSession);
}

void Link::OnGivingBack(bool to_us) {
  since_ = parts_.clock.Now();
  problem_ =
      to_us ? parts_.log.CheckMaySign()
            : system::Refuse(v1::REASON_NODE_RESTORED, "a peer that holds everything it has signed",
                             "one that was restored from an older copy; it gets back what "
                             "this node holds",
                             "when its officer has opened a new epoch, admit it here with "
                             "gatepostd --admit-epoch");
}

void Link::OnRestored(const absl::Status& why) {
  const std::string text = system::RefusalOf(why).value_or(system::Refusal{}).came;
  parts_.log.StopSigning(text);
  parts_.committer
      .Post([text](CommitScope& scope) { return RememberRestored(scope.store, text); },
            [](const absl::Status&) {}, Committer::When::kAlways)
      .IgnoreError();  // It is found again with the next Hello.
}

void Link::OnOver(LinkSession& session, const absl::Status& why) {
  const auto is_it = [&](const std::shared_ptr<LinkSession>& other) {
    return other.get() == &session;
  };
  const bool was_chosen = chosen_ != nullptr && is_it(chosen_);
  if (was_chosen) {
    chosen_ = nullptr;
    since_ = parts_.clock.Now();
  }
  if (chosen_ == nullptr) {
    const v1::Reason reason = system::ReasonOf(why);
    // The same refusal over and over is one fact, not one leaf each time. A difference of histories
    // must be said twice: two streams at once can cross, and then the next session is in order.
    const bool again = reason == system::ReasonOf(problem_);
    const bool to_log = reason == v1::REASON_LINK_DIVERGED ? again && !diverged_logged_ : !again;
    if (reason == v1::REASON_LINK_DIVERGED) diverged_logged_ = again;
    if (!IsOrdinaryEnd(reason) && to_log) {
      LogDenied(why);
    }
    problem_ = why;
  } else if (!was_chosen) {
    OnStrayOver(why);
  }
  sessions_.erase(std::remove_if(sessions_.begin(), sessions_.end(), is_it), sessions_.end());
}

// Somebody with the peer's key is refused while the true session stands: the peer by mistake, or
// somebody else. One leaf an hour for the same reason.
void Link::OnStrayOver(const absl::Status& why) {
  const v1::Reason reason = system::ReasonOf(why);
  // Two streams at once can cross: a difference of histories is found again when it is one.
  if (IsOrdinaryEnd(reason) || reason == v1::REASON_LINK_DIVERGED) return;
  const absl::Time now = parts_.clock.Now();
  next_stray_ = std::min(next_stray_, now + kAlarmEvery);
  if (reason == stray_reason_ && now < next_stray_) return;
  stray_reason_ = reason;
  next_stray_ = now + kAlarmEvery;
  LogDenied(why);
}

void Link::LogDenied(const absl::Status& why) {
  parts_.refusals.Log(ledger::event::kDenied, parts_.link.peer_spiffe_id.ToString(),
                      fmt::format("link:{}", parts_.link.peer_node), why);
}

void Link::OnForked(const PeerHeads::Fork& fork) {
  forked_ = std::string(fork.why.message());
  // Whichever stream showed it, no other goes on with that peer.
  const std::vector<std::shared_ptr<LinkSession>> sessions = sessions_;
  for (const std::shared_ptr<LinkSession>& session : sessions) session->End(fork.why);
  LogAlarm(fork.why, fork.held + "\n" + fork.came, fork.proved);
}

// A peer that refuses in one session after the other must not fill the log with alarms.
void Link::OnWitnessRefused(const absl::Status& why) {
  const absl::Time now = parts_.clock.Now();
  next_witness_alarm_ = std::min(next_witness_alarm_, now + kAlarmEvery);
  if (now < next_witness_alarm_) return;
  next_witness_alarm_ = now + kAlarmEvery;
  LogAlarm(why);
}

void Link::OnHelloCompared(std::vector<std::string> differences, absl::Duration skew) {
  differences_ = std::move(differences);
  skew_ = skew;
  // A peer whose Hellos say one clock and then another must not fill the log with alarms.
  const absl::Time now = parts_.clock.Now();
  next_skew_alarm_ = std::min(next_skew_alarm_, now + kAlarmEvery);
  if (absl::AbsDuration(skew) > kMostClockSkew && now >= next_skew_alarm_) {
    next_skew_alarm_ = now + kAlarmEvery;
    LogAlarm(system::Refuse(v1::REASON_CLOCK_SKEW, "clocks within 60 s of each other",
                            fmt::format("{} s apart", absl::ToInt64Seconds(skew)),
                            "set the clocks of both nodes by a time server"));
  }
}

// With evidence, two heads that contradict each other, the link stays down until a person has
// looked.
void Link::LogAlarm(const absl::Status& why, std::string evidence, bool fork_proved) {
  if (alarms_.size() < kMostAlarms) alarms_.push_back(std::string(why.message()));
  parts_.committer
      .Post(
          [peer = parts_.link.peer_node, why, evidence = std::move(evidence),
           fork_proved](CommitScope& scope) -> absl::Status {
            GATEPOST_ASSIGN_OR_RETURN(store::LinkRecord link, scope.store.Link(peer));
            if (!evidence.empty() && !link.alarm.empty()) return absl::OkStatus();  // Known.
            ledger::Leaf leaf;
            leaf.event = ledger::event::kAlarm;
            leaf.peer = peer;
            leaf.object = fmt::format("link:{}", peer);
            leaf.result = system::ReasonName(system::ReasonOf(why));
            if (evidence.empty()) return scope.log.Add(std::move(leaf)).status();
            leaf.detail = fmt::format("evidence:{}", certs::ToHex(certs::Sha256Of(evidence)));
            GATEPOST_ASSIGN_OR_RETURN(uint64_t index, scope.log.Add(leaf));
            if (fork_proved) {
              leaf.event = ledger::event::kPeerFork;
              GATEPOST_ASSIGN_OR_RETURN(index, scope.log.Add(std::move(leaf)));
            }
            GATEPOST_RETURN_IF_ERROR(
                scope.store.PutMeta(fmt::format("evidence/{}/{}", peer, index), evidence));
            link.alarm = std::string(why.message());
            return scope.store.PutLink(link);
          },
          [](const absl::Status&) {})
      .IgnoreError();  // A node that cannot write raises other alarms.
}

void Link::OnTick() {
  std::lock_guard lock(mutex_);
  const absl::Time now = parts_.clock.Now();
  const std::vector<std::shared_ptr<LinkSession>> sessions = sessions_;
  for (const std::shared_ptr<LinkSession>& session : sessions) session->OnTick(now);
  // A machine's clock may step backwards; that must not put off the next dial.
  next_dial_ = std::min(next_dial_, now + kLongestBackOff);
  since_ = std::min(since_, now);
  if (chosen_ != nullptr && chosen_->state_ == LinkSession::State::kLive &&
      now - since_ > kDeadAfter) {
    failures_ = 0;
  }
  if (stopped_ || !barred_.ok() || dialer_ == nullptr || !parts_.link.dials || dialling_ ||
      !sessions_.empty() || now < next_dial_) {
    return;
  }
  // Half the step is certain and half is chance, so that two nodes never stay in step.
  const absl::Duration step =
      std::min(kLongestBackOff, kFirstBackOff * (int64_t{1} << std::min(failures_, 10)));
  const int64_t half_ms = absl::ToInt64Milliseconds(step) / 2;
  next_dial_ = now + absl::Milliseconds(half_ms + static_cast<int64_t>(parts_.random.Uniform(
                                                      static_cast<uint64_t>(half_ms) + 1)));
  ++failures_;
  dialling_ = true;
  dialer_->Dial(parts_.link);
}

void Link::OnBatchEnd() {
  std::lock_guard lock(mutex_);
  const std::shared_ptr<LinkSession> session = chosen_;
  if (session != nullptr) session->OnBatchEnd();
}

void Link::Bar(const absl::Status& why) {
  std::lock_guard lock(mutex_);
  barred_ = why;
  problem_ = why;
  alarms_.push_back(std::string(why.message()));
}

void Link::Stop() {
  std::lock_guard lock(mutex_);
  stopped_ = true;
  const std::vector<std::shared_ptr<LinkSession>> sessions = sessions_;
  for (const std::shared_ptr<LinkSession>& session : sessions) {
    session->End(system::Refuse(v1::REASON_NODE_STOPPING, "a running node", "it is stopping",
                                "dial again later"));
  }
}

bool Link::connected() const {
  std::lock_guard lock(mutex_);
  return chosen_ != nullptr && chosen_->state_ == LinkSession::State::kLive;
}

std::string Link::HeldByPeer() const {
  std::lock_guard lock(held_mutex_);
  return held_by_peer_;
}

void Link::OnPeerHolds(std::string head) {
  std::lock_guard lock(held_mutex_);
  held_by_peer_ = std::move(head);
}

v1::LinkState Link::State() const {
  v1::LinkState state;
  state.set_peer_node(parts_.link.peer_node);
  std::vector<std::string> alarms;
  {
    std::lock_guard lock(mutex_);
    state.set_connected(chosen_ != nullptr && chosen_->state_ == LinkSession::State::kLive);
    *state.mutable_since() = domain::ToTimestamp(since_);
    if (!state.connected() && !problem_.ok()) {
      const system::Refusal refusal = system::RefusalOf(problem_).value_or(
          system::Refusal{v1::REASON_NOT_REACHABLE, "a session with the peer",
                          std::string(problem_.message()), ""});
      state.mutable_problem()->set_reason(refusal.reason);
      state.mutable_problem()->set_wanted(refusal.wanted);
      state.mutable_problem()->set_came(refusal.came);
      state.mutable_problem()->set_todo(refusal.todo);
    }
    for (const std::string& difference : differences_) state.add_differences(difference);
    state.set_clock_skew_ms(absl::ToInt64Milliseconds(skew_));
    alarms = alarms_;
  }
  const absl::StatusOr<std::unique_ptr<store::Reader>> reader = parts_.store.Read();
  const absl::StatusOr<store::LinkRecord> record =
      reader.ok() ? (*reader)->Link(parts_.link.peer_node) : reader.status();
  if (record.ok()) {
    state.set_last_queued(record->last_queued);
    state.set_last_receipted(record->last_receipted);
    state.set_last_received(record->last_received);
    state.set_fencing(record->fencing);
    const absl::StatusOr<std::optional<store::PeerHeadRecord>> head =
        (*reader)->PeerHead(parts_.link.peer_node, record->peer_head_epoch, record->peer_head_size);
    if (head.ok() && head->has_value()) state.set_peer_checkpoint((*head)->checkpoint);
    if (!record->alarm.empty()) state.add_alarms(record->alarm);
    if (const std::string why = parts_.log.restored(); !why.empty()) {
      state.add_alarms(fmt::format("NODE_RESTORED: {}; nothing is signed here", why));
    }
  }
  for (const std::string& alarm : alarms) {
    if (state.alarms().empty() || alarm != state.alarms(0)) state.add_alarms(alarm);
  }
  return state;
}

}  // namespace gatepost::exchange
