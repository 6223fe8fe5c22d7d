// FETCHED and READ: logged once at the recipient, proved at the origin, whatever breaks on the way.
#include "daemon/exchange/rungs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "daemon/exchange/naming.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/leaf.h"
#include "daemon/ledger/receipt.h"
#include "tests/exchange/acknowledgements.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

class Rungs : public ::testing::Test {
 protected:
  // vn-langson's clerk sends a report; its message id.
  v1::Message Send(const std::string& gate = "LS-HN") {
    v1::Message report = world_.OneFigureReport(world_.vn_clerk(), gate, day_++, 5);
    Need(world_.vn->Submit(world_.vn_clerk(), world_.Sign(world_.vn_clerk(), report)).status());
    return report;
  }
  std::string SendAcross(const std::string& gate = "LS-HN") {
    if (world_.streams.empty()) world_.Connect();
    const std::string id = Send(gate).header().message_id();
    world_.Run();
    return id;
  }
  // Somebody with another name, as if his certificate said so.
  certs::Identity Named(const std::string& spiffe_id) {
    certs::Identity identity = world_.cn->IdentityOf(world_.cn_clerk());
    identity.id = Need(certs::SpiffeId::Parse(spiffe_id));
    return identity;
  }
  int64_t RowAtCn(const std::string& id) {
    return Need(Need(world_.cn->store->Read())->FindMessagesById(id)).at(0).row;
  }
  static std::vector<ledger::Leaf> Leaves(const TestNode& node, const std::string& event) {
    std::vector<ledger::Leaf> leaves = node.Leaves();
    std::erase_if(leaves, [&](const ledger::Leaf& leaf) { return leaf.event != event; });
    return leaves;
  }
  static std::vector<v1::LadderStep> Steps(const v1::Ladder& ladder, v1::Rung rung) {
    std::vector<v1::LadderStep> steps;
    for (const v1::LadderStep& step : ladder.steps()) {
      if (step.rung() == rung) steps.push_back(step);
    }
    return steps;
  }
  // The receipt of a step holds as evidence: a leaf of cn-pingxiang's log about that message.
  void ExpectProved(const v1::LadderStep& step, const std::string& event, const std::string& id) {
    const store::MessageRecord sent =
        Need(Need(world_.vn->store->Read())->FindMessagesById(id)).at(0);
    const absl::Status checked =
        ledger::CheckReceipt({step.receipt().leaf(), step.receipt().proof()},
                             Need(ledger::VerifierOf(*world_.cn->log_key)),
                             {.event = event,
                              .object = exchange::MessageObject(id),
                              .pae = sent.pae,
                              .signatures = sent.signatures,
                              .peer = "vn-langson",
                              .origin = ledger::LogOrigin("cn-pingxiang", 1)});
    EXPECT_TRUE(checked.ok()) << checked;
  }

  TwoNodes world_;
  int day_ = 0;
};

TEST_F(Rungs, FetchedIsOneLeafForEachAgencyAndProvedAtTheOrigin) {
  const std::string id = SendAcross();
  EXPECT_EQ(world_.vn->LadderOf(id).rung(), v1::RUNG_APPLIED);
  const uint64_t vn_size = world_.vn->head().size;
  const certs::Signer& customs = world_.AddPerson(world_.cn_ca, "/agency/customs/officer/1");
  for (const certs::Signer* caller :
       {&world_.cn_clerk(), &world_.cn_service(), &customs, &world_.cn_clerk()}) {
    world_.cn->Fetch(*caller, id);
  }
  world_.Run();

  const std::vector<ledger::Leaf> leaves = Leaves(*world_.cn, ledger::event::kFetched);
  ASSERT_EQ(leaves.size(), 2u);
  EXPECT_EQ(leaves[0].actor, world_.cn_clerk().id().ToString()) << "whoever came first";
  EXPECT_EQ(leaves[1].actor, customs.id().ToString());
  EXPECT_EQ(leaves[0].peer, "vn-langson");
  EXPECT_EQ(leaves[0].result + leaves[0].detail, "");

  const v1::Ladder ladder = world_.vn->LadderOf(id);
  EXPECT_EQ(ladder.rung(), v1::RUNG_FETCHED);
  const std::vector<v1::LadderStep> steps = Steps(ladder, v1::RUNG_FETCHED);
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps[0].agency(), "port-office");
  EXPECT_EQ(steps[1].agency(), "customs");
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(steps[i].actor(), leaves[i].actor);
    EXPECT_EQ(steps[i].node(), "cn-pingxiang");
    EXPECT_EQ(
        absl::FromUnixSeconds(steps[i].time().seconds()),
        absl::UnixEpoch() + absl::Floor(leaves[i].time - absl::UnixEpoch(), absl::Seconds(1)));
    ExpectProved(steps[i], ledger::event::kFetched, id);
  }
  EXPECT_EQ(Steps(world_.cn->LadderOf(id), v1::RUNG_FETCHED).size(), 2u);
  EXPECT_EQ(world_.cn->LadderOf(id).rung(), v1::RUNG_FETCHED);
  EXPECT_EQ(world_.vn->Fetch(world_.vn_clerk(), id).message().rung(), v1::RUNG_FETCHED);
  EXPECT_EQ(world_.vn->head().size, vn_size) << "what was taken makes no leaf";
}

TEST_F(Rungs, TwoFetchesAtOnceAreOneLeaf) {
  const std::string id = SendAcross();
  world_.cn->Fetch(world_.cn_clerk(), id, /*settle=*/false);
  world_.cn->Fetch(world_.cn_service(), id, /*settle=*/false);
  const exchange::Head before = world_.cn->head();
  world_.cn->fetches->HandedOver(world_.cn->IdentityOf(world_.cn_officer()), {RowAtCn(id)});
  EXPECT_EQ(world_.cn->head(), before) << "the answer waits for no commit";
  world_.Run();
  EXPECT_EQ(Leaves(*world_.cn, ledger::event::kFetched).size(), 1u);
  EXPECT_EQ(Steps(world_.vn->LadderOf(id), v1::RUNG_FETCHED).size(), 1u);
}

// A full queue: nothing is logged, nobody fails, and the next fetch logs it.
TEST_F(Rungs, AFetchThatCannotBeLoggedIsLoggedByTheNext) {
  const std::string id = SendAcross();
  exchange::Committer small(*world_.cn->store, *world_.cn->log, world_.clock, 1);
  exchange::FetchLog fetches(world_.cn->setup.node, *world_.cn->store, small);
  const auto nothing = [](exchange::CommitScope&) { return absl::OkStatus(); };
  ASSERT_TRUE(small.Post(nothing, [](const absl::Status&) {}).ok());
  const certs::Identity caller = world_.cn->IdentityOf(world_.cn_clerk());
  fetches.HandedOver(caller, {RowAtCn(id)});
  while (small.Step() > 0) {
  }
  EXPECT_TRUE(Leaves(*world_.cn, ledger::event::kFetched).empty());
  fetches.HandedOver(caller, {RowAtCn(id)});
  while (small.Step() > 0) {
  }
  EXPECT_EQ(Leaves(*world_.cn, ledger::event::kFetched).size(), 1u);
}

TEST_F(Rungs, ListsCountWithEnvelopesOnlyAndOnlyWhatWasReceivedAndNotRefused) {
  SendAcross();
  world_.cn->blocked.Set("vn-langson", {"LS-CM"});
  const std::string refused = SendAcross("LS-CM");
  const v1::Message own = world_.OneFigureReport(world_.cn_clerk(), "LS-HN", 40, 5);
  Need(world_.cn->Submit(world_.cn_clerk(), world_.Sign(world_.cn_clerk(), own)).status());
  world_.Run();

  v1::ListMessagesRequest request;
  request.set_without_envelopes(true);
  std::vector<int64_t> fetched;
  EXPECT_EQ(Need(world_.cn->queries->ListMessages(request, &fetched)).messages_size(), 3);
  EXPECT_TRUE(fetched.empty());
  request.set_without_envelopes(false);
  EXPECT_EQ(Need(world_.cn->queries->ListMessages(request, &fetched)).messages_size(), 3);
  EXPECT_EQ(fetched.size(), 1u);
  // Whoever asks by row is judged again where it is logged.
  fetched.push_back(RowAtCn(refused));
  fetched.push_back(RowAtCn(own.header().message_id()));
  fetched.push_back(4711);
  world_.cn->fetches->HandedOver(world_.cn->IdentityOf(world_.cn_clerk()), fetched);
  world_.Run();
  EXPECT_EQ(Leaves(*world_.cn, ledger::event::kFetched).size(), 1u);
  EXPECT_EQ(world_.vn->LadderOf(refused).rung(), v1::RUNG_REFUSED);
}

TEST_F(Rungs, AWatcherFetchesWhatItIsHandedAndHearsNoEcho) {
  const std::string id = SendAcross();
  const auto read = [&](uint64_t from) {
    return Need(world_.cn->watch->Read(from, v1::MESSAGE_DIRECTION_UNSPECIFIED));
  };
  const exchange::Watch::Page page = read(0);
  ASSERT_EQ(page.events.size(), 1u);
  ASSERT_EQ(page.rows, std::vector<int64_t>{RowAtCn(id)});
  world_.cn->fetches->HandedOver(world_.cn->IdentityOf(world_.cn_service()), page.rows);
  world_.Run();
  EXPECT_EQ(Leaves(*world_.cn, ledger::event::kFetched).size(), 1u);
  const exchange::Watch::Page echo = read(page.next);
  EXPECT_GT(echo.next, page.next);
  EXPECT_TRUE(echo.events.empty());
}

TEST_F(Rungs, AuditorsNodesAndTheOtherSideLeaveNoTrace) {
  const std::string id = SendAcross();
  const exchange::Head before = world_.cn->head();
  for (const char* who : {"spiffe://pingxiang.practice.example/auditor/one",
                          "spiffe://pingxiang.practice.example/node/cn-pingxiang",
                          "spiffe://langson.practice.example/node/vn-langson",
                          "spiffe://langson.practice.example/agency/board/clerk/desk-1"}) {
    world_.cn->fetches->HandedOver(Named(who), {RowAtCn(id)});
    world_.Run();
    EXPECT_EQ(world_.cn->head(), before) << who;
  }
  EXPECT_EQ(world_.vn->LadderOf(id).rung(), v1::RUNG_APPLIED);
}

// However many agencies fetch, what the other side has to keep of one message has an end.
TEST_F(Rungs, AMessageHasNoMoreRungsThanBothNodesKeep) {
  const std::string id = SendAcross();
  for (size_t i = 0; i < exchange::kMostRungsOfMessage + 6; ++i) {
    world_.cn->fetches->HandedOver(
        Named("spiffe://pingxiang.practice.example/agency/a" + std::to_string(i) + "/service/s"),
        {RowAtCn(id)});
    world_.Run();
  }
  EXPECT_EQ(Leaves(*world_.cn, ledger::event::kFetched).size(), exchange::kMostRungsOfMessage);
  EXPECT_EQ(world_.vn->LinkRecord().last_rung_taken, exchange::kMostRungsOfMessage);
  const std::string next = SendAcross();
  world_.cn->Fetch(world_.cn_clerk(), next);
  world_.Run();
  EXPECT_EQ(world_.vn->LadderOf(next).rung(), v1::RUNG_FETCHED);
}

TEST_F(Rungs, AnAcknowledgementIsOneReadLeafForEachPerson) {
  world_.Connect();
  const v1::Message report = Send();
  const std::string id = report.header().message_id();
  world_.Run();
  const auto acknowledge = [&](const certs::Signer& who, v1::AcknowledgementKind kind) {
    const v1::Message ack = Acknowledging(world_, who, report, kind);
    const auto answer = world_.cn->Submit(who, world_.Sign(who, ack));
    EXPECT_TRUE(answer.ok()) << answer.status();
    world_.Run();
    return ack.header().message_id();
  };
  const std::string first = acknowledge(world_.cn_officer(), v1::ACKNOWLEDGEMENT_KIND_DISPUTED);
  acknowledge(world_.cn_officer(), v1::ACKNOWLEDGEMENT_KIND_READ);
  acknowledge(world_.cn_clerk(), v1::ACKNOWLEDGEMENT_KIND_ANSWER_FOLLOWS);
  world_.cn->Fetch(world_.cn_service(), id);
  world_.Run();

  const std::vector<ledger::Leaf> leaves = Leaves(*world_.cn, ledger::event::kRead);
  ASSERT_EQ(leaves.size(), 2u);
  EXPECT_EQ(leaves[0].actor, world_.cn_officer().id().ToString());
  EXPECT_EQ(leaves[0].result, "DISPUTED");
  EXPECT_EQ(leaves[0].detail, exchange::MessageObject(first));
  EXPECT_EQ(leaves[0].peer, "vn-langson");
  EXPECT_EQ(leaves[1].result, "ANSWER_FOLLOWS");

  for (TestNode* node : {world_.vn.get(), world_.cn.get()}) {
    const v1::Ladder ladder = node->LadderOf(id);
    EXPECT_EQ(ladder.rung(), v1::RUNG_READ);
    EXPECT_EQ(Steps(ladder, v1::RUNG_FETCHED).size(), 1u);
    const std::vector<v1::LadderStep> steps = Steps(ladder, v1::RUNG_READ);
    ASSERT_EQ(steps.size(), 2u);
    EXPECT_EQ(steps[0].actor(), leaves[0].actor);
    EXPECT_EQ(steps[0].agency(), "port-office");
    EXPECT_EQ(steps[0].node(), "cn-pingxiang");
    // The person's own signature is one reference away.
    v1::GetMessageRequest signed_by_him;
    signed_by_him.set_reference(steps[0].acknowledgement());
    EXPECT_EQ(Need(node->queries->GetMessage(signed_by_him)).message().message_id(), first);
    ExpectProved(steps[0], ledger::event::kRead, id);
    EXPECT_EQ(ladder.steps(ladder.steps_size() - 1).rung(), v1::RUNG_READ) << "in order";
  }
}

// The message is applied, but its receipt was lost: what was logged meanwhile goes after it.
TEST_F(Rungs, NoRungOvertakesTheReceiptOfItsMessage) {
  std::vector<std::string> said;
  bool lossy = true;
  world_.on_wire = [&](bool from_vn, v1::LinkFrame& frame) {
    if (from_vn) return true;
    if (frame.has_receipts() && lossy) return false;
    if (frame.has_receipts()) said.push_back("receipt");
    if (frame.has_read()) said.push_back("rung");
    return true;
  };
  const std::string id = SendAcross();
  world_.Cut();
  world_.cn->Fetch(world_.cn_clerk(), id);
  EXPECT_EQ(world_.vn->LadderOf(id).rung(), v1::RUNG_ACCEPTED);
  lossy = false;
  world_.Connect();
  world_.Run();
  EXPECT_EQ(said, (std::vector<std::string>{"receipt", "rung"}));
  EXPECT_EQ(world_.vn->LadderOf(id).rung(), v1::RUNG_FETCHED);
}

// Whoever holds a READ leaf can look at what the person signed: that goes first.
TEST(RungsInASmallWindow, ReadWaitsForItsAcknowledgement) {
  TwoNodes world({.window_messages = 1});
  world.Connect();
  const v1::Message report = world.OneFigureReport(world.vn_clerk(), "LS-HN", 0, 5);
  Need(world.vn->Submit(world.vn_clerk(), world.Sign(world.vn_clerk(), report)).status());
  world.Run();
  world.Cut();
  for (const char* token : {"one", "two"}) {
    const v1::Message ping = world.NewPing(world.cn_clerk(), token);
    Need(world.cn->Submit(world.cn_clerk(), world.Sign(world.cn_clerk(), ping)).status());
  }
  const v1::Message ack = Acknowledging(world, world.cn_clerk(), report);
  Need(world.cn->Submit(world.cn_clerk(), world.Sign(world.cn_clerk(), ack)).status());
  uint64_t last_message = 0;
  uint64_t before_rung = 0;
  world.on_wire = [&](bool from_vn, v1::LinkFrame& frame) {
    if (!from_vn && frame.has_message()) last_message = frame.message().sequence();
    if (frame.has_read()) before_rung = last_message;
    return true;
  };
  world.Connect();
  world.Run();
  EXPECT_EQ(before_rung, 3u) << "pings one and two, and the acknowledgement";
  EXPECT_EQ(world.vn->LadderOf(report.header().message_id()).rung(), v1::RUNG_READ);
}

// The wire is cut after 0 frames, after 1, … and what was not committed is lost: both rungs of
// every message arrive once, in order, and then nothing grows any more.
TEST_F(Rungs, SurviveACutAndARestartAfterEveryFrame) {
  int frames = 0;
  world_.on_wire = [&](bool, v1::LinkFrame&) { return ++frames > 0; };
  std::vector<std::string> ids;
  for (int cut_after = 0; cut_after < 16; ++cut_after) {
    SCOPED_TRACE("cut after frame " + std::to_string(cut_after));
    world_.Connect();
    const v1::Message report = Send();
    ids.push_back(report.header().message_id());
    world_.Run();
    world_.Cut();
    world_.cn->Fetch(world_.cn_service(), ids.back());
    const v1::Message ack = Acknowledging(world_, world_.cn_clerk(), report);
    Need(world_.cn->Submit(world_.cn_clerk(), world_.Sign(world_.cn_clerk(), ack)).status());
    world_.Connect();
    frames = 0;
    while (frames < cut_after && world_.RunOneStep()) {
    }
    if (cut_after % 2 == 0) world_.Cut();
    if (cut_after % 4 != 2) world_.KillAndRestart(cut_after % 4 == 1);
    world_.Cut();
    world_.Run();
  }
  world_.Connect();
  world_.Run();
  const uint64_t all = 2 * ids.size();
  EXPECT_EQ(world_.cn->LinkRecord().last_rung_given, all);
  EXPECT_EQ(world_.vn->LinkRecord().last_rung_taken, all);
  EXPECT_EQ(Leaves(*world_.cn, ledger::event::kFetched).size(), ids.size());
  EXPECT_EQ(Leaves(*world_.cn, ledger::event::kRead).size(), ids.size());
  for (const std::string& id : ids) {
    const v1::Ladder ladder = world_.vn->LadderOf(id);
    EXPECT_EQ(ladder.steps_size(), 5);
    EXPECT_EQ(ladder.rung(), v1::RUNG_READ);
    ExpectProved(ladder.steps(3), ledger::event::kFetched, id);
    ExpectProved(ladder.steps(4), ledger::event::kRead, id);
  }
  world_.Pass(absl::Seconds(5));  // The heads of all that are cosigned.
  const exchange::Head vn = world_.vn->head();
  const exchange::Head cn = world_.cn->head();
  world_.Pass(absl::Hours(1));
  EXPECT_EQ(world_.vn->head(), vn);
  EXPECT_EQ(world_.cn->head(), cn);
}

// A peer from before the rungs says nothing of them, and would not know the frame.
TEST_F(Rungs, APeerThatTakesNoneIsSentNone) {
  int rungs = 0;
  world_.on_wire = [&](bool from_vn, v1::LinkFrame& frame) {
    if (from_vn && frame.has_hello()) frame.mutable_hello()->clear_last_rung_taken();
    rungs += frame.has_read();
    return true;
  };
  const std::string id = SendAcross();
  world_.cn->Fetch(world_.cn_clerk(), id);
  world_.Run();
  EXPECT_EQ(rungs, 0);
  EXPECT_EQ(world_.cn->LadderOf(id).rung(), v1::RUNG_FETCHED);
  EXPECT_EQ(world_.vn->LadderOf(id).rung(), v1::RUNG_APPLIED);
}

}  // namespace
}  // namespace gatepost::testing
