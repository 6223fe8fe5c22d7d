#include "client/cli/table_file.h"

#include <string>
#include <utility>

#include "daemon/config/text_file.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "gatepost/config/v1/csv_mapping.pb.h"

namespace gatepost::cli {

absl::StatusOr<client::ImportedTable> ReadTable(Session& session, const TableOptions& options,
                                                client::ImportRegister& known) {
  absl::StatusOr<std::string> bytes = system::ReadFile(options.csv_file);
  if (!bytes.ok()) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a table that can be read",
                          std::string(bytes.status().message()), "correct --from-csv");
  }
  client::ImportOptions import;
  if (!options.mapping_file.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(config::Parsed<config::v1::CsvMapping> mapping,
                              config::ReadTextProto<config::v1::CsvMapping>(options.mapping_file));
    import.mapping = std::move(mapping.value);
  }
  GATEPOST_ASSIGN_OR_RETURN(const AsOf as_of, AsOfTyped(session, options.as_of));
  if (as_of.day.has_value()) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a time of day like 20:00H", options.as_of,
                          "leave out the date: it is each row's own");
  }
  import.as_of = as_of.clock;
  import.as_of_assumed = as_of.assumed;
  return client::ImportCsv(*bytes, import, known);
}

}  // namespace gatepost::cli
