#include "client/evidence/log_keys.h"

#include <charconv>
#include <utility>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/proof.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"
#include "fmt/format.h"

namespace gatepost::evidence {
namespace {

absl::Status Wrong(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_EVIDENCE_INVALID, wanted, system::Printable(came, 200),
                        "ask for the exact bytes again; if they stay so, it proves nothing");
}

absl::Status NoKey(std::string_view node) {
  return system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE,
                        fmt::format("a link agreement that names the log of {}", node), "none",
                        "name your own copy of it by --agreement, or in agreement_files of the "
                        "client config");
}

}  // namespace

absl::StatusOr<HeadOrigin> OriginOf(std::string_view note) {
  const std::string_view line = note.substr(0, note.find('\n'));
  const size_t slash = line.rfind('/');
  HeadOrigin origin;
  if (slash != std::string_view::npos) {
    const char* const end = line.data() + line.size();
    const auto [at, error] = std::from_chars(line.data() + slash + 1, end, origin.epoch);
    origin.node = std::string(line.substr(0, line.find('/')));
    if (error == std::errc() && at == end &&
        ledger::LogOrigin(origin.node, origin.epoch) == line) {
      return origin;
    }
  }
  return Wrong("a head of a node's log, whose first line is <node>/audit/<epoch>", line);
}

absl::Status LogKeys::Add(const config::LinkAgreement& agreement) {
  for (const config::AgreedNode& node : agreement.nodes) {
    const std::string& name = node.stated.node();
    const auto known = logs_.find(name);
    if (known == logs_.end()) {
      logs_.emplace(name, Node{node.log, node.witness});
      nodes_of_witnesses_.emplace(node.witness.name(), name);
      witnesses_.push_back(node.witness);
    } else if (known->second.log != node.log || known->second.witness != node.witness) {
      return system::Refuse(v1::REASON_BAD_CONFIG,
                            fmt::format("link agreements that name one pair of keys for {}", name),
                            fmt::format("another in {}", agreement.file.path),
                            "judge each link by itself");
    }
  }
  return absl::OkStatus();
}

const ledger::VerifierKey* LogKeys::Log(std::string_view node) const {
  const auto found = logs_.find(node);
  return found == logs_.end() ? nullptr : &found->second.log;
}

std::vector<CosignedBy> LogKeys::Cosigners(const ledger::OpenedCheckpoint& head) const {
  std::vector<CosignedBy> all;
  for (const ledger::Cosignature& one : head.cosignatures) {
    const auto node = nodes_of_witnesses_.find(one.witness.name());
    if (node != nodes_of_witnesses_.end()) all.push_back({node->second, one.time});
  }
  return all;
}

absl::StatusOr<OpenedHead> LogKeys::Open(std::string_view note) const {
  GATEPOST_ASSIGN_OR_RETURN(HeadOrigin origin, OriginOf(note));
  const ledger::VerifierKey* const key = Log(origin.node);
  if (key == nullptr) return NoKey(origin.node);
  GATEPOST_ASSIGN_OR_RETURN(const ledger::OpenedCheckpoint head,
                            ledger::OpenCheckpoint(note, *key, witnesses_));
  return OpenedHead{.node = std::move(origin.node),
                    .epoch = origin.epoch,
                    .size = head.checkpoint.size,
                    .root = head.checkpoint.root,
                    .cosigned = Cosigners(head)};
}

absl::StatusOr<ProvedEntry> LogKeys::Prove(const v1::EvidenceLeaf& leaf) const {
  const ledger::VerifierKey* const key = Log(leaf.node());
  if (key == nullptr) return NoKey(leaf.node());
  GATEPOST_ASSIGN_OR_RETURN(
      const ledger::VerifiedProof proof,
      ledger::VerifyProofText(leaf.leaf(), leaf.proof(), *key, witnesses_));
  GATEPOST_ASSIGN_OR_RETURN(const HeadOrigin origin, OriginOf(proof.head.body));
  ProvedEntry entry;
  GATEPOST_ASSIGN_OR_RETURN(entry.leaf, ledger::Leaf::Parse(leaf.leaf()));
  if (entry.leaf.epoch > origin.epoch) {
    return Wrong(fmt::format("a leaf of epoch {} or earlier", origin.epoch),
                 fmt::format("one of epoch {}", entry.leaf.epoch));
  }
  entry.node = leaf.node();
  entry.index = proof.index;
  entry.leaf_bytes = leaf.leaf();
  entry.head_size = proof.head.checkpoint.size;
  entry.cosigned = Cosigners(proof.head);
  return entry;
}

}  // namespace gatepost::evidence
