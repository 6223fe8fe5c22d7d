// Two nodes, honest or not, and a third one that met the same heads on another link.

#include "client/evidence/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/evidence/toy_log.h"

namespace gatepost::evidence {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::KeysOf;
using ::testing::Pair;
using ::testing::SizeIs;
using testing::ToyLog;
using testing::ToyNode;

// The running digest after `sequence` messages; from message `other_from` on they are others.
std::string DigestAt(uint64_t sequence, uint64_t other_from) {
  std::string digest(32, '\0');
  for (uint64_t i = 1; i <= sequence; ++i) {
    digest = std::string(certs::AsView(
        certs::Sha256Of(digest + std::to_string(i) + (i >= other_from ? "other" : ""))));
  }
  return digest;
}

class CompareTest : public ::testing::Test {
 protected:
  static constexpr uint64_t kNever = 1'000'000;

  CompareTest() : vn_("vn-langson"), cn_("cn-pingxiang"), keys_(KeysOf(vn_, cn_)) {
    vn_log_.Grow(10);
    cn_log_.Grow(7);
    now_ = Answer("vn-langson", 2000, vn_log_.Head(10), "cn-pingxiang");
    file_ = Answer("cn-pingxiang", 1000, cn_log_.Head(7), "vn-langson");
    Messages(now_, 12, 12, 5);
    Messages(file_, 12, 12, 5);
    now_.mutable_links(0)->add_peer_heads(cn_log_.Head(7));
    now_.mutable_links(0)->set_cosigned_head(vn_log_.Head(8, cn_));
    file_.mutable_links(0)->add_peer_heads(vn_log_.Head(8));
  }

  static v1::GetHeadsResponse Answer(const std::string& node, int64_t time, const std::string& head,
                                     const std::string& peer) {
    v1::GetHeadsResponse answer;
    answer.set_node(node);
    answer.mutable_time()->set_seconds(time);
    answer.set_head(head);
    answer.add_links()->set_peer_node(peer);
    return answer;
  }

  static v1::SequencePoint Point(const std::string& from, const std::string& to, uint64_t sequence,
                                 uint64_t other_from = kNever) {
    v1::SequencePoint point;
    point.set_from_node(from);
    point.set_to_node(to);
    point.set_sequence(sequence);
    point.set_running_sha256(DigestAt(sequence, other_from));
    return point;
  }

  // How far the directions VN to CN and CN to VN are, as one node says.
  static void Messages(v1::GetHeadsResponse& answer, uint64_t sent, uint64_t receipted,
                       uint64_t received) {
    v1::LinkHeads& link = *answer.mutable_links(0);
    link.clear_last();
    *link.add_last() = Point("vn-langson", "cn-pingxiang", sent);
    *link.add_last() = Point("cn-pingxiang", "vn-langson", received);
    link.set_last_receipted(answer.node() == "vn-langson" ? receipted : received);
  }

  // As the command does it: first what must be shown to continue, then the comparison.
  Comparison Run(const ToyLog& own) {
    const std::vector<v1::GetHeadsResponse> nodes = {now_, file_};
    std::vector<v1::ProveConsistencyResponse> shown;
    for (const auto& [before, after] : ConsistencyWanted(nodes, keys_)) {
      shown.push_back(own.Consistency(before, after));
    }
    return Compare({.nodes = nodes, .consistency = shown, .keys = keys_});
  }
  Comparison Run() { return Run(vn_log_); }

  ToyNode vn_;
  ToyNode cn_;
  ToyLog vn_log_{vn_};
  ToyLog cn_log_{cn_};
  LogKeys keys_;
  v1::GetHeadsResponse now_;   // The node that answers now: vn-langson.
  v1::GetHeadsResponse file_;  // Saved earlier at cn-pingxiang.
};

TEST_F(CompareTest, EqualHistoriesAreTheSameAndNothingIsOpen) {
  const Comparison comparison = Run();
  EXPECT_THAT(comparison.differences, IsEmpty());
  EXPECT_THAT(comparison.not_compared, IsEmpty());
  ASSERT_THAT(comparison.same, SizeIs(4));  // Two logs, two directions.
  EXPECT_EQ(comparison.same[1].log, "vn-langson");
  EXPECT_EQ(comparison.same[1].upto, 10u);
  EXPECT_THAT(comparison.same[1].held_by, ElementsAre("cn-pingxiang", "vn-langson"));
  EXPECT_EQ(comparison.same[3].peer, "cn-pingxiang");
  EXPECT_EQ(comparison.same[3].upto, 12u);
}

TEST_F(CompareTest, TwoRootsOfOneSizeAreAForkProvedByBothNotes) {
  ToyLog shown_to_peer(vn_);
  shown_to_peer.Grow(5);
  shown_to_peer.Grow(10, "other");
  file_.mutable_links(0)->set_peer_heads(0, shown_to_peer.Head(10));
  const Comparison comparison = Run();
  ASSERT_THAT(comparison.differences, SizeIs(1));
  const HistoryFinding& fork = comparison.differences[0];
  EXPECT_EQ(fork.what, Difference::kFork);
  EXPECT_EQ(fork.log, "vn-langson");
  EXPECT_EQ(fork.first, 10u);
  EXPECT_EQ(fork.held, vn_log_.Head(10));
  EXPECT_EQ(fork.came, shown_to_peer.Head(10));
  EXPECT_EQ(fork.second_by, "cn-pingxiang");
}

TEST_F(CompareTest, ARewrittenLogContradictsTheHeadItShowedBefore) {
  // It re-signed all of its history, and shows that it continues itself.
  ToyLog rewritten(vn_);
  rewritten.Grow(10, "other");
  now_.set_head(rewritten.Head(10));
  const Comparison comparison = Run(rewritten);
  ASSERT_THAT(comparison.differences, SizeIs(1));
  EXPECT_EQ(comparison.differences[0].what, Difference::kFork);
  EXPECT_EQ(comparison.differences[0].first, 8u);
}

TEST_F(CompareTest, AProofThatDoesNotHoldIsNoContinuation) {
  const std::vector<v1::GetHeadsResponse> nodes = {now_, file_};
  ASSERT_THAT(ConsistencyWanted(nodes, keys_), ElementsAre(Pair(8u, 10u)));
  std::vector<v1::ProveConsistencyResponse> shown = {vn_log_.Consistency(8, 10)};
  shown[0].mutable_consistency(0)->front() ^= 1;
  const Comparison comparison = Compare({.nodes = nodes, .consistency = shown, .keys = keys_});
  ASSERT_THAT(comparison.differences, SizeIs(1));
  EXPECT_EQ(comparison.differences[0].what, Difference::kNotContinued);
  EXPECT_EQ(comparison.differences[0].first, 8u);
  EXPECT_EQ(comparison.differences[0].last, 10u);
}

TEST_F(CompareTest, AHeadSmallerThanOneHeldBeforeIsARollback) {
  file_.mutable_links(0)->set_peer_heads(0, vn_log_.Head(10));
  now_.set_head(vn_log_.Head(8));
  const Comparison comparison = Run();
  ASSERT_THAT(comparison.differences, SizeIs(1));
  EXPECT_EQ(comparison.differences[0].what, Difference::kRollback);
  EXPECT_EQ(comparison.differences[0].first, 8u);
  EXPECT_EQ(comparison.differences[0].last, 10u);
  EXPECT_EQ(comparison.differences[0].second_by, "cn-pingxiang");
}

TEST_F(CompareTest, ANodeAloneSeesThatItsPeerHoldsMore) {
  now_.set_head(vn_log_.Head(8));
  now_.mutable_links(0)->set_held_by_peer(vn_log_.Head(9));
  const std::vector<v1::GetHeadsResponse> nodes = {now_};
  const Comparison comparison = Compare({.nodes = nodes, .consistency = {}, .keys = keys_});
  ASSERT_THAT(comparison.differences, SizeIs(1));
  EXPECT_EQ(comparison.differences[0].what, Difference::kRollback);
}

TEST_F(CompareTest, AHeadThatGrewAfterwardsIsNoRollback) {
  file_.mutable_time()->set_seconds(3000);
  file_.mutable_links(0)->set_peer_heads(0, vn_log_.Head(10));
  now_.set_head(vn_log_.Head(8));
  EXPECT_THAT(Run().differences, IsEmpty());
}

TEST_F(CompareTest, AMessageThatItsSenderHidesIsNamed) {
  Messages(now_, 11, 11, 5);
  Messages(file_, 12, 12, 5);
  const Comparison comparison = Run();
  ASSERT_THAT(comparison.differences, SizeIs(1));
  const HistoryFinding& omitted = comparison.differences[0];
  EXPECT_EQ(omitted.what, Difference::kUnknownSent);
  EXPECT_EQ(omitted.log, "vn-langson");
  EXPECT_EQ(omitted.peer, "cn-pingxiang");
  EXPECT_EQ(omitted.first, 12u);
  EXPECT_EQ(omitted.last, 12u);
}

TEST_F(CompareTest, AReceiptThatItsGiverForgotIsNamed) {
  Messages(now_, 14, 13, 5);
  Messages(file_, 10, 10, 5);
  file_.mutable_time()->set_seconds(3000);
  const Comparison comparison = Run();
  ASSERT_THAT(comparison.differences, SizeIs(1));
  EXPECT_EQ(comparison.differences[0].what, Difference::kLostReceived);
  EXPECT_EQ(comparison.differences[0].first, 11u);
  EXPECT_EQ(comparison.differences[0].last, 13u);
}

TEST_F(CompareTest, WhatWasSentAfterTheFileWasSavedIsNoOmission) {
  Messages(now_, 20, 18, 9);
  *now_.add_points() = Point("vn-langson", "cn-pingxiang", 12);
  *now_.add_points() = Point("cn-pingxiang", "vn-langson", 5);
  const Comparison comparison = Run();
  EXPECT_THAT(comparison.differences, IsEmpty());
  EXPECT_THAT(comparison.not_compared, IsEmpty());
}

TEST_F(CompareTest, AnExchangedMessageIsLocatedByTheSavedPlaces) {
  for (const uint64_t at : {7, 8, 9, 12}) {
    *file_.add_points() = Point("vn-langson", "cn-pingxiang", at);
    *now_.add_points() = Point("vn-langson", "cn-pingxiang", at, /*other_from=*/9);
  }
  *now_.mutable_links(0)->mutable_last(0) = Point("vn-langson", "cn-pingxiang", 12, 9);
  const Comparison comparison = Run();
  ASSERT_THAT(comparison.differences, SizeIs(1));
  EXPECT_EQ(comparison.differences[0].what, Difference::kOtherMessages);
  EXPECT_EQ(comparison.differences[0].first, 9u);
  EXPECT_EQ(comparison.differences[0].last, 9u);
}

TEST_F(CompareTest, WithoutACommonNumberNothingIsSaidOfMessages) {
  Messages(now_, 20, 18, 9);
  const Comparison comparison = Run();
  EXPECT_THAT(comparison.differences, IsEmpty());
  EXPECT_THAT(comparison.not_compared, SizeIs(2));
}

TEST_F(CompareTest, AForkIsFoundInHeadsMetThroughAnotherLink) {
  ToyLog shown_to_third(cn_);
  shown_to_third.Grow(7, "other");
  v1::GetHeadsResponse third = Answer("vn-caobang", 1000, "", "cn-pingxiang");
  third.mutable_links(0)->add_peer_heads(shown_to_third.Head(7));
  const std::vector<v1::GetHeadsResponse> nodes = {now_, third};
  const Comparison comparison = Compare({.nodes = nodes, .consistency = {}, .keys = keys_});
  ASSERT_THAT(comparison.differences, SizeIs(1));
  EXPECT_EQ(comparison.differences[0].what, Difference::kFork);
  EXPECT_EQ(comparison.differences[0].log, "cn-pingxiang");
  EXPECT_EQ(comparison.differences[0].second_by, "vn-caobang");
}

TEST_F(CompareTest, SizesOfAnotherLogAreLeftToItsOwnNode) {
  file_.set_head(cn_log_.Head(6));
  const Comparison comparison = Run();
  EXPECT_THAT(comparison.differences, IsEmpty());
  ASSERT_THAT(comparison.not_compared, SizeIs(1));
  EXPECT_EQ(comparison.not_compared[0].log, "cn-pingxiang");
  EXPECT_THAT(comparison.not_compared[0].sizes, ElementsAre(6u, 7u));
}

TEST_F(CompareTest, AHeadThatItsLogHasNotSignedIsAFinding) {
  std::string head = vn_log_.Head(8);
  head.replace(head.find("\n8\n"), 3, "\n9\n");
  file_.mutable_links(0)->set_peer_heads(0, head);
  const Comparison comparison = Run();
  ASSERT_THAT(comparison.differences, SizeIs(1));
  EXPECT_EQ(comparison.differences[0].what, Difference::kBadHead);
  EXPECT_EQ(comparison.differences[0].first_by, "cn-pingxiang");
}

TEST_F(CompareTest, ALogWithoutAnAgreedKeyIsNotCompared) {
  const ToyNode stranger("cn-ningming");
  ToyLog log(stranger);
  log.Grow(3);
  file_.mutable_links(0)->add_peer_heads(log.Head(3));
  const Comparison comparison = Run();
  EXPECT_THAT(comparison.differences, IsEmpty());
  ASSERT_THAT(comparison.not_compared, SizeIs(1));
  EXPECT_EQ(comparison.not_compared[0].log, "cn-ningming");
  EXPECT_TRUE(comparison.not_compared[0].no_key);
}

TEST_F(CompareTest, HeadsKeptAsProofAreJudgedAgain) {
  ToyLog other(cn_);
  other.Grow(7, "other");
  v1::ForkProof& fork = *now_.mutable_links(0)->add_forks();
  fork.set_held(cn_log_.Head(7));
  fork.set_came(other.Head(7));
  v1::ForkProof& sizes = *now_.mutable_links(0)->add_forks();
  sizes.set_held(cn_log_.Head(5));
  sizes.set_came(other.Head(6));
  v1::ForkProof& nothing = *now_.mutable_links(0)->add_forks();
  nothing.set_held("anything");
  const Comparison comparison = Run();
  ASSERT_THAT(comparison.differences, SizeIs(3));
  EXPECT_EQ(comparison.differences[0].what, Difference::kFork);
  EXPECT_EQ(comparison.differences[1].what, Difference::kContradiction);
  EXPECT_EQ(comparison.differences[2].what, Difference::kBadHead);
}

TEST(ComparePointsTest, PlacesAreBoundedAndNewestFirst) {
  v1::GetHeadsResponse file;
  v1::SequencePoint& last = *file.add_links()->add_last();
  last.set_from_node("a");
  last.set_to_node("b");
  last.set_sequence(10'000);
  const std::vector<v1::SequencePoint> saved = PointsToSave(file);
  ASSERT_LE(saved.size(), 1'000u);
  EXPECT_GE(saved.size(), 900u);
  for (const v1::SequencePoint& point : saved) *file.add_points() = point;
  const std::vector<v1::GetHeadsResponse> files = {file, file};
  const std::vector<v1::SequencePoint> wanted = PointsWanted(files, "b");
  EXPECT_EQ(wanted.front().sequence(), 10'000u);
  EXPECT_LE(wanted.size(), 1'000u);
  EXPECT_THAT(PointsWanted(files, "c"), IsEmpty());
}

TEST(ComparePointsTest, OfFewMessagesEveryOneIsSaved) {
  v1::GetHeadsResponse file;
  v1::SequencePoint& last = *file.add_links()->add_last();
  last.set_sequence(3);
  EXPECT_THAT(PointsToSave(file), SizeIs(3));
}

}  // namespace
}  // namespace gatepost::evidence
