// Everything that can be done to a stored log is found, and in its place.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

#include "daemon/ledger/log_check.h"
#include "tests/ledger/sample_log.h"

namespace gatepost::ledger {
namespace {

using sample::Check;
using sample::Group;

class LogSweepTest : public ::testing::Test {
 protected:
  ~LogSweepTest() override { fmt::print("{} changes, all found\n", changes_); }

  // The log with this change has exactly one finding, of this fault at this index.
  void ExpectOnly(const std::vector<Group>& groups, LogFault fault, uint64_t index) {
    ++changes_;
    const std::vector<LogFinding> findings = Check(groups);
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].fault, fault);
    EXPECT_EQ(findings[0].index, index);
  }

  // The log with this change has findings, and none is about entries before `index`; the smallest
  // is there.
  void ExpectFirst(const std::vector<Group>& groups, uint64_t index) {
    ++changes_;
    const std::vector<LogFinding> findings = Check(groups);
    ASSERT_FALSE(findings.empty());
    const auto first =
        std::min_element(findings.begin(), findings.end(),
                         [](const auto& a, const auto& b) { return a.index < b.index; });
    EXPECT_EQ(first->index, index) << first->why;
  }

  const std::vector<Group> log_ = sample::Log();
  int changes_ = 0;
};

TEST_F(LogSweepTest, EveryByteOfEveryLeaf) {
  for (size_t g = 0; g < log_.size(); ++g) {
    for (size_t at = 0; at < log_[g].leaves.size(); ++at) {
      for (size_t byte = 0; byte < log_[g].leaves[at].size(); ++byte) {
        std::vector<Group> groups = log_;
        groups[g].leaves[at][byte] ^= static_cast<char>(1 << byte % 8);
        ExpectOnly(groups, LogFault::kLeafChanged, log_[g].first_index + at);
      }
    }
  }
}

TEST_F(LogSweepTest, EveryByteOfEveryNode) {
  for (size_t g = 0; g < log_.size(); ++g) {
    size_t place = 0;
    for (size_t at = 0; at < log_[g].leaves.size(); ++at) {
      const uint64_t index = log_[g].first_index + at;
      for (int level = 0; level <= std::countr_one(index); ++level, ++place) {
        for (size_t byte = 0; byte < 32; ++byte) {
          std::vector<Group> groups = log_;
          groups[g].nodes[place][byte] ^= static_cast<uint8_t>(1 << byte % 8);
          ExpectOnly(groups, LogFault::kNode, index);
        }
      }
    }
    EXPECT_EQ(place, log_[g].nodes.size());
  }
}

TEST_F(LogSweepTest, EveryByteOfEveryRoot) {
  for (size_t g = 0; g < log_.size(); ++g) {
    for (size_t byte = 0; byte < 32; ++byte) {
      std::vector<Group> groups = log_;
      groups[g].root[byte] ^= static_cast<uint8_t>(1 << byte % 8);
      ExpectOnly(groups, LogFault::kRoot, log_[g].first_index + log_[g].leaves.size());
    }
  }
}

TEST_F(LogSweepTest, EveryEntryDroppedOrTwice) {
  for (size_t g = 0; g < log_.size(); ++g) {
    for (size_t at = 0; at < log_[g].leaves.size(); ++at) {
      std::vector<Group> groups = log_;
      auto& leaves = groups[g].leaves;
      leaves.erase(leaves.begin() + static_cast<std::ptrdiff_t>(at));
      ExpectFirst(groups, log_[g].first_index + at);
      groups = log_;
      groups[g].leaves.insert(groups[g].leaves.begin() + static_cast<std::ptrdiff_t>(at),
                              log_[g].leaves[at]);
      ExpectFirst(groups, log_[g].first_index + at + 1);
    }
  }
}

TEST_F(LogSweepTest, EveryTwoEntriesSwapped) {
  std::vector<std::pair<size_t, size_t>> places;
  for (size_t g = 0; g < log_.size(); ++g) {
    for (size_t at = 0; at < log_[g].leaves.size(); ++at) places.emplace_back(g, at);
  }
  for (size_t a = 0; a < places.size(); ++a) {
    for (size_t b = a + 1; b < places.size(); ++b) {
      std::vector<Group> groups = log_;
      std::swap(groups[places[a].first].leaves[places[a].second],
                groups[places[b].first].leaves[places[b].second]);
      ExpectFirst(groups, a);
    }
  }
}

TEST_F(LogSweepTest, EveryGroupDroppedOrTwice) {
  for (size_t g = 0; g < log_.size(); ++g) {
    std::vector<Group> groups = log_;
    groups.insert(groups.begin() + static_cast<std::ptrdiff_t>(g), log_[g]);
    ExpectOnly(groups, LogFault::kGap, log_[g].first_index);
    // Nothing tells of a last group that is cut off but a head that somebody holds.
    if (g + 1 == log_.size()) continue;
    groups = log_;
    groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(g));
    ExpectOnly(groups, LogFault::kGap, log_[g].first_index);
  }
}

// As rows, and their contents under the old keys.
TEST_F(LogSweepTest, EveryTwoGroupsSwapped) {
  for (size_t a = 0; a < log_.size(); ++a) {
    for (size_t b = a + 1; b < log_.size(); ++b) {
      std::vector<Group> groups = log_;
      std::swap(groups[a], groups[b]);
      ExpectFirst(groups, log_[a].first_index);
      std::swap(groups[a].first_index, groups[b].first_index);
      ++changes_;
      const std::vector<LogFinding> findings = Check(groups);
      ASSERT_FALSE(findings.empty());
      EXPECT_GE(findings[0].index, log_[a].first_index);
      EXPECT_LE(findings[0].index, log_[a].first_index + groups[a].leaves.size());
    }
  }
}

}  // namespace
}  // namespace gatepost::ledger
