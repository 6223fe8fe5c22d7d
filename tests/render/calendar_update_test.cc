#include "client/render/calendar_update.h"

#include <gtest/gtest.h>

namespace gatepost::render {
namespace {

const absl::Time kDay0 = absl::FromUnixSeconds(1'800'000'000);

absl::Time Day(int day) { return kDay0 + absl::Hours(24 * day); }

CalendarEvent Event(const std::string& uid, int from, int to, int sequence = 0) {
  CalendarEvent event;
  event.uid = uid;
  event.sequence = sequence;
  event.stamp = Day(-1);
  event.from = Day(from);
  event.to = Day(to);
  event.summary = "closed";
  return event;
}

// The update of the days 0 to 10, known on day 0.
UpdatedEvents Update(const std::vector<CalendarEvent>& old, std::vector<CalendarEvent> fresh) {
  return UpdateEvents(old, std::move(fresh), Day(0), Day(10), Day(0));
}

TEST(UpdateEventsTest, TheSameContentKeepsItsSequence) {
  CalendarEvent again = Event("a", 1, 2);
  again.stamp = Day(0);
  const UpdatedEvents updated = Update({Event("a", 1, 2, 4)}, {again});
  ASSERT_EQ(updated.events.size(), 1U);
  EXPECT_EQ(updated.events[0].sequence, 4);
  EXPECT_EQ(updated.events[0].stamp, Day(0));
  EXPECT_EQ(updated.added + updated.changed + updated.cancelled, 0);
}

TEST(UpdateEventsTest, AnyChangeRaisesTheSequence) {
  CalendarEvent summary = Event("a", 1, 2);
  summary.summary = "open";
  CalendarEvent description = Event("a", 1, 2);
  description.description = "another letter";
  for (const CalendarEvent& changed : {summary, description, Event("a", 0, 2), Event("a", 1, 3)}) {
    const UpdatedEvents updated = Update({Event("a", 1, 2, 4)}, {changed});
    ASSERT_EQ(updated.events.size(), 1U);
    EXPECT_EQ(updated.events[0].sequence, 5);
    EXPECT_EQ(updated.events[0].to, changed.to);
    EXPECT_EQ(updated.changed, 1);
  }
}

TEST(UpdateEventsTest, WhatIsGoneIsCancelledOnceAndKept) {
  const UpdatedEvents first = Update({Event("a", 1, 2, 4)}, {});
  ASSERT_EQ(first.events.size(), 1U);
  EXPECT_TRUE(first.events[0].cancelled);
  EXPECT_EQ(first.events[0].sequence, 5);
  EXPECT_EQ(first.events[0].stamp, Day(0));
  EXPECT_EQ(first.cancelled, 1);

  const UpdatedEvents second = Update(first.events, {});
  ASSERT_EQ(second.events.size(), 1U);
  EXPECT_TRUE(second.events[0].cancelled);
  EXPECT_EQ(second.events[0].sequence, 5);
  EXPECT_EQ(second.cancelled, 0);
}

TEST(UpdateEventsTest, WhatHoldsAgainIsConfirmedWithAHigherSequence) {
  CalendarEvent void_one = Event("a", 1, 2, 5);
  void_one.cancelled = true;
  const UpdatedEvents updated = Update({void_one}, {Event("a", 1, 2)});
  ASSERT_EQ(updated.events.size(), 1U);
  EXPECT_FALSE(updated.events[0].cancelled);
  EXPECT_EQ(updated.events[0].sequence, 6);
  EXPECT_EQ(updated.changed, 1);
}

TEST(UpdateEventsTest, OnlyWhatWasAskedAboutIsCancelled) {
  // Before, into the span, out of it, and after: the first and the last only touch its ends.
  const UpdatedEvents updated =
      Update({Event("a", -3, 0), Event("b", -3, 1), Event("c", 9, 12), Event("d", 10, 12)}, {});
  ASSERT_EQ(updated.events.size(), 4U);
  for (const CalendarEvent& event : updated.events) {
    const bool asked = event.uid == "b" || event.uid == "c";
    EXPECT_EQ(event.cancelled, asked) << event.uid;
    EXPECT_EQ(event.sequence, asked ? 1 : 0) << event.uid;
    EXPECT_EQ(event.stamp, asked ? Day(0) : Day(-1)) << event.uid;
  }
}

TEST(UpdateEventsTest, NewOnesBeginAtZeroAndAllAreInOrder) {
  const UpdatedEvents updated = Update({Event("c", 5, 6)}, {Event("b", 7, 8), Event("a", 1, 2)});
  ASSERT_EQ(updated.events.size(), 3U);
  EXPECT_EQ(updated.events[0].uid, "a");
  EXPECT_EQ(updated.events[1].uid, "c");
  EXPECT_EQ(updated.events[2].uid, "b");
  EXPECT_EQ(updated.events[0].sequence, 0);
  EXPECT_EQ(updated.added, 2);
}

}  // namespace
}  // namespace gatepost::render
