// What signed heads say: forks, rollbacks, and whether one continues the other.

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "client/evidence/head_pool.h"
#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"

namespace gatepost::evidence {
namespace {

absl::Time TimeOf(const v1::GetHeadsResponse& heads) {
  return absl::FromUnixSeconds(heads.time().seconds()) + absl::Nanoseconds(heads.time().nanos());
}

std::string Someone(const std::set<std::string>& holders) {
  return holders.empty() ? "" : *holders.begin();
}

HistoryFinding Between(Difference what, const std::string& log, uint64_t first,
                       const HeadPool::Root& a, uint64_t last, const HeadPool::Root& b) {
  HistoryFinding finding;
  finding.what = what;
  finding.log = log;
  finding.first = first;
  finding.last = last;
  finding.first_by = Someone(a.held_by);
  finding.second_by = Someone(b.held_by);
  finding.held = a.note;
  finding.came = b.note;
  return finding;
}

// Two heads that a node kept as proof.
void CompareKept(const CompareInput& input, Comparison& comparison) {
  for (const v1::GetHeadsResponse& node : input.nodes) {
    for (const v1::LinkHeads& link : node.links()) {
      for (const v1::ForkProof& fork : link.forks()) {
        const absl::StatusOr<OpenedHead> held = input.keys.Open(fork.held());
        const absl::StatusOr<OpenedHead> came = input.keys.Open(fork.came());
        HistoryFinding finding;
        finding.what = Difference::kBadHead;
        finding.log = link.peer_node();
        finding.first_by = finding.second_by = node.node();
        finding.held = fork.held();
        finding.came = fork.came();
        if (held.ok() && came.ok() && held->node == came->node) {
          const bool fork_proved =
              held->epoch == came->epoch && held->size == came->size && held->root != came->root;
          finding.what = fork_proved ? Difference::kFork : Difference::kContradiction;
          finding.log = held->node;
          finding.first = held->size;
          finding.last = came->size;
        }
        comparison.differences.push_back(std::move(finding));
      }
    }
  }
}

// A node's own head that is behind one that was held before it answered.
void CompareOwnHeads(const CompareInput& input, Comparison& comparison) {
  for (const v1::GetHeadsResponse& node : input.nodes) {
    const absl::StatusOr<OpenedHead> own = input.keys.Open(node.head());
    if (!own.ok() || own->node != node.node()) continue;
    HeadPool earlier(input.keys);
    for (const v1::GetHeadsResponse& other : input.nodes) {
      if (TimeOf(other) <= TimeOf(node)) earlier.Add(other);
    }
    for (auto log = earlier.logs().rbegin(); log != earlier.logs().rend(); ++log) {
      const auto& [name, epoch] = log->first;
      if (name != own->node) continue;
      const auto& [size, roots] = *log->second.rbegin();
      if (epoch < own->epoch || (epoch == own->epoch && size <= own->size)) break;
      const HeadPool::Root mine{own->root, node.head(), {node.node()}};
      comparison.differences.push_back(
          Between(Difference::kRollback, name, own->size, mine, size, roots.front()));
      break;
    }
  }
}

// Whether the first node has shown that its log of one size continues that of a smaller one.
enum class Shown { kNo, kYes, kContradicted };

Shown JudgeProof(const v1::ProveConsistencyResponse& proof, const OpenedHead& before,
                 const OpenedHead& after) {
  std::vector<certs::Digest> path;
  for (const std::string& hash : proof.consistency()) {
    const std::optional<certs::Digest> digest = certs::DigestFromBytes(hash);
    if (!digest.has_value()) return Shown::kContradicted;
    path.push_back(*digest);
  }
  return ledger::VerifyConsistency(before.size, after.size, before.root, after.root, path).ok()
             ? Shown::kYes
             : Shown::kContradicted;
}

// The proofs of one log in one epoch by their two sizes; of several the worst.
class ShownProofs {
 public:
  explicit ShownProofs(const CompareInput& input) {
    for (const v1::ProveConsistencyResponse& proof : input.consistency) {
      const absl::StatusOr<OpenedHead> before = input.keys.Open(proof.old_head());
      const absl::StatusOr<OpenedHead> after = input.keys.Open(proof.new_head());
      if (!before.ok() || !after.ok() || before->node != after->node ||
          before->epoch != after->epoch) {
        continue;
      }
      Shown& shown = proofs_[{{after->node, after->epoch}, before->size, after->size}];
      shown = std::max(shown, JudgeProof(proof, *before, *after));
    }
  }

  Shown Of(const HeadPool::Log& log, uint64_t small, uint64_t large) const {
    const auto found = proofs_.find({log, small, large});
    return found == proofs_.end() ? Shown::kNo : found->second;
  }

 private:
  std::map<std::tuple<HeadPool::Log, uint64_t, uint64_t>, Shown> proofs_;
};

// One log in one epoch: one root for each size, and each size continues the one before.
void CompareLog(const ShownProofs& proofs, const HeadPool::Log& log, const HeadPool::Sizes& sizes,
                Comparison& comparison) {
  bool holds = true;
  NotCompared open{.log = log.first, .peer = "", .sizes = {}, .no_key = false};
  SameHistory same{.log = log.first, .peer = "", .epoch = log.second, .upto = 0, .held_by = {}};
  const std::pair<const uint64_t, std::vector<HeadPool::Root>>* before = nullptr;
  for (const auto& here : sizes) {
    for (size_t i = 1; i < here.second.size(); ++i) {
      holds = false;
      comparison.differences.push_back(Between(Difference::kFork, log.first, here.first,
                                               here.second[0], here.first, here.second[i]));
    }
    if (before != nullptr) {
      const Shown shown = proofs.Of(log, before->first, here.first);
      if (shown == Shown::kContradicted) {
        holds = false;
        comparison.differences.push_back(Between(Difference::kNotContinued, log.first,
                                                 before->first, before->second[0], here.first,
                                                 here.second[0]));
      } else if (shown == Shown::kNo) {
        if (open.sizes.empty()) open.sizes.push_back(before->first);
        open.sizes.push_back(here.first);
      }
    }
    for (const HeadPool::Root& root : here.second) {
      same.held_by.insert(root.held_by.begin(), root.held_by.end());
    }
    same.upto = here.first;
    before = &here;
  }
  if (!open.sizes.empty()) {
    comparison.not_compared.push_back(std::move(open));
  } else if (holds) {
    comparison.same.push_back(std::move(same));
  }
}

}  // namespace

void HeadPool::Add(const std::string& note, const std::string& holder) {
  if (note.empty()) return;
  const absl::StatusOr<OpenedHead> head = keys_.Open(note);
  if (!head.ok()) {
    const absl::StatusOr<HeadOrigin> origin = OriginOf(note);
    if (origin.ok() && system::ReasonOf(head.status()) == v1::REASON_EVIDENCE_INCOMPLETE) {
      without_key_.insert(origin->node);
      return;
    }
    HistoryFinding finding;
    finding.what = Difference::kBadHead;
    if (origin.ok()) finding.log = origin->node;
    finding.first_by = holder;
    finding.held = note;
    bad_heads_.push_back(std::move(finding));
    return;
  }
  std::vector<Root>& roots = logs_[{head->node, head->epoch}][head->size];
  const auto known = std::ranges::find(roots, head->root, &Root::root);
  if (known != roots.end()) {
    known->held_by.insert(holder);
  } else {
    roots.push_back({head->root, note, {holder}});
  }
}

void HeadPool::Add(const v1::GetHeadsResponse& heads) {
  Add(heads.head(), heads.node());
  Add(heads.cosigned_head(), heads.node());
  for (const v1::LinkHeads& link : heads.links()) {
    for (const std::string& head : link.peer_heads()) Add(head, heads.node());
    Add(link.cosigned_head(), link.peer_node());
    Add(link.held_by_peer(), link.peer_node());
  }
}

void CompareHeads(const CompareInput& input, Comparison& comparison) {
  HeadPool pool(input.keys);
  for (const v1::GetHeadsResponse& node : input.nodes) pool.Add(node);
  for (const v1::ProveConsistencyResponse& proof : input.consistency) {
    pool.Add(proof.old_head(), input.nodes.front().node());
    pool.Add(proof.new_head(), input.nodes.front().node());
  }
  CompareKept(input, comparison);
  CompareOwnHeads(input, comparison);
  const ShownProofs proofs(input);
  for (const auto& [log, sizes] : pool.logs()) CompareLog(proofs, log, sizes, comparison);
  for (const HistoryFinding& finding : pool.bad_heads()) {
    comparison.differences.push_back(finding);
  }
  for (const std::string& node : pool.without_key()) {
    comparison.not_compared.push_back({.log = node, .peer = "", .sizes = {}, .no_key = true});
  }
}

}  // namespace gatepost::evidence
