// What two nodes do with messages when nobody means harm and nothing breaks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/ledger/leaf.h"
#include "tests/exchange/promises.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Events(const TestNode& node) {
  std::vector<std::string> events;
  for (const ledger::Leaf& leaf : node.Leaves()) events.push_back(leaf.event + " " + leaf.result);
  return events;
}

v1::GetYardPictureResponse PictureOf(const TestNode& node, int month, int day) {
  v1::GetYardPictureRequest request;
  request.mutable_business_date()->set_year(2026);
  request.mutable_business_date()->set_month(month);
  request.mutable_business_date()->set_day(day);
  return Need(node.yard_queries->GetYardPicture(request));
}

TEST(Crossing, AReportCrossesAndIsReceipted) {
  TwoNodes world;
  world.Connect();
  world.Run();
  const v1::Envelope envelope =
      world.Sign(world.vn_clerk(), world.OneFigureReport(world.vn_clerk(), "LS-HN", 0, 312));
  const auto answer = world.vn->Submit(world.vn_clerk(), envelope);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->short_reference(), "LS/2027/00001");
  world.Run();
  EXPECT_THAT(Events(*world.vn), ElementsAre("ACCEPTED APPLIED", "RECEIPT APPLIED"));
  EXPECT_THAT(Events(*world.cn), ElementsAre("DELIVERED APPLIED"));

  v1::GetStatusRequest request;
  request.set_reference(answer->short_reference());
  const auto status = world.vn->queries->GetStatus(request);
  ASSERT_TRUE(status.ok()) << status.status();
  ASSERT_EQ(status->ladders_size(), 1);
  EXPECT_EQ(status->ladders(0).rung(), v1::RUNG_APPLIED);
  EXPECT_EQ(status->ladders(0).steps_size(), 3);
}

// Both sides report at once, some before the link is up and some while it is.
TEST(Crossing, BothDirectionsKeepTheirOrderAndReceiptsVerifyAtTheSender) {
  TwoNodes world;
  Promises promises(world);
  for (int day = 0; day < 20; ++day) {
    promises.Submit(world.vn_clerk(), world.OneFigureReport(world.vn_clerk(), "LS-HN", day, 100));
    promises.Submit(world.cn_clerk(), world.OneFigureReport(world.cn_clerk(), "LS-HN", day, 90));
  }
  world.Connect();
  for (int day = 20; day < 40; ++day) {
    promises.Submit(world.vn_service(), world.NewPing(world.vn_service(), "still here"));
    promises.Submit(world.cn_clerk(), world.OneFigureReport(world.cn_clerk(), "LS-TT", day, 70));
    for (int step = 0; step < 3; ++step) world.RunOneStep();
  }
  world.Run();
  promises.Check();
}

// The same report is in force on both sides, each side's beside the other's.
TEST(Crossing, BothNodesShowTheSameYardPicture) {
  TwoNodes world;
  Promises promises(world);
  world.Connect();
  promises.Submit(world.vn_clerk(), world.OneFigureReport(world.vn_clerk(), "LS-HN", 0, 312));
  promises.Submit(world.cn_clerk(), world.OneFigureReport(world.cn_clerk(), "LS-HN", 0, 298));
  world.Run();
  promises.Check();
  const v1::GetYardPictureResponse here = PictureOf(*world.vn, 1, 1);
  const v1::GetYardPictureResponse there = PictureOf(*world.cn, 1, 1);
  EXPECT_EQ(here.reports_size(), 2);
  EXPECT_EQ(there.reports_size(), 2);
}

// A revision replaces on both sides, and each side names what it replaced by its own reference.
TEST(Crossing, ARevisionReplacesOnBothSides) {
  TwoNodes world;
  Promises promises(world);
  world.Connect();
  const v1::Message original = world.OneFigureReport(world.vn_clerk(), "LS-HN", 0, 312);
  const v1::Envelope sent = promises.Submit(world.vn_clerk(), original);
  v1::Message revision = world.OneFigureReport(world.vn_clerk(), "LS-HN", 0, 321);
  v1::MessageReference* replaces = revision.mutable_header()->mutable_replaces();
  replaces->set_author(original.header().author());
  replaces->set_message_id(original.header().message_id());
  replaces->set_pae_sha256(
      std::string(certs::AsView(certs::PaeDigest(sent.payload_type(), sent.payload()))));
  revision.mutable_yard_report()->set_revision(v1::REVISION_KIND_REVISION);
  revision.mutable_yard_report()->set_revision_reason("two digits swapped");
  promises.Submit(world.vn_clerk(), revision);
  world.Run();
  promises.Check();
  for (const TestNode* node : {world.vn.get(), world.cn.get()}) {
    const auto reader = Need(node->store->Read());
    const auto old_one =
        Need(reader->FindMessage(original.header().author(), original.header().message_id()));
    const auto new_one =
        Need(reader->FindMessage(revision.header().author(), revision.header().message_id()));
    ASSERT_TRUE(old_one.has_value() && new_one.has_value());
    EXPECT_EQ(old_one->replaced_by_row, new_one->row);
    EXPECT_EQ(new_one->replaces_row, old_one->row);
    EXPECT_EQ(PictureOf(*node, 1, 1).reports_size(), 1);
  }
}

// What the origin holds to be sound and the recipient does not (its clock is behind) is answered
// with the reason, and nothing of it is in force there; the next message goes on.
TEST(Crossing, ARecipientsRefusalUsesItsSequenceAndIsReceipted) {
  TwoNodes world;
  Promises promises(world);
  world.Connect();
  promises.Submit(world.vn_clerk(), world.OneFigureReport(world.vn_clerk(), "LS-HN", 0, 312));
  world.Run();
  const v1::Message late = world.OneFigureReport(world.vn_clerk(), "LS-HN", 1, 313);
  promises.Submit(world.vn_clerk(), late);
  world.clock.Advance(absl::Minutes(-30));
  world.Run();
  world.clock.Advance(absl::Minutes(30));
  promises.Submit(world.vn_clerk(), world.OneFigureReport(world.vn_clerk(), "LS-HN", 2, 314));
  world.Run();
  promises.Check();
  EXPECT_THAT(Events(*world.cn), ElementsAre("DELIVERED APPLIED", "DELIVERED REFUSED:FUTURE_DATE",
                                             "DELIVERED APPLIED"));
  v1::GetStatusRequest request;
  request.set_reference(late.header().message_id());
  const auto status = Need(world.vn->queries->GetStatus(request));
  EXPECT_EQ(status.ladders(0).rung(), v1::RUNG_REFUSED);
  EXPECT_EQ(status.ladders(0).steps(2).reason(), v1::REASON_FUTURE_DATE);
}

}  // namespace
}  // namespace gatepost::testing
