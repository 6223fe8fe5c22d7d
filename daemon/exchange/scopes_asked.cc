#include "daemon/exchange/scopes_asked.h"

#include <set>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

absl::StatusOr<std::vector<std::string>> GatesAsked(
    const domain::GateRegister& gates,
    const google::protobuf::RepeatedPtrField<std::string>& scopes, absl::CivilDay on) {
  std::set<std::string> ids;
  for (const std::string& text : scopes) {
    GATEPOST_ASSIGN_OR_RETURN(const domain::Place place, gates.Resolve(text, on));
    const std::vector<std::string> below = place.gate != nullptr
                                               ? gates.BelowOrSelf(place.id(), on)
                                               : gates.GroupMembers(place.id(), on);
    if (below.empty()) {
      return system::Refuse(v1::REASON_BAD_ARGUMENT, "a gate, or a group of gates", place.id(),
                            "ask about the yard's gate");
    }
    ids.insert(below.begin(), below.end());
  }
  return std::vector<std::string>(ids.begin(), ids.end());
}

absl::StatusOr<std::vector<std::string>> SomeGatesAsked(
    const domain::GateRegister& gates,
    const google::protobuf::RepeatedPtrField<std::string>& scopes, absl::CivilDay on) {
  if (scopes.empty()) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "scopes: at least one gate or group", "none",
                          "name the gates");
  }
  return GatesAsked(gates, scopes, on);
}

}  // namespace gatepost::exchange
