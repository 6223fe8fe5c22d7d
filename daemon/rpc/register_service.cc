#include "daemon/rpc/register_service.h"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/exchange/queries.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::rpc {

absl::StatusOr<absl::CivilDay> RegisterServiceImpl::DayAsked(bool asked,
                                                             const v1::CivilDate& date) const {
  if (asked) return domain::DayOf(date);
  GATEPOST_ASSIGN_OR_RETURN(const absl::TimeZone zone, domain::LoadZone(zone_));
  return absl::ToCivilDay(clock_.Now(), zone);
}

absl::StatusOr<v1::ListGatesResponse> RegisterServiceImpl::List(
    const v1::ListGatesRequest& request) const {
  GATEPOST_ASSIGN_OR_RETURN(const absl::CivilDay day, DayAsked(request.has_on(), request.on()));
  GATEPOST_ASSIGN_OR_RETURN(const size_t size, exchange::PageSize(request.page_size(), 200));
  GATEPOST_ASSIGN_OR_RETURN(const int64_t after, exchange::RowOfPageToken(request.page_token()));
  std::optional<std::set<std::string>> below;
  if (!request.below().empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const domain::Place place, gates_.Resolve(request.below(), day));
    const std::vector<std::string> ids = place.gate != nullptr
                                             ? gates_.BelowOrSelf(place.id(), day)
                                             : gates_.GroupMembers(place.id(), day);
    below.emplace(ids.begin(), ids.end());
  }
  v1::ListGatesResponse response;
  response.set_register_sha256(std::string(certs::AsView(gates_.RegisterDigest())));
  const std::vector<const v1::Gate*> gates = gates_.GatesOn(day);
  size_t at = static_cast<size_t>(after);
  for (; at < gates.size() && static_cast<size_t>(response.gates_size()) < size; ++at) {
    if (below.has_value() && !below->contains(gates[at]->id())) continue;
    *response.add_gates() = *gates[at];
  }
  if (at < gates.size()) {
    response.set_next_page_token(exchange::PageToken(static_cast<int64_t>(at)));
    return response;
  }
  for (const v1::Scope* scope : gates_.ScopesOn(day)) *response.add_scopes() = *scope;
  for (const v1::CargoClass* cargo : gates_.CargoClassesOn(day)) {
    *response.add_cargo_classes() = *cargo;
  }
  for (const v1::CargoSplit* split : gates_.SplitsOn(day)) *response.add_cargo_splits() = *split;
  return response;
}

absl::StatusOr<v1::ResolveGateResponse> RegisterServiceImpl::Resolve(
    const v1::ResolveGateRequest& request) const {
  GATEPOST_ASSIGN_OR_RETURN(const absl::CivilDay day, DayAsked(request.has_on(), request.on()));
  GATEPOST_ASSIGN_OR_RETURN(const domain::Place place, gates_.Resolve(request.text(), day));
  v1::ResolveGateResponse response;
  if (place.gate != nullptr) {
    *response.mutable_gate() = *place.gate;
  } else {
    *response.mutable_scope() = *place.scope;
  }
  return response;
}

grpc::ServerUnaryReactor* RegisterServiceImpl::ListGates(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* request,
                                                         grpc::ByteBuffer* response) {
  return keeper_.Answer<v1::ListGatesRequest>(context, "ListGates", request, response,
                                              [this](const auto& asked) { return List(asked); });
}

grpc::ServerUnaryReactor* RegisterServiceImpl::ResolveGate(grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* request,
                                                           grpc::ByteBuffer* response) {
  return keeper_.Answer<v1::ResolveGateRequest>(
      context, "ResolveGate", request, response,
      [this](const auto& asked) { return Resolve(asked); });
}

}  // namespace gatepost::rpc
