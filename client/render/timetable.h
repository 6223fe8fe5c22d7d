#ifndef GATEPOST_CLIENT_RENDER_TIMETABLE_H_
#define GATEPOST_CLIENT_RENDER_TIMETABLE_H_

#include <cstddef>
#include <string>

#include "client/render/table.h"
#include "client/render/view.h"
#include "gatepost/v1/timetable.pb.h"

// Rules of hours as people read them before they sign: nothing that a rule says is left out.
namespace gatepost::render {

// One rule as the cells of a row. Times are in the reader's zones; days are instants, so that the
// same span written in Hanoi's or in Beijing's time reads the same.
struct RuleCells {
  std::string gates;
  std::string traffic;
  std::string when;
  std::string regime;
  std::string hours;
  std::string terms;  // Everything else: weekdays, holidays, conditions, how it was said.
};

// `zone` is the timetable's IANA name; `?` stands for times when it is unknown.
RuleCells CellsOfRule(const v1::TimetableRule& rule, const std::string& zone, const View& view);

// All rules, one a row.
Table TimetableTable(const v1::Timetable& timetable, const View& view);

// The same as text, begun by `indent` spaces.
std::string TimetableText(const v1::Timetable& timetable, const View& view, size_t indent = 0);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_TIMETABLE_H_
