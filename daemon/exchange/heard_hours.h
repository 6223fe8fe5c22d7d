#ifndef GATEPOST_DAEMON_EXCHANGE_HEARD_HOURS_H_
#define GATEPOST_DAEMON_EXCHANGE_HEARD_HOURS_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/domain/hours/in_force.h"
#include "daemon/domain/hours/spans.h"
#include "daemon/store/store.h"
#include "gatepost/v1/message.pb.h"

// What this node has heard about hours, read from its store.
namespace gatepost::exchange {

// A message about hours, read. Of one that this node only carries nothing is read: `message` is
// empty (PROTOCOL.md 1).
struct HeardHours {
  store::HoursRecord hours;
  store::MessageRecord record;
  v1::Message message;
};

// Whether it was written by newer software and makes hours unknown.
bool IsUnreadable(const HeardHours& heard);

// By row; each message once.
using HeardByRow = std::map<int64_t, HeardHours>;

// All that was said about the gates for days that `span` touches and was not void, as known at
// `as_known_at`.
absl::StatusOr<HeardByRow> Listen(const store::Reader& store, std::span<const std::string> gates,
                                  domain::Span span, absl::Time as_known_at);

// The timetable in a message that decides hours, once in force: of a notice or an agreement;
// nullptr for one that has none, and for what was only heard.
const v1::Timetable* DecidingTimetable(const v1::Message& message);

// What a notice or an agreement is: the name of its field, e.g. closure or holiday_hours; empty for
// other messages.
std::string KindOf(const v1::Message& message);

// What of it decides hours: not what was only seen or heard. Points into `heard`, which must
// outlive it and keep its elements where they are.
absl::StatusOr<std::vector<domain::SaidHours>> SaidIn(const store::Reader& store,
                                                      const HeardByRow& heard);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_HEARD_HOURS_H_
