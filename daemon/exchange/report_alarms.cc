#include "daemon/exchange/report_alarms.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

// When this node first ran with duties, in microseconds since the Unix epoch.
constexpr char kSinceKey[] = "overdue-since";
// Agreements and corrections change what is expected at any time.
constexpr absl::Duration kLongestWait = absl::Minutes(10);
constexpr absl::Duration kRetryAfter = absl::Minutes(1);
// A reminder may be due when its alarm's day has left the look-back.
constexpr int kDaysBack = 10;

// InfiniteFuture before the first run: then nothing is alarmed about.
absl::StatusOr<absl::Time> SinceIn(const store::Reader& store) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> value, store.Meta(kSinceKey));
  int64_t micros = 0;
  if (!value.has_value() ||
      std::from_chars(value->data(), value->data() + value->size(), micros).ec != std::errc()) {
    return absl::InfiniteFuture();
  }
  return absl::FromUnixMicros(micros);
}

}  // namespace

absl::StatusOr<ReportAlarms::Look> ReportAlarms::LookAt(const store::Reader& store,
                                                        absl::Time now) const {
  GATEPOST_ASSIGN_OR_RETURN(const absl::Time since, SinceIn(store));
  const absl::CivilDay today = absl::ToCivilDay(now, absl::UTCTimeZone());
  GATEPOST_ASSIGN_OR_RETURN(std::vector<JudgedDay> judged,
                            days_.Judge(store, {today - kDaysBack, today + 1}, now));
  Look look{{}, now + kLongestWait};
  for (JudgedDay& day : judged) {
    if (day.state.status == v1::GATE_DAY_STATUS_NOT_DUE_YET) {
      look.next = std::min(look.next, day.state.due);
    }
    if (day.state.status != v1::GATE_DAY_STATUS_MISSING) continue;
    GATEPOST_ASSIGN_OR_RETURN(const OverdueMarks marks, MarksOf(store, day));
    if (!marks.alarmed.has_value()) {
      if (day.state.due <= since || day.state.due < now - kAlarmLookBack) continue;
      look.due.push_back({std::move(day), marks, /*reminder=*/false});
    } else if (!marks.reminded.has_value()) {
      const absl::Time remind = *marks.alarmed + kReminderAfter;
      if (now < remind) {
        look.next = std::min(look.next, remind);
      } else {
        look.due.push_back({std::move(day), marks, /*reminder=*/true});
      }
    }
  }
  return look;
}

absl::Status ReportAlarms::Say(CommitScope& scope) const {
  GATEPOST_ASSIGN_OR_RETURN(const Look look, LookAt(scope.store, scope.now));
  const absl::Time time = scope.log.draft_time();
  for (const Due& due : look.due) {
    GATEPOST_RETURN_IF_ERROR(
        scope.log
            .Add(OverdueLeaf(due.day, due.reminder ? v1::REASON_REPORT_STILL_OVERDUE
                                                   : v1::REASON_REPORT_OVERDUE))
            .status());
    OverdueMarks marks = due.marks;
    (due.reminder ? marks.reminded : marks.alarmed) = time;
    GATEPOST_RETURN_IF_ERROR(PutMarks(scope.store, due.day, marks));
  }
  return absl::OkStatus();
}

void ReportAlarms::Post(Committer::Decide decide) {
  busy_ = true;
  const absl::Status posted =
      committer_.Post(std::move(decide), [this](const absl::Status& outcome) {
        std::lock_guard lock(mutex_);
        busy_ = false;
        if (!outcome.ok()) next_look_ = clock_.Now() + kRetryAfter;
      });
  if (posted.ok()) return;
  busy_ = false;
  next_look_ = clock_.Now() + kRetryAfter;
}

void ReportAlarms::OnTick() {
  if (!days_.any()) return;
  std::lock_guard lock(mutex_);
  if (busy_) return;
  const absl::Time now = clock_.Now();
  if (!started_) {
    started_ = true;
    next_look_ = now + kAlarmGrace;
    Post([](CommitScope& scope) -> absl::Status {
      GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> since,
                                scope.store.Meta(kSinceKey));
      if (since.has_value()) return absl::OkStatus();
      return scope.store.PutMeta(kSinceKey, fmt::format("{}", absl::ToUnixMicros(scope.now)));
    });
    return;
  }
  // A machine's clock may step backwards; that must not put off the next look.
  next_look_ = std::min(next_look_, now + kLongestWait);
  if (now < next_look_) return;
  next_look_ = now + kRetryAfter;
  const absl::StatusOr<std::unique_ptr<store::Reader>> reader = store_.Read();
  if (!reader.ok()) return;
  const absl::StatusOr<Look> look = LookAt(**reader, now);
  if (!look.ok()) return;  // The store's trouble has alarms of its own.
  next_look_ = look->next;
  if (!look->due.empty()) Post([this](CommitScope& scope) { return Say(scope); });
}

}  // namespace gatepost::exchange
