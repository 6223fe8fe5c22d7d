#include "client/render/table.h"

#include <algorithm>
#include <cassert>
#include <string_view>
#include <utility>

#include "client/render/width.h"
#include "daemon/system/utf8.h"

namespace gatepost::render {
namespace {

constexpr size_t kLongestCellBytes = 4096;

// What may stand in a cell on a terminal: strangers' text must not steer it.
std::string Shown(const std::string& text) { return system::Printable(text, kLongestCellBytes); }

std::string WithoutTrailingSpaces(std::string line) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

std::string CsvLine(const std::vector<std::string>& cells) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    line += CsvCell(cells[i]);
  }
  return line + "\n";
}

}  // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

void Table::Add(std::vector<std::string> cells) {
  assert(cells.size() <= columns_.size());
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

std::string Table::ToText(size_t indent) const {
  if (rows_.empty()) return "";
  std::vector<size_t> widths(columns_.size(), 0);
  for (const std::vector<std::string>& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], DisplayWidth(Shown(row[i])));
    }
  }
  const std::vector<size_t> contents = widths;  // 0: the column says nothing.
  for (size_t i = 0; i < columns_.size(); ++i) {
    widths[i] = std::max(widths[i], DisplayWidth(columns_[i].heading));
  }
  const auto line_of = [&](const auto& cell_at) {
    std::string line(indent, ' ');
    bool first = true;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (contents[i] == 0) continue;
      if (!first) line += "  ";
      first = false;
      const std::string cell = cell_at(i);
      line +=
          columns_[i].align == Align::kRight ? PadLeft(cell, widths[i]) : PadRight(cell, widths[i]);
    }
    return WithoutTrailingSpaces(std::move(line)) + "\n";
  };
  std::string text = line_of([&](size_t i) { return columns_[i].heading; });
  text += line_of([&](size_t i) { return std::string(widths[i], '-'); });
  for (const std::vector<std::string>& row : rows_) {
    text += line_of([&](size_t i) { return Shown(row[i]); });
  }
  return text;
}

std::string Table::ToCsv() const {
  std::vector<std::string> headings;
  headings.reserve(columns_.size());
  for (const Column& column : columns_) headings.push_back(column.heading);
  std::string text = CsvLine(headings);
  for (const std::vector<std::string>& row : rows_) text += CsvLine(row);
  return text;
}

std::string CsvCell(const std::string& text) {
  const bool outer_space = !text.empty() && (text.front() == ' ' || text.back() == ' ');
  if (!outer_space && text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace gatepost::render
