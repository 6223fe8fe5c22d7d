#include "daemon/domain/gate_register.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/register_data.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"

namespace gatepost::domain {
namespace {

absl::Status BadEntry(std::string_view id, const absl::Status& status) {
  system::Refusal refusal = system::RefusalOf(status).value_or(system::Refusal());
  return system::Refuse(v1::REASON_BAD_CONFIG, fmt::format("{}: {}", id, refusal.wanted),
                        refusal.came, refusal.todo);
}

template <typename Rows, typename Row>
absl::Status AddRows(const Rows& source, RowsById<Row>& rows) {
  for (const Row& row : source) {
    absl::StatusOr<DayRange> days = RangeOf(row.validity());
    if (!days.ok()) return BadEntry(row.id(), days.status());
    rows[row.id()].push_back({&row, *days});
  }
  for (auto& [id, dated] : rows) {
    std::stable_sort(dated.begin(), dated.end(), [](const Dated<Row>& a, const Dated<Row>& b) {
      return a.days.first < b.days.first;
    });
  }
  return absl::OkStatus();
}

template <typename Row, typename Rows>
std::vector<const Row*> AllOn(const Rows& source, absl::CivilDay on) {
  std::vector<const Row*> found;
  for (const Row& row : source) {
    if (ValidOn(row.validity(), on)) found.push_back(&row);
  }
  return found;
}

bool InProvince(const v1::Gate& gate, const v1::Scope& group) {
  return group.province() == "*" || gate.province() == group.province();
}

// Gate → its parent, for all that lies at or below the scope's gates on the day.
std::set<std::pair<std::string, std::string>> TreeOf(const GateRegister& gates,
                                                     std::string_view scope, absl::CivilDay on) {
  std::vector<std::string> roots = gates.GroupMembers(scope, on);
  if (roots.empty()) roots.emplace_back(scope);
  std::set<std::pair<std::string, std::string>> tree;
  for (const std::string& root : roots) {
    for (std::string& id : gates.BelowOrSelf(root, on)) {
      std::string parent = gates.FindGate(id, on)->parent_id();
      tree.emplace(std::move(id), std::move(parent));
    }
  }
  return tree;
}

}  // namespace

std::vector<std::string> GatesBelowOrSelf(const RegisterData& data, std::string_view gate,
                                          absl::CivilDay on) {
  if (RowOn(data.gates, gate, on) == nullptr) return {};
  std::vector<std::string> found = {std::string(gate)};
  // Grows while it is walked; a checked register has no circles.
  for (size_t at = 0; at < found.size(); ++at) {
    auto children = data.children.find(found[at]);
    if (children == data.children.end()) continue;
    for (const Dated<v1::Gate>& child : children->second) {
      if (child.days.Contains(on)) found.push_back(child.row->id());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool IsBelowOrSelf(const RegisterData& data, std::string_view gate, std::string_view above,
                   absl::CivilDay on) {
  for (const v1::Gate* at = RowOn(data.gates, gate, on); at != nullptr;
       at = RowOn(data.gates, at->parent_id(), on)) {
    if (at->id() == above) return true;
  }
  return false;
}

absl::StatusOr<GateRegister> GateRegister::FromProto(const config::v1::GateRegister& proto) {
  auto data = std::make_shared<RegisterData>();
  data->proto = proto;
  GATEPOST_RETURN_IF_ERROR(AddRows(data->proto.gates(), data->gates));
  GATEPOST_RETURN_IF_ERROR(AddRows(data->proto.scopes(), data->scopes));
  GATEPOST_RETURN_IF_ERROR(AddRows(data->proto.cargo_classes(), data->cargo_classes));
  GATEPOST_RETURN_IF_ERROR(AddRows(data->proto.cargo_splits(), data->splits));
  for (const auto& [id, rows] : data->gates) {
    for (const Dated<v1::Gate>& dated : rows) {
      if (!dated.row->parent_id().empty()) data->children[dated.row->parent_id()].push_back(dated);
    }
  }
  GATEPOST_RETURN_IF_ERROR(CheckRegister(*data));
  IndexNames(*data);
  data->digests = EntryDigestsOf(*data);
  data->digest = RegisterDigestOf(data->digests);
  return GateRegister(std::move(data));
}

const config::v1::GateRegister& GateRegister::proto() const { return data_->proto; }

const v1::Gate* GateRegister::FindGate(std::string_view id, absl::CivilDay on) const {
  return RowOn(data_->gates, id, on);
}

const v1::Scope* GateRegister::FindScope(std::string_view id, absl::CivilDay on) const {
  return RowOn(data_->scopes, id, on);
}

const v1::CargoClass* GateRegister::FindCargoClass(std::string_view id, absl::CivilDay on) const {
  return RowOn(data_->cargo_classes, id, on);
}

const v1::CargoSplit* GateRegister::FindSplit(std::string_view id, absl::CivilDay on) const {
  return RowOn(data_->splits, id, on);
}

std::vector<const v1::Gate*> GateRegister::GatesOn(absl::CivilDay on) const {
  return AllOn<v1::Gate>(proto().gates(), on);
}

std::vector<const v1::Scope*> GateRegister::ScopesOn(absl::CivilDay on) const {
  return AllOn<v1::Scope>(proto().scopes(), on);
}

std::vector<const v1::CargoClass*> GateRegister::CargoClassesOn(absl::CivilDay on) const {
  return AllOn<v1::CargoClass>(proto().cargo_classes(), on);
}

std::vector<const v1::CargoSplit*> GateRegister::SplitsOn(absl::CivilDay on) const {
  return AllOn<v1::CargoSplit>(proto().cargo_splits(), on);
}

absl::StatusOr<Place> GateRegister::Resolve(std::string_view text, absl::CivilDay on) const {
  return ResolveIn(*data_, text, on);
}

absl::StatusOr<Place> GateRegister::RequireId(std::string_view id, absl::CivilDay on) const {
  if (const v1::Gate* gate = FindGate(id, on)) return Place{.gate = gate};
  if (const v1::Scope* scope = FindScope(id, on)) return Place{.scope = scope};
  GATEPOST_ASSIGN_OR_RETURN(Place place, Resolve(id, on));
  return system::Refuse(v1::REASON_UNKNOWN_GATE, "the id of a gate, yard or group",
                        fmt::format("'{}'", system::Printable(id)),
                        fmt::format("write {}", place.id()));
}

std::vector<std::string> GateRegister::BelowOrSelf(std::string_view gate, absl::CivilDay on) const {
  return GatesBelowOrSelf(*data_, gate, on);
}

std::vector<std::string> GateRegister::GroupMembers(std::string_view scope,
                                                    absl::CivilDay on) const {
  const v1::Scope* group = FindScope(scope, on);
  std::vector<std::string> members;
  if (group == nullptr || group->kind() != v1::SCOPE_EXTENT_GROUP) return members;
  if (!group->province().empty()) {
    for (const auto& [id, rows] : data_->gates) {
      const v1::Gate* gate = RowOn(data_->gates, id, on);
      if (gate != nullptr && InProvince(*gate, *group)) members.push_back(id);
    }
    return members;
  }
  for (const std::string& id : group->member_ids()) {
    if (FindGate(id, on) != nullptr) members.push_back(id);
  }
  std::sort(members.begin(), members.end());
  return members;
}

std::vector<std::string> GateRegister::OwnGates(const ScopeRef& place, absl::CivilDay on) const {
  switch (place.extent) {
    case v1::SCOPE_EXTENT_OWN:
      if (FindGate(place.id, on) == nullptr) return {};
      return {place.id};
    case v1::SCOPE_EXTENT_WITH_BELOW:
      return BelowOrSelf(place.id, on);
    case v1::SCOPE_EXTENT_GROUP:
      return GroupMembers(place.id, on);
    default:
      return {};
  }
}

bool GateRegister::Disjoint(const ScopeRef& a, const ScopeRef& b, absl::CivilDay on) const {
  std::vector<std::string> in_a = OwnGates(a, on);
  std::vector<std::string> in_b = OwnGates(b, on);
  if (in_a.empty() || in_b.empty()) return false;
  std::vector<std::string> both;
  std::set_intersection(in_a.begin(), in_a.end(), in_b.begin(), in_b.end(),
                        std::back_inserter(both));
  return both.empty();
}

bool GateRegister::Contains(const ScopeRef& outer, const ScopeRef& inner, absl::CivilDay on) const {
  std::vector<std::string> outside = OwnGates(outer, on);
  std::vector<std::string> inside = OwnGates(inner, on);
  if (inside.empty()) return outer == inner && FindScope(inner.id, on) != nullptr;
  return std::includes(outside.begin(), outside.end(), inside.begin(), inside.end());
}

std::vector<std::string> GateRegister::TreeChangesBetween(std::string_view scope, absl::CivilDay a,
                                                          absl::CivilDay b) const {
  auto before = TreeOf(*this, scope, a);
  auto after = TreeOf(*this, scope, b);
  std::set<std::string> changed;
  for (const auto& entry : before) {
    if (!after.contains(entry)) changed.insert(entry.first);
  }
  for (const auto& entry : after) {
    if (!before.contains(entry)) changed.insert(entry.first);
  }
  return {changed.begin(), changed.end()};
}

const std::map<std::string, certs::Digest>& GateRegister::EntryDigests() const {
  return data_->digests;
}

std::optional<certs::Digest> GateRegister::EntryDigest(std::string_view id) const {
  auto found = data_->digests.find(std::string(id));
  if (found == data_->digests.end()) return std::nullopt;
  return found->second;
}

const certs::Digest& GateRegister::RegisterDigest() const { return data_->digest; }

}  // namespace gatepost::domain
