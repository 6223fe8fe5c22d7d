#ifndef GATEPOST_DAEMON_EXCHANGE_SCOPES_ASKED_H_
#define GATEPOST_DAEMON_EXCHANGE_SCOPES_ASKED_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "daemon/domain/gate_register.h"
#include "daemon/domain/validity.h"
#include "gatepost/v1/civil_time.pb.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace gatepost::exchange {

// The gates that a question about hours or duties names (ids, aliases or landmarks): a gate with
// all below it, the members of a group; ascending, each once. Errors of GateRegister::Resolve;
// BAD_ARGUMENT for a yard, which has no hours of its own.
absl::StatusOr<std::vector<std::string>> GatesAsked(
    const domain::GateRegister& gates,
    const google::protobuf::RepeatedPtrField<std::string>& scopes, absl::CivilDay on);

// The same, where at least one must be named: BAD_ARGUMENT for none.
absl::StatusOr<std::vector<std::string>> SomeGatesAsked(
    const domain::GateRegister& gates,
    const google::protobuf::RepeatedPtrField<std::string>& scopes, absl::CivilDay on);

// The days from `from` to `to`. BAD_ARGUMENT unless they are 1 to `most`; errors of domain::DayOf.
absl::StatusOr<domain::DayRange> DaysAsked(const v1::CivilDate& from, const v1::CivilDate& to,
                                           int64_t most);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_SCOPES_ASKED_H_
