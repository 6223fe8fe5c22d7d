// The log of a folder, and the messages that its entries are about.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "client/evidence/store_messages.h"
#include "client/evidence/store_parts.h"
#include "daemon/ledger/log_check.h"
#include "daemon/ledger/merkle.h"
#include "daemon/store/epochs.h"

namespace gatepost::evidence {
namespace {

// The leaves in a blob, as far as it can be read: each with its length in two bytes before it.
std::vector<std::string> LeavesIn(std::string_view blob) {
  std::vector<std::string> leaves;
  while (blob.size() >= 2) {
    const size_t length = static_cast<size_t>(static_cast<unsigned char>(blob[0])) << 8 |
                          static_cast<unsigned char>(blob[1]);
    if (length > blob.size() - 2) break;
    leaves.emplace_back(blob.substr(2, length));
    blob.remove_prefix(2 + length);
  }
  if (!blob.empty()) leaves.emplace_back(blob);  // What is left over is no leaf.
  return leaves;
}

std::vector<certs::Digest> DigestsIn(std::string_view blob) {
  std::vector<certs::Digest> digests;
  for (; blob.size() >= 32; blob.remove_prefix(32)) {
    digests.push_back(*certs::DigestFromBytes(blob.substr(0, 32)));
  }
  return digests;
}

class LogPass {
 public:
  explicit LogPass(StoreCheckParts& parts)
      : parts_(parts),
        messages_(parts),
        heads_(parts.reader.AllCosignedHeads()),
        check_({.most_findings = parts.options.most_findings},
               [this](uint64_t index, std::string_view, const ledger::Leaf* leaf) {
                 Count(leaf);
                 messages_.OnEntry(index, leaf);
               }) {
    absl::StatusOr<store::Epochs> epochs = store::ReadEpochs(parts.reader, store::OwnEpochs());
    if (epochs.ok()) {
      epochs_ = *std::move(epochs);
    } else {
      parts.Find("epochs", epochs.status());
    }
    NextHead();
  }

  void Group(const std::string& name, const store::StoredGroup& group) {
    std::vector<std::string> leaves = LeavesIn(group.leaves);
    const std::vector<certs::Digest> nodes = DigestsIn(group.nodes);
    // A length that was changed shifts what comes after it: the number of entries is told by the
    // nodes, too.
    const auto nodes_of = [&](uint64_t count) {
      return ledger::NodeCount(group.first_index + count) - ledger::NodeCount(group.first_index);
    };
    if (leaves.size() != group.leaf_count) {
      if (group.leaf_count <= nodes.size() && nodes_of(group.leaf_count) == nodes.size()) {
        leaves.resize(group.leaf_count);
      } else {
        parts_.Expect(name, "number of entries", leaves.size(), group.leaf_count);
      }
    }
    parts_.Expect(name, "bytes of nodes", nodes.size() * 32, group.nodes.size());
    const std::optional<certs::Digest> root = certs::DigestFromBytes(group.root);
    if (!root) parts_.Find(name, "a root of 32 bytes", fmt::format("{}", group.root.size()));
    while (head_ && head_->size <= group.first_index + leaves.size()) ExpectHead();
    check_.Feed({group.first_index, leaves, nodes, root});
    ++parts_.verdict.counts.groups;
    parts_.verdict.counts.entries += leaves.size();
    Take();
  }

  void Finish() {
    while (head_) ExpectHead();
    check_.Finish();
    Take();
    messages_.Finish();
    parts_.verdict.log_size = check_.size();
    parts_.verdict.log_root = check_.range().Root();
  }

 private:
  // Copies what the log's check has found since the last time.
  void Take() {
    for (; taken_ < check_.findings().size(); ++taken_) {
      const ledger::LogFinding& finding = check_.findings()[taken_];
      const bool of_size =
          finding.fault == ledger::LogFault::kRoot || finding.fault == ledger::LogFault::kHead;
      parts_.Find(of_size ? fmt::format("entry {}", finding.index == 0 ? 0 : finding.index - 1)
                          : fmt::format("entry {}", finding.index),
                  finding.why);
    }
    // Those that were not kept there are still counted.
    parts_.verdict.finding_count += check_.finding_count() - counted_ - (taken_ - taken_before_);
    counted_ = check_.finding_count();
    taken_before_ = taken_;
  }

  void Count(const ledger::Leaf* leaf) {
    if (leaf == nullptr) return;
    LogCounts& counts = parts_.log_counts;
    if (leaf->event == ledger::event::kReceipt) ++counts.receipts[leaf->peer];
    if (leaf->event == ledger::event::kDecided) ++counts.decisions[leaf->peer];
    if (leaf->event == ledger::event::kFetched || leaf->event == ledger::event::kRead) {
      ++counts.rungs[leaf->peer];
    }
  }

  // The next head of this node's own log that others cosigned. One of an end that was lost with
  // its disk is evidence (PROTOCOL.md 6), and no head of the log that is here.
  void NextHead() {
    head_.reset();
    while (true) {
      auto row = heads_->Next();
      if (!row.ok() || !row->has_value()) return;  // CheckHeads finds what cannot be read.
      if (!(*row)->record.ok()) continue;
      const auto opened =
          ledger::OpenCheckpoint((*row)->record->checkpoint, parts_.options.own.log);
      if (!opened.ok()) continue;
      const ledger::Checkpoint& head = opened->checkpoint;
      if (head.origin != ledger::LogOrigin(parts_.options.own.node, epochs_.OfHead(head.size))) {
        continue;
      }
      head_ = opened->checkpoint;
      head_name_ = (*row)->name;
      return;
    }
  }

  void ExpectHead() {
    if (head_->size >= check_.size()) {
      check_.ExpectHead(head_->size, head_->root, head_name_);
    } else {
      parts_.Find(head_name_, fmt::format("heads by size, above {}", check_.size()),
                  fmt::format("{}", head_->size));
    }
    NextHead();
  }

  StoreCheckParts& parts_;
  StoredMessageCheck messages_;
  std::unique_ptr<store::Rows<store::CosignedHeadRecord>> heads_;
  store::Epochs epochs_;
  ledger::LogCheck check_;
  std::optional<ledger::Checkpoint> head_;  // The next one to be met.
  std::string head_name_;
  size_t taken_ = 0;
  size_t taken_before_ = 0;
  uint64_t counted_ = 0;
};

}  // namespace

void CheckLogAndMessages(StoreCheckParts& parts) {
  LogPass pass(parts);
  parts.Each(
      parts.reader.AllGroups(),
      [&](const std::string& name, const store::StoredGroup& group) { pass.Group(name, group); });
  pass.Finish();
}

}  // namespace gatepost::evidence
