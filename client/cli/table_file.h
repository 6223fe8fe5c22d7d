#ifndef GATEPOST_CLIENT_CLI_TABLE_FILE_H_
#define GATEPOST_CLIENT_CLI_TABLE_FILE_H_

#include "absl/status/statusor.h"
#include "client/cli/commands.h"
#include "client/cli/session.h"
#include "client/import/csv_import.h"

namespace gatepost::cli {

// The table that `--from-csv`, `--mapping` and `--as-of` name, read. BAD_ARGUMENT when the file
// cannot be read, BAD_CONFIG for the mapping file, and the errors of ImportCsv.
absl::StatusOr<client::ImportedTable> ReadTable(Session& session, const TableOptions& options,
                                                client::ImportRegister& known);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_TABLE_FILE_H_
