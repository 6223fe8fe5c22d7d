// Heads that are held, certificate chains, and where each link stands.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/evidence/store_parts.h"

namespace gatepost::evidence {
namespace {

// The node whose log has that origin, `<node>/audit/<epoch>`.
std::string_view NodeOfOrigin(std::string_view origin) {
  constexpr std::string_view kAudit = "/audit/";
  return origin.substr(0, std::min(origin.rfind(kAudit), origin.size()));
}

bool IsCosignedBy(const ledger::OpenedCheckpoint& head, const ledger::KeyRing& witness) {
  return std::any_of(head.cosignatures.begin(), head.cosignatures.end(),
                     [&](const ledger::Cosignature& cosignature) {
                       return witness.PlaceOf(cosignature.witness).has_value();
                     });
}

// A head of some log that this node keeps under `origin` and `size`; what does not hold is found.
std::optional<ledger::OpenedCheckpoint> OpenHead(StoreCheckParts& parts, const std::string& name,
                                                 const std::string& origin, uint64_t size,
                                                 const std::string& checkpoint) {
  const std::string claimed = checkpoint.substr(0, checkpoint.find('\n'));
  if (claimed != origin) {
    parts.Find(name, fmt::format("a head of {}", origin), claimed);
    return std::nullopt;
  }
  const std::string node(NodeOfOrigin(origin));
  if (!parts.KnowsPeer(node)) return std::nullopt;
  const auto witnesses = parts.WitnessKeys();
  auto opened = ledger::OpenCheckpoint(checkpoint, parts.KeysOf(node)->log, witnesses);
  if (!opened.ok()) {
    parts.Find(name, opened.status());
    return std::nullopt;
  }
  parts.Expect(name, "a head of size", size, opened->checkpoint.size);
  return *std::move(opened);
}

// Heads are kept there for what others have cosigned.
void CheckCosigned(StoreCheckParts& parts, const std::string& name,
                   const store::CosignedHeadRecord& head) {
  const auto opened = OpenHead(parts, name, head.origin, head.size, head.checkpoint);
  if (!opened || !opened->cosignatures.empty()) return;
  const NodeKeys* log = parts.KeysOf(NodeOfOrigin(head.origin));
  const auto witnesses = parts.WitnessKeys();
  const bool somebody_could =
      std::any_of(witnesses.begin(), witnesses.end(), [&](const ledger::VerifierKey& key) {
        return !log->witness || !log->witness->PlaceOf(key).has_value();
      });
  if (somebody_could) parts.Find(name, "a cosignature of a known witness", "none");
}

void CheckPeerHead(StoreCheckParts& parts, const std::string& name,
                   const store::PeerHeadRecord& head) {
  const auto opened =
      OpenHead(parts, name, ledger::LogOrigin(head.peer, head.epoch), head.size, head.checkpoint);
  if (opened) parts.Expect(name, "a head of root", opened->checkpoint.root, head.root);
}

void CheckWitnessed(StoreCheckParts& parts, const std::string& name,
                    const store::WitnessedRecord& head) {
  const auto opened = OpenHead(parts, name, head.origin, head.size, head.checkpoint);
  if (!opened) return;
  parts.Expect(name, "a head of root", opened->checkpoint.root, head.root);
  const auto& own = parts.options.own.witness;
  if (own && !IsCosignedBy(*opened, *own)) {
    parts.Find(name, fmt::format("a cosignature of {}", own->newest().name()), "none");
  }
}

// The newest heads that a link's row names are held.
void CheckLink(StoreCheckParts& parts, const std::string& name, const store::LinkRecord& link) {
  if (link.peer_head_size != 0) {
    const auto head = parts.reader.PeerHead(link.peer, link.peer_head_epoch, link.peer_head_size);
    if (!head.ok() || !head->has_value()) {
      parts.Find(name, fmt::format("the peer's head of size {}", link.peer_head_size), "none");
    }
  }
  if (link.cosigned_size == 0) return;
  const auto heads = parts.reader.CosignedHeads(
      ledger::LogOrigin(parts.options.own.node, link.cosigned_epoch), link.cosigned_size, 1);
  const NodeKeys* keys = parts.KeysOf(link.peer);
  const bool held = heads.ok() && !heads->empty() && heads->front().size == link.cosigned_size;
  if (!held) {
    return parts.Find(name, fmt::format("its cosigned head of size {}", link.cosigned_size),
                      "none");
  }
  if (keys == nullptr || !keys->witness) return;
  const auto opened = ledger::OpenCheckpoint(heads->front().checkpoint, parts.options.own.log,
                                             keys->witness->keys());
  if (!opened.ok() || !IsCosignedBy(*opened, *keys->witness)) {
    parts.Find(name, fmt::format("a cosignature of {}", keys->witness->newest().name()), "none");
  }
}

}  // namespace

void CheckHeads(StoreCheckParts& parts) {
  std::map<std::string, std::pair<uint64_t, uint64_t>> largest;
  parts.Each(parts.reader.AllPeerHeads(), [&](const std::string& name, const auto& head) {
    ++parts.verdict.counts.peer_heads;
    auto& last = largest[head.peer];
    last = std::max(last, std::pair(head.epoch, head.size));
    CheckPeerHead(parts, name, head);
  });
  parts.Each(parts.reader.AllLinks(), [&](const std::string& name, const auto& link) {
    const auto& [epoch, size] = largest[link.peer];
    parts.Expect(name, "epoch of the peer's newest head", epoch, link.peer_head_epoch);
    parts.Expect(name, "size of the peer's newest head", size, link.peer_head_size);
  });
  parts.Each(parts.reader.AllCosignedHeads(), [&](const std::string& name, const auto& head) {
    ++parts.verdict.counts.cosigned_heads;
    CheckCosigned(parts, name, head);
  });
  parts.Each(parts.reader.AllWitnessed(),
             [&](const std::string& name, const auto& head) { CheckWitnessed(parts, name, head); });
}

void CheckChains(StoreCheckParts& parts) {
  parts.Each(parts.reader.AllChains(), [&](const std::string& name, const auto& chain) {
    ++parts.verdict.counts.chains;
    parts.Expect(name, "SHA-256 of its leaf", chain.leaf_sha256,
                 certs::Sha256Of(chain.certificates.front()));
  });
}

void CheckLinks(StoreCheckParts& parts) {
  parts.Each(parts.reader.AllLinks(),
             [&](const std::string& name, const auto& link) { CheckLink(parts, name, link); });
}

}  // namespace gatepost::evidence
