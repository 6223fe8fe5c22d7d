#include "daemon/domain/hours/named_gates.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/field_rules.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"

namespace gatepost::domain {
namespace {

// How many ids an error names of each kind; a province has dozens.
constexpr size_t kMostNamed = 5;

using Ids = std::vector<std::string>;

// What is in `a` and not in `b`, both ascending.
Ids Without(const Ids& a, const Ids& b) {
  Ids rest;
  std::ranges::set_difference(a, b, std::back_inserter(rest));
  return rest;
}

std::string Some(const Ids& ids) {
  const size_t shown = std::min(ids.size(), kMostNamed);
  const Ids first(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(shown));
  return fmt::format("{}{}", fmt::join(first, " "),
                     shown == ids.size() ? "" : fmt::format(" and {} more", ids.size() - shown));
}

}  // namespace

absl::StatusOr<std::vector<std::string>> GatesNamed(const v1::GateSelection& selection,
                                                    const GateRegister& gates, absl::CivilDay on) {
  if (selection.within().empty()) return Missing("named_as.within");
  GATEPOST_ASSIGN_OR_RETURN(const Place place, gates.RequireId(selection.within(), on));
  Ids ids = place.gate != nullptr ? gates.BelowOrSelf(place.id(), on)
                                  : gates.GroupMembers(place.id(), on);
  if (ids.empty()) {
    return system::Refuse(v1::REASON_UNKNOWN_GATE, "named_as.within: a gate, or a group of gates",
                          place.id(), "name the group that the gates are of");
  }
  if (!selection.type_vn().empty()) {
    std::erase_if(ids, [&](const std::string& id) {
      return gates.FindGate(id, on)->type_vn() != selection.type_vn();
    });
  }
  const auto& except = selection.except_gate_ids();
  for (int i = 0; i < except.size(); ++i) {
    if (i > 0 && except[i] <= except[i - 1]) {
      return Conflict("named_as.except_gate_ids: ascending, each once",
                      fmt::format("'{}' after '{}'", system::Printable(except[i], 40),
                                  system::Printable(except[i - 1], 40)),
                      "sort them");
    }
    if (std::erase(ids, except[i]) == 0) {
      return Conflict(
          fmt::format("named_as.except_gate_ids: gates of the class on {}", DayText(on)),
          fmt::format("'{}'", system::Printable(except[i], 40)),
          "leave out only what the class has");
    }
  }
  if (ids.empty()) {
    return Conflict(fmt::format("named_as: a class that has gates on {}", DayText(on)), "none",
                    "correct the type or the exceptions");
  }
  return ids;
}

absl::Status CheckNamedGates(const v1::TimetableRule& rule, const GateRegister& gates,
                             absl::CivilDay on) {
  if (!rule.has_named_as()) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const Ids named, GatesNamed(rule.named_as(), gates, on));
  const Ids stated(rule.gate_ids().begin(), rule.gate_ids().end());
  const Ids missing = Without(named, stated);
  const Ids surplus = Without(stated, named);
  if (missing.empty() && surplus.empty()) return absl::OkStatus();
  std::string came;
  if (!missing.empty()) came = fmt::format("missing {}", Some(missing));
  if (!surplus.empty()) {
    came += fmt::format("{}too many {}", came.empty() ? "" : "; ", Some(surplus));
  }
  return Conflict(
      fmt::format("gate_ids: the {} gates that named_as comes to on {}", named.size(), DayText(on)),
      came, "expand the class again, or leave named_as out");
}

}  // namespace gatepost::domain
