#include "client/import/row_reader.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"
#include "fmt/core.h"

namespace gatepost::client {
namespace {

constexpr std::string_view kNames[kFieldCount] = {
    "business_date", "as_of", "side",  "scope", "scope_kind", "direction",
    "measure",       "cargo", "value", "unit",  "qualifier",  "set_complete",
    "vehicles",      "load",  "dwell", "yard",  "split",      "period"};
constexpr Field kRequired[] = {Field::kBusinessDate, Field::kSide,    Field::kScope,
                               Field::kDirection,    Field::kMeasure, Field::kValue};

// Columns that our own tables have beside the fields, for their readers.
constexpr std::string_view kLeftAside[] = {"reference", "version"};

std::optional<Field> FieldOf(std::string_view name) {
  for (size_t i = 0; i < kFieldCount; ++i) {
    if (kNames[i] == name) return static_cast<Field>(i);
  }
  return std::nullopt;
}

std::string AllNames() {
  std::string text;
  for (const std::string_view name : kNames) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

std::optional<size_t> IndexOf(const std::vector<std::string>& headings, std::string_view name) {
  const auto found = std::find(headings.begin(), headings.end(), name);
  if (found == headings.end()) return std::nullopt;
  return static_cast<size_t>(found - headings.begin());
}

absl::Status Unmapped(std::string_view wanted, std::string_view came, std::string_view todo) {
  return system::Refuse(v1::REASON_UNMAPPED_ROW, wanted, came, todo);
}

absl::Status UnknownField(std::string_view name) {
  return Unmapped(AllNames(), fmt::format("field {} in the mapping", system::Printable(name, 40)),
                  "correct the mapping file");
}

}  // namespace

std::string_view FieldName(Field field) { return kNames[static_cast<size_t>(field)]; }

absl::StatusOr<RowReader> RowReader::Create(const CsvTable& table,
                                            const config::v1::CsvMapping* mapping) {
  RowReader reader;
  reader.headings_ = table.headings;
  if (mapping != nullptr) {
    reader.mapping_ = *mapping;
    GATEPOST_RETURN_IF_ERROR(reader.TakeMapping(table));
  } else {
    for (size_t i = 0; i < kFieldCount; ++i) {
      reader.sources_[i].column = IndexOf(table.headings, kNames[i]);
    }
  }
  for (size_t i = 0; i < table.headings.size(); ++i) {
    const std::string& heading = table.headings[i];
    const bool used = std::any_of(reader.sources_.begin(), reader.sources_.end(),
                                  [i](const Source& source) { return source.column == i; });
    const auto& ignored = reader.mapping_.ignored_columns();
    const bool left_aside =
        std::find(ignored.begin(), ignored.end(), heading) != ignored.end() ||
        (mapping == nullptr &&
         std::find(std::begin(kLeftAside), std::end(kLeftAside), heading) != std::end(kLeftAside));
    if (!used && !left_aside) {
      return Unmapped(
          fmt::format("columns {}, or a mapping that names or ignores every column", AllNames()),
          fmt::format("row 1: column {}", system::Printable(heading, 40)),
          "name the column in a mapping file (--mapping)");
    }
  }
  for (const Field field : kRequired) {
    const Source& source = reader.sources_[static_cast<size_t>(field)];
    if (!source.column.has_value() && source.default_value.empty()) {
      return Unmapped(fmt::format("a column for {}", FieldName(field)), "row 1: none",
                      "add the column, or name it in a mapping file (--mapping)");
    }
  }
  return reader;
}

absl::Status RowReader::TakeMapping(const CsvTable& table) {
  for (const config::v1::CsvColumn& column : mapping_.columns()) {
    const std::optional<Field> field = FieldOf(column.field());
    if (!field.has_value()) return UnknownField(column.field());
    Source& source = sources_[static_cast<size_t>(*field)];
    source.default_value = column.default_value();
    if (column.column().empty()) continue;
    source.column = IndexOf(table.headings, column.column());
    if (!source.column.has_value()) {
      return Unmapped(
          fmt::format("column {}, which the mapping takes for {}", column.column(), column.field()),
          "row 1: no such column", "correct the mapping file or the table");
    }
  }
  for (const config::v1::CsvWord& word : mapping_.words()) {
    if (!FieldOf(word.field()).has_value()) return UnknownField(word.field());
  }
  return absl::OkStatus();
}

ImportRow RowReader::Read(const CsvTable::Row& row) const {
  ImportRow read;
  read.number = row.number;
  for (size_t i = 0; i < kFieldCount; ++i) {
    const Source& source = sources_[i];
    std::string& value = read.values[i];
    if (source.column.has_value()) value = row.cells[*source.column];
    for (const config::v1::CsvWord& word : mapping_.words()) {
      if (word.field() == kNames[i] && word.word() == value) {
        value = word.meaning();
        break;
      }
    }
    if (value.empty()) value = source.default_value;
  }
  return read;
}

std::string RowReader::ColumnOf(Field field) const {
  const Source& source = sources_[static_cast<size_t>(field)];
  return source.column.has_value() ? headings_[*source.column] : std::string(FieldName(field));
}

}  // namespace gatepost::client
