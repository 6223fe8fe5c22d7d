#include "daemon/system/utf8.h"

#include <algorithm>

namespace gatepost::system {
namespace {

// The shape of a character that begins with a certain byte.
struct Shape {
  size_t size_bytes;
  uint32_t first_bits;
  uint32_t smallest;  // Below this the form is overlong.
};

Shape ShapeOf(unsigned char first) {
  if (first < 0x80) return {1, first, 0};
  if (first >= 0xc2 && first <= 0xdf) return {2, first & 0x1fu, 0x80};
  if (first >= 0xe0 && first <= 0xef) return {3, first & 0x0fu, 0x800};
  if (first >= 0xf0 && first <= 0xf4) return {4, first & 0x07u, 0x10000};
  return {0, 0, 0};
}

}  // namespace

Utf8Character FirstUtf8Character(std::string_view bytes) {
  if (bytes.empty()) return {};
  Shape shape = ShapeOf(static_cast<unsigned char>(bytes[0]));
  if (shape.size_bytes == 0 || shape.size_bytes > bytes.size()) return {};
  uint32_t code_point = shape.first_bits;
  for (size_t at = 1; at < shape.size_bytes; ++at) {
    unsigned char next = static_cast<unsigned char>(bytes[at]);
    if ((next & 0xc0) != 0x80) return {};
    code_point = code_point << 6 | (next & 0x3fu);
  }
  bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
  if (code_point < shape.smallest || surrogate || code_point > 0x10ffff) return {};
  return {code_point, shape.size_bytes};
}

bool IsUtf8(std::string_view bytes) {
  while (!bytes.empty()) {
    Utf8Character character = FirstUtf8Character(bytes);
    if (character.size_bytes == 0) return false;
    bytes.remove_prefix(character.size_bytes);
  }
  return true;
}

std::string Printable(std::string_view bytes, size_t limit_bytes) {
  // Nearly everything is short plain ASCII.
  const bool plain = std::all_of(bytes.begin(), bytes.end(),
                                 [](unsigned char byte) { return byte >= 0x20 && byte < 0x7f; });
  if (plain && bytes.size() <= limit_bytes) return std::string(bytes);
  std::string text;
  while (!bytes.empty()) {
    Utf8Character character = FirstUtf8Character(bytes);
    bool control = character.code_point < 0x20 ||
                   (character.code_point >= 0x7f && character.code_point < 0xa0);
    std::string_view shown = bytes.substr(0, character.size_bytes);
    if (character.size_bytes == 0 || control) shown = "?";
    if (text.size() + shown.size() > limit_bytes) return text + "...";
    text += shown;
    bytes.remove_prefix(character.size_bytes == 0 ? 1 : character.size_bytes);
  }
  return text;
}

}  // namespace gatepost::system
