#include "daemon/exchange/audit/evidence_leaves.h"

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "daemon/exchange/audit/head_notes.h"
#include "daemon/exchange/audit/leaf_subject.h"
#include "daemon/ledger/lines.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

// Where a leaf is: of the own log before the peers', then by log, epoch and index.
using Place = std::tuple<bool, std::string, uint64_t, uint64_t>;

// Gathers leaves, each once: what proves a decision may have come as a receipt already.
class Gathered {
 public:
  Gathered(const store::Reader& store, const LogBook& log, const NodeTerms& node,
           const AuditView& view, const store::MessageRecord& record)
      : store_(store), log_(log), node_(node), view_(view), record_(record) {}

  absl::Status AddOwn(uint64_t index) {
    const Place place{false, node_.node, 0, index};
    if (leaves_.contains(place)) return absl::OkStatus();
    GATEPOST_ASSIGN_OR_RETURN(v1::EvidenceLeaf proved, ProveOwn(store_, log_, node_, index));
    GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(proved.leaf()));
    GATEPOST_ASSIGN_OR_RETURN(const bool seen, view_.SeesLeaf(store_, leaf, &record_));
    if (seen) leaves_.emplace(place, std::move(proved));
    return absl::OkStatus();
  }

  absl::Status AddPeers(const PeerLeaf& kept) {
    const Place place{true, std::string(kept.peer), kept.epoch, kept.index};
    // A decision of this node that it lost came back without a head: no log here proves it.
    if (kept.leaf.empty() || kept.head_size == 0 || !view_.SeesPeer(kept.peer) ||
        leaves_.contains(place)) {
      return absl::OkStatus();
    }
    GATEPOST_ASSIGN_OR_RETURN(leaves_[place], ProvePeers(store_, kept));
    return absl::OkStatus();
  }

  std::vector<v1::EvidenceLeaf> Take() {
    std::vector<v1::EvidenceLeaf> all;
    all.reserve(leaves_.size());
    for (auto& [place, leaf] : leaves_) all.push_back(std::move(leaf));
    return all;
  }

 private:
  const store::Reader& store_;
  const LogBook& log_;
  const NodeTerms& node_;
  const AuditView& view_;
  const store::MessageRecord& record_;
  std::map<Place, v1::EvidenceLeaf> leaves_;
};

// The leaf with which it came, and the overrides that are logged right after it.
absl::Status AddFirst(const store::Reader& store, const store::MessageRecord& record,
                      Gathered& leaves) {
  GATEPOST_RETURN_IF_ERROR(leaves.AddOwn(record.leaf_index));
  for (uint64_t index = record.leaf_index + 1;; ++index) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<ledger::Leaf> next, LeafAt(store, index));
    if (!next.has_value() || next->event != ledger::event::kOverride || next->pae != record.pae) {
      return absl::OkStatus();
    }
    GATEPOST_RETURN_IF_ERROR(leaves.AddOwn(index));
  }
}

// That retention took the body away; where it is known which leaf says so.
absl::Status AddPurge(const store::Reader& store, const store::MessageRecord& record,
                      Gathered& leaves) {
  if (!record.envelope.empty()) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> place,
                            store.Meta(fmt::format("purged/{}", record.row)));
  const std::optional<uint64_t> index = ledger::ParseDecimal(place.value_or(""));
  return index.has_value() ? leaves.AddOwn(*index) : absl::OkStatus();
}

absl::Status AddReceipts(const store::Reader& store, const store::MessageRecord& record,
                         Gathered& leaves) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::OutgoingRecord> places,
                            store.OutgoingOf(record.row));
  for (const store::OutgoingRecord& place : places) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ReceiptRecord> receipt,
                              store.Receipt(place.peer, place.sequence));
    if (!receipt.has_value()) continue;
    GATEPOST_RETURN_IF_ERROR(leaves.AddOwn(receipt->own_leaf_index));
    GATEPOST_RETURN_IF_ERROR(
        leaves.AddPeers({receipt->peer, receipt->head_epoch, receipt->head_size,
                         receipt->leaf_index, receipt->leaf, receipt->path}));
  }
  return absl::OkStatus();
}

absl::Status AddRungs(const store::Reader& store, const store::MessageRecord& record,
                      Gathered& leaves) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::RungRecord> rungs, store.RungsOf(record.row));
  for (const store::RungRecord& rung : rungs) {
    if (rung.given) {
      GATEPOST_RETURN_IF_ERROR(leaves.AddOwn(rung.leaf_index));
    } else {
      GATEPOST_RETURN_IF_ERROR(leaves.AddPeers(
          {rung.peer, rung.epoch, rung.head_size, rung.leaf_index, rung.leaf, rung.path}));
    }
  }
  return absl::OkStatus();
}

absl::Status AddDecisions(const store::Reader& store, const store::MessageRecord& record,
                          Gathered& leaves) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ThreadEntry> entry,
                            store.ThreadEntryOf(record.row));
  if (!entry.has_value()) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::DecisionRecord> decisions,
                            store.DecisionsOfThread(entry->thread_row));
  for (const store::DecisionRecord& decision : decisions) {
    if (decision.message_row != record.row) continue;
    // A disputed decision has no entry here.
    if (decision.own_leaf_index != 0) {
      GATEPOST_RETURN_IF_ERROR(leaves.AddOwn(decision.own_leaf_index));
    }
    GATEPOST_RETURN_IF_ERROR(leaves.AddPeers({decision.peer, decision.epoch, decision.head_size,
                                              decision.leaf_index, decision.leaf, decision.path}));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<v1::EvidenceLeaf>> LeavesAbout(const store::Reader& store,
                                                          const LogBook& log, const NodeTerms& node,
                                                          const AuditView& view,
                                                          const store::MessageRecord& record) {
  Gathered leaves(store, log, node, view, record);
  GATEPOST_RETURN_IF_ERROR(AddFirst(store, record, leaves));
  GATEPOST_RETURN_IF_ERROR(AddPurge(store, record, leaves));
  GATEPOST_RETURN_IF_ERROR(AddReceipts(store, record, leaves));
  GATEPOST_RETURN_IF_ERROR(AddRungs(store, record, leaves));
  GATEPOST_RETURN_IF_ERROR(AddDecisions(store, record, leaves));
  return leaves.Take();
}

absl::StatusOr<std::set<std::string>> PeersOf(const store::Reader& store, const AuditView& view,
                                              const store::MessageRecord& record) {
  std::set<std::string> peers;
  if (!record.received_from.empty()) peers.insert(record.received_from);
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::OutgoingRecord> places,
                            store.OutgoingOf(record.row));
  for (const store::OutgoingRecord& place : places) peers.insert(place.peer);
  std::erase_if(peers, [&](const std::string& peer) { return !view.SeesPeer(peer); });
  return peers;
}

}  // namespace gatepost::exchange
