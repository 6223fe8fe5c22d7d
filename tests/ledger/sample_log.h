#ifndef GATEPOST_TESTS_LEDGER_SAMPLE_LOG_H_
#define GATEPOST_TESTS_LEDGER_SAMPLE_LOG_H_

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/ledger/leaf.h"
#include "daemon/ledger/log_check.h"
#include "daemon/ledger/merkle.h"

// A log in groups, as a node stores it.
namespace gatepost::ledger::sample {

struct Group {
  uint64_t first_index = 0;
  std::vector<std::string> leaves;
  std::vector<Digest> nodes;
  Digest root{};

  LogEntries Entries() const { return {first_index, leaves, nodes, root}; }
};

// An ACCEPTED leaf of message `number`, logged that many seconds after some day began.
inline Leaf LeafNumber(uint64_t number) {
  Leaf leaf;
  leaf.event = event::kAccepted;
  leaf.time = absl::FromUnixSeconds(1770000000) + absl::Seconds(static_cast<int64_t>(number));
  leaf.epoch = 1;
  leaf.actor = "spiffe://a.example/agency/board/clerk/01";
  leaf.object = fmt::format("message:{}", number);
  leaf.pae = certs::Sha256Of(leaf.object);
  leaf.nonce[0] = static_cast<uint8_t>(number);
  return leaf;
}

// The groups of a log of `leaves`, as many in each as `sizes` says.
inline std::vector<Group> InGroups(const std::vector<Leaf>& leaves,
                                   const std::vector<size_t>& sizes) {
  std::vector<Group> groups;
  CompactRange range;
  for (const size_t size : sizes) {
    Group& group = groups.emplace_back();
    group.first_index = range.size();
    for (size_t i = 0; i < size; ++i) {
      group.leaves.push_back(leaves.at(range.size()).Encode().value());
      range.Append(LeafHash(group.leaves.back()), &group.nodes);
    }
    group.root = range.Root();
  }
  return groups;
}

inline const std::vector<size_t> kSizes = {1, 3, 2, 1, 5, 4, 1, 2};

// A log of 19 leaves.
inline std::vector<Group> Log() {
  std::vector<Leaf> leaves;
  for (uint64_t number = 0; number < 19; ++number) leaves.push_back(LeafNumber(number));
  return InGroups(leaves, kSizes);
}

inline std::vector<LogFinding> Check(const std::vector<Group>& groups,
                                     const LogCheck::Options& options = {}) {
  LogCheck check(options);
  for (const Group& group : groups) check.Feed(group.Entries());
  check.Finish();
  return check.findings();
}

}  // namespace gatepost::ledger::sample

#endif  // GATEPOST_TESTS_LEDGER_SAMPLE_LOG_H_
