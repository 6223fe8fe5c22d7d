#ifndef GATEPOST_CLIENT_RENDER_HOURS_WORDS_H_
#define GATEPOST_CLIENT_RENDER_HOURS_WORDS_H_

#include <string>
#include <string_view>

#include "client/render/view.h"
#include "gatepost/v1/papers.pb.h"
#include "gatepost/v1/timetable.pb.h"
#include "gatepost/v1/yard_report.pb.h"

// Values about hours as words in the chosen language; see words.h.
namespace gatepost::render {

std::string TrafficText(v1::Traffic traffic);

// Empty for none.
std::string RegimeText(v1::Regime regime);

// How precisely a time is known, where less than to the minute: `known to the hour only`.
std::string KnownToText(v1::Precision precision);

// Which vehicles, where not all: `goods traffic, VN→CN export, fruit`.
std::string CellText(v1::Traffic traffic, v1::Direction direction, const std::string& country,
                     const std::string& cargo, const View& view);

// A day of the week, short: `Mon`.
std::string WeekdayText(v1::Weekday day);

// A kind of notice or of agreed terms by the name of its field, e.g. `intake_stop`,
// `holiday_hours`.
std::string NoticeKindText(std::string_view kind);

// Empty where nothing is said.
std::string ChangeReasonText(v1::ChangeReason reason);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_HOURS_WORDS_H_
