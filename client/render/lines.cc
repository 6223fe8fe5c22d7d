#include "client/render/lines.h"

#include <algorithm>

#include "client/render/width.h"
#include "daemon/system/utf8.h"

namespace gatepost::render {

void Lines::Add(std::string label, std::string value) {
  if (!value.empty()) lines_.emplace_back(std::move(label), std::move(value));
}

std::string Lines::ToText(size_t indent) const {
  constexpr size_t kLongestValueBytes = 4000;
  size_t width = 0;
  for (const auto& [label, value] : lines_) width = std::max(width, DisplayWidth(label));
  std::string text;
  for (const auto& [label, value] : lines_) {
    text += std::string(indent, ' ') + PadRight(label, width) + "  " +
            system::Printable(value, kLongestValueBytes) + "\n";
  }
  return text;
}

}  // namespace gatepost::render
