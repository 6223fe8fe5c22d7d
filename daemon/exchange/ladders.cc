#include "daemon/exchange/ladders.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "daemon/domain/civil_time.h"
#include "daemon/exchange/held.h"
#include "daemon/exchange/naming.h"
#include "daemon/exchange/rungs.h"
#include "daemon/ledger/leaf.h"
#include "daemon/ledger/proof.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

// That somebody fetched or read what was refused or only carried does not make it more than that.
v1::Rung Above(v1::Rung rung, bool fetched, bool read) {
  if (rung != v1::RUNG_APPLIED) return rung;
  if (read) return v1::RUNG_READ;
  return fetched ? v1::RUNG_FETCHED : rung;
}

// A leaf of a peer's log with its proof, from what the store keeps of it.
struct Kept {
  std::string_view peer;
  uint64_t epoch = 0;
  uint64_t head_size = 0;
  uint64_t leaf_index = 0;
  const std::string& leaf;
  const std::string& path;
};

absl::StatusOr<v1::Receipt> ReceiptOf(const store::Reader& store, const Kept& kept) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::PeerHeadRecord> head,
                            store.PeerHead(kept.peer, kept.epoch, kept.head_size));
  ledger::TlogProof proof;
  proof.index = kept.leaf_index;
  for (size_t at = 0; at + 32 <= kept.path.size(); at += 32) {
    proof.path.push_back(*certs::DigestFromBytes(std::string_view(kept.path).substr(at, 32)));
  }
  if (head.has_value()) proof.checkpoint = head->checkpoint;
  v1::Receipt receipt;
  receipt.set_leaf(kept.leaf);
  receipt.set_proof(proof.Format());
  return receipt;
}

// A step that a leaf says; its proof is the caller's.
v1::LadderStep StepIn(const ledger::Leaf& leaf, uint64_t leaf_index, std::string_view node,
                      v1::Rung rung) {
  v1::LadderStep step;
  step.set_rung(rung);
  step.set_node(std::string(node));
  *step.mutable_time() = domain::ToTimestamp(leaf.time);
  step.set_leaf_index(leaf_index);
  step.set_actor(leaf.actor);
  step.set_agency(AgencyOf(leaf.actor));
  return step;
}

bool HasRead(const v1::Ladder& ladder, const std::string& actor) {
  return std::any_of(ladder.steps().begin(), ladder.steps().end(), [&](const auto& step) {
    return step.rung() == v1::RUNG_READ && step.actor() == actor;
  });
}

}  // namespace

absl::StatusOr<v1::LadderStep> Ladders::OwnStep(const store::MessageRecord& record,
                                                v1::Rung rung) const {
  GATEPOST_ASSIGN_OR_RETURN(ledger::Receipt receipt, log_.ReceiptOf(record.leaf_index));
  v1::LadderStep step;
  step.set_rung(rung);
  step.set_node(node_.node);
  *step.mutable_time() = domain::ToTimestamp(record.stored_at);
  step.set_leaf_index(record.leaf_index);
  step.set_actor(record.author);
  step.set_agency(AgencyOf(record.author));
  if (rung == v1::RUNG_REFUSED) step.set_reason(record.reason);
  step.mutable_receipt()->set_leaf(std::move(receipt.leaf));
  step.mutable_receipt()->set_proof(std::move(receipt.proof));
  return step;
}

absl::StatusOr<v1::LadderStep> Ladders::StepOf(const store::Reader& store,
                                               const store::RungRecord& rung) const {
  v1::Receipt receipt;
  if (rung.given) {
    GATEPOST_ASSIGN_OR_RETURN(ledger::Receipt own, log_.ReceiptOf(rung.leaf_index));
    receipt.set_leaf(std::move(own.leaf));
    receipt.set_proof(std::move(own.proof));
  } else {
    GATEPOST_ASSIGN_OR_RETURN(receipt, ReceiptOf(store, {rung.peer, rung.epoch, rung.head_size,
                                                         rung.leaf_index, rung.leaf, rung.path}));
  }
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(receipt.leaf()));
  v1::LadderStep step =
      StepIn(leaf, rung.leaf_index, rung.given ? node_.node : rung.peer, rung.rung);
  if (rung.rung == v1::RUNG_READ) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> ack,
                              store.FindMessage(leaf.actor, MessageIdOf(leaf.detail).value_or("")));
    if (ack.has_value()) step.set_acknowledgement(ReferenceText(node_, ack->reference));
  }
  *step.mutable_receipt() = std::move(receipt);
  return step;
}

absl::Status Ladders::Climb(const store::Reader& store, const store::MessageRecord& record,
                            std::string_view peer, std::string_view acks_from,
                            v1::Ladder& ladder) const {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<store::RungRecord> rungs, store.RungsOf(record.row));
  std::erase_if(rungs, [&](const store::RungRecord& rung) { return rung.peer != peer; });
  // FETCHED before READ; within each, as they were logged.
  std::ranges::sort(rungs, {},
                    [](const store::RungRecord& one) { return std::pair(one.rung, one.number); });
  for (const store::RungRecord& rung : rungs) {
    GATEPOST_ASSIGN_OR_RETURN(*ladder.add_steps(), StepOf(store, rung));
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<int64_t> acks,
                            store.AcknowledgementsOf(record.row, acks_from));
  for (const int64_t row : acks) {
    GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord ack, MustHold(store, row));
    if (HasRead(ladder, ack.author)) continue;
    GATEPOST_ASSIGN_OR_RETURN(v1::LadderStep step, OwnStep(ack, v1::RUNG_READ));
    step.set_acknowledgement(ReferenceText(node_, ack.reference));
    *ladder.add_steps() = std::move(step);
  }
  ladder.set_rung(Above(ladder.rung(), !rungs.empty(), !acks.empty()));
  return absl::OkStatus();
}

absl::StatusOr<v1::Ladder> Ladders::To(const store::Reader& store,
                                       const store::MessageRecord& record,
                                       const store::OutgoingRecord& outgoing) const {
  v1::Ladder ladder;
  ladder.set_recipient_node(outgoing.peer);
  ladder.set_sequence(outgoing.sequence);
  ladder.set_rung(v1::RUNG_ACCEPTED);
  GATEPOST_ASSIGN_OR_RETURN(*ladder.add_steps(), OwnStep(record, v1::RUNG_ACCEPTED));
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ReceiptRecord> receipt,
                            store.Receipt(outgoing.peer, outgoing.sequence));
  if (!receipt.has_value()) return ladder;
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(receipt->leaf));
  GATEPOST_ASSIGN_OR_RETURN(
      const v1::Receipt proof,
      ReceiptOf(store, {receipt->peer, receipt->head_epoch, receipt->head_size, receipt->leaf_index,
                        receipt->leaf, receipt->path}));
  for (const v1::Rung rung : {v1::RUNG_DELIVERED, receipt->rung}) {
    v1::LadderStep step = StepIn(leaf, receipt->leaf_index, receipt->peer, rung);
    if (rung == v1::RUNG_REFUSED) step.set_reason(receipt->reason);
    *step.mutable_receipt() = proof;
    *ladder.add_steps() = std::move(step);
  }
  ladder.set_rung(receipt->rung);
  GATEPOST_RETURN_IF_ERROR(Climb(store, record, outgoing.peer, outgoing.peer, ladder));
  return ladder;
}

absl::StatusOr<v1::Ladder> Ladders::Here(const store::Reader& store,
                                         const store::MessageRecord& record) const {
  v1::Ladder ladder;
  ladder.set_recipient_node(node_.node);
  ladder.set_sequence(record.incoming_sequence);
  ladder.set_rung(record.standing);
  GATEPOST_ASSIGN_OR_RETURN(*ladder.add_steps(), OwnStep(record, v1::RUNG_DELIVERED));
  GATEPOST_ASSIGN_OR_RETURN(*ladder.add_steps(), OwnStep(record, record.standing));
  GATEPOST_RETURN_IF_ERROR(Climb(store, record, record.received_from, "", ladder));
  return ladder;
}

absl::StatusOr<v1::Rung> Ladders::Common(const store::Reader& store,
                                         const store::MessageRecord& record) const {
  if (!record.received_from.empty()) return record.standing;
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::OutgoingRecord> places,
                            store.OutgoingOf(record.row));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::RungRecord> rungs, store.RungsOf(record.row));
  v1::Rung common = v1::RUNG_READ;
  for (const store::OutgoingRecord& place : places) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ReceiptRecord> receipt,
                              store.Receipt(place.peer, place.sequence));
    const v1::Rung rung = receipt.has_value() ? receipt->rung : v1::RUNG_ACCEPTED;
    GATEPOST_ASSIGN_OR_RETURN(const std::vector<int64_t> acks,
                              store.AcknowledgementsOf(record.row, place.peer));
    const bool has_rung =
        std::any_of(rungs.begin(), rungs.end(),
                    [&](const store::RungRecord& held) { return held.peer == place.peer; });
    common = std::min(common, Above(rung, has_rung, !acks.empty()));
  }
  return places.empty() ? v1::RUNG_ACCEPTED : common;
}

}  // namespace gatepost::exchange
