#ifndef GATEPOST_DAEMON_SYSTEM_UTF8_H_
#define GATEPOST_DAEMON_SYSTEM_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gatepost::system {

// One decoded character: its code point and how many bytes it took. `size_bytes` is 0 when the
// bytes do not begin with a well-formed character (RFC 3629: no overlong form, no surrogate, at
// most U+10FFFF) or are empty.
struct Utf8Character {
  uint32_t code_point = 0;
  size_t size_bytes = 0;
};

// The first character of `bytes`.
Utf8Character FirstUtf8Character(std::string_view bytes);

// Whether all of `bytes` is well-formed UTF-8.
bool IsUtf8(std::string_view bytes);

// `bytes` as text for people: bytes that are no UTF-8 and control characters become `?`, and what
// exceeds `limit_bytes` is cut at a character and replaced by `...`. For error texts, which may
// quote what strangers sent.
std::string Printable(std::string_view bytes, size_t limit_bytes = 200);

}  // namespace gatepost::system

#endif  // GATEPOST_DAEMON_SYSTEM_UTF8_H_
