#include "client/import/csv_table.h"

#include <iconv.h>

#include <cerrno>
#include <optional>
#include <utility>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"
#include "fmt/core.h"

namespace gatepost::client {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

absl::Status BadTable(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_UNMAPPED_ROW, wanted, came, "correct the table");
}

// nullopt when the bytes are no GB 18030.
std::optional<std::string> FromGb18030(const std::string& bytes) {
  const iconv_t converter = iconv_open("UTF-8", "GB18030");
  // POSIX gives this value for a failure.
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  if (converter == reinterpret_cast<iconv_t>(-1)) return std::nullopt;
  std::string input = bytes;  // iconv wants it writable.
  std::string text(bytes.size() * 3 + 16, '\0');
  char* from = input.data();
  char* to = text.data();
  size_t from_left = input.size();
  size_t to_left = text.size();
  const size_t result = iconv(converter, &from, &from_left, &to, &to_left);
  iconv_close(converter);
  if (result == static_cast<size_t>(-1) || from_left > 0) return std::nullopt;
  text.resize(text.size() - to_left);
  return text;
}

std::string Trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Walks over the text once; every record is a list of cells.
class Reader {
 public:
  Reader(std::string_view text, char separator) : text_(text), separator_(separator) {}

  bool AtEnd() const { return position_ >= text_.size(); }

  absl::StatusOr<std::vector<std::string>> Record(size_t number) {
    std::vector<std::string> cells;
    while (true) {
      GATEPOST_ASSIGN_OR_RETURN(std::string cell, Cell(number));
      cells.push_back(std::move(cell));
      if (AtEnd() || text_[position_] != separator_) break;
      ++position_;
    }
    if (!AtEnd() && text_[position_] == '\r') ++position_;
    if (!AtEnd() && text_[position_] == '\n') ++position_;
    return cells;
  }

 private:
  bool AtCellEnd() const {
    return AtEnd() || text_[position_] == separator_ || text_[position_] == '\n' ||
           text_.substr(position_, 2) == "\r\n";
  }

  absl::StatusOr<std::string> Cell(size_t number) {
    while (!AtCellEnd() && text_[position_] == ' ') ++position_;
    if (AtEnd() || text_[position_] != '"') {
      std::string cell;
      while (!AtCellEnd()) cell += text_[position_++];
      return Trimmed(cell);
    }
    ++position_;
    std::string cell;
    while (true) {
      if (AtEnd()) return BadTable("a closing quote", fmt::format("row {}: none", number));
      if (text_[position_] != '"') {
        cell += text_[position_++];
      } else if (text_.substr(position_, 2) == "\"\"") {
        cell += '"';
        position_ += 2;
      } else {
        ++position_;
        break;
      }
    }
    while (!AtCellEnd() && text_[position_] == ' ') ++position_;
    if (!AtCellEnd()) {
      return BadTable(
          "a separator or line end after a closing quote",
          fmt::format("row {}: more text after \"{}\"", number, system::Printable(cell, 40)));
    }
    return Trimmed(cell);
  }

  const std::string_view text_;
  const char separator_;
  size_t position_ = 0;
};

absl::Status CheckHeadings(const std::vector<std::string>& headings) {
  for (size_t i = 0; i < headings.size(); ++i) {
    if (headings[i].empty()) {
      return BadTable("a heading for every column",
                      fmt::format("row 1: column {} has none", i + 1));
    }
    for (size_t k = 0; k < i; ++k) {
      if (headings[k] == headings[i]) {
        return BadTable("every heading once",
                        fmt::format("row 1: {} stands in columns {} and {}",
                                    system::Printable(headings[i], 40), k + 1, i + 1));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ToUtf8(const std::string& bytes) {
  if (std::string_view(bytes).starts_with(kByteOrderMark)) {
    return ToUtf8(bytes.substr(kByteOrderMark.size()));
  }
  if (system::IsUtf8(bytes)) return bytes;
  std::optional<std::string> text = FromGb18030(bytes);
  if (!text.has_value()) return BadTable("UTF-8 or GB 18030", "bytes that are neither");
  return *std::move(text);
}

absl::StatusOr<CsvTable> ParseCsv(std::string_view utf8, char separator) {
  Reader reader(utf8, separator);
  CsvTable table;
  for (size_t number = 1; !reader.AtEnd(); ++number) {
    GATEPOST_ASSIGN_OR_RETURN(std::vector<std::string> cells, reader.Record(number));
    if (cells.size() == 1 && cells[0].empty()) continue;
    if (table.headings.empty()) {
      table.headings = std::move(cells);
      GATEPOST_RETURN_IF_ERROR(CheckHeadings(table.headings));
      continue;
    }
    if (cells.size() != table.headings.size()) {
      return BadTable(fmt::format("{} cells, one for each heading", table.headings.size()),
                      fmt::format("row {}: {} cells", number, cells.size()));
    }
    table.rows.push_back({number, std::move(cells)});
  }
  if (table.headings.empty()) return BadTable("a row of headings", "an empty table");
  return table;
}

}  // namespace gatepost::client
