#ifndef GATEPOST_DAEMON_DOMAIN_HOURS_NOTICE_RULES_H_
#define GATEPOST_DAEMON_DOMAIN_HOURS_NOTICE_RULES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/domain/gate_register.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::domain {

// What a notice is judged by.
struct NoticeContext {
  const GateRegister& gates;   // Must outlive the call.
  std::string author_country;  // Of the author's trust domain; ISO 3166-1 alpha-2.
  absl::Time now;
};

// Every rule that a notice must keep to by itself (DOMAIN.md 4). The first breach is returned:
//   WRONG_SIDE              the notice is not of the author's own side
//   WRONG_FAMILY            hours that only an agreement can bring: a closure that opens, a
//                           resumption that closes or extends
//   FIELD_MISSING           a required field is absent; a cancellation names no notice
//   FIELD_CONFLICT          scope_ids of the header that are not GatesOf the notice; a resumption
//                           that ends nothing, or sets hours without a stated end; a closing that
//                           ends a stop; a paper about other gates; a message that replaces itself
//   TOO_LARGE               more than 50 transcripts that it confirms
//   FUTURE_DATE             something seen that lies more than 5 minutes ahead
//   BAD_TIME                an answer asked for before the stop began
//   MALFORMED_PAYLOAD       a digest or text of a wrong form in the papers
// and those of CheckTimetable. Thread-safe.
absl::Status ValidateNotice(const v1::Notice& notice, const v1::MessageHeader& header,
                            const NoticeContext& context);

// The gates that a notice is about, ascending, each once; none for a cancellation, which is about
// those of the notice it cancels.
std::vector<std::string> GatesOf(const v1::Notice& notice);

// The timetable in a notice; nullptr for a kind that has none.
const v1::Timetable* TimetableIn(const v1::Notice& notice);

// The papers behind a message with that header: FIELD_MISSING, BAD_TIME, MALFORMED_PAYLOAD,
// TOO_LARGE; FIELD_CONFLICT for a paper about gates that the message is not about.
absl::Status CheckPapers(const v1::Papers& papers, const v1::MessageHeader& header);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_HOURS_NOTICE_RULES_H_
