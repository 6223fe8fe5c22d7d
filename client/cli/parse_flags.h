#ifndef GATEPOST_CLIENT_CLI_PARSE_FLAGS_H_
#define GATEPOST_CLIENT_CLI_PARSE_FLAGS_H_

#include <CLI/CLI.hpp>
#include <string>

#include "client/cli/agreement_commands.h"
#include "client/cli/commands.h"

// Flags that several commands have. For the files parse*.cc only: it costs what CLI11 costs.
// `options` must outlive the command.
namespace gatepost::cli {

void AddTrafficFlag(CLI::App* command, std::string& traffic);

// Why, and the letter behind it.
void AddPaperFlags(CLI::App* command, PaperOptions& options);

// Which gates, traffic and direction; returns --gate, so that it can be required.
CLI::Option* AddGateFlags(CLI::App* command, SpanOptions& options);

// Which cargo, vehicles and days; returns --from, so that it can be required.
CLI::Option* AddSpanFlags(CLI::App* command, SpanOptions& options);

// Hours said relative to those before.
void AddRelativeFlags(CLI::App* command, RelativeOptions& options);

// One rule of an agreement: all of the above but papers, regime and hours.
void AddRuleFlags(CLI::App* command, TermsOptions& options);

// Terms of an agreement: one rule or several, or --file, and papers.
void AddTermsFlags(CLI::App* command, TermsOptions& options);

// How a proposal is sent; `with_recipient` for one that begins a thread.
void AddSendFlags(CLI::App* command, SendOptions& options, bool with_recipient);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_PARSE_FLAGS_H_
