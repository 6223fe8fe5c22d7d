#ifndef GATEPOST_DAEMON_DOMAIN_YARD_RULES_H_
#define GATEPOST_DAEMON_DOMAIN_YARD_RULES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/domain/gate_register.h"
#include "gatepost/v1/message.pb.h"
#include "gatepost/v1/yard_report.pb.h"

namespace gatepost::domain {

// Bounds of a yard report (yard_report.proto; DOMAIN.md 3).
inline constexpr int kMostFigures = 2000;
inline constexpr int64_t kLargestFigure = 1'000'000;
inline constexpr size_t kLongestRemark = 500;

// How far a clock may be behind the author's (PROTOCOL.md 9).
inline constexpr absl::Duration kFutureTolerance = absl::Minutes(5);

// What a report is judged by.
struct YardContext {
  const GateRegister& gate_register;  // Must outlive the call.
  std::string author_country;         // Of the author's trust domain; ISO 3166-1 alpha-2.
  absl::Time now;
};

// Every rule that a report must keep to by itself, without other reports and without sums (those:
// yard_sums.h). The first breach is returned, naming the figure by its place and name:
//   FIELD_MISSING           a required field is absent, or an enum has no meaning here
//   TOO_LARGE               more than kMostFigures figures
//   MALFORMED_PAYLOAD       a text is too long or cannot be seen as it is, a country has no ISO
//                           form, a digest not its 32 bytes
//   BAD_MESSAGE_ID          the reference to the replaced message holds no message id
//   WRONG_SIDE              the reporting side is not the author's country
//   NO_TIME_ZONE, BAD_TIME  a time or date cannot be read, or a period's bounds cannot be
//   FUTURE_DATE             the business date in the zone of as_of, or any instant, is later than
//                           `now` + kFutureTolerance
//   UNKNOWN_GATE, UNKNOWN_LANDMARK, GATE_NOT_VALID_ON_DATE, UNKNOWN_CARGO_CLASS
//                           by the register on the business date
//   NEGATIVE_FIGURE, ABSURD_FIGURE
//                           below zero but no stated change; beyond kLargestFigure either way
//   OVERRIDE_NOT_ALLOWED    an override without a reason
//   FIELD_CONFLICT          two fields contradict each other, among them: scope_ids of the header
//                           that are not ScopeIdsOf the report, and one figure given twice
// Thread-safe.
absl::Status ValidateYardReport(const v1::YardReport& report, const v1::MessageHeader& header,
                                const YardContext& context);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_YARD_RULES_H_
