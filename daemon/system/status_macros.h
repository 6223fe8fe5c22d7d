#ifndef GATEPOST_DAEMON_SYSTEM_STATUS_MACROS_H_
#define GATEPOST_DAEMON_SYSTEM_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// The only two macros of the project: hand an error to the caller, or go on with the value.

// Returns from the enclosing function when `expression` (an absl::Status) is an error.
#define GATEPOST_RETURN_IF_ERROR(expression)             \
  do {                                                   \
    absl::Status gatepost_status_ = (expression);        \
    if (!gatepost_status_.ok()) return gatepost_status_; \
  } while (false)

// Assigns the value of `expression` (an absl::StatusOr<T>) to `target`, or returns its error.
// `target` may be a declaration: GATEPOST_ASSIGN_OR_RETURN(Leaf leaf, Leaf::Parse(bytes));
#define GATEPOST_ASSIGN_OR_RETURN(target, expression) \
  GATEPOST_ASSIGN_OR_RETURN_(GATEPOST_JOIN_(gatepost_result_, __LINE__), target, expression)
#define GATEPOST_ASSIGN_OR_RETURN_(result, target, expression) \
  auto result = (expression);                                  \
  if (!result.ok()) return std::move(result).status();         \
  target = *std::move(result)
#define GATEPOST_JOIN_(a, b) GATEPOST_JOIN_AGAIN_(a, b)
#define GATEPOST_JOIN_AGAIN_(a, b) a##b

#endif  // GATEPOST_DAEMON_SYSTEM_STATUS_MACROS_H_
