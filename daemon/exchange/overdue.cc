#include "daemon/exchange/overdue.h"

#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "absl/time/civil_time.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr std::string_view kObject = "report:";
constexpr std::string_view kDue = "due:";
constexpr char kDueFormat[] = "%Y-%m-%dT%H:%M:%SZ";

std::string KeyOf(const JudgedDay& day) {
  return fmt::format("overdue/{}/{}/{}/{}", day.link->peer_node, day.duty.side, day.duty.gate_id,
                     domain::DayText(day.day));
}

// Cuts `text` at the first `mark`; nullopt when there is none.
std::optional<std::pair<std::string_view, std::string_view>> Cut(std::string_view text, size_t at) {
  if (at == std::string_view::npos) return std::nullopt;
  return std::pair(text.substr(0, at), text.substr(at + 1));
}

// Whole microseconds since the Unix epoch, as PutMarks writes them.
std::optional<absl::Time> MicrosIn(std::string_view text) {
  int64_t micros = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, micros);
  if (error != std::errc() || at != end) return std::nullopt;
  return absl::FromUnixMicros(micros);
}

}  // namespace

ledger::Leaf OverdueLeaf(const JudgedDay& day, v1::Reason reason) {
  ledger::Leaf leaf;
  leaf.event = ledger::event::kAlarm;
  leaf.peer = day.link->peer_node;
  leaf.object =
      fmt::format("{}{}:{}:{}", kObject, day.duty.side, day.duty.gate_id, domain::DayText(day.day));
  leaf.result = system::ReasonName(reason);
  leaf.detail =
      fmt::format("{}{}", kDue, absl::FormatTime(kDueFormat, day.state.due, absl::UTCTimeZone()));
  return leaf;
}

std::optional<v1::OverdueReport> OverdueIn(const ledger::Leaf& leaf) {
  std::string_view object = leaf.object;
  if (leaf.event != ledger::event::kAlarm || !object.starts_with(kObject)) return std::nullopt;
  object.remove_prefix(kObject.size());
  const auto side = Cut(object, object.find(':'));
  if (!side.has_value()) return std::nullopt;
  const auto gate = Cut(side->second, side->second.rfind(':'));
  if (!gate.has_value()) return std::nullopt;
  const absl::StatusOr<absl::CivilDay> day = domain::ParseDay(gate->second);
  if (!day.ok()) return std::nullopt;
  v1::OverdueReport overdue;
  overdue.set_side(std::string(side->first));
  overdue.set_gate_id(std::string(gate->first));
  *overdue.mutable_business_date() = domain::ToCivilDate(*day);
  absl::Time due;
  const std::string_view detail = leaf.detail;
  if (detail.starts_with(kDue) &&
      absl::ParseTime(kDueFormat, std::string(detail.substr(kDue.size())), &due, nullptr)) {
    overdue.mutable_due()->set_seconds(absl::ToUnixSeconds(due));
  }
  return overdue;
}

absl::StatusOr<OverdueMarks> MarksOf(const store::Reader& store, const JudgedDay& day) {
  OverdueMarks marks;
  const std::string key = KeyOf(day);
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> value, store.Meta(key));
  if (!value.has_value()) return marks;
  const auto both = Cut(*value, value->find(' '));
  marks.alarmed = MicrosIn(both.has_value() ? both->first : std::string_view(*value));
  if (both.has_value()) marks.reminded = MicrosIn(both->second);
  if (marks.alarmed.has_value() && both.has_value() == marks.reminded.has_value()) return marks;
  return system::Refuse(v1::REASON_LEDGER_DAMAGED, "one or two times",
                        fmt::format("{} is other", key), "check the store against its ledger");
}

absl::Status PutMarks(store::Transaction& store, const JudgedDay& day, const OverdueMarks& marks) {
  std::string value = fmt::format("{}", absl::ToUnixMicros(*marks.alarmed));
  if (marks.reminded.has_value()) value += fmt::format(" {}", absl::ToUnixMicros(*marks.reminded));
  return store.PutMeta(KeyOf(day), value);
}

}  // namespace gatepost::exchange
