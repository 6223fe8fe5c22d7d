// Tables of others: no row is lost, whatever encoding, headings and mapping it comes with. The
// first byte chooses the separator and the mapping.

#include <google/protobuf/text_format.h>

#include "client/import/csv_import.h"
#include "client/import/csv_table.h"
#include "tests/client/import/file_register.h"
#include "tests/fuzz/promise.h"
#include "tests/support/test_files.h"

namespace gatepost::fuzz {
namespace {

config::v1::CsvMapping ProjectMapping() {
  config::v1::CsvMapping mapping;
  Promise(google::protobuf::TextFormat::ParseFromString(
              testing::ReadTestFile(std::string(GATEPOST_SOURCE_DIR) +
                                    "/tests/data/yard-figures.mapping.textproto"),
              &mapping),
          "the project's own mapping can be read");
  return mapping;
}

void CheckTable(const std::string& bytes, char separator) {
  const absl::StatusOr<std::string> utf8 = client::ToUtf8(bytes);
  PromiseAnswer(utf8.status());
  if (!utf8.ok()) return;
  Promise(system::IsUtf8(*utf8), "text is UTF-8 once it was taken in");
  Promise(utf8->size() <= 2 * bytes.size() + 4, "text does not grow beyond its characters");
  const absl::StatusOr<client::CsvTable> table = client::ParseCsv(*utf8, separator);
  PromiseAnswer(table.status());
  if (!table.ok()) return;
  for (const client::CsvTable::Row& row : table->rows) {
    Promise(row.cells.size() == table->headings.size(), "a row has a cell for each heading");
  }
}

void CheckImport(const std::string& bytes, bool mapped) {
  static client::FileRegister known;
  static const config::v1::CsvMapping mapping = ProjectMapping();
  client::ImportOptions options;
  if (mapped) options.mapping = mapping;
  options.as_of = {.hour = 20, .minute = 0, .zone = "Asia/Ho_Chi_Minh"};
  const absl::StatusOr<client::ImportedTable> table = client::ImportCsv(bytes, options, known);
  PromiseAnswer(table.status());
  if (!table.ok()) return;
  size_t ends = table->orphans.size();
  for (const absl::Status& orphan : table->orphans) PromiseAnswer(orphan);
  for (const client::ImportedReport& report : table->reports) {
    ends += report.row_numbers.size() + report.problems.size();
    for (const absl::Status& problem : report.problems) PromiseAnswer(problem);
    if (report.problems.empty()) {
      Promise(report.report.figures_size() == static_cast<int>(report.row_numbers.size()),
              "each row is a figure");
    }
  }
  Promise(ends == table->row_count, "no row is dropped");
}

}  // namespace
}  // namespace gatepost::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string bytes(gatepost::fuzz::ViewOf(data + 1, size - 1));
  gatepost::fuzz::CheckTable(bytes, (data[0] & 2) != 0 ? ';' : ',');
  gatepost::fuzz::CheckImport(bytes, (data[0] & 1) != 0);
  return 0;
}
