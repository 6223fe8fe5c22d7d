#ifndef GATEPOST_CLIENT_IMPORT_CSV_TABLE_H_
#define GATEPOST_CLIENT_IMPORT_CSV_TABLE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace gatepost::client {

// A table as it stands in a file: nothing of its meaning.
struct CsvTable {
  struct Row {
    size_t number = 0;  // As a spreadsheet counts: the headings are row 1.
    std::vector<std::string> cells;
  };
  std::vector<std::string> headings;
  std::vector<Row> rows;
};

// `bytes` as UTF-8 without a byte order mark. Bytes that are no UTF-8 are taken as GB 18030, which
// spreadsheets in China write; REASON_UNMAPPED_ROW when they are neither.
absl::StatusOr<std::string> ToUtf8(const std::string& bytes);

// Reads RFC 4180: cells apart by `separator`, quoted cells with doubled quotes and line breaks
// inside, lines ended by LF or CR LF, spaces around cells left out, empty lines passed over.
// REASON_UNMAPPED_ROW, naming the row, for a row with more or fewer cells than there are headings,
// an unfinished quote, text after a quote, a heading that is empty or stands twice, and no
// headings.
absl::StatusOr<CsvTable> ParseCsv(std::string_view utf8, char separator);

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_IMPORT_CSV_TABLE_H_
