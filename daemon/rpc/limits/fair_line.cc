#include "daemon/rpc/limits/fair_line.h"

#include <utility>

namespace gatepost::rpc {

bool FairLine::Arrive(std::string_view identity, absl::Time now, bool here, Work& work) {
  Heard(identity, now);
  auto line = lines_.find(identity);
  if (line == lines_.end()) line = lines_.emplace(std::string(identity), Line{}).first;
  if (here && line->second.waiting.empty() && MayGoOn(*line, now)) {
    ++line->second.begun;
    ++line->second.running;
    return true;
  }
  if (line->second.waiting.empty()) turns_.push_back(line->first);
  line->second.waiting.push_back(std::move(work));
  ++waiting_;
  return false;
}

std::optional<FairLine::Ready> FairLine::Next(absl::Time now) {
  for (size_t left = turns_.size(); left > 0; --left) {
    std::string identity = std::move(turns_.front());
    turns_.pop_front();
    const auto line = lines_.find(identity);
    if (!MayGoOn(*line, now)) {
      turns_.push_back(std::move(identity));
      continue;
    }
    Ready ready{identity, std::move(line->second.waiting.front())};
    line->second.waiting.pop_front();
    --waiting_;
    ++line->second.begun;
    ++line->second.running;
    if (!line->second.waiting.empty()) turns_.push_back(std::move(identity));
    return ready;
  }
  return std::nullopt;
}

void FairLine::Returned(std::string_view identity) {
  const auto line = lines_.find(identity);
  if (line == lines_.end()) return;
  --line->second.running;
  Rest(line);
}

void FairLine::Answered(std::string_view identity) {
  const auto line = lines_.find(identity);
  if (line == lines_.end()) return;
  --line->second.begun;
  Rest(line);
}

void FairLine::Rest(Lines::iterator line) {
  const Line& at = line->second;
  if (at.waiting.empty() && at.begun == 0 && at.running == 0) lines_.erase(line);
}

void FairLine::Heard(std::string_view identity, absl::Time now) {
  if (identity != last_) {
    other_at_ = last_at_;
    last_ = identity;
  }
  last_at_ = now;
}

// A clock that steps back makes others seem to call for longer: that bounds, and harms nobody.
bool FairLine::OthersCall(std::string_view identity, absl::Time now) const {
  return now - (identity == last_ ? other_at_ : last_at_) < shares_.calls_within;
}

bool FairLine::MayGoOn(const Lines::value_type& line, absl::Time now) const {
  if (!OthersCall(line.first, now)) return true;
  return line.second.begun < shares_.begun && line.second.running < shares_.running;
}

}  // namespace gatepost::rpc
