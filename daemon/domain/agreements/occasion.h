#ifndef GATEPOST_DAEMON_DOMAIN_AGREEMENTS_OCCASION_H_
#define GATEPOST_DAEMON_DOMAIN_AGREEMENTS_OCCASION_H_

#include <optional>

#include "daemon/domain/holiday_calendar.h"
#include "gatepost/v1/agreement.pb.h"
#include "gatepost/v1/exchange_service.pb.h"

namespace gatepost::domain {

// Whether a country's official calendar has the occasion of checked holiday hours at most 14 days
// before their first or after their last day that is named: gates also change their hours ahead of
// a holiday (N07). nullopt when one has, else what to look at, naming the nearest day of the
// occasion:
//   WARNING         the calendars of those years say otherwise, or none ever names the code; then
//   it
//                   names the codes that they know
//   NOT_CHECKABLE   a country that knows the occasion has no calendar of those years here
// Never an error: calendars come late, and may differ between the nodes. Thread-safe.
std::optional<v1::Finding> CheckOccasion(const v1::HolidayHours& hours,
                                         const HolidayCalendars& calendars);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_AGREEMENTS_OCCASION_H_
