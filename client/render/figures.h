#ifndef GATEPOST_CLIENT_RENDER_FIGURES_H_
#define GATEPOST_CLIENT_RENDER_FIGURES_H_

#include <string>

#include "client/render/table.h"
#include "client/render/view.h"
#include "gatepost/v1/yard_report.pb.h"

namespace gatepost::render {

// A quantity without its unit: `312`, `≈ 570`, `≥ 1700`, `≤ 90`, `70–90`, `69 average`,
// `390 derived`, `not reported`, `not operating`. Stated changes carry their sign.
std::string QuantityText(const v1::Quantity& quantity, v1::Measure measure);

// The scope's id, and how much of it is meant where that is not what the id says: `LS-HN, with all
// below`.
std::string ScopeText(const v1::Figure& figure);

// What a figure is about, in one line: `LS-ALL VN→CN export waiting fruit`.
std::string FigureName(const v1::Figure& figure, const View& view);

// What else is to be said of a figure: whose vehicles, load, dwell, yard, time of its own.
std::string FigureRemarks(const v1::Figure& figure, const v1::YardReport& report, const View& view);

// All figures of a report in their order; what repeats the row above is left blank.
Table FigureTable(const v1::YardReport& report, const View& view);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_FIGURES_H_
