#include "daemon/domain/hours/day_groups.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "absl/time/civil_time.h"

namespace gatepost::domain {
namespace {

// Fewest rules first, then fewest that name weekdays, then fewest stretches.
constexpr int64_t kRule = 100'000'000;
constexpr int64_t kByWeekday = 10'000;

// Which of the different windows a day has; none for a day that does not count.
constexpr int kNone = -1;

size_t WeekdayIndex(absl::CivilDay day) {
  return static_cast<size_t>(absl::GetWeekday(day));  // absl counts from Monday 0.
}

// A stretch of days that grows by its end: what each weekday has in it.
class Stretch {
 public:
  explicit Stretch(bool by_weekday) : by_weekday_(by_weekday) { weekdays_.fill(kNone); }

  // False when the day does not fit: its weekday has other hours before.
  bool Take(int hours, size_t weekday) {
    if (hours == kNone) return true;
    if (weekdays_[weekday] != kNone) return weekdays_[weekday] == hours;
    weekdays_[weekday] = hours;
    if (std::ranges::find(distinct_, hours) == distinct_.end()) distinct_.push_back(hours);
    return by_weekday_ || Uniform();
  }
  bool Uniform() const { return distinct_.size() <= 1; }
  // In the order of their first days.
  const std::vector<int>& distinct() const { return distinct_; }
  bool Has(size_t weekday, int hours) const { return weekdays_[weekday] == hours; }

 private:
  const bool by_weekday_;
  std::array<int, 7> weekdays_;
  std::vector<int> distinct_;
};

// The different windows of some days, and which of them each day has.
struct Different {
  std::vector<DayWindows> windows;
  std::vector<int> of_day;

  explicit Different(const std::vector<DayHours>& hours) {
    for (const DayHours& day : hours) {
      if (!day.counts) {
        of_day.push_back(kNone);
        continue;
      }
      const auto found = std::ranges::find(windows, day.windows);
      of_day.push_back(static_cast<int>(found - windows.begin()));
      if (found == windows.end()) windows.push_back(day.windows);
    }
  }
  const DayWindows& At(int which) const { return windows[static_cast<size_t>(which)]; }
};

void AddRows(const DayHours& day, std::vector<int64_t>& rows) {
  for (const int64_t row : day.by) {
    if (std::ranges::find(rows, row) == rows.end()) rows.push_back(row);
  }
}

}  // namespace

DayGroups GroupsOf(const std::vector<DayHours>& hours, absl::CivilDay first, bool by_weekday,
                   bool with_closed) {
  const Different different(hours);
  const size_t count = hours.size();
  const auto weekday_at = [&](size_t i) { return WeekdayIndex(first + static_cast<int>(i)); };
  const auto told = [&](int which) { return with_closed || !different.At(which).empty(); };

  // The cheapest way to the beginning of each day, and where its last stretch begins.
  std::vector<int64_t> cost(count + 1, std::numeric_limits<int64_t>::max());
  std::vector<size_t> from(count + 1, 0);
  cost[0] = 0;
  for (size_t begin = 0; begin < count; ++begin) {
    Stretch stretch(by_weekday);
    for (size_t end = begin; end < count && stretch.Take(different.of_day[end], weekday_at(end));
         ++end) {
      const int64_t total = cost[begin] + 1 + (stretch.Uniform() ? 0 : kByWeekday) +
                            kRule * std::ranges::count_if(stretch.distinct(), told);
      if (total >= cost[end + 1]) continue;
      cost[end + 1] = total;
      from[end + 1] = begin;
    }
  }

  DayGroups all;
  all.steady_days = static_cast<int>(count - from[count]);
  std::vector<size_t> ends;
  for (size_t end = count; end > 0; end = from[end]) ends.push_back(end);
  std::ranges::reverse(ends);
  for (const size_t end : ends) {
    const size_t begin = from[end];
    Stretch stretch(by_weekday);
    for (size_t i = begin; i < end; ++i) stretch.Take(different.of_day[i], weekday_at(i));
    for (const int which : stretch.distinct()) {
      if (!told(which)) continue;
      DayGroup& group = all.groups.emplace_back();
      group.days = {first + static_cast<int>(begin), first + static_cast<int>(end) - 1};
      group.windows = different.At(which);
      for (size_t i = begin; i < end; ++i) {
        if (different.of_day[i] == which) AddRows(hours[i], group.by);
      }
      for (size_t weekday = 0; weekday < 7 && !stretch.Uniform(); ++weekday) {
        if (!stretch.Has(weekday, which)) continue;
        group.weekdays.push_back(static_cast<v1::Weekday>(weekday + 1));
      }
    }
  }
  return all;
}

}  // namespace gatepost::domain
