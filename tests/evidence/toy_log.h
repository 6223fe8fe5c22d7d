#ifndef GATEPOST_TESTS_EVIDENCE_TOY_LOG_H_
#define GATEPOST_TESTS_EVIDENCE_TOY_LOG_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "certs/ed25519.h"
#include "client/evidence/log_keys.h"
#include "daemon/config/link_agreement.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/leaf.h"
#include "daemon/ledger/merkle.h"
#include "daemon/ledger/proof.h"

namespace gatepost::testing {

// The keys of one node of tests; its witness has another key than its log.
struct ToyNode {
  explicit ToyNode(const std::string& node)
      : name(node),
        log(ledger::LogKeyName(node), ledger::kEd25519Type, certs::Ed25519Key::Generate().value()),
        witness(ledger::WitnessKeyName(node), ledger::kEd25519CosignatureType,
                certs::Ed25519Key::Generate().value()) {}

  config::AgreedNode Agreed() const {
    config::AgreedNode agreed{
        .stated = {},
        .spiffe_id = certs::SpiffeId::Parse("spiffe://" + name + ".example/node/" + name).value(),
        .roots = {},
        .log = ledger::VerifierOf(log).value(),
        .witness = ledger::VerifierOf(witness).value()};
    agreed.stated.set_node(name);
    return agreed;
  }

  std::string name;
  ledger::Ed25519NoteSigner log;
  ledger::Ed25519NoteSigner witness;
};

// The keys that a link agreement of these two nodes makes one believe.
inline evidence::LogKeys KeysOf(const ToyNode& a, const ToyNode& b) {
  config::LinkAgreement agreement;
  agreement.nodes.push_back(a.Agreed());
  agreement.nodes.push_back(b.Agreed());
  evidence::LogKeys keys;
  if (!keys.Add(agreement).ok()) std::abort();
  return keys;
}

// A log of one node; a second one with the same node is what a dishonest one keeps beside it.
class ToyLog {
 public:
  explicit ToyLog(const ToyNode& node, uint64_t epoch = 1) : node_(node), epoch_(epoch) {}

  // Appends leaves of version 1 about numbered facts; `world` makes those of another history.
  void Grow(uint64_t size, const std::string& world = "one") {
    while (range_.size() < size) {
      ledger::Leaf leaf;
      leaf.event = ledger::event::kAlarm;
      leaf.time = absl::FromUnixSeconds(1'770'000'000 + static_cast<int64_t>(range_.size()));
      leaf.epoch = epoch_;
      leaf.object = "fact:" + world + "-" + std::to_string(range_.size());
      leaves_.push_back(leaf.Encode().value());
      range_.Append(ledger::LeafHash(leaves_.back()), &nodes_);
    }
  }

  std::string Head(uint64_t size) const {
    return ledger::SignCheckpoint({ledger::LogOrigin(node_.name, epoch_), size, Root(size)},
                                  node_.log)
        .value();
  }

  std::string Head(uint64_t size, const ToyNode& witness) const {
    const std::string note = Head(size);
    const std::string body = note.substr(0, note.find("\n\n") + 1);
    return note +
           ledger::Cosign(body, witness.witness, absl::FromUnixSeconds(1'770'100'000)).value();
  }

  certs::Digest Root(uint64_t size) const {
    return ledger::RootAt(size, ledger::FlatNodeReader(nodes_)).value();
  }

  v1::ProveConsistencyResponse Consistency(uint64_t before, uint64_t after) const {
    v1::ProveConsistencyResponse proof;
    proof.set_old_head(Head(before));
    proof.set_new_head(Head(after));
    const std::vector<certs::Digest> path =
        ledger::ConsistencyProof(before, after, ledger::FlatNodeReader(nodes_)).value();
    for (const certs::Digest& hash : path) {
      proof.add_consistency(std::string(certs::AsView(hash)));
    }
    return proof;
  }

  v1::EvidenceLeaf Prove(uint64_t index, uint64_t size) const {
    v1::EvidenceLeaf leaf;
    leaf.set_node(node_.name);
    leaf.set_leaf(leaves_[index]);
    ledger::TlogProof proof;
    proof.index = index;
    proof.path = ledger::InclusionProof(index, size, ledger::FlatNodeReader(nodes_)).value();
    proof.checkpoint = Head(size);
    leaf.set_proof(proof.Format());
    return leaf;
  }

  const std::vector<std::string>& leaves() const { return leaves_; }

 private:
  const ToyNode& node_;
  const uint64_t epoch_;
  std::vector<std::string> leaves_;
  std::vector<certs::Digest> nodes_;
  ledger::CompactRange range_;
};

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_EVIDENCE_TOY_LOG_H_
