#include "daemon/exchange/restore/again.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "certs/dsse.h"
#include "daemon/exchange/accepting.h"
#include "daemon/exchange/delivery.h"
#include "daemon/exchange/naming.h"
#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

// Twice the skew that alarms (PROTOCOL.md 9).
constexpr absl::Duration kMostApart = absl::Minutes(2);

std::string LostDetail(uint64_t index, const std::string& leaf) {
  return fmt::format("lost:{}:{}", index, certs::ToHex(ledger::LeafHash(leaf)));
}

// The leaf of a thing, with its index.
std::pair<const std::string&, uint64_t> LeafOf(const v1::LinkGiveBack& thing) {
  if (thing.has_message()) {
    return {thing.message().receipt().leaf(), thing.message().receipt().leaf_index()};
  }
  if (thing.has_rung()) return {thing.rung().leaf(), thing.rung().leaf_index()};
  return {thing.decision().leaf(), thing.decision().leaf_index()};
}

}  // namespace

absl::Status Again::EnterAll(const v1::LinkRestored& from, const v1::LinkRestored& to) {
  Items own;
  Items theirs;
  GATEPOST_RETURN_IF_ERROR(
      Load(ReturnedKind::kReceived, from.last_received(), to.last_received(), own));
  GATEPOST_RETURN_IF_ERROR(
      Load(ReturnedKind::kRung, from.last_rung_given(), to.last_rung_given(), own));
  GATEPOST_RETURN_IF_ERROR(Load(ReturnedKind::kSent, from.last_sent(), to.last_sent(), theirs));
  GATEPOST_RETURN_IF_ERROR(Load(ReturnedKind::kDecision, from.last_decision(), to.last_decision(),
                                parts_.link.own_decides ? own : theirs));
  const auto place = [](const Item& item) { return std::pair(item.epoch, item.index); };
  // A decision that the leaf of a message made comes after the message.
  std::ranges::stable_sort(own, {}, place);
  std::ranges::stable_sort(theirs, {}, place);
  for (const Item& item : own) counts_.proved_leaves.insert(place(item));
  while (!own.empty() || !theirs.empty()) GATEPOST_RETURN_IF_ERROR(Step(own, theirs));
  return absl::OkStatus();
}

absl::Status Again::Load(ReturnedKind kind, uint64_t after, uint64_t last, Items& items) {
  for (uint64_t number = after + 1; number <= last; ++number) {
    GATEPOST_ASSIGN_OR_RETURN(const v1::LinkGiveBack thing,
                              MustHoldReturned(scope_.store, parts_.link.peer_node, kind, number));
    const auto& [bytes, index] = LeafOf(thing);
    GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(bytes));
    items.push_back(Item{leaf.epoch, index, leaf.time, kind, number});
  }
  return absl::OkStatus();
}

absl::Status Again::Step(Items& own, Items& theirs) {
  const bool theirs_first =
      own.empty() || (!theirs.empty() && theirs.front().time <= own.front().time);
  Items& first = theirs_first ? theirs : own;
  Items& other = theirs_first ? own : theirs;
  const Item item = first.front();
  GATEPOST_ASSIGN_OR_RETURN(const bool entered, Enter(item, false));
  if (!entered) {
    if (!other.empty() && other.front().time <= item.time + kMostApart) {
      GATEPOST_ASSIGN_OR_RETURN(const bool helped, Enter(other.front(), false));
      if (helped) {
        other.pop_front();
        return absl::OkStatus();
      }
    }
    GATEPOST_RETURN_IF_ERROR(Enter(item, true).status());
  }
  first.pop_front();
  return absl::OkStatus();
}

absl::StatusOr<bool> Again::Enter(const Item& item, bool forced) {
  GATEPOST_ASSIGN_OR_RETURN(
      const v1::LinkGiveBack thing,
      MustHoldReturned(scope_.store, parts_.link.peer_node, item.kind, item.number));
  const auto counted = [](absl::StatusOr<bool> entered, uint64_t& count) {
    if (entered.ok() && *entered) ++count;
    return entered;
  };
  switch (item.kind) {
    case ReturnedKind::kSent:
      return counted(EnterSent(thing.message(), forced), counts_.sent);
    case ReturnedKind::kReceived:
      return counted(EnterReceived(thing.message(), forced), counts_.received);
    case ReturnedKind::kRung:
      return counted(EnterRung(thing.rung(), forced), counts_.rungs);
    case ReturnedKind::kDecision:
      break;
  }
  return counted(parts_.link.own_decides ? EnterGiven(thing.decision(), forced)
                                         : EnterTaken(thing.decision(), forced),
                 counts_.decisions);
}

// The receipt itself is not entered here: the peer repeats it, byte for byte, as soon as the link
// is up.
absl::StatusOr<bool> Again::EnterSent(const v1::LinkReturnedMessage& message, bool forced) {
  const std::string& peer = parts_.link.peer_node;
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf theirs,
                            ledger::Leaf::Parse(message.receipt().leaf()));
  absl::StatusOr<OpenedMessage> opened =
      parts_.intake.Open(message.envelope(), ChainsOf(message.chains()), theirs.time);
  if (!opened.ok()) {
    GATEPOST_RETURN_IF_ERROR(EnterUnreadable(message, theirs));
    if (!theirs.object.starts_with("envelope:")) {
      GATEPOST_RETURN_IF_ERROR(Differs(theirs, theirs.object, "BODY_PURGED"));
    }
    return true;
  }
  const v1::MessageHeader& header = opened->message.header();
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> held,
                            scope_.store.FindMessage(header.author(), header.message_id()));
  if (held.has_value()) {  // Another peer gave it back, too.
    GATEPOST_RETURN_IF_ERROR(Queue(scope_.store, peer, *held));
    return true;
  }
  Judgement judgement;
  if (const Desk* desk = parts_.desks.For(*opened); desk != nullptr) {
    absl::StatusOr<Judgement> judged = desk->Judge(scope_.store, *opened, theirs.time);
    if (system::ReasonOf(judged.status()) == v1::REASON_STORE_FAILED) return judged.status();
    if (judged.ok()) {
      judgement = *std::move(judged);
    } else if (!forced) {
      return false;
    } else {
      // It was accepted once; it stays, and says nothing that others build on.
      opened->newer_schema = true;
      GATEPOST_RETURN_IF_ERROR(Differs(theirs, MessageObject(header.message_id()),
                                       system::ReasonName(system::ReasonOf(judged.status()))));
    }
  }
  CommitScope then{scope_.store, scope_.log, theirs.time, true};
  GATEPOST_ASSIGN_OR_RETURN(
      const store::MessageRecord record,
      EnterAccepted(then, {parts_.node, parts_.gates, parts_.desks}, *opened, judgement, "lost:-"));
  GATEPOST_RETURN_IF_ERROR(Queue(scope_.store, peer, record));
  return true;
}

// A message that the peer could not verify, and so has not kept: its place, and nothing else.
absl::Status Again::EnterUnreadable(const v1::LinkReturnedMessage& message,
                                    const ledger::Leaf& theirs) {
  store::MessageRecord record;
  record.pae = theirs.pae.value_or(certs::Digest{});
  record.signatures = theirs.signatures.value_or(certs::Digest{});
  record.message_id = EnvelopeObject(record.pae);
  record.author = fmt::format("{}#{}", parts_.node.spiffe_id.ToString(), message.sequence());
  record.origin_node = parts_.node.node;
  record.stored_at = theirs.time;
  record.reference.year =
      static_cast<int32_t>(absl::ToCivilYear(theirs.time, absl::UTCTimeZone()).year());
  record.standing = v1::RUNG_CARRIED;
  ledger::Leaf leaf;
  leaf.event = ledger::event::kAccepted;
  leaf.actor = parts_.node.spiffe_id.ToString();
  leaf.object = record.message_id;
  leaf.pae = record.pae;
  leaf.signatures = record.signatures;
  leaf.result = "LOST";
  GATEPOST_ASSIGN_OR_RETURN(record.leaf_index, scope_.log.Add(std::move(leaf)));
  GATEPOST_ASSIGN_OR_RETURN(record, scope_.store.InsertMessage(std::move(record)));
  return Queue(scope_.store, parts_.link.peer_node, record);
}

absl::StatusOr<bool> Again::EnterReceived(const v1::LinkReturnedMessage& message, bool forced) {
  const v1::LinkReceipt& receipt = message.receipt();
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf ours, ledger::Leaf::Parse(receipt.leaf()));
  CommitScope then{scope_.store, scope_.log, ours.time, true};
  const v1::Envelope& envelope = message.envelope();
  ReceivedEnvelope received{parts_.intake.Open(envelope, ChainsOf(message.chains()), ours.time),
                            certs::PaeDigest(envelope.payload_type(), envelope.payload()),
                            certs::SignaturesDigest(envelope), envelope.ByteSizeLong()};
  Verdict verdict;
  if (!message.has_envelope()) {
    received.pae = ours.pae.value_or(certs::Digest{});
    received.signatures = ours.signatures.value_or(certs::Digest{});
    received.opened = system::Refuse(v1::REASON_BODY_PURGED, "the message", "its digests alone",
                                     "see the receipt that was given");
    verdict.refusal = received.opened.status();
    if (!ours.object.starts_with("envelope:")) {
      GATEPOST_RETURN_IF_ERROR(Differs(ours, ours.object, "BODY_PURGED"));
    }
  } else if (const v1::Reason refused = ReasonIn(ours.result); refused != v1::REASON_UNSPECIFIED) {
    verdict.refusal = system::Refuse(refused, "what this node judged before its log was lost",
                                     ours.result, "see the receipt that was given");
    if (ours.object.starts_with("envelope:")) received.opened = verdict.refusal;
  } else {
    GATEPOST_ASSIGN_OR_RETURN(verdict, JudgeDelivered(then, parts_, received));
    const std::string result = ResultOf(received, verdict);
    if (result != ours.result) {
      if (!forced) return false;
      GATEPOST_RETURN_IF_ERROR(Differs(ours, ours.object, result));
      // As it was answered then, without what others build on.
      verdict = Verdict{};
      if (received.opened.ok()) received.opened->newer_schema = true;
    }
  }
  GATEPOST_RETURN_IF_ERROR(EnterDelivered(then, parts_, message.sequence(), received, verdict,
                                          LostDetail(receipt.leaf_index(), receipt.leaf()))
                               .status());
  return true;
}

absl::StatusOr<bool> Again::EnterRung(const v1::LinkRead& rung, bool forced) {
  const std::string& peer = parts_.link.peer_node;
  GATEPOST_ASSIGN_OR_RETURN(ledger::Leaf leaf, ledger::Leaf::Parse(rung.leaf()));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::MessageRecord> named,
                            scope_.store.FindMessagesById(MessageIdOf(leaf.object).value_or("")));
  const auto about = std::ranges::find_if(named, [&](const store::MessageRecord& record) {
    return record.received_from == peer && leaf.pae == record.pae;
  });
  if (about == named.end()) {
    if (!forced) return false;
    return system::Refuse(v1::REASON_LEDGER_DAMAGED, "the message that a rung names", leaf.object,
                          "restore the store again");
  }
  store::RungRecord record;
  record.peer = peer;
  record.given = true;
  record.number = rung.number();
  record.message_row = about->row;
  record.rung = leaf.event == ledger::event::kRead ? v1::RUNG_READ : v1::RUNG_FETCHED;
  record.actor = leaf.actor;
  record.epoch = scope_.log.draft_epoch();
  GATEPOST_ASSIGN_OR_RETURN(record.leaf_index, scope_.log.Add(std::move(leaf)));
  GATEPOST_RETURN_IF_ERROR(scope_.store.PutRung(record));
  GATEPOST_ASSIGN_OR_RETURN(store::LinkRecord link, scope_.store.Link(peer));
  link.last_rung_given = rung.number();
  GATEPOST_RETURN_IF_ERROR(scope_.store.PutLink(link));
  return true;
}

absl::Status Again::Differs(const ledger::Leaf& then, const std::string& object, std::string came) {
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
