#ifndef GATEPOST_TESTS_SUPPORT_DAILY_REPORTS_H_
#define GATEPOST_TESTS_SUPPORT_DAILY_REPORTS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/domain/gate_register.h"
#include "gatepost/v1/message.pb.h"
#include "gatepost/v1/yard_report.pb.h"

// Real reports for tests, from tests/data. (The product's own reader of tables is in client/.) A
// file that cannot be read ends the test program.
namespace gatepost::testing {

// The bytes of a file below the project's root.
std::string ReadProjectFile(const std::string& path);

// A row of a table: column → cell.
using CsvRow = std::map<std::string, std::string>;

// The rows of a CSV file (RFC 4180) below the project's root, with its first line as column names.
std::vector<CsvRow> ReadCsv(const std::string& path);

// The project's gate register, daemon/domain/register/gates.textproto.
domain::GateRegister ProjectRegister();

// The reports of tests/data/daily-reports.csv, one for each business date and side, in the file's
// order. Rows without a time hold at 20:00 H, marked assumed.
std::vector<v1::YardReport> DailyReports(const domain::GateRegister& gate_register);

// The report of that date (`2024-08-22`) among them.
v1::YardReport DailyReport(const domain::GateRegister& gate_register, std::string_view date);

// A header that fits the report: its scopes, a fixed message id, recipients and salt.
v1::MessageHeader HeaderFor(const v1::YardReport& report);

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_SUPPORT_DAILY_REPORTS_H_
