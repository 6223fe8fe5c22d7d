#ifndef GATEPOST_DAEMON_DOMAIN_SUM_LEDGER_H_
#define GATEPOST_DAEMON_DOMAIN_SUM_LEDGER_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/domain/figure_key.h"
#include "daemon/domain/gate_register.h"
#include "daemon/domain/yard_sums.h"
#include "gatepost/v1/exchange_service.pb.h"
#include "gatepost/v1/yard_report.pb.h"

// The inside of yard_sums.h; for the files of this folder only.
namespace gatepost::domain {

// Whether the figure's number may be added: exact or derived; or the flow of what did not operate,
// where nothing passed and the number is 0. (What waits there, or changed, is simply not known.)
bool IsExact(const v1::Figure& figure);

// A figure that may take part in sums.
struct SumEntry {
  int index = 0;  // In the report.
  const v1::Figure* figure = nullptr;
  FigureKey key;  // Its split is kept only where it gives the class its meaning: the rest part.
  bool exact = false;  // Whether `value` may be added.
  int64_t value = 0;
};
using SumParts = std::vector<const SumEntry*>;

// One whole, if it is there, and what is part of it.
struct SumFamily {
  const SumEntry* whole = nullptr;
  SumParts parts;
};

// All figures of one report that may take part in sums, and what was found. Averages, mixed units
// and flows with unknown bounds never take part. The report must outlive it.
class SumLedger {
 public:
  SumLedger(const v1::YardReport& report, const GateRegister& gate_register,
            absl::CivilDay business_date);

  const std::vector<SumEntry>& entries() const { return entries_; }
  // nullptr when there is none.
  const SumEntry* Find(const FigureKey& key) const;

  // Entries that `neutral` (FigureKey → the key of its whole) makes equal, by that key.
  template <typename Neutral>
  std::map<FigureKey, SumFamily> Families(Neutral neutral) const {
    std::map<FigureKey, SumFamily> families;
    for (const SumEntry& entry : entries_) {
      FigureKey key = neutral(entry.key);
      SumFamily& family = families[key];
      if (key == entry.key) {
        family.whole = &entry;
      } else {
        family.parts.push_back(&entry);
      }
    }
    return families;
  }

  // `parts` must sum up to `whole`; `subject` says which sum it is. Not checkable, and only at
  // most, where one of them is not exact.
  void RequireEqual(const SumEntry& whole, const SumParts& parts, std::string_view subject);

  // `parts`, as far as they are exact, must not exceed `whole`. Nothing for stated changes, which
  // may be negative.
  void RequireAtMost(const SumEntry& whole, const SumParts& parts, std::string_view subject);

  void Error(const SumEntry& about, std::string_view subject, std::string_view text);
  void Warn(const SumEntry& about, std::string_view subject, std::string_view text);
  void NotCheckable(const SumEntry& about, std::string_view subject, std::string_view text);

  std::vector<v1::Finding> TakeFindings() { return std::move(findings_); }

 private:
  void Add(v1::Severity severity, v1::Reason reason, const SumEntry& about,
           std::string_view subject, std::string_view text);

  std::vector<SumEntry> entries_;
  std::map<FigureKey, const SumEntry*> by_key_;
  std::vector<v1::Finding> findings_;
};

// Sums over scopes.
void CheckScopeSums(const GateRegister& gate_register, absl::CivilDay business_date,
                    SumLedger& ledger);

// Sums over time: stated changes and the flow check.
void CheckTimeSums(const v1::YardReport& report, const GateRegister& gate_register,
                   absl::CivilDay business_date, const YardHistory& history, SumLedger& ledger);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_SUM_LEDGER_H_
