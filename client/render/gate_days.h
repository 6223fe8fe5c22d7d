#ifndef GATEPOST_CLIENT_RENDER_GATE_DAYS_H_
#define GATEPOST_CLIENT_RENDER_GATE_DAYS_H_

#include <string>

#include "client/render/view.h"
#include "gatepost/v1/exchange_service.pb.h"
#include "gatepost/v1/hours_service.pb.h"
#include "gatepost/v1/yard_service.pb.h"

// Daily reports that came, and that did not.
namespace gatepost::render {

// Gates and days by side and gate, each with why a report was expected or not; days in a row of
// which everything else is the same make one line. `calendars` says which of the days are off on
// which side; a day that it does not name is shown without.
std::string GateDaysText(const v1::ListGateDaysResponse& list,
                         const v1::ListDaysResponse& calendars, const View& view);

// The same for programs, one gate and day a line.
std::string GateDaysCsv(const v1::ListGateDaysResponse& list,
                        const v1::ListDaysResponse& calendars);

// What is overdue now, below the messages that came; empty when nothing is.
std::string OverdueText(const v1::ListGateDaysResponse& missing, const View& view);

// What an alarm is about, in a sentence where we have one, else its object.
std::string AlarmText(const v1::Alarm& alarm, const View& view);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_GATE_DAYS_H_
