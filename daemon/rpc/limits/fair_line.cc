#include "daemon/rpc/limits/fair_line.h"

#include <algorithm>
#include <utility>

namespace gatepost::rpc {

bool FairLine::Arrive(std::string_view identity, absl::Time now, bool here, Work& work) {
  Heard(identity, now);
  Lines::value_type& entry = LineOf(identity, now);
  Line& line = entry.second;
  if (here && line.waiting.empty() && Begin(entry, now)) return true;
  if (line.waiting.empty()) turns_.push_back(entry.first);
  line.waiting.push_back(std::move(work));
  ++waiting_;
  return false;
}

std::optional<FairLine::Ready> FairLine::Next(absl::Time now) {
  for (size_t left = turns_.size(); left > 0; --left) {
    std::string identity = std::move(turns_.front());
    turns_.pop_front();
    Lines::value_type& entry = *lines_.find(identity);
    if (!Begin(entry, now)) {
      turns_.push_back(std::move(identity));
      continue;
    }
    Line& line = entry.second;
    Ready ready{identity, std::move(line.waiting.front())};
    line.waiting.pop_front();
    --waiting_;
    if (!line.waiting.empty()) turns_.push_back(std::move(identity));
    return ready;
  }
  return std::nullopt;
}

absl::Duration FairLine::UntilNext(absl::Time now) const {
  absl::Duration soonest = absl::InfiniteDuration();
  for (const std::string& identity : turns_) {
    const Line& line = lines_.find(identity)->second;
    if (HasRoom(line)) soonest = std::min(soonest, line.pace.UntilToken(now));
  }
  return soonest;
}

void FairLine::Returned(std::string_view identity) {
  const auto line = lines_.find(identity);
  if (line != lines_.end()) --line->second.running;
}

void FairLine::Answered(std::string_view identity) {
  const auto line = lines_.find(identity);
  if (line != lines_.end()) --line->second.begun;
}

FairLine::Lines::value_type& FairLine::LineOf(std::string_view identity, absl::Time now) {
  const auto found = lines_.find(identity);
  if (found != lines_.end()) return *found;
  if (lines_.size() >= forget_at_) {
    ForgetResting(now);
    forget_at_ = std::max(kFewLines, 2 * lines_.size());
  }
  const TokenBucket full(shares_.begun_a_second, shares_.burst, now);
  return *lines_.emplace(std::string(identity), Line{.waiting = {}, .pace = full}).first;
}

// Only one whose bucket is full: that it was here makes no difference to when it goes on.
void FairLine::ForgetResting(absl::Time now) {
  std::erase_if(lines_, [now](const Lines::value_type& entry) {
    const Line& line = entry.second;
    return line.waiting.empty() && line.begun == 0 && line.running == 0 && line.pace.Full(now);
  });
}

void FairLine::Heard(std::string_view identity, absl::Time now) {
  if (identity != last_) {
    other_at_ = last_at_;
    last_ = identity;
  }
  last_at_ = now;
}

// By how far apart the times are: a clock that steps back makes nobody share for long.
bool FairLine::OthersCall(std::string_view identity, absl::Time now) const {
  return absl::AbsDuration(now - (identity == last_ ? other_at_ : last_at_)) < shares_.calls_within;
}

bool FairLine::HasRoom(const Line& line) const {
  return line.begun < shares_.begun && line.running < shares_.running;
}

// One more of the line is begun and running, when it may.
bool FairLine::Begin(Lines::value_type& line, absl::Time now) {
  Line& at = line.second;
  const bool shares = OthersCall(line.first, now);
  if (shares && !HasRoom(at)) return false;
  // Alone it goes as fast as it likes, and has no burst left when somebody comes.
  if (!at.pace.Take(now) && shares) return false;
  ++at.begun;
  ++at.running;
  return true;
}

}  // namespace gatepost::rpc
