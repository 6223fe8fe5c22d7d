// A person's signature on having seen a message is the READ rung of that message.
#include <gtest/gtest.h>

#include <string>

#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "tests/exchange/acknowledgements.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

class Acknowledgements : public ::testing::Test {
 protected:
  Acknowledgements() {
    world_.Connect();
    report_ = world_.OneFigureReport(world_.vn_clerk(), "LS-HN", 0, 312);
    EXPECT_TRUE(world_.vn->Submit(world_.vn_clerk(), world_.Sign(world_.vn_clerk(), report_)).ok());
    world_.Run();
  }

  v1::Message About(const certs::Signer& author, const v1::Message& read) {
    return Acknowledging(world_, author, read);
  }
  absl::Status SendByCn(const certs::Signer& author, const v1::Message& message) {
    const auto answer = world_.cn->Submit(author, world_.Sign(author, message));
    world_.Run();
    return answer.status();
  }
  v1::Ladder LadderAt(const TestNode& node) {
    v1::GetStatusRequest request;
    request.set_reference(report_.header().message_id());
    return Need(node.queries->GetStatus(request)).ladders(0);
  }

  TwoNodes world_;
  v1::Message report_;
};

TEST_F(Acknowledgements, AreTheReadRungOnBothSides) {
  EXPECT_EQ(LadderAt(*world_.vn).rung(), v1::RUNG_APPLIED);
  ASSERT_TRUE(SendByCn(world_.cn_clerk(), About(world_.cn_clerk(), report_)).ok());
  for (const TestNode* node : {world_.vn.get(), world_.cn.get()}) {
    const v1::Ladder ladder = LadderAt(*node);
    EXPECT_EQ(ladder.rung(), v1::RUNG_READ);
    const v1::LadderStep& step = ladder.steps(ladder.steps_size() - 1);
    EXPECT_EQ(step.rung(), v1::RUNG_READ);
    EXPECT_EQ(step.actor(), world_.cn_clerk().id().ToString());
    EXPECT_FALSE(step.receipt().leaf().empty());
  }
  v1::GetMessageRequest request;
  request.set_reference(report_.header().message_id());
  EXPECT_EQ(Need(world_.vn->queries->GetMessage(request)).message().rung(), v1::RUNG_READ);
}

// That somebody read what his node refused does not hide the refusal.
TEST_F(Acknowledgements, ARefusedMessageStaysRefused) {
  world_.cn->blocked.Set("vn-langson", {"LS-CM"});
  report_ = world_.OneFigureReport(world_.vn_clerk(), "LS-CM", 0, 5);
  ASSERT_TRUE(world_.vn->Submit(world_.vn_clerk(), world_.Sign(world_.vn_clerk(), report_)).ok());
  world_.Run();
  ASSERT_EQ(LadderAt(*world_.vn).rung(), v1::RUNG_REFUSED);
  world_.cn->blocked.Set("vn-langson", {});
  ASSERT_TRUE(SendByCn(world_.cn_clerk(), About(world_.cn_clerk(), report_)).ok());
  const v1::Ladder ladder = LadderAt(*world_.vn);
  EXPECT_EQ(ladder.rung(), v1::RUNG_REFUSED);
  EXPECT_EQ(ladder.steps(ladder.steps_size() - 1).rung(), v1::RUNG_READ);
  v1::GetMessageRequest request;
  request.set_reference(report_.header().message_id());
  EXPECT_EQ(Need(world_.vn->queries->GetMessage(request)).message().rung(), v1::RUNG_REFUSED);
}

TEST_F(Acknowledgements, BadOnesAreRefused) {
  const v1::Message good = About(world_.cn_clerk(), report_);
  const auto reason = [&](const v1::Message& message) {
    return system::ReasonOf(SendByCn(world_.cn_clerk(), message));
  };
  v1::Message unsaid = good;
  unsaid.mutable_acknowledgement()->clear_kind();
  EXPECT_EQ(reason(unsaid), v1::REASON_FIELD_MISSING);

  v1::Message groundless = good;
  groundless.mutable_acknowledgement()->set_kind(v1::ACKNOWLEDGEMENT_KIND_DISPUTED);
  EXPECT_EQ(reason(groundless), v1::REASON_FIELD_CONFLICT);

  v1::Message other_bytes = good;
  other_bytes.mutable_acknowledgement()->mutable_about()->mutable_pae_sha256()->back() ^= 1;
  EXPECT_EQ(reason(other_bytes), v1::REASON_UNKNOWN_BASE);

  v1::Message other_scopes = good;
  other_scopes.mutable_header()->set_scope_ids(0, "LS-CM");
  EXPECT_EQ(reason(other_scopes), v1::REASON_FIELD_CONFLICT);

  // One's own message, and an acknowledgement.
  v1::Message own = world_.OneFigureReport(world_.cn_clerk(), "LS-HN", 1, 5);
  ASSERT_TRUE(SendByCn(world_.cn_clerk(), own).ok());
  EXPECT_EQ(reason(About(world_.cn_clerk(), own)), v1::REASON_WRONG_SUBJECT);
  ASSERT_TRUE(SendByCn(world_.cn_clerk(), good).ok());
  const v1::Message back = About(world_.vn_clerk(), good);
  EXPECT_EQ(
      system::ReasonOf(
          world_.vn->Submit(world_.vn_clerk(), world_.Sign(world_.vn_clerk(), back)).status()),
      v1::REASON_WRONG_SUBJECT);
}

// A system has not read anything.
TEST_F(Acknowledgements, OnlyPeopleRead) {
  const v1::Message theirs = world_.OneFigureReport(world_.cn_clerk(), "LS-HN", 1, 5);
  ASSERT_TRUE(SendByCn(world_.cn_clerk(), theirs).ok());
  const v1::Message ack = About(world_.vn_service(), theirs);
  EXPECT_EQ(
      system::ReasonOf(
          world_.vn->Submit(world_.vn_service(), world_.Sign(world_.vn_service(), ack)).status()),
      v1::REASON_NOT_ALLOWED);
}

}  // namespace
}  // namespace gatepost::testing
