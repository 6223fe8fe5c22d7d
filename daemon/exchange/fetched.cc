#include "daemon/exchange/fetched.h"

#include <memory>
#include <optional>

#include "daemon/exchange/rungs.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

// What comes on top of so many is left to the next fetch.
constexpr size_t kMostWaiting = 16 * 1024;
// In one commit, so that submissions do not wait long for a reader's backlog.
constexpr size_t kMostAtOnce = 512;

bool MayFetch(certs::Role role) {
  return role == certs::Role::kService || role == certs::Role::kClerk ||
         role == certs::Role::kOfficer;
}

}  // namespace

void FetchLog::HandedOver(const certs::Identity& caller, const std::vector<int64_t>& rows) {
  if (rows.empty() || !MayFetch(caller.id.role()) ||
      caller.id.trust_domain() != node_.spiffe_id.trust_domain()) {
    return;
  }
  const absl::StatusOr<std::unique_ptr<store::Reader>> reader = store_.Read();
  if (!reader.ok()) return;
  Fetches fresh;
  for (const int64_t row : rows) {
    const absl::StatusOr<std::vector<store::RungRecord>> rungs = (*reader)->RungsOf(row);
    if (!rungs.ok()) return;
    if (HoldsRung(*rungs, v1::RUNG_FETCHED, caller.id.ToString())) continue;
    fresh.try_emplace({row, std::string(caller.id.agency())}, caller.id.ToString());
  }
  std::lock_guard lock(mutex_);
  if (fresh.empty() || waiting_.size() + fresh.size() > kMostWaiting) return;
  waiting_.merge(fresh);
  PostWaiting();
}

// The caller holds mutex_. One piece of work at a time: readers take one place in the committer's
// queue, however many there are.
void FetchLog::PostWaiting() {
  if (posted_ || waiting_.empty()) return;
  Fetches some;
  while (!waiting_.empty() && some.size() < kMostAtOnce) {
    some.insert(waiting_.extract(waiting_.begin()));
  }
  const absl::Status posted =
      committer_.Post([some = std::move(some)](CommitScope& scope) { return Log(scope, some); },
                      [this](const absl::Status&) {
                        std::lock_guard lock(mutex_);
                        posted_ = false;
                        PostWaiting();
                      });
  posted_ = posted.ok();
  if (!posted_) waiting_.clear();
}

absl::Status FetchLog::Log(CommitScope& scope, const Fetches& fetches) {
  for (const auto& [fetch, actor] : fetches) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> record,
                              scope.store.MessageByRow(fetch.first));
    if (!record.has_value() || !CountsAsFetched(*record)) continue;
    GATEPOST_RETURN_IF_ERROR(GiveRung(scope, *record, {v1::RUNG_FETCHED, actor, "", ""}));
  }
  return absl::OkStatus();
}

}  // namespace gatepost::exchange
