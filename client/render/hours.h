#ifndef GATEPOST_CLIENT_RENDER_HOURS_H_
#define GATEPOST_CLIENT_RENDER_HOURS_H_

#include <string>

#include "client/render/view.h"
#include "gatepost/v1/hours_service.pb.h"

namespace gatepost::render {

// What is in force: for each gate and kind of traffic its stretches of time, in both zones, and the
// messages that say so.
std::string HoursText(const v1::GetHoursResponse& hours, const View& view);

// The same for programs: one line for each stretch.
std::string HoursCsv(const v1::GetHoursResponse& hours);

// The messages that a stretch rests on, the deciding one first: `LS/2026/00002 closure, ...`.
std::string SaysText(const v1::GetHoursResponse& hours, const v1::HoursSpan& span);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_HOURS_H_
