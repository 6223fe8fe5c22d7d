#ifndef GATEPOST_CLIENT_CLI_PARSE_RULE_H_
#define GATEPOST_CLIENT_CLI_PARSE_RULE_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/cli/agreement_commands.h"

namespace gatepost::cli {

// One of several rules: `typed` holds FLAG=VALUE, with spaces between, for the flags of
// AddRuleFlags without their dashes; those without a value stand alone (`all-day`), a value with
// spaces stands in double quotes (`from="2027-02-05 08:00H"`). What it does not say is as in
// `outside`; a flag that may be repeated is said as a whole in one of both. What it says goes
// before all that says the same thing otherwise: an end before an estimated one, and hours, whether
// by windows, all-day, relatively or by a regime that has none, before all other hours and their
// last entries. BAD_ARGUMENT naming what cannot be read.
absl::StatusOr<TermsOptions> RuleTyped(const TermsOptions& outside, const std::string& typed);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_PARSE_RULE_H_
