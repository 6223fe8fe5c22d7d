#include "daemon/exchange/scopes_asked.h"

#include <set>

#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

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

absl::StatusOr<domain::DayRange> DaysAsked(const v1::CivilDate& from, const v1::CivilDate& to,
                                           int64_t most) {
  domain::DayRange days;
  GATEPOST_ASSIGN_OR_RETURN(days.first, domain::DayOf(from));
  GATEPOST_ASSIGN_OR_RETURN(days.last, domain::DayOf(to));
  if (days.first <= days.last && days.last - days.first < most) return days;
  return system::Refuse(
      v1::REASON_BAD_ARGUMENT, fmt::format("1 to {} days", most),
      fmt::format("{} to {}", domain::DayText(days.first), domain::DayText(days.last)),
      "ask in parts");
}

}  // namespace gatepost::exchange
