#include "daemon/ledger/log_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cassert>

#include "daemon/system/reason.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::ledger {
namespace {

constexpr std::string_view kEnvelopeObject = "envelope:";
// A HELD message that never left (exchange/holding.h).
constexpr std::string_view kNotReleased = "NOT_RELEASED";

// Where the stored hash of each leaf stands among the nodes of a group: a leaf makes its own hash,
// and one node more for each set bit at the end of its index.
class NodePlaces {
 public:
  explicit NodePlaces(uint64_t first_index) : index_(first_index) {}

  size_t at() const { return at_; }
  void Next() { at_ += 1 + static_cast<size_t>(std::countr_one(index_++)); }

 private:
  uint64_t index_;
  size_t at_ = 0;
};

std::vector<Digest> LeafHashes(std::span<const std::string> leaves) {
  std::vector<Digest> hashes;
  hashes.reserve(leaves.size());
  for (const std::string& leaf : leaves) hashes.push_back(LeafHash(leaf));
  return hashes;
}

// The stored hashes of a group's leaves. The number of nodes fits.
std::vector<Digest> StoredHashes(const LogEntries& entries) {
  std::vector<Digest> hashes;
  hashes.reserve(entries.leaves.size());
  NodePlaces places(entries.first_index);
  for (size_t at = 0; at < entries.leaves.size(); ++at, places.Next()) {
    hashes.push_back((*entries.nodes)[places.at()]);
  }
  return hashes;
}

// PROTOCOL.md 3: these are unique on (event, object, peer, actor).
bool IsUnique(std::string_view event) {
  static constexpr std::string_view kOnce[] = {
      event::kHeld,    event::kReleased, event::kAccepted, event::kDelivered,
      event::kReceipt, event::kFetched,  event::kRead,     event::kDecided};
  return std::find(std::begin(kOnce), std::end(kOnce), event) != std::end(kOnce);
}

// What tells a fact from others of its kind.
std::string FactKey(const Leaf& leaf) {
  std::string key = fmt::format("{} {} {} {}", leaf.event, leaf.object, leaf.peer, leaf.actor);
  // Decisions that follow from others, or repeat them, say from which (exchange/agreements).
  if (leaf.event == event::kDecided) key += " " + leaf.detail;
  // An envelope that could not be opened has no identity: the same bytes may come again.
  if (leaf.object.starts_with(kEnvelopeObject)) {
    key += fmt::format(" {}", leaf.sequence.value_or(0));
  }
  return key;
}

}  // namespace

LogCheck::LogCheck(const Options& options, Observer observer)
    : options_(options), observer_(std::move(observer)) {}

void LogCheck::Report(LogFault fault, uint64_t index, std::string_view wanted,
                      std::string_view came) {
  if (++finding_count_ > options_.most_findings) return;
  findings_.push_back({fault, index,
                       system::Refuse(v1::REASON_LEDGER_DAMAGED, wanted, came,
                                      "keep the copy, and compare it with a backup and the peer")});
}

void LogCheck::ExpectHead(uint64_t size, const Digest& root, std::string whose) {
  assert(size >= next_index_);
  const ExpectedHead head{root, std::move(whose)};
  if (size > next_index_) {
    heads_.emplace(size, head);
  } else if (!lost_) {
    MeetHead(size, range_.Root(), head);
  }
}

void LogCheck::MeetHead(uint64_t size, const Digest& root, const ExpectedHead& head) {
  if (head.root == root) return;
  Report(LogFault::kHead, size,
         fmt::format("{} to be of this log, root {}", head.whose, certs::ToHex(root)),
         fmt::format("root {}", certs::ToHex(head.root)));
}

void LogCheck::Feed(const LogEntries& entries) {
  if (!CheckPlace(entries)) return;
  const std::vector<Digest> hashes = LeafHashes(entries.leaves);
  std::vector<bool> changed;
  if (!CheckNodeCount(entries, hashes)) {
    LogEntries without_nodes = entries;
    without_nodes.nodes.reset();
    changed = CheckTree(without_nodes, hashes);
  } else {
    changed = CheckTree(entries, hashes);
  }
  for (size_t at = 0; at < entries.leaves.size(); ++at) {
    CheckLeaf(entries.first_index + at, entries.leaves[at], changed[at]);
  }
  next_index_ = entries.first_index + entries.leaves.size();
}

// False when the group is passed over.
bool LogCheck::CheckPlace(const LogEntries& entries) {
  const uint64_t first = entries.first_index;
  if (entries.leaves.empty()) {
    Report(LogFault::kGap, first, "a group with at least one entry", "one without");
    return false;
  }
  if (first < next_index_) {
    Report(LogFault::kGap, first, fmt::format("entry {} next", next_index_),
           fmt::format("entries from {} on again", first));
    return false;
  }
  if (first > next_index_) {
    Report(LogFault::kGap, next_index_, fmt::format("entry {} next", next_index_),
           fmt::format("entry {}: {} missing", first, first - next_index_));
    lost_ = true;
  }
  return true;
}

// Whether there are as many nodes as the leaves make; true when nodes are not compared.
bool LogCheck::CheckNodeCount(const LogEntries& entries, const std::vector<Digest>& hashes) {
  if (!entries.nodes) return true;
  const std::span<const Digest> nodes = *entries.nodes;
  const uint64_t first = entries.first_index;
  const uint64_t wanted = NodeCount(first + hashes.size()) - NodeCount(first);
  if (nodes.size() == wanted) return true;
  // An entry that was taken out or put in shows where hashes and nodes part.
  NodePlaces places(first);
  size_t at = 0;
  for (; at < hashes.size(); ++at, places.Next()) {
    if (places.at() >= nodes.size() || nodes[places.at()] != hashes[at]) break;
  }
  Report(LogFault::kNode, first + at,
         fmt::format("{} nodes for {} entries from {} on", wanted, hashes.size(), first),
         fmt::format("{} nodes, which fit up to here", nodes.size()));
  return false;
}

std::vector<bool> LogCheck::CheckTree(const LogEntries& entries,
                                      const std::vector<Digest>& hashes) {
  std::vector<bool> changed(hashes.size(), false);
  const std::vector<Digest> stored = entries.nodes ? StoredHashes(entries) : hashes;
  bool leaf_was_changed = true;
  if (!lost_) {
    Trial trial = Try(entries, hashes);
    if (stored != hashes) {
      // Either the leaf or its hash was changed: the root tells which, or else the nodes above.
      Trial other = Try(entries, stored);
      leaf_was_changed = other.root_holds != trial.root_holds
                             ? other.root_holds
                             : other.wrong_nodes.size() <= trial.wrong_nodes.size();
      if (leaf_was_changed) trial = std::move(other);
    }
    ReportTree(entries, trial);
    range_ = std::move(trial.range);
  }
  for (size_t at = 0; at < hashes.size(); ++at) {
    if (hashes[at] == stored[at]) continue;
    changed[at] = leaf_was_changed;
    Report(leaf_was_changed ? LogFault::kLeafChanged : LogFault::kNode, entries.first_index + at,
           leaf_was_changed ? fmt::format("a leaf of hash {}", certs::ToHex(stored[at]))
                            : fmt::format("the leaf's hash {}", certs::ToHex(hashes[at])),
           leaf_was_changed ? fmt::format("one of hash {}", certs::ToHex(hashes[at]))
                            : fmt::format("hash {} stored", certs::ToHex(stored[at])));
  }
  return changed;
}

LogCheck::Trial LogCheck::Try(const LogEntries& entries, const std::vector<Digest>& hashes) const {
  Trial trial;
  trial.range = range_;
  std::vector<Digest> made;
  NodePlaces places(entries.first_index);
  for (size_t at = 0; at < hashes.size(); ++at, places.Next()) {
    made.clear();
    trial.range.Append(hashes[at], &made);
    for (size_t level = 1; entries.nodes && level < made.size(); ++level) {
      const Digest& stored = (*entries.nodes)[places.at() + level];
      if (stored == made[level]) continue;
      trial.wrong_nodes.push_back(
          {entries.first_index + at, static_cast<int>(level), stored, made[level]});
    }
    const uint64_t size = trial.range.size();
    if (heads_.contains(size)) trial.roots.emplace_back(size, trial.range.Root());
  }
  if (entries.root) trial.root_holds = trial.range.Root() == *entries.root;
  return trial;
}

// Reports what does not hold above the leaves.
void LogCheck::ReportTree(const LogEntries& entries, const Trial& trial) {
  for (const Trial::WrongNode& node : trial.wrong_nodes) {
    Report(LogFault::kNode, node.made_by,
           fmt::format("node {} of level {} to be {}", node.made_by >> node.level, node.level,
                       certs::ToHex(node.computed)),
           fmt::format("{} stored", certs::ToHex(node.stored)));
  }
  if (!trial.root_holds && !root_was_wrong_) {
    Report(LogFault::kRoot, trial.range.size(),
           fmt::format("root {} of the entries", certs::ToHex(trial.range.Root())),
           fmt::format("{} stored", certs::ToHex(*entries.root)));
  }
  root_was_wrong_ = !trial.root_holds;
  for (const auto& [size, root] : trial.roots) {
    const auto [begin, end] = heads_.equal_range(size);
    for (auto head = begin; head != end; ++head) MeetHead(size, root, head->second);
    heads_.erase(begin, end);
  }
}

void LogCheck::CheckLeaf(uint64_t index, std::string_view bytes, bool changed) {
  const absl::StatusOr<Leaf> leaf = Leaf::Parse(bytes);
  if (changed || !leaf.ok()) {
    if (!changed) {
      const std::optional<system::Refusal> why = system::RefusalOf(leaf.status());
      Report(LogFault::kLeafForm, index, why ? why->wanted : "a version 1 leaf",
             why ? why->came : "other bytes");
    }
    if (observer_) observer_(index, bytes, nullptr);
    return;
  }
  if (leaf->time < last_time_) {
    Report(LogFault::kLeafTime, index,
           fmt::format("a time from {} on",
                       absl::FormatTime(absl::RFC3339_full, last_time_, absl::UTCTimeZone())),
           absl::FormatTime(absl::RFC3339_full, leaf->time, absl::UTCTimeZone()));
  }
  last_time_ = leaf->time;
  if (last_epoch_ && leaf->epoch != *last_epoch_ &&
      (leaf->epoch < *last_epoch_ || leaf->event != event::kEpoch)) {
    Report(LogFault::kLeafEpoch, index,
           fmt::format("epoch {}, or an EPOCH leaf that opens a later one", *last_epoch_),
           fmt::format("{} in epoch {}", leaf->event, leaf->epoch));
  }
  last_epoch_ = leaf->epoch;
  CheckFact(index, *leaf);
  if (observer_) observer_(index, bytes, &*leaf);
}

// What was dropped while it was HELD may be handed in, and held, again.
std::string LogCheck::KeyOf(const Leaf& leaf) const {
  std::string key = FactKey(leaf);
  if (leaf.event != event::kHeld) return key;
  const auto dropped = dropped_.find(leaf.object);
  return dropped == dropped_.end() ? key : fmt::format("{} {}", key, dropped->second);
}

void LogCheck::CheckFact(uint64_t index, const Leaf& leaf) {
  if (leaf.event == event::kRefused && leaf.result == kNotReleased) ++dropped_[leaf.object];
  if (!IsUnique(leaf.event)) return;
  const Digest digest = certs::Sha256Of(KeyOf(leaf));
  Fact fact;
  std::copy_n(digest.begin(), fact.size(), fact.begin());
  if (facts_.size() >= options_.most_facts) {
    remembered_all_facts_ = false;
    if (!facts_.contains(fact)) return;
  } else if (facts_.insert(fact).second) {
    return;
  }
  Report(LogFault::kLeafRepeated, index,
         fmt::format("one {} of {} for this peer and actor", leaf.event, leaf.object),
         "another one");
}

void LogCheck::Finish() {
  for (const auto& [size, head] : heads_) {
    if (size <= next_index_) continue;  // Not computed after a gap, which was found.
    Report(LogFault::kHead, size, fmt::format("at least {} entries, as {} shows", size, head.whose),
           fmt::format("{}", next_index_));
  }
  heads_.clear();
}

}  // namespace gatepost::ledger
