#include "client/render/width.h"

#include <cstdint>

#include "daemon/system/utf8.h"

namespace gatepost::render {
namespace {

struct Range {
  uint32_t first;
  uint32_t last;
};

// Characters without room of their own: combining marks of the scripts that can meet us here,
// joiners, direction marks and variation selectors.
constexpr Range kNoRoom[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
    {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
    {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x2064}, {0x20D0, 0x20FF}, {0x302A, 0x302D},
    {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF}};

// Unicode EastAsianWidth.txt, classes W and F, joined to blocks.
constexpr Range kWide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x2E80, 0x303E},
    {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0xA4CF},   {0xA960, 0xA97C},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},
    {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x18CFF}, {0x1B000, 0x1B2FF},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};

template <size_t size>
bool In(const Range (&ranges)[size], uint32_t code_point) {
  for (const Range& range : ranges) {
    if (code_point >= range.first && code_point <= range.last) return true;
  }
  return false;
}

std::string Spaces(std::string_view text, size_t columns) {
  const size_t width = DisplayWidth(text);
  return std::string(width < columns ? columns - width : 0, ' ');
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const system::Utf8Character character = system::FirstUtf8Character(text);
    if (character.size_bytes == 0) {
      text.remove_prefix(1);
      ++width;
      continue;
    }
    text.remove_prefix(character.size_bytes);
    if (In(kNoRoom, character.code_point)) continue;
    width += In(kWide, character.code_point) ? 2 : 1;
  }
  return width;
}

std::string PadRight(std::string_view text, size_t columns) {
  return std::string(text) + Spaces(text, columns);
}

std::string PadLeft(std::string_view text, size_t columns) {
  return Spaces(text, columns) + std::string(text);
}

}  // namespace gatepost::render
