#include "daemon/domain/sum_ledger.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/domain/text.h"

namespace gatepost::domain {
namespace {

bool NeverSummed(const v1::Figure& figure, const FigureKey& key) {
  return figure.quantity().unit() == v1::UNIT_MIXED ||
         key.when.kind == v1::PERIOD_KIND_UNKNOWN_BOUNDS ||
         key.when.kind == v1::PERIOD_KIND_PER_DAY || key.when.kind == v1::PERIOD_KIND_PER_HOUR;
}

int64_t SumOf(const SumParts& parts) {
  int64_t sum = 0;
  for (const SumEntry* part : parts) sum += part->value;
  return sum;
}

std::vector<int64_t> ValuesOf(const SumParts& parts) {
  std::vector<int64_t> values;
  values.reserve(parts.size());
  for (const SumEntry* part : parts) values.push_back(part->value);
  return values;
}

// Numbers added up as people write it: `533 + 504`, `-129 - 247`.
std::string Addition(const std::vector<int64_t>& numbers) {
  std::string text;
  for (int64_t number : numbers) {
    if (text.empty()) {
      text = WithThousands(number);
    } else {
      text += fmt::format(" {} {}", number < 0 ? '-' : '+',
                          WithThousands(number < 0 ? -number : number));
    }
  }
  return text;
}

// `533 + 504 = 1,037`; a single number and no number as they are.
std::string SumText(const SumParts& parts) {
  if (parts.empty()) return "no part";
  std::string text = Addition(ValuesOf(parts));
  if (parts.size() > 1) text += fmt::format(" = {}", WithThousands(SumOf(parts)));
  return text;
}

// The whole as its author stated it.
std::string Stated(const SumEntry& whole) {
  const v1::Quantity& quantity = whole.figure->quantity();
  if (quantity.state() != v1::VALUE_STATE_REPORTED) return QuantityText(quantity);
  return WithThousands(whole.value);
}

}  // namespace

bool IsExact(const v1::Figure& figure) {
  const v1::Quantity& quantity = figure.quantity();
  if (quantity.state() == v1::VALUE_STATE_NOT_OPERATING) {
    return !IsStock(figure.measure()) && !IsChange(figure.measure());
  }
  return quantity.state() == v1::VALUE_STATE_REPORTED &&
         (quantity.qualifier() == v1::QUALIFIER_EXACT ||
          quantity.qualifier() == v1::QUALIFIER_DERIVED);
}

SumLedger::SumLedger(const v1::YardReport& report, const GateRegister& gate_register,
                     absl::CivilDay business_date) {
  entries_.reserve(static_cast<size_t>(report.figures_size()));
  for (int index = 0; index < report.figures_size(); ++index) {
    const v1::Figure& figure = report.figures(index);
    SumEntry entry{index, &figure, KeyOf(figure, report), IsExact(figure),
                   figure.quantity().value()};
    if (NeverSummed(figure, entry.key)) continue;
    if (!entry.key.split_id.empty()) {
      const v1::CargoSplit* split = gate_register.FindSplit(entry.key.split_id, business_date);
      bool rest = split != nullptr && split->rest_part_id() == entry.key.cargo_class;
      if (!rest) entry.key.split_id.clear();
    }
    entries_.push_back(std::move(entry));
  }
  for (const SumEntry& entry : entries_) by_key_.emplace(entry.key, &entry);
}

const SumEntry* SumLedger::Find(const FigureKey& key) const {
  auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : found->second;
}

void SumLedger::RequireEqual(const SumEntry& whole, const SumParts& parts,
                             std::string_view subject) {
  if (!whole.exact) {
    return NotCheckable(whole, subject,
                        fmt::format("stated {}: only exact numbers are summed",
                                    QuantityText(whole.figure->quantity())));
  }
  SumParts exact;
  std::copy_if(parts.begin(), parts.end(), std::back_inserter(exact),
               [](const SumEntry* part) { return part->exact; });
  if (exact.size() != parts.size()) {
    auto inexact =
        std::find_if(parts.begin(), parts.end(), [](const SumEntry* part) { return !part->exact; });
    NotCheckable(whole, subject,
                 fmt::format("{} is {}: only exact numbers are summed", NameOf((*inexact)->key),
                             QuantityText((*inexact)->figure->quantity())));
    return RequireAtMost(whole, exact, subject);
  }
  if (SumOf(exact) == whole.value) return;
  Error(whole, subject, fmt::format("{}, stated {}", SumText(exact), Stated(whole)));
}

void SumLedger::RequireAtMost(const SumEntry& whole, const SumParts& parts,
                              std::string_view subject) {
  if (!whole.exact || IsChange(whole.key.measure)) return;
  SumParts exact;
  std::copy_if(parts.begin(), parts.end(), std::back_inserter(exact),
               [](const SumEntry* part) { return part->exact; });
  if (SumOf(exact) <= whole.value) return;
  Error(whole, subject, fmt::format("{}, more than the stated {}", SumText(exact), Stated(whole)));
}

void SumLedger::Error(const SumEntry& about, std::string_view subject, std::string_view text) {
  Add(v1::SEVERITY_ERROR, v1::REASON_SUM_MISMATCH, about, subject, text);
}

void SumLedger::Warn(const SumEntry& about, std::string_view subject, std::string_view text) {
  Add(v1::SEVERITY_WARNING, v1::REASON_UNSPECIFIED, about, subject, text);
}

void SumLedger::NotCheckable(const SumEntry& about, std::string_view subject,
                             std::string_view text) {
  Add(v1::SEVERITY_NOT_CHECKABLE, v1::REASON_UNSPECIFIED, about, subject, text);
}

void SumLedger::Add(v1::Severity severity, v1::Reason reason, const SumEntry& about,
                    std::string_view subject, std::string_view text) {
  v1::Finding& finding = findings_.emplace_back();
  finding.set_severity(severity);
  finding.set_reason(reason);
  finding.set_subject(fmt::format("{}: {}", NameOf(about.key), subject));
  finding.set_text(std::string(text));
  finding.set_figure_index(about.index);
}

}  // namespace gatepost::domain
