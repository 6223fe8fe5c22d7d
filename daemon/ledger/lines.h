#ifndef GATEPOST_DAEMON_LEDGER_LINES_H_
#define GATEPOST_DAEMON_LEDGER_LINES_H_

#include <cstdint>
#include <optional>
#include <string_view>

// The two things that leaves, checkpoints, notes and proofs are made of: lines that end in LF, and
// decimal numbers with one spelling.
namespace gatepost::ledger {

// Cuts the first line off `rest` and returns it without its LF; nullopt (and `rest` unchanged)
// when no LF is left.
std::optional<std::string_view> TakeLine(std::string_view& rest);

// Cuts `prefix` off the beginning of `text`; false (and `text` unchanged) when it begins otherwise.
bool TakePrefix(std::string_view prefix, std::string_view& text);

// An ASCII decimal number below 2^63 without sign or leading zeros (`0` itself excepted); nullopt
// for anything else.
std::optional<uint64_t> ParseDecimal(std::string_view text);

}  // namespace gatepost::ledger

#endif  // GATEPOST_DAEMON_LEDGER_LINES_H_
