// Sums over time: stated changes, and the flow check.

#include <fmt/format.h>

#include <optional>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/sum_ledger.h"
#include "daemon/domain/text.h"

namespace gatepost::domain {
namespace {

// One tenth of the reported figure (DOMAIN.md 3).
constexpr int64_t kWarnAboveOneIn = 10;

// Looks at the day before.
class TimeChecks {
 public:
  TimeChecks(const v1::YardReport& report, const GateRegister& gate_register, absl::CivilDay day,
             const YardHistory& history, SumLedger& ledger)
      : report_(report),
        gate_register_(gate_register),
        day_(day),
        history_(history),
        ledger_(ledger) {}

  void CheckChange(const SumEntry& change) {
    FigureKey key = change.key;
    key.measure = change.key.measure == v1::MEASURE_WAITING_CHANGE ? v1::MEASURE_WAITING
                                                                   : v1::MEASURE_CLEARED;
    std::string subject = fmt::format("{} - {}", DayText(day_), DayText(day_ - 1));
    if (!change.exact) return;
    const SumEntry* today = ledger_.Find(key);
    if (today == nullptr || !today->exact) {
      ledger_.NotCheckable(change, subject,
                           fmt::format("{} is not in this report as an exact number", NameOf(key)));
      return;
    }
    std::optional<int64_t> before = Before(change, *today, subject);
    if (!before || today->value - *before == change.value) return;
    ledger_.Error(
        change, subject,
        fmt::format("{} - {} = {}, stated {}", WithThousands(today->value), WithThousands(*before),
                    WithThousands(today->value - *before), WithThousands(change.value)));
  }

  // waiting(t) against waiting(t - 24 h) + arrived - cleared - turned back - moved.
  void CheckFlow(const SumEntry& waiting) {
    if (!waiting.exact || !waiting.key.cargo_class.empty()) return;
    const SumEntry* arrived = Flow(waiting, v1::MEASURE_ARRIVED);
    const SumEntry* cleared = Flow(waiting, v1::MEASURE_CLEARED);
    if (arrived == nullptr || cleared == nullptr) return;
    std::string subject = "day before + arrived - cleared";
    int64_t gained = arrived->value - cleared->value;
    std::string gain =
        fmt::format(" + {} - {}", WithThousands(arrived->value), WithThousands(cleared->value));
    for (v1::Measure measure : {v1::MEASURE_TURNED_BACK, v1::MEASURE_MOVED_TO_OTHER_GATE}) {
      const SumEntry* left = Flow(waiting, measure);
      if (left == nullptr) continue;
      gained -= left->value;
      gain += fmt::format(" - {}", WithThousands(left->value));
      subject += fmt::format(" - {}", MeasureWord(measure));
    }
    std::optional<int64_t> before = BeforeByChange(waiting);
    if (!before) before = Before(waiting, waiting, subject);
    if (!before) return;
    int64_t computed = *before + gained;
    int64_t apart = computed > waiting.value ? computed - waiting.value : waiting.value - computed;
    if (apart * kWarnAboveOneIn <= waiting.value) return;
    std::string share =
        waiting.value == 0
            ? ""
            : fmt::format(", {:.1f} % apart",
                          100.0 * static_cast<double>(apart) / static_cast<double>(waiting.value));
    ledger_.Warn(waiting, subject,
                 fmt::format("{}{} = {}, reported {}{}", WithThousands(*before), gain,
                             WithThousands(computed), WithThousands(waiting.value), share));
  }

 private:
  // An exact flow over the 24 hours up to the instant of `waiting`.
  const SumEntry* Flow(const SumEntry& waiting, v1::Measure measure) const {
    FigureKey key = waiting.key;
    key.measure = measure;
    key.when = {v1::PERIOD_KIND_DAY_TO_CUT_OFF, waiting.key.when.end - absl::Hours(24),
                waiting.key.when.end};
    const SumEntry* flow = ledger_.Find(key);
    return flow != nullptr && flow->exact ? flow : nullptr;
  }

  // The number of the day before as this report itself implies it.
  std::optional<int64_t> BeforeByChange(const SumEntry& waiting) const {
    FigureKey key = waiting.key;
    key.measure = v1::MEASURE_WAITING_CHANGE;
    const SumEntry* change = ledger_.Find(key);
    if (change == nullptr || !change->exact) return std::nullopt;
    return waiting.value - change->value;
  }

  // The number of `today` 24 hours before; nullopt, and said so about `about`, when there is none
  // to compare with.
  std::optional<int64_t> Before(const SumEntry& about, const SumEntry& today,
                                std::string_view subject) {
    absl::CivilDay before = day_ - 1;
    std::vector<std::string> changed =
        gate_register_.TreeChangesBetween(today.key.scope_id, before, day_);
    if (!changed.empty()) {
      ledger_.NotCheckable(
          about, subject,
          fmt::format("the tree of gates changed on {} ({}): totals are not comparable",
                      DayText(day_), fmt::join(changed, ", ")));
      return std::nullopt;
    }
    // The key as the report has it: a split may be part of it.
    FigureKey key = DayBefore(KeyOf(*today.figure, report_));
    std::optional<v1::Figure> figure = history_.FigureBefore(report_.reporting_side(), before, key);
    if (!figure) {
      ledger_.NotCheckable(about, subject,
                           fmt::format("{} of {} is not held here", NameOf(key), DayText(before)));
      return std::nullopt;
    }
    if (!IsExact(*figure)) {
      ledger_.NotCheckable(
          about, subject,
          fmt::format("{} was {}", DayText(before), QuantityText(figure->quantity())));
      return std::nullopt;
    }
    return figure->quantity().value();
  }

  const v1::YardReport& report_;
  const GateRegister& gate_register_;
  absl::CivilDay day_;
  const YardHistory& history_;
  SumLedger& ledger_;
};

}  // namespace

void CheckTimeSums(const v1::YardReport& report, const GateRegister& gate_register,
                   absl::CivilDay business_date, const YardHistory& history, SumLedger& ledger) {
  TimeChecks checks(report, gate_register, business_date, history, ledger);
  for (const SumEntry& entry : ledger.entries()) {
    if (IsChange(entry.key.measure)) checks.CheckChange(entry);
  }
  for (const SumEntry& entry : ledger.entries()) {
    if (entry.key.measure == v1::MEASURE_WAITING) checks.CheckFlow(entry);
  }
}

}  // namespace gatepost::domain
