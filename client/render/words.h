#ifndef GATEPOST_CLIENT_RENDER_WORDS_H_
#define GATEPOST_CLIENT_RENDER_WORDS_H_

#include <string>
#include <string_view>

#include "client/render/view.h"
#include "gatepost/v1/exchange_service.pb.h"
#include "gatepost/v1/reason.pb.h"
#include "gatepost/v1/receipt.pb.h"
#include "gatepost/v1/yard_report.pb.h"

// The contract's values as words in the chosen language. A value of a newer schema is shown as `?`
// with its number: nothing is left out.
namespace gatepost::render {

// The stored direction and the word of the reader's side: `VN→CN export`.
std::string DirectionText(v1::Direction direction, const View& view);

// What is counted, with the period where it is not the day: `cleared per day`.
std::string MeasureText(v1::Measure measure, v1::PeriodKind period);

// The cargo class by its register id; `all` for the empty one, the id itself where we have no word.
std::string CargoText(std::string_view cargo_class);

// `by itself`, `with all below`, `yard`, `group`.
std::string ExtentText(v1::ScopeExtent extent);

std::string UnitText(const v1::Quantity& quantity);
std::string LoadText(v1::Load load);
std::string DwellText(v1::Dwell dwell);

// The rung in capitals as everywhere on the wire (ACCEPTED), which is never translated.
std::string RungName(v1::Rung rung);

// What the rung means to its reader: `durable at the recipient`.
std::string RungText(v1::Rung rung);

std::string SeverityText(v1::Severity severity);

// Bytes as lower-case hexadecimal digits, as digests are printed.
std::string HexText(std::string_view bytes);

// The stable code without prefix: SUM_MISMATCH; never translated.
std::string ReasonCode(v1::Reason reason);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_WORDS_H_
