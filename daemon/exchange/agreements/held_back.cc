#include "daemon/exchange/agreements/held_back.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "daemon/exchange/held.h"
#include "daemon/exchange/naming.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

// `<row>@<microseconds since the Unix epoch>;` for each.
constexpr char kKey[] = "held-back";
constexpr absl::Duration kPace = absl::Seconds(1);
// A machine that slept did not listen.
constexpr absl::Duration kLongestStep = absl::Seconds(5);

std::optional<int64_t> NumberBefore(char end, std::string_view& text) {
  int64_t number = 0;
  const char* const stop = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), stop, number);
  if (error != std::errc() || at == stop || *at != end) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(at - text.data()) + 1);
  return number;
}

absl::Status PutMarks(store::Transaction& store, const HeldBackMarks& marks) {
  std::string value;
  for (const auto& [row, since] : marks) {
    value += fmt::format("{}@{};", row, absl::ToUnixMicros(since));
  }
  return store.PutMeta(kKey, value);
}

absl::StatusOr<bool> IsDecided(const store::Reader& store, int64_t row) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ThreadEntry> entry,
                            store.ThreadEntryOf(row));
  return !entry.has_value() || entry->settled;
}

absl::Status LogAlarm(CommitScope& scope, int64_t row, std::string result, std::string detail) {
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record, MustHold(scope.store, row));
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ThreadEntry> entry,
                            scope.store.ThreadEntryOf(row));
  const std::string peer = entry.has_value() ? entry->peer : std::string();
  return scope.log.Add(AlarmAbout(peer, record, std::move(result), std::move(detail))).status();
}

}  // namespace

absl::StatusOr<HeldBackMarks> HeldBack(const store::Reader& store) {
  HeldBackMarks marks;
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> value, store.Meta(kKey));
  std::string_view left = value.has_value() ? std::string_view(*value) : std::string_view();
  while (!left.empty()) {
    const std::optional<int64_t> row = NumberBefore('@', left);
    const std::optional<int64_t> micros = row.has_value() ? NumberBefore(';', left) : std::nullopt;
    if (!micros.has_value()) {
      return system::Refuse(v1::REASON_LEDGER_DAMAGED, "rows and times", *value,
                            "check the store against its ledger");
    }
    marks.emplace(*row, absl::FromUnixMicros(*micros));
  }
  return marks;
}

absl::Status HeldBackAlarms::LookAt(const store::Reader& store, const std::string& peer,
                                    const HeldBackMarks& marks, HeldBackMarks& due) {
  Watched& watched = watched_[peer];
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::ThreadEntry> undecided, store.Unsettled(peer));
  std::map<int64_t, Waiting> waiting;
  for (const store::ThreadEntry& entry : undecided) {
    const int64_t row = entry.message_row;
    if (marks.contains(row)) continue;
    const auto seen = watched.waiting.find(row);
    if (seen == watched.waiting.end()) {
      GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ReceiptRecord> receipt,
                                ReceiptFor(store, peer, row));
      if (receipt.has_value()) waiting.emplace(row, Waiting{watched.up});
      continue;
    }
    waiting.insert(*seen);
    if (watched.up - seen->second.up_before > kDecidesWithin) due.emplace(row, absl::Time());
  }
  watched.waiting = std::move(waiting);
  return absl::OkStatus();
}

absl::Status HeldBackAlarms::Say(CommitScope& scope, const HeldBackMarks& due) {
  GATEPOST_ASSIGN_OR_RETURN(HeldBackMarks marks, HeldBack(scope.store));
  const std::string name = system::ReasonName(v1::REASON_DECISION_HELD_BACK);
  HeldBackMarks left;
  for (const auto& [row, since] : marks) {
    GATEPOST_ASSIGN_OR_RETURN(const bool decided, IsDecided(scope.store, row));
    if (!decided) {
      left.emplace(row, since);
      continue;
    }
    GATEPOST_RETURN_IF_ERROR(LogAlarm(scope, row, "CLEARED", "was:" + name));
  }
  for (const auto& [row, unset] : due) {
    GATEPOST_ASSIGN_OR_RETURN(const bool decided, IsDecided(scope.store, row));
    if (decided || left.contains(row)) continue;
    GATEPOST_RETURN_IF_ERROR(LogAlarm(scope, row, name, ""));
    left.emplace(row, scope.now);
  }
  return left == marks ? absl::OkStatus() : PutMarks(scope.store, left);
}

absl::Status HeldBackAlarms::Look(absl::Duration passed) {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> store, parts_.store.Read());
  GATEPOST_ASSIGN_OR_RETURN(const HeldBackMarks marks, HeldBack(*store));
  HeldBackMarks due;
  for (const auto& [peer, terms] : parts_.links) {
    if (terms.own_decides || !parts_.is_up(peer)) continue;
    watched_[peer].up += passed;
    GATEPOST_RETURN_IF_ERROR(LookAt(*store, peer, marks, due));
  }
  bool over = false;
  for (const auto& [row, since] : marks) {
    GATEPOST_ASSIGN_OR_RETURN(const bool decided, IsDecided(*store, row));
    over |= decided;
  }
  if (due.empty() && !over) return absl::OkStatus();
  busy_ = true;
  const absl::Status posted =
      parts_.committer.Post([due](CommitScope& scope) { return Say(scope, due); },
                            [this](const absl::Status&) {
                              std::lock_guard lock(mutex_);
                              busy_ = false;
                            });
  busy_ = posted.ok();
  return posted;
}

void HeldBackAlarms::OnTick() {
  std::lock_guard lock(mutex_);
  const absl::Time now = parts_.clock.Now();
  if (now < last_look_) last_look_ = now;  // A machine's clock may step backwards.
  if (busy_ || now - last_look_ < kPace) return;
  const absl::Duration passed =
      last_look_ == absl::InfinitePast() ? absl::ZeroDuration() : now - last_look_;
  last_look_ = now;
  // The store's trouble has alarms of its own; the next tick looks again.
  Look(std::min(passed, kLongestStep)).IgnoreError();
}

}  // namespace gatepost::exchange
