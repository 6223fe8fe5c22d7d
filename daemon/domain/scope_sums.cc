// Sums over scopes: groups, and gates with all below them, as sets of gates each by itself.
//
// A scope's figure counts the gates of its set (GateRegister::OwnGates). Figures whose sets do not
// overlap and lie within the set of another are at most that one; they equal it when their sets
// make up the whole set, or when the author marked them as complete.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "daemon/domain/sum_ledger.h"

namespace gatepost::domain {
namespace {

using GateSet = std::vector<std::string>;  // Sorted.

bool Within(const GateSet& inner, const GateSet& outer) {
  return std::includes(outer.begin(), outer.end(), inner.begin(), inner.end());
}

bool Overlap(const GateSet& a, const GateSet& b) {
  return std::find_first_of(a.begin(), a.end(), b.begin(), b.end()) != a.end();
}

// A figure and the gates that count in it.
struct Area {
  const SumEntry* entry;
  const GateSet* gates;
};

std::string ScopeLabel(const SumEntry& entry) {
  return entry.key.extent == v1::SCOPE_EXTENT_WITH_BELOW
             ? fmt::format("{} with all below", entry.key.scope_id)
             : entry.key.scope_id;
}

std::string Subject(const SumParts& parts) {
  std::vector<std::string> labels;
  labels.reserve(parts.size());
  for (const SumEntry* part : parts) labels.push_back(ScopeLabel(*part));
  return fmt::format("{}", fmt::join(labels, " + "));
}

// What can hold others.
bool IsContainer(const Area& area) { return area.entry->key.extent != v1::SCOPE_EXTENT_OWN; }
bool IsGroup(const Area& area) { return area.entry->key.extent == v1::SCOPE_EXTENT_GROUP; }

// The checks of the figures of one kind, which differ in nothing but their scope.
class ScopeChecks {
 public:
  // `wide_gates` holds, for each group among `areas`, its gates with all below them.
  ScopeChecks(std::vector<Area> areas, std::map<const SumEntry*, GateSet> wide_gates,
              SumLedger& ledger)
      : areas_(std::move(areas)), wide_gates_(std::move(wide_gates)), ledger_(ledger) {}

  void Run() {
    CheckMarkedSets(/*of_groups=*/false);
    CheckMarkedSets(/*of_groups=*/true);
    for (const Area& area : areas_) {
      if (IsContainer(area)) CheckContainer(area);
    }
  }

 private:
  // Whether `inner` lies in `outer`; of two equal sets only one holds the other.
  static bool Holds(const Area& outer, const Area& inner) {
    if (outer.entry == inner.entry || !Within(*inner.gates, *outer.gates)) return false;
    if (inner.gates->size() < outer.gates->size() || !IsContainer(inner)) return true;
    return inner.entry->index > outer.entry->index;
  }

  // Marked figures belong to a group even where they are below its members: the author says so.
  bool HoldsMarked(const Area& group, const Area& marked) const {
    if (group.entry == marked.entry) return false;
    if (IsGroup(marked) && marked.gates->size() >= group.gates->size()) return false;
    return Within(*marked.gates, *group.gates) ||
           Within(*marked.gates, wide_gates_.at(group.entry));
  }

  // Those of `areas` that do not overlap with one taken before, in their order.
  static std::vector<Area> TakeDisjoint(const std::vector<Area>& areas) {
    std::vector<Area> taken;
    for (const Area& area : areas) {
      bool free = std::none_of(taken.begin(), taken.end(), [&](const Area& other) {
        return Overlap(*area.gates, *other.gates);
      });
      if (free) taken.push_back(area);
    }
    return taken;
  }

  static SumParts PartsOf(const std::vector<Area>& areas) {
    SumParts parts;
    parts.reserve(areas.size());
    for (const Area& area : areas) parts.push_back(area.entry);
    std::sort(parts.begin(), parts.end(),
              [](const SumEntry* a, const SumEntry* b) { return a->index < b->index; });
    return parts;
  }

  // True the first time that this sum is asked for.
  bool IsNew(const SumEntry& whole, const SumParts& parts) {
    return done_.emplace(&whole, parts).second;
  }

  void CheckContainer(const Area& container) {
    std::vector<Area> inside;
    for (const Area& area : areas_) {
      if (Holds(container, area)) inside.push_back(area);
    }
    if (inside.empty()) return;
    auto by_size = [](const Area& a, const Area& b) { return a.gates->size() < b.gates->size(); };
    std::stable_sort(inside.begin(), inside.end(), by_size);
    CheckCover(container, TakeDisjoint(inside));
    std::stable_sort(inside.begin(), inside.end(),
                     [&](const Area& a, const Area& b) { return by_size(b, a); });
    CheckCover(container, TakeDisjoint(inside));
    // Groups that overlap with those taken are at least no larger each by itself.
    for (const Area& area : inside) {
      if (IsContainer(area)) CheckAtMost(container, {area});
    }
  }

  void CheckCover(const Area& container, const std::vector<Area>& disjoint) {
    size_t covered = 0;
    for (const Area& area : disjoint) covered += area.gates->size();
    if (covered < container.gates->size()) return CheckAtMost(container, disjoint);
    SumParts parts = PartsOf(disjoint);
    if (IsNew(*container.entry, parts)) {
      ledger_.RequireEqual(*container.entry, parts, Subject(parts));
    }
  }

  void CheckAtMost(const Area& container, const std::vector<Area>& disjoint) {
    SumParts parts = PartsOf(disjoint);
    if (IsNew(*container.entry, parts)) {
      ledger_.RequireAtMost(*container.entry, parts, Subject(parts));
    }
  }

  // Figures marked set_complete: together they are the smallest reported group that holds them all,
  // or else, where no group does, those in each of the largest groups are that group.
  void CheckMarkedSets(bool of_groups) {
    std::vector<Area> marked;
    for (const Area& area : areas_) {
      if (area.entry->figure->set_complete() && IsGroup(area) == of_groups) marked.push_back(area);
    }
    if (marked.empty()) return;
    std::vector<Area> whole_set;
    std::vector<Area> some;
    for (const Area& group : areas_) {
      if (!IsGroup(group)) continue;
      auto holds = [&](const Area& area) { return HoldsMarked(group, area); };
      if (std::all_of(marked.begin(), marked.end(), holds)) whole_set.push_back(group);
      if (std::any_of(marked.begin(), marked.end(), holds)) some.push_back(group);
    }
    if (some.empty()) {
      ledger_.NotCheckable(*marked.front().entry, "set marked complete",
                           "no group of this kind is reported that holds it");
    }
    bool fits_one = !whole_set.empty();
    for (const Area& group : Extreme(fits_one ? whole_set : some, /*smallest=*/fits_one)) {
      std::vector<Area> inside;
      for (const Area& area : marked) {
        if (HoldsMarked(group, area)) inside.push_back(area);
      }
      CheckMarkedSet(group, inside);
    }
  }

  // The groups that hold no other one of `groups`, or that are held by none.
  static std::vector<Area> Extreme(const std::vector<Area>& groups, bool smallest) {
    std::vector<Area> found;
    for (const Area& group : groups) {
      bool beaten = std::any_of(groups.begin(), groups.end(), [&](const Area& other) {
        const Area& outer = smallest ? group : other;
        const Area& inner = smallest ? other : group;
        return inner.gates->size() < outer.gates->size() && Within(*inner.gates, *outer.gates);
      });
      if (!beaten) found.push_back(group);
    }
    return found;
  }

  void CheckMarkedSet(const Area& group, std::vector<Area> inside) {
    // A gate marked both by itself and within another counts once, in the other.
    std::stable_sort(inside.begin(), inside.end(), [](const Area& a, const Area& b) {
      return a.gates->size() > b.gates->size();
    });
    std::vector<Area> top;
    for (const Area& area : inside) {
      bool counted = std::any_of(top.begin(), top.end(), [&](const Area& other) {
        return Within(*area.gates, *other.gates);
      });
      if (!counted) top.push_back(area);
    }
    SumParts parts = PartsOf(top);
    if (!IsNew(*group.entry, parts)) return;
    if (TakeDisjoint(top).size() != top.size()) {
      ledger_.NotCheckable(*group.entry, Subject(parts), "the scopes marked complete overlap");
      return;
    }
    ledger_.RequireEqual(*group.entry, parts, Subject(parts));
  }

  std::vector<Area> areas_;
  std::map<const SumEntry*, GateSet> wide_gates_;  // Of groups.
  SumLedger& ledger_;
  std::set<std::pair<const SumEntry*, SumParts>> done_;
};

// What left one gate for another of the same group did not leave the group.
bool AddsUpOverScopes(const FigureKey& key) {
  return key.measure != v1::MEASURE_MOVED_TO_OTHER_GATE;
}

FigureKey WithoutScope(FigureKey key) {
  key.scope_id.clear();
  key.extent = v1::SCOPE_EXTENT_UNSPECIFIED;
  return key;
}

GateSet WithAllBelow(const GateRegister& gate_register, const GateSet& gates, absl::CivilDay day) {
  std::set<std::string> all;
  for (const std::string& gate : gates) {
    for (std::string& id : gate_register.BelowOrSelf(gate, day)) all.insert(std::move(id));
  }
  return {all.begin(), all.end()};
}

}  // namespace

void CheckScopeSums(const GateRegister& gate_register, absl::CivilDay business_date,
                    SumLedger& ledger) {
  std::map<ScopeRef, GateSet> sets;
  for (const SumEntry& entry : ledger.entries()) {
    ScopeRef scope{entry.key.scope_id, entry.key.extent};
    if (!sets.contains(scope)) sets[scope] = gate_register.OwnGates(scope, business_date);
  }
  for (const auto& [key, family] : ledger.Families(WithoutScope)) {
    if (!AddsUpOverScopes(key)) continue;
    if (family.parts.size() < 2 && !family.parts.front()->figure->set_complete()) continue;
    std::vector<Area> areas;
    std::map<const SumEntry*, GateSet> wide;
    for (const SumEntry* entry : family.parts) {
      const GateSet& gates = sets.at({entry->key.scope_id, entry->key.extent});
      if (gates.empty()) {  // A yard.
        if (entry->figure->set_complete()) {
          ledger.NotCheckable(*entry, "set marked complete", "yards are not added up to gates");
        }
        continue;
      }
      areas.push_back({entry, &gates});
      if (IsGroup(areas.back())) {
        wide[entry] = WithAllBelow(gate_register, gates, business_date);
      }
    }
    ScopeChecks(std::move(areas), std::move(wide), ledger).Run();
  }
}

}  // namespace gatepost::domain
