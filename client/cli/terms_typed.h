#ifndef GATEPOST_CLIENT_CLI_TERMS_TYPED_H_
#define GATEPOST_CLIENT_CLI_TERMS_TYPED_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/cli/agreement_commands.h"
#include "client/cli/notice_compose.h"
#include "gatepost/v1/agreement.pb.h"

// What was typed, as a proposal. Nothing here asks the node but through `TypedBy::gates`.
namespace gatepost::cli {

// Who types.
struct TypedBy {
  std::string country;  // Of the user: directions are its words, and it is the proposing side.
  ExpandGates gates;
};

// The kinds of terms that flags can say.
enum class TermsKind { kScheduleChange, kHolidayHours, kRegularTimetable };

// The terms and papers typed, as a draft: what it builds on is left to the node, and so is what a
// relative change comes to (hours WINDOWS without windows, with said_as). From a file, its own kind
// of terms must be `kind`; `any_kind` takes every kind. BAD_ARGUMENT for flags that contradict each
// other or are missing, BAD_CONFIG for the file, and the errors of notice_compose.h.
absl::StatusOr<v1::Proposal> ProposalTyped(const TermsOptions& options, TermsKind kind,
                                           const TypedBy& by, bool any_kind = false);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_TERMS_TYPED_H_
