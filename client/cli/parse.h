#ifndef GATEPOST_CLIENT_CLI_PARSE_H_
#define GATEPOST_CLIENT_CLI_PARSE_H_

#include <functional>
#include <string>

#include "client/cli/audit_commands.h"
#include "client/cli/output.h"

namespace CLI {
class App;
}

namespace gatepost::cli {

// The value of `--lang` among the arguments, empty without one: needed before the texts of `--help`
// are made.
std::string LanguageTyped(int argc, char** argv);

// Reads the arguments and runs the command they name; returns the exit code, 2 for wrong use.
int ParseAndRun(int argc, char** argv);

// What parsing finds out: the options of all commands, and the one command to run.
struct Parsed {
  Global global;
  std::function<int(const Global&)> run;
};

// Each adds its commands to `app`; `parsed` must outlive it. (parse_yard.cc, parse_hours.cc,
// parse_agreements.cc, parse_approval.cc, parse_audit.cc, parse_authority.cc,
// parse_evidence.cc, parse_operations.cc, parse_cert.cc)
void AddYardCommands(CLI::App& app, Parsed& parsed);
void AddHoursCommands(CLI::App& app, Parsed& parsed);
void AddAgreementCommands(CLI::App& app, Parsed& parsed);
void AddAuditCommands(CLI::App& app, Parsed& parsed);
void AddMessageCommands(CLI::App& app, Parsed& parsed);
void AddOperationCommands(CLI::App& app, Parsed& parsed);
void AddCertCommands(CLI::App& app, Parsed& parsed);
void AddApprovalCommands(CLI::App& app, Parsed& parsed);
void AddAuthorityCommands(CLI::App& app, Parsed& parsed);

// --emergency (parse_approval.cc).
void AddEmergency(CLI::App* command, Parsed& parsed);

// The part of `audit` that reads and writes files of evidence (parse_evidence.cc).
void AddEvidenceCommands(CLI::App* audit, Parsed& parsed);

// --agreement.
void AddAgreements(CLI::App* command, AgreementOptions& options);

// What the command `holiday` does about agreements.
void AddHolidayAgreements(CLI::App* holiday, Parsed& parsed);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_PARSE_H_
