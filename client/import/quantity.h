#ifndef GATEPOST_CLIENT_IMPORT_QUANTITY_H_
#define GATEPOST_CLIENT_IMPORT_QUANTITY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "gatepost/v1/yard_report.pb.h"

namespace gatepost::client {

// A whole number in ASCII digits with an optional sign; nullopt for anything else (spaces,
// thousands separators, fractions) and for what does not fit 64 bits.
std::optional<int64_t> WholeNumber(std::string_view text);

// A quantity from the three cells of a table. `value`: a whole number, two joined by `-` for a
// range (70-90), `not_reported` or `not_operating`. `qualifier`: empty is exact, or range where the
// value is one. `unit`: empty is vehicles, or tonnes for a weight. The plain kInvalidArgument
// error's message is `<cell> must be <what is allowed>`, where <cell> is value, qualifier or unit:
// the caller knows the place and makes the refusal.
absl::StatusOr<v1::Quantity> QuantityFromCells(std::string_view value, std::string_view qualifier,
                                               std::string_view unit, v1::Measure measure);

// A quantity as people type it: `312`, `~1700` about, `>=500`, `<=90`, `70-90`, `avg 69`,
// `derived 390`, `3793 tonnes`, `-` or `not_reported`, `x` or `not_operating`. The same error.
absl::StatusOr<v1::Quantity> QuantityFromText(std::string_view text, v1::Measure measure);

// The value cell for a quantity: QuantityFromCells reads it back.
std::string ValueCell(const v1::Quantity& quantity);

// The unit that a measure has where none is said: tonnes for a weight, else vehicles.
v1::Unit UsualUnit(v1::Measure measure);

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_IMPORT_QUANTITY_H_
