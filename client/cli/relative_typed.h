#ifndef GATEPOST_CLIENT_CLI_RELATIVE_TYPED_H_
#define GATEPOST_CLIENT_CLI_RELATIVE_TYPED_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/cli/commands.h"
#include "gatepost/v1/timetable.pb.h"

namespace gatepost::cli {

// What was typed relative to the hours before, in the zone of --from; nullopt where nothing was.
// BAD_ARGUMENT for what cannot be read, and for several changes at once.
absl::StatusOr<std::optional<v1::RelativeChange>> ChangeTyped(const RelativeOptions& options);

// The same in a rule that the node is to resolve; nothing where nothing was typed. BAD_ARGUMENT
// also when `hours_typed`: the rule says hours as they are already.
absl::Status SetChange(const RelativeOptions& options, bool hours_typed, v1::TimetableRule& rule);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_RELATIVE_TYPED_H_
