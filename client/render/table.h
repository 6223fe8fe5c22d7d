#ifndef GATEPOST_CLIENT_RENDER_TABLE_H_
#define GATEPOST_CLIENT_RENDER_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

namespace gatepost::render {

// Which edge of its column a cell keeps to.
enum class Align { kLeft, kRight };

// Rows of cells under headings: the same contents either for people (columns aligned by display
// width) or for programs (CSV). A value; not thread-safe.
class Table {
 public:
  struct Column {
    std::string heading;
    Align align = Align::kLeft;
  };

  explicit Table(std::vector<Column> columns);

  // Adds a row; missing cells are empty, cells beyond the last column are an error of ours.
  void Add(std::vector<std::string> cells);

  // For people: headings, a line, rows, two spaces between columns, each line ended by LF and begun
  // by `indent` spaces. Columns that are empty in every row are left out. Line breaks and control
  // characters inside a cell become `?`. Empty without rows.
  std::string ToText(size_t indent = 0) const;

  // For programs: RFC 4180 with LF line ends, headings first, every column, UTF-8.
  std::string ToCsv() const;

  // Number of rows.
  size_t size() const { return rows_.size(); }

  // What was added, as it was added: for writers that escape for themselves.
  const std::vector<Column>& columns() const { return columns_; }
  const std::vector<std::vector<std::string>>& rows() const { return rows_; }

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// One CSV cell: quoted where it holds a comma, a quote, a line break or an outer space (RFC 4180).
std::string CsvCell(const std::string& text);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_TABLE_H_
