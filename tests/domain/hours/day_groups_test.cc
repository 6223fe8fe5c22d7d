// Days in groups: every day in exactly the group of its hours, and no more groups than needed.
#include "daemon/domain/hours/day_groups.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/support/seeded_random.h"

namespace gatepost::domain {
namespace {

constexpr absl::CivilDay kMonday(2026, 3, 2);

// Days by letters: `.` does not count, `-` is closed, others open at an hour of their own.
std::vector<DayHours> Days(const std::string& letters) {
  std::vector<DayHours> days;
  for (const char letter : letters) {
    DayHours& day = days.emplace_back();
    day.counts = letter != '.';
    day.known = true;
    if (letter != '.' && letter != '-') day.windows = {{(letter - 'a') * 60, 1200}};
    day.by = {letter};
  }
  return days;
}

// The letters again; `!` where a day lies in no group or in several.
std::string Told(const DayGroups& groups, size_t count) {
  std::string letters(count, '-');
  for (const DayGroup& group : groups.groups) {
    for (size_t i = 0; i < count; ++i) {
      const absl::CivilDay day = kMonday + static_cast<int>(i);
      if (!group.days.Contains(day)) continue;
      const auto weekday = static_cast<v1::Weekday>(static_cast<int>(absl::GetWeekday(day)) + 1);
      if (!group.weekdays.empty() && std::find(group.weekdays.begin(), group.weekdays.end(),
                                               weekday) == group.weekdays.end()) {
        continue;
      }
      const char letter = static_cast<char>('a' + group.windows.front().from / 60);
      letters[i] = letters[i] == '-' ? letter : '!';
    }
  }
  return letters;
}

size_t RulesFor(const std::string& letters, bool by_weekday = true, bool with_closed = false) {
  return GroupsOf(Days(letters), kMonday, by_weekday, with_closed).groups.size();
}

TEST(DayGroupsTest, AsFewGroupsAsCanBe) {
  EXPECT_EQ(RulesFor("aaaaaaaaaaaaaaaaaaaaa"), 1u);
  EXPECT_EQ(RulesFor("aaaaabbaaaaabbaaaaabb"), 2u) << "working days and weekends";
  EXPECT_EQ(RulesFor("aaaaa--aaaaa--aaaaa--"), 1u) << "closed at weekends";
  EXPECT_EQ(RulesFor("aaaaa--aaaaa--aaaaa--", true, true), 2u);
  EXPECT_EQ(RulesFor("aaaaa---------aaaaa--"), 1u + 1u) << "a holiday week";
  EXPECT_EQ(RulesFor("aaaaaaaaaaccccccccccc"), 2u) << "other hours from one day on";
  EXPECT_EQ(RulesFor("aaaaabbaaaaabb", /*by_weekday=*/false), 4u);
  EXPECT_EQ(RulesFor("-------"), 0u);
  EXPECT_EQ(RulesFor("......."), 0u);
  EXPECT_EQ(RulesFor(""), 0u);
}

TEST(DayGroupsTest, SaysFromWhenOnNothingChanges) {
  EXPECT_EQ(GroupsOf(Days("aaaaaaabbbbbbb"), kMonday, true, false).steady_days, 7);
  EXPECT_EQ(GroupsOf(Days("aaaaa--aaaaa--"), kMonday, true, false).steady_days, 14);
}

TEST(DayGroupsTest, ARowIsCitedOnlyForItsDays) {
  const DayGroups groups = GroupsOf(Days("aaaaabb"), kMonday, true, false);
  ASSERT_EQ(groups.groups.size(), 2u);
  EXPECT_EQ(groups.groups[0].by, std::vector<int64_t>{'a'});
  EXPECT_EQ(groups.groups[1].by, std::vector<int64_t>{'b'});
}

// Many rows of days at random, weeks and breaks in them.
TEST(DayGroupsTest, EveryDayKeepsItsHours) {
  const char* stated = std::getenv("GATEPOST_SEED");
  const uint64_t seed = stated == nullptr ? 20260302 : std::strtoull(stated, nullptr, 10);
  SCOPED_TRACE("GATEPOST_SEED=" + std::to_string(seed));
  testing::SeededRandom random(seed);
  for (int round = 0; round < 500; ++round) {
    std::string week(7, 'a');
    for (char& letter : week) letter = "aab-"[random.Uniform(4)];
    std::string letters;
    const size_t count = 1 + random.Uniform(60);
    while (letters.size() < count) letters += week;
    letters.resize(count);
    for (size_t breaks = random.Uniform(4); breaks > 0; --breaks) {
      letters[random.Uniform(count)] = "abc-"[random.Uniform(4)];
    }
    const bool by_weekday = random.Uniform(2) == 0;
    EXPECT_EQ(Told(GroupsOf(Days(letters), kMonday, by_weekday, false), count), letters);
  }
}

}  // namespace
}  // namespace gatepost::domain
