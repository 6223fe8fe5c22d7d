// A whole log handed out group by group, honest or not.

#include "client/evidence/log_reading.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/system/reason.h"
#include "tests/evidence/toy_log.h"

namespace gatepost::evidence {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::KeysOf;
using testing::ToyLog;
using testing::ToyNode;

class LogReadingTest : public ::testing::Test {
 protected:
  LogReadingTest() : vn_("vn-langson"), cn_("cn-pingxiang"), keys_(KeysOf(vn_, cn_)) {
    log_.Grow(20);
    heads_.set_node("vn-langson");
    heads_.set_head(log_.Head(20));
    heads_.add_links()->set_peer_node("cn-pingxiang");
    heads_.mutable_links(0)->set_cosigned_head(log_.Head(12, cn_));
  }

  // Entries [from, from + 4) of `log`, its root after them, as ReadLog gives them.
  static v1::ReadLogResponse Answer(const ToyLog& log, uint64_t from) {
    v1::ReadLogResponse answer;
    if (from >= log.leaves().size()) return answer;
    v1::LogGroup& group = *answer.add_groups();
    group.set_first_index(from);
    const uint64_t end = std::min<uint64_t>(from + 4, log.leaves().size());
    for (uint64_t i = from; i < end; ++i) group.add_leaves(log.leaves()[i]);
    group.set_root(std::string(certs::AsView(log.Root(end))));
    return answer;
  }

  LogVerdict Read(
      const ToyLog& log, const std::function<void(v1::ReadLogResponse&)>& change = [](auto&) {}) {
    LogReading reading = LogReading::Begin(heads_, keys_).value();
    while (!reading.done()) {
      v1::ReadLogResponse answer = Answer(log, reading.next());
      change(answer);
      reading.Feed(answer);
    }
    return reading.Finish();
  }

  ToyNode vn_;
  ToyNode cn_;
  ToyLog log_{vn_};
  LogKeys keys_;
  v1::GetHeadsResponse heads_;
};

TEST_F(LogReadingTest, AnHonestLogVerifiesUpToTheHeadThatWasAskedFirst) {
  log_.Grow(30);  // It grows while it is read.
  const LogVerdict verdict = Read(log_);
  EXPECT_EQ(verdict.finding_count, 0u);
  EXPECT_EQ(verdict.node, "vn-langson");
  EXPECT_EQ(verdict.size, 20u);
  EXPECT_EQ(verdict.root, log_.Root(20));
  EXPECT_EQ(verdict.events.at("ALARM"), 20u);
  EXPECT_THAT(verdict.heads, ElementsAre("12 cn-pingxiang", "20 vn-langson"));
}

TEST_F(LogReadingTest, AChangedEntryIsFound) {
  const LogVerdict verdict = Read(log_, [](v1::ReadLogResponse& answer) {
    if (answer.groups(0).first_index() != 8) return;
    std::string& leaf = *answer.mutable_groups(0)->mutable_leaves(1);
    leaf[leaf.find("one-9") + 4] = '7';
  });
  EXPECT_GT(verdict.finding_count, 0u);
  EXPECT_EQ(verdict.findings[0].fault, ledger::LogFault::kRoot);
  EXPECT_EQ(verdict.findings[0].index, 12u) << "the first group whose root does not hold";
}

TEST_F(LogReadingTest, ARewrittenLogDoesNotMeetTheHeadItsPeerCosigned) {
  ToyLog rewritten(vn_);
  rewritten.Grow(5);
  rewritten.Grow(20, "other");
  heads_.set_head(rewritten.Head(20));
  const LogVerdict verdict = Read(rewritten);
  ASSERT_EQ(verdict.finding_count, 1u);
  EXPECT_EQ(verdict.findings[0].fault, ledger::LogFault::kHead);
  EXPECT_EQ(verdict.findings[0].index, 12u);
}

TEST_F(LogReadingTest, ALogThatEndsBeforeAHeadOfItIsFoundAndTheReadingEnds) {
  heads_.mutable_links(0)->set_held_by_peer(log_.Head(20));
  ToyLog shorter(vn_);
  shorter.Grow(16);
  heads_.set_head(shorter.Head(16));
  const LogVerdict verdict = Read(shorter);
  ASSERT_EQ(verdict.finding_count, 1u);
  EXPECT_EQ(verdict.findings[0].fault, ledger::LogFault::kHead);
  EXPECT_EQ(verdict.findings[0].index, 20u);
}

TEST_F(LogReadingTest, ADroppedEntryIsAGap) {
  const LogVerdict verdict = Read(log_, [](v1::ReadLogResponse& answer) {
    if (answer.groups(0).first_index() == 8) answer.mutable_groups(0)->set_first_index(9);
  });
  EXPECT_GT(verdict.finding_count, 0u);
  EXPECT_EQ(verdict.findings[0].fault, ledger::LogFault::kGap);
  EXPECT_EQ(verdict.findings[0].index, 8u);
}

TEST_F(LogReadingTest, AHeadOfItThatIsNotSignedIsAFinding) {
  std::string head = log_.Head(12);
  head.replace(head.find("\n12\n"), 4, "\n13\n");
  heads_.mutable_links(0)->set_cosigned_head(head);
  const LogVerdict verdict = Read(log_);
  ASSERT_EQ(verdict.finding_count, 1u);
  EXPECT_EQ(system::ReasonOf(verdict.findings[0].why), v1::REASON_BAD_HEAD_SIGNATURE);
}

TEST_F(LogReadingTest, WithoutAnAgreementThatNamesTheLogNothingIsSaid) {
  const LogKeys none;
  EXPECT_EQ(system::ReasonOf(LogReading::Begin(heads_, none).status()),
            v1::REASON_EVIDENCE_INCOMPLETE);
}

}  // namespace
}  // namespace gatepost::evidence
