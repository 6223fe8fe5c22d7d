#ifndef GATEPOST_CLIENT_RENDER_ERRORS_H_
#define GATEPOST_CLIENT_RENDER_ERRORS_H_

#include <string>

#include "absl/status/status.h"
#include "gatepost/v1/exchange_service.pb.h"

namespace gatepost::render {

// An error as people need it: the stable code, what was wanted, what came, what to do; each on a
// line of its own. For an error without reason (a defect of ours) its text under INTERNAL.
std::string ErrorText(const absl::Status& status);

// The same for programs.
v1::RefusalDetail ErrorDetail(const absl::Status& status);

// The exit code of the gatepost command for an error (DESIGN.md 13): 1 refused by a rule, 2 wrong
// use, 3 not reachable, 4 not allowed, 5 evidence does not verify; 0 for OK.
int ExitCode(const absl::Status& status);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_ERRORS_H_
