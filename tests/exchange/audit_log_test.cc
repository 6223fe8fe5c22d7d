// Auditors are audited: every answer leaves one leaf, and none is given without it.
#include <gmock/gmock.h>

#include "daemon/exchange/naming.h"
#include "daemon/system/reason.h"
#include "tests/exchange/audit_case.h"

namespace gatepost::testing {
namespace {

using ::testing::StartsWith;

class AuditLogs : public AuditCase {
 protected:
  AuditLogs() { report_ = Report(); }

  // The leaf of the last answer.
  ledger::Leaf Last() { return world_.vn->Leaves().back(); }

  v1::Message report_;
};

TEST_F(AuditLogs, EveryAnswerIsALeafThatNamesWhatWasSeen) {
  const certs::Identity auditor = Named(kVnAuditor);
  const exchange::AuditQueries queries = Queries(*world_.vn);
  List(*world_.vn, "events: 'ACCEPTED'");
  EXPECT_EQ(Last().event, "AUDIT_READ");
  EXPECT_EQ(Last().actor, kVnAuditor);
  EXPECT_EQ(Last().object, "entries:0-1");
  EXPECT_THAT(Last().detail, StartsWith("query:"));

  v1::GetEvidenceRequest evidence;
  evidence.set_reference("LS/2027/00001");
  evidence.set_with_thread(true);
  evidence.set_to_export(true);
  Told(*world_.vn, auditor, queries.GetEvidence(auditor, evidence));
  EXPECT_EQ(Last().event, "EXPORTED");
  EXPECT_EQ(Last().object, exchange::MessageObject(report_.header().message_id()));
  EXPECT_EQ(Last().peer, "cn-pingxiang");
  EXPECT_EQ(Last().pae, world_.vn->Leaves().front().pae);
  EXPECT_EQ(Last().detail, "thread");

  v1::ProveEntryRequest entry;
  entry.set_index(1);
  Told(*world_.vn, auditor, queries.ProveEntry(auditor, entry));
  EXPECT_EQ(Last().object, "entry:1");
  EXPECT_EQ(Last().peer, "cn-pingxiang");

  v1::ProveConsistencyRequest sizes;
  sizes.set_old_size(1);
  sizes.set_new_size(2);
  Told(*world_.vn, auditor, queries.ProveConsistency(sizes));
  EXPECT_EQ(Last().object, "heads");
  EXPECT_EQ(Last().detail, "sizes:1-2");

  Told(*world_.vn, auditor, queries.ReadLog({}));
  EXPECT_EQ(Last().object, "entries:0-5");

  Told(*world_.vn, auditor, queries.GetHeads({}));
  EXPECT_EQ(Last().object, "heads");
  EXPECT_EQ(Last().detail, "");
}

TEST_F(AuditLogs, NoLeafNoAnswer) {
  world_.vn->committer->Stop();
  absl::Status logged;
  exchange::AuditLog(world_.vn->setup.node, *world_.vn->committer, world_.clock)
      .Log(Named(kVnAuditor), {}, [&](const absl::Status& done) { logged = done; });
  EXPECT_EQ(system::ReasonOf(logged), v1::REASON_NODE_STOPPING);
}

// Auditors of the other side cannot fill this log, under however many names.
TEST_F(AuditLogs, TheOtherSideHasSoManyAnswersAMinute) {
  exchange::AuditLog log(world_.vn->setup.node, *world_.vn->committer, world_.clock);
  const auto ask = [&](const std::string& auditor) {
    v1::Reason reason = v1::REASON_UNSPECIFIED;
    log.Log(Named(auditor), {}, [&](const absl::Status& done) { reason = system::ReasonOf(done); });
    world_.vn->Settle();
    return reason;
  };
  const uint64_t size = world_.vn->head().size;
  for (int i = 0; i < exchange::kMostForeignAnswers; ++i) {
    EXPECT_EQ(ask(kCnAuditor + std::to_string(i)), v1::REASON_UNSPECIFIED);
  }
  EXPECT_EQ(ask(kCnAuditor), v1::REASON_OVERLOADED);
  EXPECT_EQ(world_.vn->head().size, size + exchange::kMostForeignAnswers);
  EXPECT_EQ(ask(kVnAuditor), v1::REASON_UNSPECIFIED) << "the own side is not counted";
  world_.clock.Advance(absl::Minutes(1));
  EXPECT_EQ(ask(kCnAuditor), v1::REASON_UNSPECIFIED);
}

TEST_F(AuditLogs, WatchersAreNotToldWhatAuditorsRead) {
  const uint64_t size = world_.vn->head().size;
  Told(*world_.vn, Named(kVnAuditor), Evidence(*world_.vn, kVnAuditor, "LS/2027/00001"));
  const exchange::Watch::Page page = Need(world_.vn->watch->Read(size, {}));
  EXPECT_EQ(page.next, size + 1);
  EXPECT_TRUE(page.events.empty());
}

}  // namespace
}  // namespace gatepost::testing
