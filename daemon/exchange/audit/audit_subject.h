#ifndef GATEPOST_DAEMON_EXCHANGE_AUDIT_AUDIT_SUBJECT_H_
#define GATEPOST_DAEMON_EXCHANGE_AUDIT_AUDIT_SUBJECT_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "gatepost/v1/audit_service.pb.h"

namespace gatepost::exchange {

// The days that a message is about, in the zone that it was written in.
struct SubjectDays {
  absl::CivilDay first;
  std::optional<absl::CivilDay> last;  // nullopt: without end.
};

// A held message as auditors look for it and list it.
struct SubjectFacts {
  v1::AuditSubject subject;
  int64_t row = 0;
  uint64_t first_leaf = 0;  // Index of its ACCEPTED or DELIVERED leaf.
  // The first proposal of its thread; of an acknowledgement, that of what it is about; of a message
  // in no thread, itself.
  int64_t thread_row = 0;
  std::optional<SubjectDays> days;
};

// The facts of a message, by what this node knows now. Only what this node applied is read for days
// and lead time, since nothing else was checked; of a report the business date is always told.
//
// - A notice asks for an acknowledgement (DESIGN.md 4), nothing else does. It is acknowledged once
// a
//   person of each recipient has done so; one that was received, once a person here has.
// - Days: business date of a report; days of the timetable of a notice, a transcript or a proposal,
//   without end where a rule has no stated one; the day on which something was seen; of an answer
//   or a cancellation, those of what it is about. A ping and an acknowledgement are about no day.
// - Lead time: from when this node knew the notice, or that the agreement binds, to the first
//   instant of its effect at any gate. A stop that was only seen begins when it was seen.
absl::StatusOr<SubjectFacts> FactsOf(const NodeTerms& node, const LinkTermsByPeer& links,
                                     const store::Reader& store,
                                     const store::MessageRecord& record);

// The row of the first proposal of the message's thread; its own when it is in none, and for an
// acknowledgement that of what it is about.
absl::StatusOr<int64_t> ThreadRowOf(const store::Reader& store, const store::MessageRecord& record);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AUDIT_AUDIT_SUBJECT_H_
