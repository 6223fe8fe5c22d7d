// HELD messages that never leave: dropped by a person, or by time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/digest.h"
#include "daemon/ledger/log_check.h"
#include "tests/exchange/four_eyes.h"

namespace gatepost::testing {
namespace {

using ::testing::ElementsAre;

class HeldDrop : public FourEyes {
 protected:
  // Everything that a check of the whole log finds.
  uint64_t Findings() {
    ledger::LogCheck check({}, nullptr);
    const std::unique_ptr<store::Reader> reader = Need(world_.vn->store->Read());
    for (uint64_t next = 0;;) {
      const auto group = Need(reader->GroupOfLeaf(next));
      if (!group.has_value() || group->first_index + group->leaves.size() <= next) break;
      check.Feed({group->first_index, group->leaves, std::nullopt, std::nullopt});
      next = group->first_index + group->leaves.size();
    }
    check.Finish();
    return check.finding_count();
  }
};

TEST_F(HeldDrop, TheAuthorTakesItBackAndItIsLogged) {
  const v1::Envelope held = HeldOne();
  const auto dropped = world_.vn->DropHeld(world_.vn_clerk(), "LS/2027/00001", "sai số liệu");
  ASSERT_TRUE(dropped.ok()) << dropped.status();
  const ledger::Leaf leaf = Need(ledger::Leaf::Parse(dropped->receipt().leaf()));
  EXPECT_EQ(leaf.event, ledger::event::kRefused);
  EXPECT_EQ(leaf.result, "NOT_RELEASED");
  EXPECT_EQ(leaf.actor, world_.vn_clerk().id().ToString());
  EXPECT_EQ(leaf.object, "message:" + IdIn(held));
  EXPECT_EQ(leaf.detail, "dropped:" + certs::Base64Encode("sai số liệu"));
  EXPECT_EQ(HeldCount(), 0u);
  EXPECT_EQ(
      system::ReasonOf(world_.vn->DropHeld(world_.vn_clerk(), "LS/2027/00001", "again").status()),
      v1::REASON_NOT_FOUND);
}

TEST_F(HeldDrop, WhoCouldReleaseItMayRejectItAndNobodyElse) {
  const v1::Envelope held = HeldOne();
  EXPECT_EQ(system::ReasonOf(world_.vn->DropHeld(*stranger_, IdIn(held), "mine").status()),
            v1::REASON_NOT_ALLOWED);
  EXPECT_EQ(system::ReasonOf(world_.vn->DropHeld(*agent_, IdIn(held), "").status()),
            v1::REASON_FIELD_MISSING);
  EXPECT_EQ(
      system::ReasonOf(world_.vn->DropHeld(*agent_, IdIn(held), std::string(201, 'x')).status()),
      v1::REASON_MALFORMED_PAYLOAD);
  EXPECT_EQ(HeldCount(), 1u);
  EXPECT_TRUE(world_.vn->DropHeld(*agent_, IdIn(held), "wrong gate").ok());
  EXPECT_EQ(HeldCount(), 0u);
}

TEST_F(HeldDrop, WhatWasReleasedCannotBeDropped) {
  const v1::Envelope held = HeldOne();
  ASSERT_TRUE(HandIn(*agent_, With(held, *agent_)).ok());
  EXPECT_EQ(system::ReasonOf(world_.vn->DropHeld(world_.vn_clerk(), IdIn(held), "late").status()),
            v1::REASON_NOT_FOUND);
}

// The officer's approval was on its way when the author took the message back.
TEST_F(HeldDrop, AnApprovalThatCrossesADropReleasesNothing) {
  const v1::Envelope held = HeldOne();
  v1::DropHeldRequest request;
  request.set_reference(IdIn(held));
  request.set_reason("not yet");
  world_.vn->door->DropHeld(world_.vn->IdentityOf(world_.vn_clerk()), request, [](const auto&) {});
  absl::StatusOr<v1::SubmitResponse> late = absl::UnknownError("not answered");
  HandIn(world_.vn_officer(), With(held, world_.vn_officer()),
         [&](auto answer) { late = std::move(answer); });
  world_.vn->Settle();
  EXPECT_EQ(ReasonOf(late), v1::REASON_NOT_RELEASED);
  EXPECT_EQ(Queued(), 0u);
}

TEST_F(HeldDrop, TimeDropsWhatNobodyReleased) {
  authority_.hold_for = absl::Minutes(2);
  const v1::Envelope held = HeldOne();
  world_.Pass(absl::Minutes(2) - absl::Seconds(1));
  EXPECT_EQ(HeldCount(), 1u);
  world_.Pass(absl::Seconds(10));
  EXPECT_EQ(HeldCount(), 0u);
  EXPECT_THAT(LeavesAbout(*world_.vn, IdIn(held)),
              ElementsAre("HELD NEEDS:1 desk-1", "REFUSED NOT_RELEASED vn-langson"));
  const auto page = Need(world_.vn->watch->Read(1, v1::MESSAGE_DIRECTION_HELD));
  ASSERT_EQ(page.events.size(), 1u);
  EXPECT_EQ(page.events[0].result(), "NOT_RELEASED");
  EXPECT_EQ(page.events[0].message().message_id(), IdIn(held));
}

TEST_F(HeldDrop, AnApprovalAfterTheTimeReleasesNothing) {
  authority_.hold_for = absl::Minutes(30);
  const v1::Envelope held = HeldOne();
  world_.clock.Advance(absl::Minutes(30));  // No tick yet.
  EXPECT_EQ(ReasonOf(HandIn(*agent_, With(held, *agent_))), v1::REASON_NOT_RELEASED);
  EXPECT_EQ(Queued(), 0u);
}

TEST_F(HeldDrop, TimeGoesOnWhileTheNodeIsDown) {
  authority_.hold_for = absl::Minutes(30);
  HeldOne();
  world_.KillAndRestart(/*vn=*/true, [&] { world_.clock.Advance(absl::Hours(1)); });
  world_.Pass(absl::Seconds(10));
  EXPECT_EQ(HeldCount(), 0u);
}

// Or an approval that somebody gave before it was dropped would release it after all.
TEST_F(HeldDrop, WhatWasDroppedNeedsANewIdAndNewApprovals) {
  authority_.second_signatures = {{"officer"}, {"officer"}};
  const v1::Envelope held = HeldOne();
  const v1::Envelope approved = With(held, *agent_);
  ASSERT_TRUE(HandIn(*agent_, approved).ok());
  ASSERT_TRUE(world_.vn->DropHeld(world_.vn_officer(), IdIn(held), "not yet").ok());
  EXPECT_EQ(ReasonOf(HandIn(world_.vn_clerk(), held)), v1::REASON_NOT_RELEASED);
  EXPECT_EQ(ReasonOf(HandIn(world_.vn_clerk(), approved)), v1::REASON_NOT_RELEASED);
  EXPECT_EQ(ReasonOf(world_.vn->Submit(world_.vn_clerk(), held, /*validate_only=*/true)),
            v1::REASON_NOT_RELEASED);
  // Not even with all signatures, nor after a restart.
  world_.KillAndRestart(/*vn=*/true);
  EXPECT_EQ(ReasonOf(HandIn(world_.vn_clerk(), With(approved, world_.vn_officer()))),
            v1::REASON_NOT_RELEASED);
  EXPECT_EQ(HeldCount(), 0u);
  EXPECT_EQ(Queued(), 0u);

  authority_.second_signatures = {{"officer"}};
  const v1::Envelope anew = Report();
  const auto again = HandIn(world_.vn_clerk(), anew);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->short_reference(), "LS/2027/00002") << "a number is given once";
  ASSERT_TRUE(HandIn(*agent_, With(anew, *agent_)).ok());
  EXPECT_EQ(Queued(), 1u);
  EXPECT_EQ(Findings(), 0u);
}

TEST_F(HeldDrop, WhatTimeDroppedIsNotHeldAgain) {
  authority_.hold_for = absl::Minutes(2);
  const v1::Envelope held = HeldOne();
  world_.Pass(absl::Minutes(3));
  ASSERT_EQ(HeldCount(), 0u);
  EXPECT_EQ(ReasonOf(HandIn(world_.vn_clerk(), With(held, *agent_))), v1::REASON_NOT_RELEASED);
  EXPECT_EQ(Queued(), 0u);
}

}  // namespace
}  // namespace gatepost::testing
