#include "daemon/exchange/committer.h"

#include <utility>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

// More than this in one transaction gains nothing and makes the first wait for the last.
constexpr size_t kLargestBatch = 512;

}  // namespace

Committer::Committer(store::Store& store, LogBook& log, const system::Clock& clock,
                     size_t queue_limit)
    : store_(store), log_(log), clock_(clock), queue_limit_(queue_limit) {}

Committer::~Committer() { Stop(); }

absl::Status Committer::Post(Decide decide, Done done, When when) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_) {
      return system::Refuse(v1::REASON_NODE_STOPPING, "a running node", "it is stopping",
                            "try again when it has started again");
    }
    if (queue_.size() >= queue_limit_) {
      return system::Refuse(v1::REASON_OVERLOADED, "room for one more message",
                            "the queue to the disk is full", "try again in a moment");
    }
    queue_.push_back(Work{std::move(decide), std::move(done), when});
  }
  wake_.notify_one();
  return absl::OkStatus();
}

void Committer::AddBatchListener(std::function<void()> listener) {
  listeners_.push_back(std::move(listener));
}

void Committer::OnHead(std::function<void(uint64_t, const Head&)> on_head) {
  on_head_ = std::move(on_head);
}

void Committer::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Committer::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

size_t Committer::Step() {
  std::deque<Work> batch;
  {
    std::lock_guard lock(mutex_);
    while (!queue_.empty() && batch.size() < kLargestBatch) {
      batch.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
  }
  const size_t decided = batch.size();
  if (decided > 0) CommitBatch(std::move(batch));
  return decided;
}

void Committer::Run() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
    }
    Step();
  }
}

absl::Status Committer::CommitWork(std::deque<Work>& batch, std::vector<absl::Status>& outcomes) {
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<store::Transaction> transaction, store_.Begin());
  log_.Draft(clock_.Now());
  CommitScope scope{*transaction, log_, log_.draft_time()};
  for (Work& work : batch) {
    absl::Status decided = work.when == When::kAlways ? absl::OkStatus() : log_.CheckMaySign();
    if (decided.ok()) decided = work.decide(scope);
    // A disk error inside one piece may have left half of it in the transaction.
    if (system::ReasonOf(decided) == v1::REASON_STORE_FAILED) return decided;
    outcomes.push_back(std::move(decided));
  }
  GATEPOST_RETURN_IF_ERROR(log_.Write(*transaction));
  return transaction->Commit();
}

void Committer::CommitBatch(std::deque<Work> batch) {
  std::vector<absl::Status> outcomes;
  outcomes.reserve(batch.size());
  const absl::Status committed = CommitWork(batch, outcomes);
  if (committed.ok()) {
    const bool grown = !log_.draft_empty();
    log_.Publish();
    if (grown && on_head_) on_head_(log_.epoch(), log_.head());
  } else {
    log_.Discard();
    outcomes.assign(batch.size(), committed);
  }
  for (size_t i = 0; i < batch.size(); ++i) batch[i].done(outcomes[i]);
  for (const std::function<void()>& listener : listeners_) listener();
}

}  // namespace gatepost::exchange
