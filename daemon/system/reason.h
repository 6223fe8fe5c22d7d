#ifndef GATEPOST_DAEMON_SYSTEM_REASON_H_
#define GATEPOST_DAEMON_SYSTEM_REASON_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::system {

// What a refusal says: a stable reason code, what was wanted, what came, and what to do.
// `wanted`, `came` and `todo` are short English sentences without a final full stop.
struct Refusal {
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  std::string wanted;
  std::string came;
  std::string todo;
};

// Makes the one kind of error that leaves this program: an absl::Status whose code follows from
// `reason` (see CodeOf) and which carries a google.rpc.ErrorInfo (reason without its prefix, domain
// "gatepost", metadata `wanted`, `came`, `todo`). Thread-safe, like everything here.
absl::Status Refuse(v1::Reason reason, std::string_view wanted, std::string_view came,
                    std::string_view todo);

// The refusal inside `status`; nullopt when it was not made by Refuse.
std::optional<Refusal> RefusalOf(const absl::Status& status);

// The reason inside `status`; REASON_INTERNAL for an error that was not made by Refuse and
// REASON_UNSPECIFIED for OK.
v1::Reason ReasonOf(const absl::Status& status);

// The stable code without its prefix, for example "SUM_MISMATCH".
std::string ReasonName(v1::Reason reason);

// The status code of a reason: which errors may be tried again follows from it (STYLE.md 4).
absl::StatusCode CodeOf(v1::Reason reason);

// The URL under which the google.rpc.ErrorInfo is kept in the Status.
inline constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";

}  // namespace gatepost::system

#endif  // GATEPOST_DAEMON_SYSTEM_REASON_H_
