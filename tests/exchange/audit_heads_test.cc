// The log itself: proofs of it, copies of it, and what two nodes compare.
#include <gmock/gmock.h>

#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "tests/exchange/audit_case.h"

namespace gatepost::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class AuditHeads : public AuditCase {
 protected:
  AuditHeads() {
    for (int day = 0; day < 5; ++day) Report(day);
  }
  v1::GetHeadsResponse Heads(TestNode& node, const v1::GetHeadsRequest& request = {}) {
    return Told(node, Named(kVnAuditor), Queries(node).GetHeads(request));
  }
  ledger::Checkpoint Opened(const TestNode& node, const std::string& note) {
    return Need(ledger::OpenCheckpoint(note, node.log->verifier_key())).checkpoint;
  }
};

TEST_F(AuditHeads, EveryEntryIsProvedUnderEverySizeAboveIt) {
  const uint64_t size = world_.vn->head().size;
  for (uint64_t index = 0; index < size; ++index) {
    for (uint64_t under = index + 1; under <= size; ++under) {
      v1::ProveEntryRequest request;
      request.set_index(index);
      request.set_size(under);
      const auto answer = Need(Queries(*world_.vn).ProveEntry(Named(kVnAuditor), request));
      const v1::EvidenceLeaf& entry = answer.response.entry();
      const auto proved = Need(
          ledger::VerifyProofText(entry.leaf(), entry.proof(), world_.vn->log->verifier_key()));
      EXPECT_EQ(proved.index, index);
      EXPECT_EQ(proved.head.checkpoint.size, under);
    }
  }
  v1::ProveEntryRequest request;
  request.set_index(2);
  for (const uint64_t wrong : {uint64_t{2}, size + 1}) {
    request.set_size(wrong);
    EXPECT_EQ(system::ReasonOf(Queries(*world_.vn).ProveEntry(Named(kVnAuditor), request).status()),
              v1::REASON_BAD_ARGUMENT);
  }
}

TEST_F(AuditHeads, EverySizeIsTheBeginningOfEveryLaterOne) {
  const uint64_t size = world_.vn->head().size;
  for (uint64_t old_size = 1; old_size <= size; ++old_size) {
    v1::ProveConsistencyRequest request;
    request.set_old_size(old_size);
    const v1::ProveConsistencyResponse answer =
        Need(Queries(*world_.vn).ProveConsistency(request)).response;
    std::vector<certs::Digest> proof;
    for (const std::string& hash : answer.consistency()) {
      proof.push_back(*certs::DigestFromBytes(hash));
    }
    const ledger::Checkpoint from = Opened(*world_.vn, answer.old_head());
    const ledger::Checkpoint to = Opened(*world_.vn, answer.new_head());
    EXPECT_EQ(from.size, old_size);
    EXPECT_EQ(to.size, size);
    const absl::Status held =
        ledger::VerifyConsistency(from.size, to.size, from.root, to.root, proof);
    EXPECT_TRUE(held.ok()) << held;
  }
  const auto reason = [&](uint64_t old_size, uint64_t new_size) {
    v1::ProveConsistencyRequest request;
    request.set_old_size(old_size);
    request.set_new_size(new_size);
    return system::ReasonOf(Queries(*world_.vn).ProveConsistency(request).status());
  };
  EXPECT_EQ(reason(0, 2), v1::REASON_BAD_ARGUMENT);
  EXPECT_EQ(reason(3, 2), v1::REASON_BAD_ARGUMENT);
  EXPECT_EQ(reason(1, size + 1), v1::REASON_BAD_ARGUMENT);
}

// From any entry on, the groups of a copy hash up to the head that came with them.
TEST_F(AuditHeads, ACopyHashesToTheHead) {
  const v1::ReadLogResponse copy =
      Told(*world_.vn, Named(kVnAuditor), Queries(*world_.vn).ReadLog({}));
  ledger::CompactRange range;
  for (const v1::LogGroup& group : copy.groups()) {
    EXPECT_EQ(group.first_index(), range.size());
    for (const std::string& leaf : group.leaves()) range.Append(ledger::LeafHash(leaf));
    EXPECT_EQ(group.root(), certs::AsView(range.Root()));
  }
  const ledger::Checkpoint head = Opened(*world_.vn, copy.head());
  EXPECT_EQ(head.size, range.size());
  EXPECT_EQ(head.root, range.Root());

  v1::ReadLogRequest from;
  from.set_from(3);
  const v1::ReadLogResponse rest = Need(Queries(*world_.vn).ReadLog(from)).response;
  EXPECT_LE(rest.groups(0).first_index(), 3u);
  EXPECT_GT(rest.groups(0).first_index() + rest.groups(0).leaves().size(), 3u);
  from.set_from(99);
  EXPECT_THAT(Need(Queries(*world_.vn).ReadLog(from)).response.groups(), SizeIs(0));
}

// A copy of a long log comes in parts.
TEST_F(AuditHeads, ACopyComesInBoundedParts) {
  for (int commit = 0; commit < 30; ++commit) {
    Need(world_.vn->committer->Post(
        [](exchange::CommitScope& scope) -> absl::Status {
          for (int i = 0; i < 400; ++i) {
            ledger::Leaf leaf;
            leaf.event = ledger::event::kAlarm;
            if (auto added = scope.log.Add(std::move(leaf)); !added.ok()) return added.status();
          }
          return absl::OkStatus();
        },
        [](const absl::Status& done) { Need(done); }));
    world_.vn->Settle();
  }
  uint64_t next = 0;
  int parts = 0;
  while (next < world_.vn->head().size) {
    v1::ReadLogRequest request;
    request.set_from(next);
    const v1::ReadLogResponse part = Need(Queries(*world_.vn).ReadLog(request)).response;
    EXPECT_EQ(part.groups(0).first_index(), next);
    EXPECT_LE(part.ByteSizeLong(), size_t{3} << 19);
    const v1::LogGroup& last = part.groups(part.groups_size() - 1);
    next = last.first_index() + static_cast<uint64_t>(last.leaves_size());
    ++parts;
  }
  EXPECT_GT(parts, 1);
}

TEST_F(AuditHeads, TwoNodesSayTheSameOfEachOther) {
  v1::GetHeadsRequest request;
  for (const uint64_t sequence : {3, 5, 6}) {
    v1::SequencePoint* point = request.add_points();
    point->set_from_node("vn-langson");
    point->set_to_node("cn-pingxiang");
    point->set_sequence(sequence);
  }
  const v1::GetHeadsResponse vn = Heads(*world_.vn, request);
  const v1::GetHeadsResponse cn = Heads(*world_.cn, request);
  EXPECT_EQ(vn.node(), "vn-langson");
  EXPECT_EQ(Opened(*world_.vn, vn.head()).size + 1, world_.vn->head().size) << "before its leaf";
  EXPECT_EQ(vn.cosigned_head(), "");
  ASSERT_THAT(vn.links(), SizeIs(1));
  const v1::LinkHeads& there = vn.links(0);
  EXPECT_EQ(there.peer_node(), "cn-pingxiang");
  EXPECT_EQ(there.peer_log_vkey(), world_.cn->log->verifier_key().Format());
  ASSERT_THAT(there.peer_heads(), SizeIs(1));
  EXPECT_EQ(Opened(*world_.cn, there.peer_heads(0)).size, 5u);
  EXPECT_EQ(there.last_receipted(), 5u);
  ASSERT_THAT(there.last(), SizeIs(2));
  EXPECT_EQ(there.last(0).sequence(), 5u);
  EXPECT_EQ(there.last(0).running_sha256(), cn.links(0).last(1).running_sha256());
  EXPECT_EQ(there.last(1).sequence(), 0u);
  ASSERT_THAT(vn.points(), SizeIs(3));
  EXPECT_EQ(vn.points(0).running_sha256().size(), 32u);
  EXPECT_EQ(vn.points(0).running_sha256(), cn.points(0).running_sha256());
  EXPECT_EQ(vn.points(1).running_sha256(), there.last(0).running_sha256());
  EXPECT_EQ(vn.points(2).running_sha256(), "") << "beyond the last";
}

// The newest that the peer cosigned, of its link and of all links, while the log has gone on.
TEST_F(AuditHeads, TellWhichHeadIsCosigned) {
  const exchange::Head head = world_.vn->head();
  const std::string note = Need(world_.vn->log->Checkpoint(head)) + "— someone AAAAAAAA\n";
  Need(world_.vn->committer->Post(
      [&](exchange::CommitScope& scope) -> absl::Status {
        store::LinkRecord link = Need(scope.store.Link("cn-pingxiang"));
        link.cosigned_epoch = 1;
        link.cosigned_size = head.size;
        Need(scope.store.PutLink(link));
        return scope.store.PutCosignedHead({"vn-langson/audit/1", head.size, note});
      },
      [](const absl::Status& done) { Need(done); }));
  world_.vn->Settle();
  Report(9);
  const v1::GetHeadsResponse heads = Heads(*world_.vn);
  EXPECT_EQ(heads.cosigned_head(), note);
  EXPECT_EQ(heads.links(0).cosigned_head(), note);
  EXPECT_GT(Opened(*world_.vn, heads.head()).size, head.size);
}

// What the peer holds of this log is what it said in its Hello.
TEST_F(AuditHeads, TellWhatThePeerHolds) {
  EXPECT_EQ(Heads(*world_.cn).links(0).held_by_peer(), "") << "it held none when it dialled";
  world_.Cut();
  world_.Connect();
  world_.Run();
  const std::string held = Heads(*world_.cn).links(0).held_by_peer();
  EXPECT_EQ(Opened(*world_.cn, held).size, 5u);
}

TEST_F(AuditHeads, KeepForksApart) {
  const exchange::Head head = world_.vn->head();
  const std::string held = Need(world_.vn->log->Checkpoint(head));
  const std::string came = Need(ledger::SignCheckpoint(
      {"vn-langson/audit/1", head.size, certs::Sha256Of("other")}, *world_.vn->log_key));
  Need(world_.cn->committer->Post(
      [&](exchange::CommitScope& scope) {
        return scope.store.PutMeta("evidence/vn-langson/2", held + "\n" + came);
      },
      [](const absl::Status& done) { Need(done); }));
  world_.cn->Settle();
  const v1::GetHeadsResponse heads = Heads(*world_.cn);
  ASSERT_THAT(heads.links(0).forks(), SizeIs(1));
  EXPECT_EQ(heads.links(0).forks(0).held(), held);
  EXPECT_EQ(heads.links(0).forks(0).came(), came);
  EXPECT_EQ(heads.links(0).forks(0).time().seconds(),
            absl::ToUnixSeconds(world_.cn->Leaves()[2].time));
}

// While it was restored and waits for its epoch.
TEST_F(AuditHeads, ALogThatSignsNothingShowsTheHeadThatIsHeld) {
  world_.Pass(absl::Seconds(5));
  const std::string held = Heads(*world_.vn).cosigned_head();
  ASSERT_NE(held, "");
  world_.vn->log->StopSigning("restored");
  exchange::Audited<v1::GetHeadsResponse> audited = Need(Queries(*world_.vn).GetHeads({}));
  EXPECT_EQ(audited.response.head(), held);
  const exchange::Head before = world_.vn->head();
  absl::Status logged = absl::UnknownError("not said");
  exchange::AuditLog log(world_.vn->setup.node, *world_.vn->committer, world_.clock);
  log.Log(Named(kVnAuditor), audited.trace, [&](const absl::Status& done) { logged = done; });
  world_.vn->Settle();
  EXPECT_TRUE(logged.ok()) << logged;
  EXPECT_EQ(world_.vn->head(), before);
  audited.trace.object = "entries:0-1";
  log.Log(Named(kVnAuditor), audited.trace, [&](const absl::Status& done) { logged = done; });
  world_.vn->Settle();
  EXPECT_EQ(system::ReasonOf(logged), v1::REASON_NODE_RESTORED);
}

}  // namespace
}  // namespace gatepost::testing
