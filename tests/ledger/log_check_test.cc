#include "daemon/ledger/log_check.h"

#include <gtest/gtest.h>

#include "daemon/system/reason.h"
#include "tests/ledger/known_answers.h"
#include "tests/ledger/sample_log.h"

namespace gatepost::ledger {
namespace {

using sample::Check;
using sample::Group;

std::vector<Leaf> Leaves(uint64_t count) {
  std::vector<Leaf> leaves;
  for (uint64_t number = 0; number < count; ++number) leaves.push_back(sample::LeafNumber(number));
  return leaves;
}

// The one finding in a log of these leaves, all in one group.
LogFinding Only(const std::vector<Leaf>& leaves) {
  const std::vector<LogFinding> findings = Check(sample::InGroups(leaves, {leaves.size()}));
  EXPECT_EQ(findings.size(), 1u);
  return findings.empty() ? LogFinding{LogFault::kGap, 999, {}} : findings[0];
}

TEST(LogCheckTest, SoundLogHasNoFindingsHoweverItIsFed) {
  EXPECT_TRUE(Check(sample::Log()).empty());
  LogCheck check;
  for (const Group& group : sample::Log()) {
    check.Feed({group.first_index, group.leaves, std::nullopt, std::nullopt});
  }
  check.Finish();
  EXPECT_EQ(check.finding_count(), 0u);
  EXPECT_EQ(check.size(), 19u);
  EXPECT_EQ(check.range().Root(), sample::Log().back().root);
  EXPECT_TRUE(check.remembered_all_facts());
}

// The inputs of the known tree are no leaves, but its roots are met.
TEST(LogCheckTest, RootsAreThoseOfTheKnownTree) {
  LogCheck check;
  for (uint64_t size = 0; size <= 8; ++size) {
    check.ExpectHead(size, known::Hash(known::kRoots[size]), "the known head");
  }
  std::vector<std::string> inputs;
  for (const known::KnownLeaf& leaf : known::kLeaves) {
    inputs.push_back(known::Unhex(leaf.input_hex));
  }
  check.Feed({0, inputs, std::nullopt, known::Hash(known::kRoots[8])});
  check.Finish();
  EXPECT_EQ(check.finding_count(), 8u);
  for (const LogFinding& finding : check.findings()) {
    EXPECT_EQ(finding.fault, LogFault::kLeafForm);
    EXPECT_EQ(system::ReasonOf(finding.why), v1::REASON_LEDGER_DAMAGED);
  }
}

TEST(LogCheckTest, TimeThatDecreasesIsFoundOnce) {
  std::vector<Leaf> leaves = Leaves(6);
  leaves[3].time -= absl::Hours(1);
  const LogFinding finding = Only(leaves);
  EXPECT_EQ(finding.fault, LogFault::kLeafTime);
  EXPECT_EQ(finding.index, 3u);
}

TEST(LogCheckTest, EpochBeginsWithItsLeafAndNeverDecreases) {
  std::vector<Leaf> leaves = Leaves(6);
  for (size_t at = 3; at < 6; ++at) leaves[at].epoch = 2;
  EXPECT_EQ(Only(leaves).fault, LogFault::kLeafEpoch);
  EXPECT_EQ(Only(leaves).index, 3u);
  leaves[3].event = event::kEpoch;
  EXPECT_TRUE(Check(sample::InGroups(leaves, {6})).empty());
  leaves[5].epoch = 1;
  EXPECT_EQ(Only(leaves).index, 5u);
  leaves[5].event = event::kEpoch;
  EXPECT_EQ(Only(leaves).index, 5u);
}

TEST(LogCheckTest, FactsThatMayBeLoggedOnceAreFoundAgain) {
  std::vector<Leaf> leaves = Leaves(6);
  leaves[4].object = leaves[1].object;
  EXPECT_EQ(Only(leaves).fault, LogFault::kLeafRepeated);
  EXPECT_EQ(Only(leaves).index, 4u);
  for (const char* event : {event::kHeld, event::kReleased, event::kDelivered, event::kReceipt,
                            event::kFetched, event::kRead, event::kDecided}) {
    leaves[1].event = leaves[4].event = event;
    EXPECT_EQ(Only(leaves).fault, LogFault::kLeafRepeated);
  }
  for (const char* event : {event::kRefused, event::kAlarm, event::kExported}) {
    leaves[1].event = leaves[4].event = event;
    EXPECT_TRUE(Check(sample::InGroups(leaves, {6})).empty()) << event;
  }
}

TEST(LogCheckTest, DecisionsThatSayFromWhichTheyFollowMayCome) {
  std::vector<Leaf> leaves = Leaves(4);
  for (Leaf& leaf : leaves) {
    leaf.event = event::kDecided;
    leaf.object = "message:1";
  }
  leaves[1].detail = "follows:7";
  leaves[2].detail = "instead:7";
  leaves[3].detail = "follows:9";
  EXPECT_TRUE(Check(sample::InGroups(leaves, {4})).empty());
  leaves[3].detail = "follows:7";
  EXPECT_EQ(Only(leaves).index, 3u);
}

TEST(LogCheckTest, EnvelopesThatCouldNotBeOpenedMayComeAgain) {
  std::vector<Leaf> leaves = Leaves(2);
  for (uint64_t at = 0; at < 2; ++at) {
    leaves[at].event = event::kDelivered;
    leaves[at].object = "envelope:00";
    leaves[at].sequence = at + 1;
  }
  EXPECT_TRUE(Check(sample::InGroups(leaves, {2})).empty());
  leaves[1].sequence = 1;
  EXPECT_EQ(Only(leaves).fault, LogFault::kLeafRepeated);
}

TEST(LogCheckTest, MemoryForFactsIsBounded) {
  std::vector<Leaf> leaves = Leaves(6);
  leaves[2].object = leaves[1].object;
  leaves[5].object = leaves[4].object;
  LogCheck::Options options;
  options.most_facts = 3;
  LogCheck check(options);
  check.Feed(sample::InGroups(leaves, {6})[0].Entries());
  EXPECT_EQ(check.finding_count(), 1u);
  EXPECT_EQ(check.findings().at(0).index, 2u);
  EXPECT_FALSE(check.remembered_all_facts());
}

TEST(LogCheckTest, FindingsAreBoundedAndAllCounted) {
  std::vector<Leaf> leaves = Leaves(50);
  for (Leaf& leaf : leaves) leaf.object = "message:1";
  LogCheck::Options options;
  options.most_findings = 7;
  LogCheck check(options);
  check.Feed(sample::InGroups(leaves, {50})[0].Entries());
  EXPECT_EQ(check.findings().size(), 7u);
  EXPECT_EQ(check.finding_count(), 49u);
}

// Every size has a signed head somewhere; the operator makes the log anew with another entry 9.
TEST(LogCheckTest, HistoryThatWasMadeAnewIsFoundByHeadsThatOthersHold) {
  std::vector<Leaf> leaves = Leaves(19);
  leaves[9].detail = "changed";
  const std::vector<Group> anew = sample::InGroups(leaves, sample::kSizes);
  EXPECT_TRUE(Check(anew).empty());
  CompactRange honest;
  LogCheck check;
  for (const Leaf& leaf : Leaves(19)) {
    honest.Append(LeafHash(leaf.Encode().value()));
    check.ExpectHead(honest.size(), honest.Root(), "the peer's head");
  }
  for (const Group& group : anew) check.Feed(group.Entries());
  check.Finish();
  ASSERT_EQ(check.finding_count(), 10u);
  EXPECT_EQ(check.findings()[0].fault, LogFault::kHead);
  EXPECT_EQ(check.findings()[0].index, 10u);  // The first head that covers entry 9.
}

TEST(LogCheckTest, HeadsBeyondTheEndTellOfEntriesThatWereCutOff) {
  std::vector<Group> groups = sample::Log();
  LogCheck check;
  check.ExpectHead(19, groups.back().root, "the peer's head");
  groups.pop_back();
  for (const Group& group : groups) check.Feed(group.Entries());
  EXPECT_EQ(check.finding_count(), 0u);
  check.Finish();
  ASSERT_EQ(check.finding_count(), 1u);
  EXPECT_EQ(check.findings()[0].fault, LogFault::kHead);
  EXPECT_EQ(check.findings()[0].index, 19u);
}

TEST(LogCheckTest, ObserverSeesEveryEntryAndWhichCannotBeBelieved) {
  std::vector<Group> groups = sample::Log();
  groups[4].leaves[1][30] ^= 1;
  uint64_t seen = 0;
  std::vector<uint64_t> without_leaf;
  LogCheck check({}, [&](uint64_t index, std::string_view bytes, const Leaf* leaf) {
    EXPECT_EQ(index, seen++);
    EXPECT_FALSE(bytes.empty());
    if (leaf == nullptr) without_leaf.push_back(index);
  });
  for (const Group& group : groups) check.Feed(group.Entries());
  EXPECT_EQ(seen, 19u);
  EXPECT_EQ(without_leaf, std::vector<uint64_t>{8});
}

}  // namespace
}  // namespace gatepost::ledger
