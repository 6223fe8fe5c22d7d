#include "daemon/domain/yard_sums.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/sum_ledger.h"
#include "daemon/system/reason.h"

namespace gatepost::domain {
namespace {

constexpr size_t kMostNamedSums = 5;

// Places serve both directions and every class: they add up over scopes only.
bool AddsUpWithin(const FigureKey& key) { return key.measure != v1::MEASURE_CAPACITY; }

// A vehicle that is loaded both ways is one vehicle in both directions.
bool AddsUpOverDirections(const FigureKey& key) {
  return AddsUpWithin(key) && key.measure != v1::MEASURE_TWO_WAY_LOADED;
}

template <typename Label>
std::string Joined(const SumParts& parts, Label label) {
  std::vector<std::string> labels;
  labels.reserve(parts.size());
  for (const SumEntry* part : parts) labels.push_back(label(part->key));
  return fmt::format("{}", fmt::join(labels, " + "));
}

std::string ClassLabel(const FigureKey& key) { return key.cargo_class; }

void CheckDirections(SumLedger& ledger) {
  auto families = ledger.Families([](FigureKey key) {
    key.direction = v1::DIRECTION_BOTH;
    return key;
  });
  for (const auto& [key, family] : families) {
    if (family.whole == nullptr || family.parts.empty() || !AddsUpOverDirections(key)) continue;
    std::string subject =
        Joined(family.parts, [](const FigureKey& part) { return DirectionWord(part.direction); });
    if (family.parts.size() == 2) {
      ledger.RequireEqual(*family.whole, family.parts, subject);
    } else {
      ledger.RequireAtMost(*family.whole, family.parts, subject);
    }
  }
}

// The splits of one whole, each by itself.
void CheckSplits(const SumEntry& whole, const SumParts& classes, SumLedger& ledger) {
  std::set<std::string> complete(whole.figure->complete_splits().begin(),
                                 whole.figure->complete_splits().end());
  std::map<std::string, SumParts> splits;
  for (const std::string& id : complete) splits[id];
  for (const SumEntry* part : classes) {
    if (!part->figure->split_id().empty()) splits[part->figure->split_id()].push_back(part);
  }
  for (const auto& [id, parts] : splits) {
    std::string subject = parts.empty() ? fmt::format("split {}", id) : Joined(parts, ClassLabel);
    if (complete.contains(id)) {
      ledger.RequireEqual(whole, parts, subject);
    } else {
      ledger.RequireAtMost(whole, parts, subject);
    }
  }
}

// Of which: each class in the nearest class above it that is reported, or else in the whole.
void CheckClassTree(const SumFamily& family, const GateRegister& gate_register, absl::CivilDay day,
                    SumLedger& ledger) {
  std::map<std::string, const SumEntry*> by_class;
  for (const SumEntry* entry : family.parts) by_class.emplace(entry->key.cargo_class, entry);
  std::map<std::string, SumParts> of_which;
  for (const auto& [id, entry] : by_class) {
    const v1::CargoClass* above = gate_register.FindCargoClass(id, day);
    do {
      above = above == nullptr ? nullptr : gate_register.FindCargoClass(above->parent_id(), day);
    } while (above != nullptr && !by_class.contains(above->id()));
    if (above != nullptr) {
      of_which[above->id()].push_back(entry);
    } else if (family.whole != nullptr && entry->figure->split_id().empty()) {
      ledger.RequireAtMost(*family.whole, {entry}, fmt::format("of which {}", id));
    }
  }
  for (const auto& [id, parts] : of_which) {
    ledger.RequireAtMost(*by_class.at(id), parts,
                         fmt::format("of which {}", Joined(parts, ClassLabel)));
  }
}

void CheckClasses(const GateRegister& gate_register, absl::CivilDay day, SumLedger& ledger) {
  auto families = ledger.Families([](FigureKey key) {
    key.cargo_class.clear();
    key.split_id.clear();
    return key;
  });
  for (const auto& [key, family] : families) {
    if (!AddsUpWithin(key)) continue;
    if (family.whole != nullptr) CheckSplits(*family.whole, family.parts, ledger);
    CheckClassTree(family, gate_register, day, ledger);
  }
}

// A whole and parts that are equal to it once `all_there` says so of them.
template <typename Neutral, typename AllThere, typename Label>
void CheckDivision(Neutral neutral, AllThere all_there, Label label, SumLedger& ledger) {
  for (const auto& [key, family] : ledger.Families(neutral)) {
    if (family.whole == nullptr || family.parts.empty() || !AddsUpWithin(key)) continue;
    std::string subject = Joined(family.parts, label);
    if (all_there(family.parts)) {
      ledger.RequireEqual(*family.whole, family.parts, subject);
    } else {
      ledger.RequireAtMost(*family.whole, family.parts, subject);
    }
  }
}

std::string DwellLabel(const FigureKey& key) {
  switch (key.dwell) {
    case v1::DWELL_UNDER_24H:
      return "under 24 h";
    case v1::DWELL_24H_TO_36H:
      return "24 to 36 h";
    default:
      return "over 36 h";
  }
}

void CheckDivisions(SumLedger& ledger) {
  CheckDivision(
      [](FigureKey key) {
        key.dwell = v1::DWELL_ANY;
        return key;
      },
      [](const SumParts& parts) { return parts.size() == 3; }, DwellLabel, ledger);
  CheckDivision(
      [](FigureKey key) {
        key.load = v1::LOAD_ANY;
        return key;
      },
      [](const SumParts& parts) { return parts.size() == 2; },
      [](const FigureKey& key) {
        return std::string(key.load == v1::LOAD_LOADED ? "loaded" : "empty");
      },
      ledger);
  CheckDivision(
      [](FigureKey key) {
        key.vehicle_country.clear();
        return key;
      },
      // Only vehicles of the two countries cross as a rule (DOMAIN.md 3: VN, CN, all).
      [](const SumParts& parts) {
        std::set<std::string> countries;
        for (const SumEntry* part : parts) countries.insert(part->key.vehicle_country);
        return countries.contains("VN") && countries.contains("CN");
      },
      [](const FigureKey& key) { return fmt::format("{} vehicles", key.vehicle_country); }, ledger);
  CheckDivision(
      [](FigureKey key) {
        key.yard_id.clear();
        return key;
      },
      [](const SumParts&) { return false; }, [](const FigureKey& key) { return key.yard_id; },
      ledger);
}

}  // namespace

std::vector<v1::Finding> CheckSums(const v1::YardReport& report, const GateRegister& gate_register,
                                   const YardHistory& history) {
  absl::StatusOr<absl::CivilDay> day = DayOf(report.business_date());
  if (!day.ok()) return {};  // ValidateYardReport has said so.
  SumLedger ledger(report, gate_register, *day);
  CheckDirections(ledger);
  CheckClasses(gate_register, *day, ledger);
  CheckDivisions(ledger);
  CheckScopeSums(gate_register, *day, ledger);
  CheckTimeSums(report, gate_register, *day, history, ledger);
  return ledger.TakeFindings();
}

absl::Status RefuseFailedSums(const std::vector<v1::Finding>& findings) {
  std::vector<std::string> subjects;
  std::vector<std::string> texts;
  size_t failed = 0;
  for (const v1::Finding& finding : findings) {
    if (finding.severity() != v1::SEVERITY_ERROR) continue;
    if (++failed > kMostNamedSums) continue;
    subjects.push_back(finding.subject());
    texts.push_back(finding.text());
  }
  if (failed == 0) return absl::OkStatus();
  std::string more =
      failed > kMostNamedSums ? fmt::format("; and {} more", failed - kMostNamedSums) : "";
  return system::Refuse(v1::REASON_SUM_MISMATCH,
                        fmt::format("sums that hold: {}", fmt::join(subjects, "; ")),
                        fmt::format("{}{}", fmt::join(texts, "; "), more),
                        "correct the figures, or let an officer override with a reason");
}

}  // namespace gatepost::domain
