#ifndef GATEPOST_DAEMON_DOMAIN_CORRECTIONS_H_
#define GATEPOST_DAEMON_DOMAIN_CORRECTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gatepost/v1/yard_report.pb.h"

// A report against the one it replaces. Both have passed ValidateYardReport. Thread-safe.
namespace gatepost::domain {

// OK when `corrected` differs from `replaced` in exactly one figure, and that one in exactly one of
// its fields (its quantity counts as one). The order of figures does not matter, nor what belongs
// to the replacing itself: revision, revision_reason and override. NOT_ONE_FIELD otherwise, saying
// what differs.
absl::Status CheckCorrection(const v1::YardReport& replaced, const v1::YardReport& corrected);

// One thing in which two reports differ.
struct ReportDifference {
  std::string subject;  // The figure's name, or the name of a field of the report.
  std::string before;   // Its quantity or text before; empty: it was not there.
  std::string after;    // The same after; empty: it is there no more.
  std::optional<v1::Figure> figure_before;  // Set where the subject is a figure.
  std::optional<v1::Figure> figure_after;
};

// All differences, for people to look at: fields of the report first, then figures in the order of
// `before`, then those that are new. Revision, revision_reason and override are left out.
std::vector<ReportDifference> DiffReports(const v1::YardReport& before,
                                          const v1::YardReport& after);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_CORRECTIONS_H_
