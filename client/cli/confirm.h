#ifndef GATEPOST_CLIENT_CLI_CONFIRM_H_
#define GATEPOST_CLIENT_CLI_CONFIRM_H_

#include <string>

#include "absl/status/status.h"
#include "client/cli/output.h"

namespace gatepost::cli {

// Nobody signs by oversight: OK with `yes` (--yes), or when somebody at a terminal answers y to
// `question`. Only who was shown what he signs is asked: with --output json or csv, which show
// nothing, --yes is needed. BAD_ARGUMENT otherwise.
absl::Status Confirm(const Global& global, bool yes, const std::string& question);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_CONFIRM_H_
