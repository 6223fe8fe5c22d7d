// What crossed a link, and what the other node said of it: the outbox, receipts, rungs, decisions.
#include <fmt/format.h>

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "client/evidence/store_parts.h"

namespace gatepost::evidence {
namespace {

namespace event = ledger::event;

// Numbers of each peer that there is a link to, rising by one from 1.
class Gapless {
 public:
  explicit Gapless(StoreCheckParts& parts) : parts_(parts) {
    parts.Each(parts.reader.AllLinks(),
               [&](const std::string&, const store::LinkRecord& link) { last_[link.peer] = 0; });
  }

  void Take(std::string_view where, const std::string& peer, uint64_t number) {
    if (!last_.contains(peer)) parts_.Find(where, "a peer with a link", peer);
    uint64_t& last = last_[peer];
    parts_.Expect(where, "number", last + 1, number);
    last = number;
  }
  uint64_t Last(const std::string& peer) const {
    const auto last = last_.find(peer);
    return last == last_.end() ? 0 : last->second;
  }

 private:
  StoreCheckParts& parts_;
  std::map<std::string, uint64_t> last_;
};

// Indices in one log that rise with the numbers of a peer's rows.
class Rising {
 public:
  explicit Rising(StoreCheckParts& parts) : parts_(parts) {}

  void Take(std::string_view where, const std::string& peer, uint64_t epoch, uint64_t index) {
    const auto [last, is_first] = last_.try_emplace(peer, epoch, index);
    if (is_first) return;
    if (std::pair(epoch, index) <= last->second) {
      parts_.Find(where, fmt::format("an entry after {}", last->second.second),
                  fmt::format("entry {}", index));
    }
    last->second = {epoch, index};
  }

 private:
  StoreCheckParts& parts_;
  std::map<std::string, std::pair<uint64_t, uint64_t>> last_;
};

// What the link's row says must be what its table holds.
template <typename Field>
void ExpectLast(StoreCheckParts& parts, const char* what, const Gapless& numbers, Field field) {
  parts.Each(parts.reader.AllLinks(), [&](const std::string& name, const store::LinkRecord& link) {
    parts.Expect(name, what, numbers.Last(link.peer), link.*field);
  });
}

// An entry or a leaf of the peer that is about this message.
void ExpectAbout(StoreCheckParts& parts, std::string_view where, const ledger::Leaf& leaf,
                 const store::MessageRecord& record) {
  parts.Expect(where, "a leaf about", ObjectOf(record), leaf.object);
  parts.Expect(where, "a leaf of pae", record.pae, leaf.pae.value_or(certs::Digest{}));
  parts.Expect(where, "a leaf of signatures", record.signatures,
               leaf.signatures.value_or(certs::Digest{}));
}

std::string_view EventOf(v1::Rung rung) {
  if (rung == v1::RUNG_FETCHED) return event::kFetched;
  return rung == v1::RUNG_READ ? std::string_view(event::kRead) : "neither FETCHED nor READ";
}

void CheckReceipt(StoreCheckParts& parts, const std::string& name,
                  const store::ReceiptRecord& receipt) {
  const auto place = parts.reader.Outgoing(receipt.peer, receipt.sequence - 1, 1);
  if (!place.ok() || place->empty() || place->front().sequence != receipt.sequence) {
    return parts.Find(name, "a message in the outbox", "none of that number");
  }
  const auto record = parts.NeedMessage(name, place->front().message_row);
  const auto leaf = parts.Prove(name, {receipt.peer, receipt.head_epoch, receipt.head_size,
                                       receipt.leaf_index, receipt.leaf, receipt.path});
  if (!record || !leaf) return;
  parts.Expect(name, "a leaf of event", event::kDelivered, leaf->event);
  parts.Expect(name, "a leaf with peer", parts.options.own.node, leaf->peer);
  parts.Expect(name, "a leaf of sequence", receipt.sequence, leaf->sequence.value_or(0));
  ledger::Leaf about = *leaf;
  // A node that could not open the envelope does not know the message in it.
  if (leaf->object == fmt::format("envelope:{}", certs::ToHex(record->pae)) &&
      RungOfResult(leaf->result) == v1::RUNG_REFUSED) {
    about.object = ObjectOf(*record);
  }
  ExpectAbout(parts, name, about, *record);
  parts.Expect(name, "rung", v1::Rung_Name(RungOfResult(leaf->result)),
               v1::Rung_Name(receipt.rung));
  parts.Expect(name, "reason", v1::Reason_Name(ReasonOfResult(leaf->result)),
               v1::Reason_Name(receipt.reason));
  const auto own = parts.NeedOwnLeaf(name, receipt.own_leaf_index);
  if (!own) return;
  parts.Expect(name, "an own entry of event", event::kReceipt, own->event);
  parts.Expect(name, "an own entry with peer", receipt.peer, own->peer);
  parts.Expect(name, "an own entry with sequence", receipt.sequence, own->sequence.value_or(0));
  parts.Expect(name, "an own entry with detail", LeafDetail(receipt.leaf_index, receipt.leaf),
               own->detail);
  ExpectAbout(parts, name, *own, *record);
}

void CheckRung(StoreCheckParts& parts, const std::string& name, const store::RungRecord& rung) {
  const auto record = parts.NeedMessage(name, rung.message_row);
  std::optional<ledger::Leaf> leaf;
  if (rung.given) {
    leaf = parts.NeedOwnLeaf(name, rung.leaf_index);
    if (leaf) parts.Expect(name, "an own entry with peer", rung.peer, leaf->peer);
    if (leaf) parts.Expect(name, "an own entry of epoch", rung.epoch, leaf->epoch);
    if (!rung.leaf.empty() || !rung.path.empty() || rung.head_size != 0) {
      parts.Find(name, "no proof of an own entry", "one");
    }
  } else {
    leaf = parts.Prove(
        name, {rung.peer, rung.epoch, rung.head_size, rung.leaf_index, rung.leaf, rung.path});
  }
  if (!record || !leaf) return;
  parts.Expect(name, "a leaf of event", EventOf(rung.rung), leaf->event);
  parts.Expect(name, "a leaf of actor", rung.actor, leaf->actor);
  ExpectAbout(parts, name, *leaf, *record);
}

// This node's entry about a decision of the other one. A disputed one has none, but evidence that
// is kept with its reason.
void CheckKnown(StoreCheckParts& parts, const std::string& name,
                const store::DecisionRecord& decision, const store::MessageRecord& record) {
  if (decision.own_leaf_index == 0) {
    const auto dispute =
        parts.reader.Meta(fmt::format("dispute/{}/{}", decision.peer, decision.leaf_index));
    if (dispute.ok() && dispute->has_value()) return;
  }
  const auto own = parts.NeedOwnLeaf(name, decision.own_leaf_index);
  if (!own) return;
  parts.Expect(name, "an own entry of event", event::kDecided, own->event);
  parts.Expect(name, "an own entry with peer", decision.peer, own->peer);
  parts.Expect(name, "an own entry with detail", LeafDetail(decision.leaf_index, decision.leaf),
               own->detail);
  parts.Expect(name, "known since", absl::FormatTime(own->time),
               absl::FormatTime(decision.known_at));
  ExpectAbout(parts, name, *own, record);
}

// A decision that this node gave in an end of its log that was lost, and that the peer gave back
// (PROTOCOL.md 6): nothing proves its leaf any more, and this node's log says what it made of it.
void CheckGivenBack(StoreCheckParts& parts, const std::string& name,
                    const store::DecisionRecord& decision) {
  const auto leaf = ledger::Leaf::Parse(decision.leaf);
  if (!leaf.ok()) return parts.Find(name, leaf.status());
  parts.Expect(name, "result", leaf->result, decision.result);
  parts.Expect(name, "a leaf of epoch", decision.epoch, leaf->epoch);
  parts.Expect(name, "decided at", absl::FormatTime(leaf->time),
               absl::FormatTime(decision.decided_at));
  if (decision.own_leaf_index == 0) return;  // Left out; an ALARM entry says why.
  const auto own = parts.NeedOwnLeaf(name, decision.own_leaf_index);
  if (!own) return;
  parts.Expect(name, "an own entry of event", event::kDecided, own->event);
  parts.Expect(name, "an own entry with peer", decision.peer, own->peer);
  parts.Expect(name, "an own entry with result", leaf->result, own->result);
  if (const auto record = parts.NeedMessage(name, decision.message_row)) {
    ExpectAbout(parts, name, *own, *record);
  }
}

void CheckDecision(StoreCheckParts& parts, const std::string& name,
                   const store::DecisionRecord& decision) {
  if (!decision.leaf.empty() && decision.head_size == 0) {
    return CheckGivenBack(parts, name, decision);
  }
  const auto record = parts.NeedMessage(name, decision.message_row);
  std::optional<ledger::Leaf> leaf;
  if (decision.leaf.empty()) {
    parts.Expect(name, "own entry", decision.leaf_index, decision.own_leaf_index);
    leaf = parts.NeedOwnLeaf(name, decision.leaf_index);
    if (leaf) parts.Expect(name, "an own entry of epoch", decision.epoch, leaf->epoch);
    if (leaf) {
      parts.Expect(name, "known since", absl::FormatTime(leaf->time),
                   absl::FormatTime(decision.known_at));
    }
    if (!decision.path.empty() || decision.head_size != 0) {
      parts.Find(name, "no proof of an own entry", "one");
    }
  } else {
    leaf = parts.Prove(name, {decision.peer, decision.epoch, decision.head_size,
                              decision.leaf_index, decision.leaf, decision.path});
    // What its own side said, a node logs without a peer.
    if (leaf && leaf->event != event::kAccepted) {
      parts.Expect(name, "a leaf with peer", parts.options.own.node, leaf->peer);
    }
    if (record) CheckKnown(parts, name, decision, *record);
  }
  if (!record || !leaf) return;
  parts.Expect(name, "result", leaf->result, decision.result);
  parts.Expect(name, "decided at", absl::FormatTime(leaf->time),
               absl::FormatTime(decision.decided_at));
  ExpectAbout(parts, name, *leaf, *record);
}

}  // namespace

void CheckDirections(StoreCheckParts& parts) {
  Gapless numbers(parts);
  // Either from what was computed before or from what is stored: a changed digest is found once.
  std::map<std::string, std::pair<certs::Digest, certs::Digest>> digests;
  parts.Each(parts.reader.AllOutgoing(), [&](const std::string& name, const auto& place) {
    ++parts.verdict.counts.outgoing;
    numbers.Take(name, place.peer, place.sequence);
    const auto record = parts.NeedMessage(name, place.message_row);
    auto& [computed, stored] = digests[place.peer];
    if (record && !record->received_from.empty()) {
      parts.Find(name, "a message that was submitted here", "one that was received");
    }
    if (record) computed = NextDigest(computed, record->pae);
    if (record && computed != place.running_digest &&
        NextDigest(stored, record->pae) != place.running_digest) {
      parts.Expect(name, "running digest", computed, place.running_digest);
    }
    stored = place.running_digest;
  });
  Gapless incoming(parts);
  parts.Each(parts.reader.AllIncomingDigests(), [&](const std::string& name, const auto& digest) {
    ++parts.verdict.counts.incoming;
    incoming.Take(name, digest.peer, digest.sequence);
  });
  ExpectLast(parts, "last queued message", numbers, &store::LinkRecord::last_queued);
  ExpectLast(parts, "last received message", incoming, &store::LinkRecord::last_received);
  parts.Each(parts.reader.AllLinks(), [&](const std::string& name, const auto& link) {
    parts.Expect(name, "running digest of what was queued", digests[link.peer].first,
                 link.queued_digest);
  });
}

void CheckReceipts(StoreCheckParts& parts) {
  Gapless numbers(parts);
  std::map<std::string, uint64_t> held;
  parts.Each(parts.reader.AllReceipts(), [&](const std::string& name, const auto& receipt) {
    ++parts.verdict.counts.receipts;
    ++held[receipt.peer];
    numbers.Take(name, receipt.peer, receipt.sequence);
    if (parts.KnowsPeer(receipt.peer)) CheckReceipt(parts, name, receipt);
  });
  ExpectLast(parts, "last receipted message", numbers, &store::LinkRecord::last_receipted);
  for (const auto& [peer, count] : parts.log_counts.receipts) {
    parts.Expect(fmt::format("receipts of {}", peer), "one for each RECEIPT entry:", count,
                 held[peer]);
  }
}

void CheckRungs(StoreCheckParts& parts) {
  Gapless given(parts), taken(parts);
  Rising given_rising(parts), taken_rising(parts);
  parts.Each(parts.reader.AllRungs(), [&](const std::string& name, const auto& rung) {
    ++parts.verdict.counts.rungs;
    (rung.given ? given : taken).Take(name, rung.peer, rung.number);
    (rung.given ? given_rising : taken_rising).Take(name, rung.peer, rung.epoch, rung.leaf_index);
    if (rung.given || parts.KnowsPeer(rung.peer)) CheckRung(parts, name, rung);
  });
  ExpectLast(parts, "last rung given", given, &store::LinkRecord::last_rung_given);
  ExpectLast(parts, "last rung taken", taken, &store::LinkRecord::last_rung_taken);
  for (const auto& [peer, count] : parts.log_counts.rungs) {
    parts.Expect(fmt::format("rungs given to {}", peer),
                 "one for each FETCHED or READ entry:", count, given.Last(peer));
  }
}

void CheckDecisions(StoreCheckParts& parts) {
  Gapless numbers(parts);
  Rising rising(parts);
  parts.Each(parts.reader.AllDecisions(), [&](const std::string& name, const auto& decision) {
    ++parts.verdict.counts.decisions;
    numbers.Take(name, decision.peer, decision.number);
    if (decision.own_leaf_index != 0) {
      rising.Take(name, decision.peer, 0, decision.own_leaf_index);
    }
    if (decision.leaf.empty() || parts.KnowsPeer(decision.peer)) {
      CheckDecision(parts, name, decision);
    }
  });
  ExpectLast(parts, "last decision", numbers, &store::LinkRecord::last_decision);
}

}  // namespace gatepost::evidence
