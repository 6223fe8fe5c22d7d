#include "daemon/exchange/refusal_log.h"

#include <vector>

#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr absl::Duration kMinute = absl::Minutes(1);

void Ignore(const absl::Status&) {}  // A refusal that cannot be logged has already been answered.

// A machine's clock may step backwards: then the minute is over as well.
bool Over(absl::Time start, absl::Time now) { return now < start || now - start >= kMinute; }

// Hands in one leaf. A full queue or a stopping node loses it: the log of refusals must never
// hinder messages.
void PostLeaf(Committer& committer, ledger::Leaf leaf) {
  committer
      .Post(
          [leaf = std::move(leaf)](CommitScope& scope) {
            absl::StatusOr<uint64_t> index = scope.log.Add(leaf);
            return index.ok() ? absl::OkStatus() : index.status();
          },
          Ignore)
      .IgnoreError();
}

}  // namespace

RefusalLog::RefusalLog(Committer& committer, const system::Clock& clock, int per_minute)
    : committer_(committer), clock_(clock), per_minute_(per_minute) {}

void RefusalLog::Log(std::string_view event, std::string_view actor, std::string_view object,
                     const absl::Status& refusal, std::optional<certs::Digest> pae) {
  const absl::Time now = clock_.Now();
  {
    std::lock_guard lock(mutex_);
    auto [entry, added] = minutes_.try_emplace(std::string(actor), Minute{now, 0, 0});
    Minute& minute = entry->second;
    if (Over(minute.start, now)) {
      if (minute.suppressed > 0) Summarize(entry->first, minute);
      minute = Minute{now, 0, 0};
    }
    if (minute.logged >= per_minute_) {
      ++minute.suppressed;
      return;
    }
    ++minute.logged;
  }
  ledger::Leaf leaf;
  leaf.event = event;
  leaf.actor = actor;
  leaf.object = object == "-" ? "" : object;
  leaf.pae = pae;
  leaf.result = fmt::format("REFUSED:{}", system::ReasonName(system::ReasonOf(refusal)));
  PostLeaf(committer_, std::move(leaf));
}

void RefusalLog::Tick() {
  const absl::Time now = clock_.Now();
  std::lock_guard lock(mutex_);
  for (auto entry = minutes_.begin(); entry != minutes_.end();) {
    if (!Over(entry->second.start, now)) {
      ++entry;
      continue;
    }
    if (entry->second.suppressed > 0) Summarize(entry->first, entry->second);
    entry = minutes_.erase(entry);
  }
}

void RefusalLog::Summarize(const std::string& actor, const Minute& minute) {
  ledger::Leaf leaf;
  leaf.event = ledger::event::kDeniedSummary;
  leaf.actor = actor;
  leaf.detail = fmt::format("refused-without-leaf:{}", minute.suppressed);
  PostLeaf(committer_, std::move(leaf));
}

}  // namespace gatepost::exchange
