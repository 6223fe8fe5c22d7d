#ifndef GATEPOST_DAEMON_LEDGER_LOG_CHECK_H_
#define GATEPOST_DAEMON_LEDGER_LOG_CHECK_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "certs/digest.h"
#include "daemon/ledger/leaf.h"
#include "daemon/ledger/merkle.h"

namespace gatepost::ledger {

using certs::Digest;

// What does not hold in a log.
enum class LogFault {
  kGap,           // Entries are missing, or come again.
  kLeafForm,      // Not a leaf of version 1.
  kLeafTime,      // Earlier than the entry before it.
  kLeafEpoch,     // Smaller than before, or a new one without its EPOCH leaf.
  kLeafRepeated,  // A fact that may be logged once (PROTOCOL.md 3), again.
  kLeafChanged,   // Does not have the hash that was stored when it was logged.
  kNode,          // A stored node does not follow from what is under it.
  kRoot,          // A stored root does not follow from the entries before it.
  kHead,          // A signed head shows another log.
};

// One thing that does not hold, and where.
struct LogFinding {
  LogFault fault;
  uint64_t index = 0;  // Of the entry, 0-based; of a root or head, its size.
  absl::Status why;    // REASON_LEDGER_DAMAGED: what was wanted, what came.
};

// Some entries of a log, in order. What is not there (nullopt) is not compared.
struct LogEntries {
  uint64_t first_index = 0;
  std::span<const std::string> leaves;
  std::optional<std::span<const Digest>> nodes;  // Those that the leaves make (merkle.h).
  std::optional<Digest> root;                    // Of the log up to and including them.
};

// Checks a whole log, fed group by group from its first entry on. It goes on after what it finds,
// so that a changed byte is found once and in its place:
//
// - A leaf that does not have its stored hash: when the group's root follows from the stored
//   hashes, the leaf was changed, and what comes later is checked on the stored hash; else the
//   stored hash was changed.
// - A stored node that does not follow from its two children was changed.
// - Where a root does not follow from the nodes, the root was changed, or everything was made anew
//   from there on. Of roots that do not hold one after the other only the first is reported.
// - After a gap neither roots nor heads can be computed; leaves, their hashes, times and facts are
//   still checked.
//
// Who rewrites a log and all of its hashes is found by heads that others hold: ExpectHead.
//
// Memory is bounded: 16 bytes for each fact that may be logged once (and what a hash set needs), a
// finding for each that is kept, and the heads that are still to be met. One thread.
class LogCheck {
 public:
  struct Options {
    size_t most_findings = 100;  // Kept; all are counted.
    // Facts remembered to find repeated ones; beyond it later repeats are not found. 0: none.
    size_t most_facts = size_t{16} << 20;
  };
  // Sees every entry in order; `leaf` is null when the bytes are no leaf or were changed.
  using Observer = std::function<void(uint64_t index, std::string_view bytes, const Leaf* leaf)>;

  explicit LogCheck(const Options& options, Observer observer = nullptr);
  LogCheck() : LogCheck(Options()) {}

  // A head that the log must meet, from a signed checkpoint; `whose` names it in findings. To be
  // called before the entries from `size` on are fed.
  void ExpectHead(uint64_t size, const Digest& root, std::string whose);

  // Checks the next entries.
  void Feed(const LogEntries& entries);

  // The log is over: heads that were not reached are findings.
  void Finish();

  const std::vector<LogFinding>& findings() const { return findings_; }  // In order of finding.
  uint64_t finding_count() const { return finding_count_; }
  uint64_t size() const { return next_index_; }
  // The tree so far; of no use after a gap.
  const CompactRange& range() const { return range_; }
  // Whether repeats were looked for in all of the log.
  bool remembered_all_facts() const { return remembered_all_facts_; }

 private:
  using Fact = std::array<uint8_t, 16>;
  struct ExpectedHead {
    Digest root;
    std::string whose;
  };
  // What comes of appending a group's leaves with one choice of leaf hashes.
  struct Trial {
    CompactRange range;
    std::vector<std::pair<uint64_t, Digest>> roots;  // At sizes where a head is expected.
    struct WrongNode {
      uint64_t made_by;  // The entry.
      int level;
      Digest stored;
      Digest computed;
    };
    std::vector<WrongNode> wrong_nodes;  // Above the leaves.
    bool root_holds = true;
  };

  void Report(LogFault fault, uint64_t index, std::string_view wanted, std::string_view came);
  // Each `changed` says of an entry of the group that it does not have its stored hash.
  bool CheckPlace(const LogEntries& entries);
  bool CheckNodeCount(const LogEntries& entries, const std::vector<Digest>& hashes);
  std::vector<bool> CheckTree(const LogEntries& entries, const std::vector<Digest>& hashes);
  Trial Try(const LogEntries& entries, const std::vector<Digest>& hashes) const;
  void ReportTree(const LogEntries& entries, const Trial& trial);
  void CheckLeaf(uint64_t index, std::string_view bytes, bool changed);
  void CheckFact(uint64_t index, const Leaf& leaf);
  std::string KeyOf(const Leaf& leaf) const;
  void MeetHead(uint64_t size, const Digest& root, const ExpectedHead& head);

  const Options options_;
  const Observer observer_;
  std::vector<LogFinding> findings_;
  uint64_t finding_count_ = 0;
  uint64_t next_index_ = 0;
  CompactRange range_;
  bool lost_ = false;            // There was a gap: the tree cannot be computed any more.
  bool root_was_wrong_ = false;  // Of the group before.
  absl::Time last_time_ = absl::InfinitePast();
  std::optional<uint64_t> last_epoch_;
  absl::flat_hash_set<Fact> facts_;
  bool remembered_all_facts_ = true;
  std::map<std::string, int> dropped_;           // How often a held message was, by object.
  std::multimap<uint64_t, ExpectedHead> heads_;  // By size.
};

}  // namespace gatepost::ledger

#endif  // GATEPOST_DAEMON_LEDGER_LOG_CHECK_H_
