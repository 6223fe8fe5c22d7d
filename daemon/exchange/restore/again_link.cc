#include "daemon/exchange/restore/again_link.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "certs/dsse.h"
#include "daemon/exchange/accepting.h"
#include "daemon/exchange/delivery.h"
#include "daemon/exchange/desk.h"
#include "daemon/exchange/holding.h"
#include "daemon/exchange/naming.h"
#include "daemon/exchange/restore/fork_found.h"
#include "daemon/exchange/rungs.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

// Words of a peer's leaf that go into one of ours are cut here.
constexpr size_t kLongestWord = 256;

std::string Cut(std::string_view word) { return std::string(word.substr(0, kLongestWord)); }

bool IsHeldOtherwise(const std::optional<store::MessageRecord>& held, const certs::Digest& pae) {
  return held.has_value() && (!held->received_from.empty() || held->pae != pae);
}

absl::StatusOr<Judgement> Judged(const Desk& desk, const store::Reader& store,
                                 const OpenedMessage& opened, absl::Time then) {
  GATEPOST_RETURN_IF_ERROR(desk.CheckAlone(opened, then));
  return desk.Judge(store, opened, then);
}

}  // namespace

std::string LostDetail(uint64_t index, const std::string& leaf) {
  return fmt::format("lost:{}:{}", index, certs::ToHex(ledger::LeafHash(leaf)));
}

bool EndsOpening(const absl::Status& status) {
  const v1::Reason reason = system::ReasonOf(status);
  return reason == v1::REASON_STORE_FAILED || reason == v1::REASON_LEDGER_DAMAGED;
}

absl::StatusOr<bool> AgainOnLink::Enter(ReturnedKind kind, uint64_t number, bool forced) {
  GATEPOST_ASSIGN_OR_RETURN(const v1::LinkGiveBack thing,
                            MustHoldReturned(scope_.store, parts_.link.peer_node, kind, number));
  const auto counted = [](absl::StatusOr<bool> entered, uint64_t& count) {
    if (entered.ok() && *entered) ++count;
    return entered;
  };
  switch (kind) {
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

absl::Time AgainOnLink::Claimed(const ledger::Leaf& theirs) const {
  return std::min(std::max(theirs.time, copied_at_), scope_.now);
}

absl::Time AgainOnLink::Believed(const ledger::Leaf& theirs, uint64_t index) const {
  const bool witnessed = theirs.epoch <= witnessed_.epoch && index < witnessed_.size;
  return witnessed ? Claimed(theirs) : scope_.now;
}

absl::StatusOr<absl::Time> AgainOnLink::NotBeforeOthers(absl::Time at) const {
  store::MessageFilter newest;
  newest.limit = 1;
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::MessageRecord> held,
                            scope_.store.ListMessages(newest));
  if (!held.empty()) at = std::max(at, held.front().stored_at);
  return std::min(at, scope_.now);
}

// That this node's door let it out, only the peer says: whoever may sign could have given it to the
// peer instead. So it is asked again what the door asks, by the policy of today and the rosters
// that are held by `at`, when it is entered; and what its desk asks, as of `then`.
absl::StatusOr<OwnJudgement> AgainOnLink::JudgedSent(const OpenedMessage& opened, absl::Time at,
                                                     absl::Time then) const {
  GATEPOST_RETURN_IF_ERROR(CheckNotDropped(scope_.store, opened));
  OwnJudgement own;
  GATEPOST_ASSIGN_OR_RETURN(own.ruling, CheckOwnOverLink(scope_.store, parts_.authority,
                                                         parts_.rosters, parts_.link, opened, at));
  if (const Desk* desk = parts_.desks.For(opened); desk != nullptr) {
    GATEPOST_ASSIGN_OR_RETURN(own.judgement, Judged(*desk, scope_.store, opened, then));
  }
  return own;
}

// What the door asks for each further recipient, before the message itself is held: afterwards a
// side's first roster would be none.
absl::StatusOr<std::vector<SentAgain::Other>> AgainOnLink::MayGoOnTo(const OpenedMessage& opened,
                                                                     absl::Time at) const {
  std::vector<SentAgain::Other> others;
  for (const std::string& recipient : opened.message.header().recipient_nodes()) {
    const auto link = parts_.links.find(recipient);
    if (link == parts_.links.end() || recipient == parts_.link.peer_node) continue;
    const absl::Status may =
        CheckOwnOverLink(scope_.store, parts_.authority, parts_.rosters, link->second, opened, at)
            .status();
    if (EndsOpening(may)) return may;
    others.push_back({recipient, may});
  }
  return others;
}

// The receipt itself is not entered here: the peer repeats it, byte for byte, as soon as the link
// is up.
absl::StatusOr<bool> AgainOnLink::EnterSent(const v1::LinkReturnedMessage& message, bool forced) {
  const std::string& peer = parts_.link.peer_node;
  const uint64_t index = message.receipt().leaf_index();
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf theirs,
                            ledger::Leaf::Parse(message.receipt().leaf()));
  const absl::Time believed = Believed(theirs, index);
  GATEPOST_ASSIGN_OR_RETURN(const absl::Time at, NotBeforeOthers(believed));
  absl::StatusOr<OpenedMessage> opened =
      parts_.intake.Open(message.envelope(), ChainsOf(message.chains()), believed);
  std::optional<store::MessageRecord> held;
  if (opened.ok()) {
    const v1::MessageHeader& header = opened->message.header();
    GATEPOST_ASSIGN_OR_RETURN(held, scope_.store.FindMessage(header.author(), header.message_id()));
  }
  if (!opened.ok() || IsHeldOtherwise(held, opened->pae)) {
    GATEPOST_RETURN_IF_ERROR(SentPlaceOnly(message, theirs, at));
    GATEPOST_RETURN_IF_ERROR(KeepHead(message.head()));
    if (theirs.object.starts_with("envelope:")) return true;
    GATEPOST_RETURN_IF_ERROR(Differs(theirs, theirs.object,
                                     !message.has_envelope() ? "BODY_PURGED"
                                     : opened.ok()           ? "MESSAGE_ID_REUSED"
                                                             : "NOT_VERIFIED"));
    return true;
  }
  if (held.has_value()) {  // Another peer gave it back, too.
    GATEPOST_RETURN_IF_ERROR(KeepHead(message.head()));
    GATEPOST_RETURN_IF_ERROR(Queue(scope_.store, peer, *held));
    return true;
  }
  OwnJudgement own;
  SentAgain again;
  absl::StatusOr<OwnJudgement> judged = JudgedSent(*opened, at, Claimed(theirs));
  if (EndsOpening(judged.status())) return judged.status();
  if (judged.ok()) {
    own = *std::move(judged);
    GATEPOST_ASSIGN_OR_RETURN(again.others, MayGoOnTo(*opened, at));
  } else if (!forced) {
    return false;
  } else {
    // The peer has it, so it stays; but it says nothing that others build on, and goes no further.
    opened->newer_schema = true;
    GATEPOST_RETURN_IF_ERROR(Differs(theirs, MessageObject(opened->message.header().message_id()),
                                     system::ReasonName(system::ReasonOf(judged.status()))));
  }
  GATEPOST_RETURN_IF_ERROR(KeepHead(message.head()));
  CommitScope then{scope_.store, scope_.log, at, true};
  const Accepting parts{parts_.node, parts_.gates, parts_.desks, own.ruling.countersign_within};
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record,
                            EnterAccepted(then, parts, *opened, own.judgement, "lost:-"));
  again.row = record.row;
  if (!again.others.empty()) sent_.push_back(std::move(again));
  GATEPOST_RETURN_IF_ERROR(Queue(scope_.store, peer, record));
  return true;
}

// A message of which only the leaf is left: under the name that the leaf gives it, or, where the
// leaf gives none or it is taken, under one of its own.
absl::StatusOr<store::MessageRecord> AgainOnLink::PlaceOf(const ledger::Leaf& then,
                                                          std::string_view sender,
                                                          uint64_t sequence, absl::Time at) const {
  store::MessageRecord record;
  record.pae = then.pae.value_or(certs::Digest{});
  record.signatures = then.signatures.value_or(certs::Digest{});
  record.stored_at = at;
  record.reference.year = static_cast<int32_t>(absl::ToCivilYear(at, absl::UTCTimeZone()).year());
  record.standing = v1::RUNG_CARRIED;
  record.author = then.actor;
  record.message_id = MessageIdOf(then.object).value_or("");
  bool taken = record.author.empty() || record.message_id.empty();
  if (!taken) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> held,
                              scope_.store.FindMessage(record.author, record.message_id));
    taken = held.has_value();
  }
  if (taken) {
    record.author = fmt::format("{}#{}", sender, sequence);
    record.message_id = EnvelopeObject(record.pae);
  }
  return record;
}

// A message of this node's own side that the peer does not hold any more, or never could verify:
// its place, and nothing else.
absl::Status AgainOnLink::SentPlaceOnly(const v1::LinkReturnedMessage& message,
                                        const ledger::Leaf& theirs, absl::Time at) {
  GATEPOST_ASSIGN_OR_RETURN(
      store::MessageRecord record,
      PlaceOf(theirs,
              fmt::format("{}/to/{}", parts_.node.spiffe_id.ToString(), parts_.link.peer_node),
              message.sequence(), at));
  record.origin_node = parts_.node.node;
  ledger::Leaf leaf;
  leaf.event = ledger::event::kAccepted;
  leaf.actor = parts_.node.spiffe_id.ToString();
  leaf.object = EnvelopeObject(record.pae);
  leaf.pae = record.pae;
  leaf.signatures = record.signatures;
  leaf.result = "LOST";
  GATEPOST_ASSIGN_OR_RETURN(record.leaf_index, scope_.log.Add(std::move(leaf)));
  GATEPOST_ASSIGN_OR_RETURN(record, scope_.store.InsertMessage(std::move(record)));
  return Queue(scope_.store, parts_.link.peer_node, record);
}

// The same of a message of the peer's that this node had receipted.
absl::Status AgainOnLink::ReceivedPlaceOnly(const v1::LinkReturnedMessage& message,
                                            const ledger::Leaf& ours, absl::Time at) {
  const std::string& peer = parts_.link.peer_node;
  GATEPOST_ASSIGN_OR_RETURN(
      store::MessageRecord record,
      PlaceOf(ours, parts_.link.peer_spiffe_id.ToString(), message.sequence(), at));
  record.origin_node = peer;
  record.received_from = peer;
  record.incoming_sequence = message.sequence();
  ledger::Leaf leaf = ours;
  leaf.result = "CARRIED";
  leaf.detail = LostDetail(message.receipt().leaf_index(), message.receipt().leaf());
  GATEPOST_ASSIGN_OR_RETURN(record.leaf_index, scope_.log.Add(std::move(leaf)));
  GATEPOST_ASSIGN_OR_RETURN(record, scope_.store.InsertMessage(std::move(record)));
  GATEPOST_ASSIGN_OR_RETURN(store::LinkRecord link, scope_.store.Link(peer));
  link.last_received = message.sequence();
  link.received_digest = NextRunningDigest(link.received_digest, record.pae);
  GATEPOST_RETURN_IF_ERROR(
      scope_.store.PutIncomingDigest(peer, link.last_received, link.received_digest));
  return scope_.store.PutLink(link);
}

absl::StatusOr<bool> AgainOnLink::EnterReceived(const v1::LinkReturnedMessage& message,
                                                bool forced) {
  const v1::LinkReceipt& receipt = message.receipt();
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf ours, ledger::Leaf::Parse(receipt.leaf()));
  GATEPOST_ASSIGN_OR_RETURN(const absl::Time at, NotBeforeOthers(ours.time));
  const v1::Envelope& envelope = message.envelope();
  ReceivedEnvelope received{parts_.intake.Open(envelope, ChainsOf(message.chains()), ours.time),
                            certs::PaeDigest(envelope.payload_type(), envelope.payload()),
                            certs::SignaturesDigest(envelope), envelope.ByteSizeLong()};
  if (!message.has_envelope()) {
    received.pae = ours.pae.value_or(certs::Digest{});
    received.signatures = ours.signatures.value_or(certs::Digest{});
  }
  std::string unusable = !message.has_envelope() ? "BODY_PURGED"
                         : !received.opened.ok() ? "NOT_VERIFIED"
                                                 : "";
  if (received.opened.ok()) {
    const v1::MessageHeader& header = received.opened->message.header();
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> held,
                              scope_.store.FindMessage(header.author(), header.message_id()));
    if (held.has_value()) unusable = "MESSAGE_ID_REUSED";
  }
  Verdict verdict;
  CommitScope then{scope_.store, scope_.log, at, true};
  if (const v1::Reason refused = ReasonIn(ours.result); refused != v1::REASON_UNSPECIFIED) {
    verdict.refusal = system::Refuse(refused, "what this node judged before its log was lost",
                                     ours.result, "see the receipt that was given");
    if (!unusable.empty() || ours.object.starts_with("envelope:")) {
      received.opened = verdict.refusal;
    }
  } else if (!unusable.empty()) {
    GATEPOST_RETURN_IF_ERROR(Differs(ours, ours.object, unusable));
    GATEPOST_RETURN_IF_ERROR(ReceivedPlaceOnly(message, ours, at));
    return true;
  } else {
    const CommitScope judging{scope_.store, scope_.log, ours.time, true};
    GATEPOST_ASSIGN_OR_RETURN(verdict, JudgeDelivered(judging, parts_, received));
    const std::string result = ResultOf(received, verdict);
    if (result != ours.result) {
      if (!forced) return false;
      GATEPOST_RETURN_IF_ERROR(Differs(ours, ours.object, result));
      // As it was answered then, without what others build on.
      verdict = Verdict{};
      received.opened->newer_schema = true;
    }
  }
  GATEPOST_RETURN_IF_ERROR(EnterDelivered(then, parts_, message.sequence(), received, verdict,
                                          LostDetail(receipt.leaf_index(), receipt.leaf()))
                               .status());
  return true;
}

absl::Status AgainOnLink::LeaveOutRung(uint64_t number, const ledger::Leaf& leaf,
                                       std::string_view why) {
  GATEPOST_RETURN_IF_ERROR(Differs(leaf, leaf.object, why));
  GATEPOST_ASSIGN_OR_RETURN(store::LinkRecord link, scope_.store.Link(parts_.link.peer_node));
  link.last_rung_given = number;
  return scope_.store.PutLink(link);
}

absl::StatusOr<bool> AgainOnLink::EnterRung(const v1::LinkRead& rung, bool forced) {
  const std::string& peer = parts_.link.peer_node;
  GATEPOST_ASSIGN_OR_RETURN(ledger::Leaf leaf, ledger::Leaf::Parse(rung.leaf()));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::MessageRecord> named,
                            scope_.store.FindMessagesById(MessageIdOf(leaf.object).value_or("")));
  const auto about = std::ranges::find_if(named, [&](const store::MessageRecord& record) {
    return record.received_from == peer && leaf.pae == record.pae;
  });
  if (about == named.end()) {
    if (!forced) return false;
    GATEPOST_RETURN_IF_ERROR(LeaveOutRung(rung.number(), leaf, "NO_SUCH_MESSAGE"));
    return true;
  }
  store::RungRecord record;
  record.peer = peer;
  record.given = true;
  record.number = rung.number();
  record.message_row = about->row;
  record.rung = leaf.event == ledger::event::kRead ? v1::RUNG_READ : v1::RUNG_FETCHED;
  record.actor = leaf.actor;
  record.epoch = scope_.log.draft_epoch();
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::RungRecord> held,
                            scope_.store.RungsOf(about->row));
  if (HoldsRung(held, record.rung, record.actor)) {
    GATEPOST_RETURN_IF_ERROR(LeaveOutRung(rung.number(), leaf, "HELD_ALREADY"));
    return true;
  }
  GATEPOST_ASSIGN_OR_RETURN(record.leaf_index, scope_.log.Add(std::move(leaf)));
  GATEPOST_RETURN_IF_ERROR(scope_.store.PutRung(record));
  GATEPOST_ASSIGN_OR_RETURN(store::LinkRecord link, scope_.store.Link(peer));
  link.last_rung_given = rung.number();
  GATEPOST_RETURN_IF_ERROR(scope_.store.PutLink(link));
  return true;
}

// A head of the peer's log under which it proved what it gave back: evidence like any other.
absl::Status AgainOnLink::KeepHead(const std::string& note) {
  return KeepOrFork(scope_, parts_.link, note);
}

absl::Status AgainOnLink::Differs(const ledger::Leaf& then, const std::string& object,
                                  std::string_view came) {
  ++counts_.different;
  ledger::Leaf alarm;
  alarm.event = ledger::event::kAlarm;
  alarm.peer = parts_.link.peer_node;
  alarm.object = Cut(object);
  alarm.pae = then.pae;
  alarm.result = system::ReasonName(v1::REASON_NODE_RESTORED);
  alarm.detail = fmt::format("then:{},now:{}", Cut(then.result), came);
  return scope_.log.Add(std::move(alarm)).status();
}

absl::Status AgainOnLink::GoesNoFurther(const store::MessageRecord& record,
                                        const SentAgain::Other& other) {
  ++counts_.different;
  ledger::Leaf alarm;
  alarm.event = ledger::event::kAlarm;
  alarm.peer = other.recipient;
  alarm.object = MessageObject(record.message_id);
  alarm.pae = record.pae;
  alarm.result = system::ReasonName(v1::REASON_NODE_RESTORED);
  alarm.detail = fmt::format("not-queued:{}", system::ReasonName(system::ReasonOf(other.may)));
  return scope_.log.Add(std::move(alarm)).status();
}

}  // namespace gatepost::exchange
