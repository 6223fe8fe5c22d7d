#include "daemon/rpc/live_calls.h"

namespace gatepost::rpc {

namespace {

constexpr absl::Duration kLookEvery = absl::Seconds(1);

}  // namespace

LiveCall::~LiveCall() {
  if (calls_ != nullptr) calls_->Remove(id_);
}

LiveCall LiveCalls::Keep(Stream stream) {
  auto kept = std::make_shared<Kept>(std::move(stream));
  std::lock_guard lock(mutex_);
  const uint64_t id = next_id_++;
  kept_.emplace(id, std::move(kept));
  return LiveCall(this, id);
}

void LiveCalls::Remove(uint64_t id) {
  std::shared_ptr<Kept> kept;
  {
    std::lock_guard lock(mutex_);
    const auto found = kept_.find(id);
    if (found == kept_.end()) return;
    kept = std::move(found->second);
    kept_.erase(found);
  }
  std::lock_guard lock(kept->mutex);
  kept->gone = true;
}

void LiveCalls::Tick() {
  std::shared_ptr<const certs::TrustSnapshot> trust = trust_.Current();
  const absl::Time now = clock_.Now();
  // A clock that was set back must not keep anybody in.
  if (trust == last_trust_ && now >= last_look_ && now - last_look_ < kLookEvery) return;
  last_trust_ = std::move(trust);
  last_look_ = now;
  std::vector<std::shared_ptr<Kept>> all;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [id, kept] : kept_) all.push_back(kept);
  }
  for (const std::shared_ptr<Kept>& kept : all) {
    const Stream& stream = kept->stream;
    absl::Status judged = judge_.Judge(stream.chain_der, stream.usage).status();
    if (judged.ok() && stream.may) judged = stream.may();
    if (judged.ok()) continue;
    std::lock_guard lock(kept->mutex);
    if (kept->gone) continue;
    if (!kept->told) told_(stream, judged);
    stream.cut(judged, /*at_once=*/kept->told);
    kept->told = true;
  }
}

size_t LiveCalls::size() const {
  std::lock_guard lock(mutex_);
  return kept_.size();
}

}  // namespace gatepost::rpc
