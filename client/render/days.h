#ifndef GATEPOST_CLIENT_RENDER_DAYS_H_
#define GATEPOST_CLIENT_RENDER_DAYS_H_

#include <string>

#include "gatepost/v1/hours_service.pb.h"

namespace gatepost::render {

// Both sides' days, one a line: off or on, why, and the lunar date in the words of its country; and
// the calendars that say so.
std::string DaysText(const v1::ListDaysResponse& days);

// Viet Nam's half and China's: `off/on`; `?` where no calendar says.
std::string PairText(const v1::DayOnBothSides& day);

// The days for programs.
std::string DaysCsv(const v1::ListDaysResponse& days);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_DAYS_H_
