#include "daemon/rpc/limits/call_limits.h"

#include <fmt/format.h>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::rpc {

namespace {

constexpr const char* kWaitForAnswers = "wait until some of your calls are answered, then go on";

absl::Status TooMuch(std::string_view what, int64_t most, int64_t came) {
  return system::Refuse(v1::REASON_TOO_MUCH_IN_FLIGHT, fmt::format("at most {} {}", most, what),
                        fmt::format("{}", came), kWaitForAnswers);
}

absl::Status TooFast(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_RATE_EXCEEDED, wanted, came,
                        "wait a second, then go on more slowly");
}

}  // namespace

CallPermit& CallPermit::operator=(CallPermit&& other) noexcept {
  if (this == &other) return *this;
  Release();
  limits_ = std::exchange(other.limits_, nullptr);
  account_ = std::exchange(other.account_, nullptr);
  bytes_ = std::exchange(other.bytes_, 0);
  return *this;
}

void CallPermit::Hold(int64_t bytes) {
  if (limits_ == nullptr) return;
  std::lock_guard lock(limits_->mutex_);
  limits_->Change(*static_cast<CallLimits::Account*>(account_), 0, bytes);
  bytes_ += bytes;
}

void CallPermit::Release() {
  if (limits_ == nullptr) return;
  std::lock_guard lock(limits_->mutex_);
  limits_->Change(*static_cast<CallLimits::Account*>(account_), -1, -bytes_);
  limits_ = nullptr;
}

CallLimits::CallLimits(const CallBounds& bounds, const system::Clock& clock)
    : bounds_(bounds), clock_(clock) {}

// The account of `identity`, one token poorer. The caller holds mutex_.
absl::StatusOr<CallLimits::Account*> CallLimits::Take(std::string_view identity, Caller caller) {
  const absl::Time now = clock_.Now();
  auto found = accounts_.find(identity);
  if (found == accounts_.end()) {
    if (accounts_.size() >= bounds_.identities) ForgetResting(now);
    if (accounts_.size() >= bounds_.identities && caller == Caller::kAgency) {
      return TooFast(fmt::format("at most {} identities at once", bounds_.identities), "one more");
    }
    const TokenBucket full(bounds_.calls_per_second, bounds_.call_burst, now);
    found = accounts_.emplace(std::string(identity), Account{full, {}, caller}).first;
  }
  if (!found->second.bucket.Take(now)) {
    return TooFast(fmt::format("at most {} calls a second, and {} at once after a rest",
                               bounds_.calls_per_second, bounds_.call_burst),
                   "one more");
  }
  return &found->second;
}

absl::Status CallLimits::Count(std::string_view identity) {
  std::lock_guard lock(mutex_);
  return Take(identity, Caller::kAgency).status();
}

absl::StatusOr<CallPermit> CallLimits::Enter(std::string_view identity, int64_t bytes,
                                             Caller caller) {
  std::lock_guard lock(mutex_);
  // A call that is refused for what is in flight counts as well: it was made.
  GATEPOST_ASSIGN_OR_RETURN(Account* const account, Take(identity, caller));
  if (account->held.calls == 0) account->caller = caller;
  GATEPOST_RETURN_IF_ERROR(MayHold(*account, bytes));
  Change(*account, 1, bytes);
  CallPermit permit;
  permit.limits_ = this;
  permit.account_ = account;  // Stays: nobody with a call in flight is forgotten.
  permit.bytes_ = bytes;
  return permit;
}

// The caller holds mutex_.
absl::Status CallLimits::MayHold(const Account& account, int64_t bytes) const {
  const InFlight& held = account.held;
  if (held.calls + 1 > bounds_.calls_in_flight) {
    return TooMuch("unanswered calls and open streams of one identity", bounds_.calls_in_flight,
                   held.calls + 1);
  }
  if (held.bytes + bytes > bounds_.bytes_in_flight) {
    return TooMuch("bytes of one identity's unanswered calls", bounds_.bytes_in_flight,
                   held.bytes + bytes);
  }
  if (account.caller == Caller::kPeer || held.calls < bounds_.calls_always) {
    return absl::OkStatus();
  }
  if (node_.calls + 1 > bounds_.node_calls_in_flight) {
    return TooMuch("unanswered calls and open streams of all callers", bounds_.node_calls_in_flight,
                   node_.calls + 1);
  }
  if (node_.bytes + bytes > bounds_.node_bytes_in_flight) {
    return TooMuch("bytes of all callers' unanswered calls", bounds_.node_bytes_in_flight,
                   node_.bytes + bytes);
  }
  return absl::OkStatus();
}

// The caller holds mutex_.
void CallLimits::Change(Account& account, int64_t calls, int64_t bytes) {
  account.held.calls += calls;
  account.held.bytes += bytes;
  if (account.caller == Caller::kPeer) return;
  node_.calls += calls;
  node_.bytes += bytes;
}

// The caller holds mutex_.
void CallLimits::ForgetResting(absl::Time now) {
  for (auto entry = accounts_.begin(); entry != accounts_.end();) {
    Account& account = entry->second;
    const bool rests = account.held.calls == 0 && account.bucket.Full(now);
    entry = rests ? accounts_.erase(entry) : std::next(entry);
  }
}

void CallLimits::Tick() {
  const absl::Time now = clock_.Now();
  std::lock_guard lock(mutex_);
  ForgetResting(now);
}

CallLimits::InFlight CallLimits::node() const {
  std::lock_guard lock(mutex_);
  return node_;
}

size_t CallLimits::remembered() const {
  std::lock_guard lock(mutex_);
  return accounts_.size();
}

}  // namespace gatepost::rpc
