#ifndef GATEPOST_CLIENT_RENDER_WIDTH_H_
#define GATEPOST_CLIENT_RENDER_WIDTH_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace gatepost::render {

// How many columns of a terminal `text` (UTF-8) takes: 2 for wide and full-width characters
// (Unicode UAX #11, classes W and F), 0 for combining marks and other characters that take no room,
// else 1. Bytes that are no UTF-8 count 1 each. Ambiguous characters such as the arrow count 1.
size_t DisplayWidth(std::string_view text);

// `text` with spaces after it up to `columns`; longer texts stay as they are.
std::string PadRight(std::string_view text, size_t columns);

// `text` with spaces before it up to `columns`; longer texts stay as they are.
std::string PadLeft(std::string_view text, size_t columns);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_WIDTH_H_
