#include "client/render/html.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "daemon/system/utf8.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD.

struct Range {
  uint32_t first;
  uint32_t last;
};

// Characters that a reader does not see although they change what he reads: soft hyphen, joiners,
// direction marks, embeddings and isolates, other format characters, tags.
constexpr Range kUnseen[] = {
    {0x00AD, 0x00AD}, {0x034F, 0x034F}, {0x061C, 0x061C},  {0x115F, 0x1160}, {0x17B4, 0x17B5},
    {0x180B, 0x180F}, {0x200B, 0x200F}, {0x2028, 0x202E},  {0x2060, 0x206F}, {0x3164, 0x3164},
    {0xFEFF, 0xFEFF}, {0xFFF0, 0xFFFB}, {0xE0000, 0xE0FFF}};

bool IsUnseen(uint32_t code_point) {
  return std::ranges::any_of(kUnseen, [&](const Range& range) {
    return code_point >= range.first && code_point <= range.last;
  });
}

bool IsControl(uint32_t code_point) {
  return (code_point < 0x20 && code_point != '\n' && code_point != '\t') ||
         (code_point >= 0x7f && code_point < 0xa0) || (code_point & 0xfffe) == 0xfffe;
}

std::string Escaped(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const system::Utf8Character character = system::FirstUtf8Character(bytes);
    const std::string_view shown = bytes.substr(0, character.size_bytes);
    bytes.remove_prefix(std::max<size_t>(character.size_bytes, 1));
    const uint32_t point = character.code_point;
    if (character.size_bytes == 0 || IsControl(point)) {
      text += kReplacement;
    } else if (IsUnseen(point)) {
      text += fmt::format("[U+{:04X}]", point);
    } else if (shown == "<") {
      text += "&lt;";
    } else if (shown == ">") {
      text += "&gt;";
    } else if (shown == "&") {
      text += "&amp;";
    } else if (shown == "\"") {
      text += "&quot;";
    } else if (shown == "'") {
      text += "&#39;";
    } else {
      text += shown;
    }
  }
  return text;
}

}  // namespace

Html& Html::operator+=(const Html& other) {
  markup_ += other.markup_;
  return *this;
}

Html Text(std::string_view foreign) {
  Html html;
  html.markup_ = Escaped(foreign);
  return html;
}

Html Element(Literal tag, const Html& contents, Literal attributes) {
  const std::string_view more = attributes.text();
  Html html;
  html.markup_ = fmt::format("<{0}{1}{2}>{3}</{0}>", tag.text(), more.empty() ? "" : " ", more,
                             contents.markup());
  return html;
}

Html Stacked(const std::vector<Html>& pieces) {
  Html html;
  for (const Html& piece : pieces) html += Element("div", piece);
  return html;
}

Html Stacked(const std::vector<std::string>& texts) {
  Html html;
  for (const std::string& text : texts) html += Element("div", Text(text));
  return html;
}

Html HtmlTable(const std::vector<std::string>& headings, const std::vector<HtmlRow>& rows,
               Literal attributes) {
  if (rows.empty()) return {};
  Html head;
  for (const std::string& heading : headings) {
    head += Element("th", Text(heading), R"(scope="col")");
  }
  Html body;
  for (const HtmlRow& row : rows) {
    Html cells;
    for (const Html& cell : row.cells) cells += Element("td", cell);
    body += Element("tr", cells, row.attributes) + Text("\n");
  }
  return Element("table", Element("thead", Element("tr", head)) + Element("tbody", body),
                 attributes) +
         Text("\n");
}

Html HtmlOf(const Table& table) {
  std::vector<size_t> shown;
  std::vector<std::string> headings;
  for (size_t i = 0; i < table.columns().size(); ++i) {
    if (std::ranges::all_of(table.rows(), [&](const auto& row) { return row[i].empty(); })) {
      continue;
    }
    shown.push_back(i);
    headings.push_back(table.columns()[i].heading);
  }
  std::vector<HtmlRow> rows;
  for (const std::vector<std::string>& cells : table.rows()) {
    HtmlRow& row = rows.emplace_back();
    for (const size_t i : shown) row.cells.push_back(Text(cells[i]));
  }
  return HtmlTable(headings, rows);
}

Html HtmlOf(const Lines& lines) {
  Html rows;
  for (const auto& [label, value] : lines.pairs()) {
    rows +=
        Element("tr", Element("th", Text(label), R"(scope="row")") + Element("td", Text(value)));
  }
  if (rows.empty()) return {};
  return Element("table", Element("tbody", rows), R"(class="facts")") + Text("\n");
}

}  // namespace gatepost::render
