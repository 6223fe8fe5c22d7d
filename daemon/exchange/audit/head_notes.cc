#include "daemon/exchange/audit/head_notes.h"

#include <algorithm>
#include <utility>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/leaf.h"
#include "daemon/ledger/proof.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

v1::EvidenceLeaf Proved(std::string_view node, std::string leaf, const ledger::TlogProof& proof) {
  v1::EvidenceLeaf proved;
  proved.set_node(std::string(node));
  proved.set_leaf(std::move(leaf));
  proved.set_proof(proof.Format());
  return proved;
}

}  // namespace

absl::StatusOr<std::optional<std::string>> CosignedNote(const store::Reader& store,
                                                        std::string_view origin, uint64_t size) {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<store::CosignedHeadRecord> heads,
                            store.CosignedHeads(origin, size, 1));
  if (heads.empty() || heads.front().size != size) return std::nullopt;
  return std::move(heads.front().checkpoint);
}

absl::StatusOr<std::string> OwnNote(const store::Reader& store, const LogBook& log, uint64_t size) {
  GATEPOST_ASSIGN_OR_RETURN(const certs::Digest root, log.RootAtSize(size));
  const ledger::Checkpoint head{log.Origin(size), size, root};
  GATEPOST_ASSIGN_OR_RETURN(std::optional<std::string> cosigned,
                            CosignedNote(store, head.origin, size));
  // What was cosigned may be of an end of this log that was lost.
  if (cosigned.has_value() && cosigned->starts_with(head.Body())) return *std::move(cosigned);
  return log.Checkpoint(Head{size, root});
}

absl::StatusOr<v1::EvidenceLeaf> ProveOwn(const store::Reader& store, const LogBook& log,
                                          const NodeTerms& node, uint64_t index, uint64_t size) {
  const Head newest = log.head();
  if (size == 0) {
    GATEPOST_ASSIGN_OR_RETURN(ProvedLeaf first, log.Prove(index));
    GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(first.leaf));
    GATEPOST_ASSIGN_OR_RETURN(
        const std::vector<store::CosignedHeadRecord> above,
        store.CosignedHeads(ledger::LogOrigin(node.node, leaf.epoch), index + 1, 1));
    if (!above.empty() && above.front().size <= newest.size) {
      size = above.front().size;
    } else {
      size = leaf.epoch == log.epoch() ? newest.size : first.head.size;
    }
  }
  GATEPOST_ASSIGN_OR_RETURN(ProvedLeaf proved, log.ProveUnder(index, size));
  GATEPOST_ASSIGN_OR_RETURN(std::string note, OwnNote(store, log, size));
  return Proved(node.node, std::move(proved.leaf),
                {index, std::move(proved.path), std::move(note), std::nullopt});
}

absl::StatusOr<v1::EvidenceLeaf> ProvePeers(const store::Reader& store, const PeerLeaf& kept) {
  ledger::TlogProof proof;
  proof.index = kept.index;
  for (size_t at = 0; at + 32 <= kept.path.size(); at += 32) {
    proof.path.push_back(*certs::DigestFromBytes(kept.path.substr(at, 32)));
  }
  GATEPOST_ASSIGN_OR_RETURN(
      std::optional<std::string> cosigned,
      CosignedNote(store, ledger::LogOrigin(kept.peer, kept.epoch), kept.head_size));
  if (cosigned.has_value()) {
    proof.checkpoint = *std::move(cosigned);
  } else {
    GATEPOST_ASSIGN_OR_RETURN(std::optional<store::PeerHeadRecord> head,
                              store.PeerHead(kept.peer, kept.epoch, kept.head_size));
    if (head.has_value()) proof.checkpoint = std::move(head->checkpoint);
  }
  return Proved(kept.peer, std::string(kept.leaf), proof);
}

absl::StatusOr<std::string> NewestOwnNote(const store::Reader& store, const LogBook& log) {
  const Head newest = log.head();
  if (newest.size == 0) return "";
  GATEPOST_ASSIGN_OR_RETURN(std::optional<store::CosignedHeadRecord> cosigned,
                            store.NewestCosignedHead(log.origin()));
  if (cosigned.has_value()) return std::move(cosigned->checkpoint);
  if (!log.restored().empty()) return "";
  return log.Checkpoint(newest);
}

absl::StatusOr<std::string> NewestPeerNote(const store::Reader& store, std::string_view peer) {
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord link, store.Link(peer));
  GATEPOST_ASSIGN_OR_RETURN(
      std::optional<store::CosignedHeadRecord> cosigned,
      store.NewestCosignedHead(ledger::LogOrigin(peer, link.peer_head_epoch)));
  if (cosigned.has_value()) return std::move(cosigned->checkpoint);
  GATEPOST_ASSIGN_OR_RETURN(std::optional<store::PeerHeadRecord> head,
                            store.PeerHead(peer, link.peer_head_epoch, link.peer_head_size));
  return head.has_value() ? std::move(head->checkpoint) : "";
}

std::vector<std::string> CosignersOf(std::string_view note) {
  constexpr std::string_view kMark = "\n— ";
  constexpr std::string_view kWitness = "/witness";
  std::vector<std::string> nodes;
  for (size_t at = note.find(kMark); at != std::string_view::npos; at = note.find(kMark, at)) {
    at += kMark.size();
    const std::string_view name = note.substr(at, note.find(' ', at) - at);
    if (!name.ends_with(kWitness)) continue;
    const std::string_view node = name.substr(0, name.size() - kWitness.size());
    // One that exchanges its key may have cosigned by both.
    if (std::ranges::find(nodes, node) == nodes.end()) nodes.emplace_back(node);
  }
  return nodes;
}

}  // namespace gatepost::exchange
