// What two nodes do with messages when nobody means harm: order, receipts, resumption, restarts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "daemon/ledger/receipt.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Events(const TestNode& node) {
  std::vector<std::string> events;
  for (const ledger::Leaf& leaf : node.Leaves()) events.push_back(leaf.event + " " + leaf.result);
  return events;
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

}  // namespace
}  // namespace gatepost::testing
