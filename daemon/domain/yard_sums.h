#ifndef GATEPOST_DAEMON_DOMAIN_YARD_SUMS_H_
#define GATEPOST_DAEMON_DOMAIN_YARD_SUMS_H_

#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "daemon/domain/figure_key.h"
#include "daemon/domain/gate_register.h"
#include "gatepost/v1/exchange_service.pb.h"
#include "gatepost/v1/yard_report.pb.h"

namespace gatepost::domain {

// Figures of earlier days, as the node that checks knows them.
class YardHistory {
 public:
  virtual ~YardHistory() = default;

  // The figure in force with this key (as FigureIn finds it) that `side` reported for the business
  // date `day`; nullopt when it is not held. `key` is already that of the earlier day.
  virtual std::optional<v1::Figure> FigureBefore(std::string_view side, absl::CivilDay day,
                                                 const FigureKey& key) const = 0;
};

// For where no earlier day can be looked up.
class NoHistory final : public YardHistory {
 public:
  std::optional<v1::Figure> FigureBefore(std::string_view, absl::CivilDay,
                                         const FigureKey&) const override {
    return std::nullopt;
  }
};

// The sums that a report must obey (DOMAIN.md 3, "Checks"), of a report that ValidateYardReport has
// passed. Only exact and derived numbers of one unit and one time take part; stated changes only in
// equations. In the order in which they are checked:
//   - both ways = VN→CN + CN→VN;
//   - a complete split = its whole (absent parts count 0), a partial one is at most its whole;
//   - classes are at most the class, or the whole, that they are an "of which" of;
//   - dwell times, loaded and empty, vehicle countries, yards: at most their whole, and equal to it
//     when all of them are there (yards never are);
//   - scopes that do not overlap are at most the group, or the gate with all below it, that they
//     lie in, and equal to it when every member is there, or the author says that the set is
//     complete;
//   - today - yesterday = the stated change;
//   - waiting = waiting 24 h before + arrived - cleared - turned back - moved: a warning when they
//     are more than 10 % of the reported figure apart.
// Where a gate did not operate, its flows count as 0 and its stocks and changes are not known.
// A failed sum is SEVERITY_ERROR with REASON_SUM_MISMATCH, names the sum in `subject` and shows it
// in `text` ("533 + 504 = 1,037, stated 1,057"); what an equation needs and does not have is
// SEVERITY_NOT_CHECKABLE. `figure_index` is that of the whole. Sums that hold are not mentioned.
// Thread-safe, if `history` is.
std::vector<v1::Finding> CheckSums(const v1::YardReport& report, const GateRegister& gate_register,
                                   const YardHistory& history);

// SUM_MISMATCH naming the failed sums, when there are any among `findings`; else OK. An override by
// an officer lets a report pass all the same: the caller decides.
absl::Status RefuseFailedSums(const std::vector<v1::Finding>& findings);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_YARD_SUMS_H_
