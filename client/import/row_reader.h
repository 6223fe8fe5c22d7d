#ifndef GATEPOST_CLIENT_IMPORT_ROW_READER_H_
#define GATEPOST_CLIENT_IMPORT_ROW_READER_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "client/import/csv_table.h"
#include "gatepost/config/v1/csv_mapping.pb.h"

namespace gatepost::client {

// The fields of the import; their names are those of daily-reports.csv (csv_mapping.proto).
enum class Field {
  kBusinessDate,
  kAsOf,
  kSide,
  kScope,
  kScopeKind,
  kDirection,
  kMeasure,
  kCargo,
  kValue,
  kUnit,
  kQualifier,
  kSetComplete,
  kVehicles,
  kLoad,
  kDwell,
  kYard,
  kSplit,
  kPeriod,
};
inline constexpr size_t kFieldCount = 18;

// business_date, as_of, ...
std::string_view FieldName(Field field);

// A row in the import's own terms: words already replaced by their meanings. Fields that the table
// does not have are empty or what the mapping says.
struct ImportRow {
  size_t number = 0;
  std::array<std::string, kFieldCount> values;
  const std::string& operator[](Field field) const { return values[static_cast<size_t>(field)]; }
};

// Reads the rows of one table. A value.
class RowReader {
 public:
  // Without `mapping` the columns bear the fields' names, and `reference` and `version`, which our
  // own tables have for their readers, are left aside. REASON_UNMAPPED_ROW for a column that is no
  // field and not ignored, for a required field (business_date, side, scope, direction, measure,
  // value) that has neither column nor default, and for a mapping that names an unknown field or
  // column.
  static absl::StatusOr<RowReader> Create(const CsvTable& table,
                                          const config::v1::CsvMapping* mapping);

  // `row` in the import's terms. Cannot fail: unknown words stay as they are, and are refused by
  // who knows what they may be.
  ImportRow Read(const CsvTable::Row& row) const;

  // The heading of the column that holds `field`, or the field's name where there is none.
  std::string ColumnOf(Field field) const;

 private:
  struct Source {
    std::optional<size_t> column;
    std::string default_value;
  };

  RowReader() = default;
  absl::Status TakeMapping(const CsvTable& table);

  std::array<Source, kFieldCount> sources_;
  std::vector<std::string> headings_;
  config::v1::CsvMapping mapping_;
};

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_IMPORT_ROW_READER_H_
