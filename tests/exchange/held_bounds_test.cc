// How many messages may wait for signatures, and how they are listed and dropped when they are
// many.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>

#include "daemon/exchange/holding.h"
#include "fmt/format.h"
#include "tests/exchange/four_eyes.h"

namespace gatepost::testing {
namespace {

using exchange::kMostHeld;
using exchange::kMostHeldOfAuthor;

class HeldBounds : public FourEyes {
 protected:
  // The node finds `count` messages of `author` held in its store. All are the bytes of one.
  void Fill(const std::string& author, size_t count) {
    const v1::Envelope one = Report(300);
    Need(world_.vn->committer->Post(
        [&](exchange::CommitScope& scope) -> absl::Status {
          for (size_t i = 0; i < count; ++i) {
            store::HeldRecord held;
            held.reference.year = 2027;
            held.author = author;
            held.message_id = fmt::format("{:08}", filled_++);
            held.pae = certs::Sha256Of(held.message_id);
            held.held_at = scope.now;
            held.drops_at = scope.now + absl::Hours(24);
            held.envelope = one.SerializeAsString();
            Need(scope.store.HoldMessage(held));
          }
          return absl::OkStatus();
        },
        [](const absl::Status& done) { Need(done); }));
    world_.vn->Settle();
  }
  std::string Clerk() { return world_.vn_clerk().id().ToString(); }

  v1::ListMessagesResponse Page(const v1::ListMessagesRequest& request) {
    return Need(world_.vn->queries->ListMessages(request));
  }

 private:
  size_t filled_ = 0;
};

TEST_F(HeldBounds, OneAuthorHasSoManyWaitingAndNoMore) {
  Fill(Clerk(), kMostHeldOfAuthor - 1);
  const v1::Envelope last = HeldOne();
  const v1::Envelope more = Report(1);
  EXPECT_EQ(ReasonOf(HandIn(world_.vn_clerk(), more)), v1::REASON_TOO_MANY_OPEN);
  EXPECT_EQ(ReasonOf(world_.vn->Submit(world_.vn_clerk(), more, /*validate_only=*/true)),
            v1::REASON_TOO_MANY_OPEN);
  // What waits already is answered, and what has all its signatures leaves.
  EXPECT_TRUE(HandIn(world_.vn_clerk(), last).ok());
  EXPECT_FALSE(Need(HandIn(world_.vn_clerk(), With(Report(2), world_.vn_officer()))).has_held());
  // Others have room of their own, and so has who drops one.
  const v1::Envelope others =
      world_.Sign(*stranger_, world_.OneFigureReport(*stranger_, "LS-CM", 3, 312));
  EXPECT_TRUE(HandIn(*stranger_, others).ok());
  ASSERT_TRUE(world_.vn->DropHeld(world_.vn_clerk(), IdIn(last), "too many").ok());
  EXPECT_TRUE(Need(HandIn(world_.vn_clerk(), more)).has_held());
}

TEST_F(HeldBounds, ANodeHasSoManyWaitingAndNoMore) {
  for (size_t author = 0; author * kMostHeldOfAuthor < kMostHeld; ++author) {
    Fill(fmt::format("spiffe://langson.example/agency/board/clerk/desk-{}", 100 + author),
         kMostHeldOfAuthor);
  }
  EXPECT_EQ(ReasonOf(HandIn(world_.vn_clerk(), Report())), v1::REASON_TOO_MANY_OPEN);
}

TEST_F(HeldBounds, TheListComesInPagesOldestFirst) {
  Fill("spiffe://langson.example/agency/board/clerk/desk-2", 120);
  HeldOne();
  v1::ListMessagesRequest request;
  request.set_direction(v1::MESSAGE_DIRECTION_HELD);
  request.set_page_size(55);
  std::vector<std::string> listed;
  int pages = 0;
  do {
    const v1::ListMessagesResponse page = Page(request);
    ++pages;
    ASSERT_LE(page.messages_size(), 55);
    for (const v1::StoredMessage& message : page.messages()) {
      listed.push_back(message.short_reference());
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(pages, 3);
  ASSERT_EQ(listed.size(), 121u);
  EXPECT_TRUE(std::ranges::is_sorted(listed));
  EXPECT_EQ(std::ranges::adjacent_find(listed), listed.end());
  // A filter looks past whole pages of others.
  request.set_author(Clerk());
  EXPECT_EQ(Page(request).messages_size(), 1);
}

TEST_F(HeldBounds, ManyThatAreTooLateAreDroppedALittleAtATime) {
  Fill("spiffe://langson.example/agency/board/clerk/desk-2", 150);
  authority_.hold_for = absl::Hours(48);
  HeldOne();
  world_.clock.Advance(absl::Hours(25));
  world_.vn->hold_limit->OnTick();
  world_.vn->Settle();
  EXPECT_EQ(HeldCount(), 51u);
  world_.Pass(absl::Seconds(10));
  EXPECT_EQ(HeldCount(), 1u);
}

}  // namespace
}  // namespace gatepost::testing
