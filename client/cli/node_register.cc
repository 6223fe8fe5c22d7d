#include "client/cli/node_register.h"

#include <functional>
#include <utility>

#include "daemon/domain/civil_time.h"
#include "daemon/system/status_macros.h"

namespace gatepost::cli {

absl::StatusOr<const NodeRegister::Known*> NodeRegister::On(absl::CivilDay day) {
  if (const auto found = days_.find(day); found != days_.end()) return &found->second;
  Known known;
  v1::ListGatesRequest request;
  *request.mutable_on() = domain::ToCivilDate(day);
  request.set_page_size(500);
  do {
    GATEPOST_ASSIGN_OR_RETURN(v1::ListGatesResponse page, node_.ListGates(request));
    for (const v1::Gate& gate : page.gates()) known.ids[gate.id()] = v1::SCOPE_EXTENT_OWN;
    for (const v1::Scope& scope : page.scopes()) known.ids[scope.id()] = scope.kind();
    for (v1::CargoClass& cargo : *page.mutable_cargo_classes()) {
      known.cargo.classes.push_back(std::move(cargo));
    }
    for (v1::CargoSplit& split : *page.mutable_cargo_splits()) {
      known.cargo.splits.push_back(std::move(split));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return &days_.emplace(day, std::move(known)).first->second;
}

absl::StatusOr<client::ScopeOnDate> NodeRegister::Resolve(std::string_view text,
                                                          absl::CivilDay day) {
  GATEPOST_ASSIGN_OR_RETURN(const Known* known, On(day));
  if (const auto found = known->ids.find(text); found != known->ids.end()) {
    return client::ScopeOnDate{found->first, found->second};
  }
  v1::ResolveGateRequest request;
  request.set_text(std::string(text));
  *request.mutable_on() = domain::ToCivilDate(day);
  GATEPOST_ASSIGN_OR_RETURN(const v1::ResolveGateResponse found, node_.ResolveGate(request));
  if (found.has_gate()) return client::ScopeOnDate{found.gate().id(), v1::SCOPE_EXTENT_OWN};
  return client::ScopeOnDate{found.scope().id(), found.scope().kind()};
}

absl::StatusOr<const client::CargoOnDate*> NodeRegister::Cargo(absl::CivilDay day) {
  GATEPOST_ASSIGN_OR_RETURN(const Known* known, On(day));
  return &known->cargo;
}

}  // namespace gatepost::cli
