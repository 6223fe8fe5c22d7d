#include "daemon/domain/authority/last_known.h"

#include <algorithm>
#include <cstddef>

namespace gatepost::domain {
namespace {

// How many parents a gate can have; the register has no circles on any one day, and rows of
// different days could make one.
constexpr size_t kDeepest = 16;

template <typename Rows>
auto LastRow(const Rows& rows, std::string_view id) -> decltype(&*rows.begin()) {
  const auto* last = static_cast<decltype(&*rows.begin())>(nullptr);
  for (const auto& row : rows) {
    if (row.id() == id) last = &row;
  }
  return last;
}

// Whether the scope has the gate itself, not only one above it.
bool Has(const v1::Scope& scope, const v1::Gate& gate) {
  if (!scope.province().empty()) {
    return scope.province() == "*" || scope.province() == gate.province();
  }
  return std::ranges::find(scope.member_ids(), gate.id()) != scope.member_ids().end();
}

}  // namespace

const v1::Gate* LastKnownGate(const GateRegister& gates, std::string_view id, absl::CivilDay on) {
  const v1::Gate* gate = gates.FindGate(id, on);
  return gate != nullptr ? gate : LastRow(gates.proto().gates(), id);
}

const v1::Scope* LastKnownScope(const GateRegister& gates, std::string_view id, absl::CivilDay on) {
  const v1::Scope* scope = gates.FindScope(id, on);
  return scope != nullptr ? scope : LastRow(gates.proto().scopes(), id);
}

std::vector<const v1::Gate*> WithParents(const GateRegister& gates, std::string_view gate_id,
                                         absl::CivilDay on) {
  std::vector<const v1::Gate*> line;
  const v1::Gate* gate = LastKnownGate(gates, gate_id, on);
  while (gate != nullptr && line.size() < kDeepest) {
    line.push_back(gate);
    gate = gate->parent_id().empty() ? nullptr : LastKnownGate(gates, gate->parent_id(), on);
  }
  return line;
}

std::vector<std::string> GatesBehind(const GateRegister& gates, const std::string& id,
                                     absl::CivilDay on) {
  const v1::Scope* scope = LastKnownScope(gates, id, on);
  if (scope == nullptr) return {id};
  std::vector<std::string> behind = gates.GroupMembers(id, on);
  if (!behind.empty()) return behind;
  behind.assign(scope->member_ids().begin(), scope->member_ids().end());
  if (scope->province().empty()) return behind;
  for (const v1::Gate& gate : gates.proto().gates()) {
    if (Has(*scope, gate)) behind.push_back(gate.id());
  }
  std::ranges::sort(behind);
  const auto [first, last] = std::ranges::unique(behind);
  behind.erase(first, last);
  return behind;
}

bool LiesIn(const GateRegister& gates, std::string_view scope_id, std::string_view gate_id,
            absl::CivilDay on) {
  if (scope_id == gate_id) return true;
  const v1::Scope* scope = LastKnownScope(gates, scope_id, on);
  return std::ranges::any_of(WithParents(gates, gate_id, on), [&](const v1::Gate* gate) {
    return gate->id() == scope_id || (scope != nullptr && Has(*scope, *gate));
  });
}

}  // namespace gatepost::domain
