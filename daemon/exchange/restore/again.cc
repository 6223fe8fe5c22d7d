#include "daemon/exchange/restore/again.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "certs/dsse.h"
#include "daemon/exchange/accepting.h"
#include "daemon/exchange/agreements/decisions.h"
#include "daemon/exchange/agreements/restated.h"
#include "daemon/exchange/delivery.h"
#include "daemon/exchange/naming.h"
#include "daemon/ledger/leaf.h"
#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

// A lost leaf of this node's own log.
struct Lost {
  uint64_t index = 0;
  absl::Time time;
  ReturnedKind kind = ReturnedKind::kReceived;
  uint64_t number = 0;
  std::optional<certs::Digest> accepted;  // A decision that an ACCEPTED leaf made, on that message.
};

std::string LostDetail(uint64_t index, const std::string& leaf) {
  return fmt::format("lost:{}:{}", index, certs::ToHex(ledger::LeafHash(leaf)));
}

// A message that cannot be opened any more: its place, and nothing else.
store::MessageRecord Placeholder(const LinkParts& parts, const ledger::Leaf& leaf,
                                 std::string author) {
  store::MessageRecord record;
  record.message_id = EnvelopeObject(leaf.pae.value_or(certs::Digest{}));
  record.author = std::move(author);
  record.pae = leaf.pae.value_or(certs::Digest{});
  record.signatures = leaf.signatures.value_or(certs::Digest{});
  record.origin_node = parts.node.node;
  record.stored_at = leaf.time;
  record.reference.year =
      static_cast<int32_t>(absl::ToCivilYear(leaf.time, absl::UTCTimeZone()).year());
  record.standing = v1::RUNG_CARRIED;
  return record;
}

}  // namespace

absl::Status Again::EnterAll(const v1::LinkRestored& from, const v1::LinkRestored& to) {
  next_sent_ = from.last_sent() + 1;
  last_sent_ = to.last_sent();
  std::vector<Lost> lost;
  const auto add = [&](ReturnedKind kind, uint64_t after, uint64_t last) -> absl::Status {
    for (uint64_t number = after + 1; number <= last; ++number) {
      GATEPOST_ASSIGN_OR_RETURN(
          const v1::LinkGiveBack thing,
          MustHoldReturned(scope_.store, parts_.link.peer_node, kind, number));
      const std::string& bytes = thing.has_message() ? thing.message().receipt().leaf()
                                 : thing.has_rung()  ? thing.rung().leaf()
                                                     : thing.decision().leaf();
      GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(bytes));
      Lost& one = lost.emplace_back();
      one.index = thing.has_message() ? thing.message().receipt().leaf_index()
                  : thing.has_rung()  ? thing.rung().leaf_index()
                                      : thing.decision().leaf_index();
      one.time = leaf.time;
      one.kind = kind;
      one.number = number;
      if (leaf.event == ledger::event::kAccepted) one.accepted = leaf.pae;
    }
    return absl::OkStatus();
  };
  GATEPOST_RETURN_IF_ERROR(
      add(ReturnedKind::kReceived, from.last_received(), to.last_received()));
  GATEPOST_RETURN_IF_ERROR(
      add(ReturnedKind::kRung, from.last_rung_given(), to.last_rung_given()));
  GATEPOST_RETURN_IF_ERROR(
      add(ReturnedKind::kDecision, from.last_decision(), to.last_decision()));
  // A decision that a DELIVERED leaf made comes after the message of that leaf.
  std::ranges::stable_sort(lost, {}, &Lost::index);
  for (const Lost& one : lost) {
    counts_.proved_leaves.insert(one.index);
    GATEPOST_RETURN_IF_ERROR(EnterSentUpTo(one.time));
    if (one.accepted.has_value()) GATEPOST_RETURN_IF_ERROR(EnterSentWith(*one.accepted));
    switch (one.kind) {
      case ReturnedKind::kReceived:
        GATEPOST_RETURN_IF_ERROR(EnterReceived(one.number));
        break;
      case ReturnedKind::kRung:
        GATEPOST_RETURN_IF_ERROR(EnterRung(one.number));
        break;
      case ReturnedKind::kDecision:
        GATEPOST_RETURN_IF_ERROR(EnterDecision(one.number));
        break;
      case ReturnedKind::kSent:
        break;
    }
  }
  return EnterSentUpTo(absl::InfiniteFuture());
}

absl::Status Again::EnterSentUpTo(absl::Time time) {
  while (next_sent_ <= last_sent_) {
    GATEPOST_ASSIGN_OR_RETURN(
        const v1::LinkGiveBack thing,
        MustHoldReturned(scope_.store, parts_.link.peer_node, ReturnedKind::kSent, next_sent_));
    GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf theirs,
                              ledger::Leaf::Parse(thing.message().receipt().leaf()));
    if (theirs.time > time) return absl::OkStatus();
    GATEPOST_RETURN_IF_ERROR(EnterSent());
  }
  return absl::OkStatus();
}

absl::Status Again::EnterSentWith(const certs::Digest& pae) {
  while (next_sent_ <= last_sent_) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> held,
                              scope_.store.FindAccepted(pae));
    if (held.has_value()) return absl::OkStatus();
    GATEPOST_RETURN_IF_ERROR(EnterSent());
  }
  return absl::OkStatus();
}

// The receipts themselves are not entered here: the peer repeats them, byte for byte, as soon as
// the link is up.
absl::Status Again::EnterSent() {
  const std::string& peer = parts_.link.peer_node;
  const uint64_t sequence = next_sent_++;
  GATEPOST_ASSIGN_OR_RETURN(
      const v1::LinkGiveBack thing,
      MustHoldReturned(scope_.store, peer, ReturnedKind::kSent, sequence));
  const v1::LinkReturnedMessage& message = thing.message();
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf theirs,
                            ledger::Leaf::Parse(message.receipt().leaf()));
  ++counts_.sent;
  CommitScope then{scope_.store, scope_.log, theirs.time, true};
  absl::StatusOr<OpenedMessage> opened =
      parts_.intake.Open(message.envelope(), ChainsOf(message.chains()), theirs.time);
  if (!opened.ok()) {
    store::MessageRecord record = Placeholder(
        parts_, theirs, fmt::format("{}#{}", parts_.node.spiffe_id.ToString(), sequence));
    ledger::Leaf leaf;
    leaf.event = ledger::event::kAccepted;
    leaf.actor = parts_.node.spiffe_id.ToString();
    leaf.object = record.message_id;
    leaf.pae = record.pae;
    leaf.signatures = record.signatures;
    leaf.result = "LOST";
    GATEPOST_ASSIGN_OR_RETURN(record.leaf_index, scope_.log.Add(std::move(leaf)));
    GATEPOST_ASSIGN_OR_RETURN(record, scope_.store.InsertMessage(std::move(record)));
    return Queue(scope_.store, peer, record);
  }
  const v1::MessageHeader& header = opened->message.header();
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> held,
                            scope_.store.FindMessage(header.author(), header.message_id()));
  if (held.has_value()) return Queue(scope_.store, peer, *held);  // Another peer gave it back, too.

  Judgement judgement;
  if (const Desk* desk = parts_.desks.For(*opened); desk != nullptr) {
    absl::StatusOr<Judgement> judged = desk->Judge(scope_.store, *opened, theirs.time);
    if (system::ReasonOf(judged.status()) == v1::REASON_STORE_FAILED) return judged.status();
    if (judged.ok()) {
      judgement = *std::move(judged);
    } else {
      // It was accepted once; it stays, and says nothing that others build on.
      opened->newer_schema = true;
      GATEPOST_RETURN_IF_ERROR(
          Differs(theirs, MessageObject(header.message_id()),
                  system::ReasonName(system::ReasonOf(judged.status()))));
    }
  }
  GATEPOST_ASSIGN_OR_RETURN(
      const store::MessageRecord record,
      EnterAccepted(then, {parts_.node, parts_.gates, parts_.desks}, *opened, judgement, "lost:-"));
  return Queue(scope_.store, peer, record);
}

absl::Status Again::EnterReceived(uint64_t sequence) {
  GATEPOST_ASSIGN_OR_RETURN(const v1::LinkGiveBack thing,
                            MustHoldReturned(scope_.store, parts_.link.peer_node,
                                             ReturnedKind::kReceived, sequence));
  const v1::LinkReturnedMessage& message = thing.message();
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf ours,
                            ledger::Leaf::Parse(message.receipt().leaf()));
  ++counts_.received;
  CommitScope then{scope_.store, scope_.log, ours.time, true};
  const v1::Envelope& envelope = message.envelope();
  ReceivedEnvelope received{
      parts_.intake.Open(envelope, ChainsOf(message.chains()), ours.time),
      certs::PaeDigest(envelope.payload_type(), envelope.payload()),
      certs::SignaturesDigest(envelope), envelope.ByteSizeLong()};
  const v1::Reason refused = ReasonIn(ours.result);
  Verdict verdict;
  if (refused != v1::REASON_UNSPECIFIED) {
    verdict.refusal = system::Refuse(refused, "what this node judged before its log was lost",
                                     ours.result, "see the receipt that was given");
    if (ours.object.starts_with("envelope:")) received.opened = verdict.refusal;
  } else {
    GATEPOST_ASSIGN_OR_RETURN(verdict, JudgeDelivered(then, parts_, received));
    const std::string result = ResultOf(received, verdict);
    if (result != ours.result) {
      GATEPOST_RETURN_IF_ERROR(Differs(ours, ours.object, result));
      // As it was answered then, without what others build on.
      verdict = Verdict{};
      if (received.opened.ok()) received.opened->newer_schema = true;
    }
  }
  return EnterDelivered(then, parts_, sequence, received, verdict,
                        LostDetail(message.receipt().leaf_index(), message.receipt().leaf()))
      .status();
}

absl::Status Again::EnterRung(uint64_t number) {
  const std::string& peer = parts_.link.peer_node;
  GATEPOST_ASSIGN_OR_RETURN(
      const v1::LinkGiveBack thing,
      MustHoldReturned(scope_.store, peer, ReturnedKind::kRung, number));
  GATEPOST_ASSIGN_OR_RETURN(ledger::Leaf leaf, ledger::Leaf::Parse(thing.rung().leaf()));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::MessageRecord> named,
                            scope_.store.FindMessagesById(MessageIdOf(leaf.object).value_or("")));
  const auto about = std::ranges::find_if(named, [&](const store::MessageRecord& record) {
    return record.received_from == peer && leaf.pae == record.pae;
  });
  if (about == named.end()) {
    return system::Refuse(v1::REASON_LEDGER_DAMAGED, "the message that a rung names", leaf.object,
                          "restore the store again");
  }
  ++counts_.rungs;
  store::RungRecord record;
  record.peer = peer;
  record.given = true;
  record.number = number;
  record.message_row = about->row;
  record.rung = leaf.event == ledger::event::kRead ? v1::RUNG_READ : v1::RUNG_FETCHED;
  record.actor = leaf.actor;
  record.epoch = scope_.log.draft_epoch();
  GATEPOST_ASSIGN_OR_RETURN(record.leaf_index, scope_.log.Add(std::move(leaf)));
  GATEPOST_RETURN_IF_ERROR(scope_.store.PutRung(record));
  GATEPOST_ASSIGN_OR_RETURN(store::LinkRecord link, scope_.store.Link(peer));
  link.last_rung_given = number;
  return scope_.store.PutLink(link);
}

absl::Status Again::EnterDecision(uint64_t number) {
  const std::string& peer = parts_.link.peer_node;
  GATEPOST_ASSIGN_OR_RETURN(
      const v1::LinkGiveBack thing,
      MustHoldReturned(scope_.store, peer, ReturnedKind::kDecision, number));
  const v1::LinkDecision& came = thing.decision();
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(came.leaf()));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::MessageRecord> named,
                            scope_.store.FindMessagesById(MessageIdOf(leaf.object).value_or("")));
  const auto about = std::ranges::find_if(
      named, [&](const store::MessageRecord& record) { return leaf.pae == record.pae; });
  std::optional<store::ThreadEntry> entry;
  if (about != named.end()) {
    GATEPOST_ASSIGN_OR_RETURN(entry, scope_.store.ThreadEntryOf(about->row));
  }
  ++counts_.decisions;
  store::DecisionRecord decision;
  decision.peer = peer;
  decision.number = number;
  decision.result = leaf.result;
  // Its place stays the one that the other side's people have seen.
  decision.epoch = leaf.epoch;
  decision.leaf_index = came.leaf_index();
  decision.decided_at = leaf.time;
  decision.known_at = leaf.time;
  decision.leaf = came.leaf();
  decision.path = Joined(came.path());
  const bool action = leaf.event != ledger::event::kDecided;
  ledger::Leaf own = leaf;
  own.event = ledger::event::kDecided;
  own.actor = parts_.node.spiffe_id.ToString();
  own.peer = peer;
  if (action) own.detail = LostDetail(came.leaf_index(), came.leaf());
  GATEPOST_ASSIGN_OR_RETURN(decision.own_leaf_index, scope_.log.Add(std::move(own)));
  const CommitScope then{scope_.store, scope_.log, leaf.time, true};
  if (!entry.has_value()) {
    if (about != named.end()) decision.message_row = about->row;
    GATEPOST_RETURN_IF_ERROR(Differs(leaf, leaf.object, "NOT_IN_A_THREAD"));
    return KeepDecision(then, decision);
  }
  decision.thread_row = entry->thread_row;
  decision.message_row = entry->message_row;
  if (action && leaf.result == "IN_FORCE") {
    entry->settled = !entry->submitted_here;  // Else when the peer's receipt comes again.
    GATEPOST_RETURN_IF_ERROR(scope_.store.PutThreadEntry(*entry));
  }
  return exchange::EnterDecision(then, decision,
                                 action                        ? DecisionKind::kAction
                                 : InsteadIn(leaf).has_value() ? DecisionKind::kRestated
                                                               : DecisionKind::kConsequence);
}

absl::Status Again::Differs(const ledger::Leaf& then, const std::string& object,
                            std::string came) {
  ++counts_.different;
  ledger::Leaf alarm;
  alarm.event = ledger::event::kAlarm;
  alarm.peer = parts_.link.peer_node;
  alarm.object = object;
  alarm.pae = then.pae;
  alarm.result = system::ReasonName(v1::REASON_NODE_RESTORED);
  alarm.detail = fmt::format("then:{},now:{}", then.result, came);
  return scope_.log.Add(std::move(alarm)).status();
}

}  // namespace gatepost::exchange
