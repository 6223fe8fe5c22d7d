// What people mean by a name, an alias or a landmark.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/register_data.h"
#include "daemon/domain/text.h"
#include "daemon/system/reason.h"
#include "daemon/system/utf8.h"

namespace gatepost::domain {
namespace {

// Names are shorter; what is longer is not compared with all of them.
constexpr size_t kLongestName = 80;
// What differs more is no typing error.
constexpr size_t kMostSuggestions = 3;

constexpr std::string_view kLandmarkWords[] = {"mốc ", "moc ", "landmark ", "marker "};

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// A landmark and where it is.
struct Marked {
  std::string markers;
  const v1::Gate* gate;
  DayRange days;
};

std::vector<Marked> AllLandmarks(const RegisterData& data) {
  std::vector<Marked> found;
  for (const auto& [id, rows] : data.gates) {
    for (const Dated<v1::Gate>& dated : rows) {
      for (const v1::Landmark& landmark : dated.row->landmarks()) {
        found.push_back({landmark.markers(), dated.row, dated.days});
      }
    }
  }
  return found;
}

std::string Quoted(std::string_view text) {
  return fmt::format("'{}'", system::Printable(text, 100));
}

absl::Status NotValid(std::string_view text, std::string_view id,
                      const std::vector<DayRange>& ranges, absl::CivilDay on) {
  std::vector<std::string> when;
  when.reserve(ranges.size());
  for (const DayRange& range : ranges) when.push_back(RangeText(range));
  return system::Refuse(
      v1::REASON_GATE_NOT_VALID_ON_DATE,
      fmt::format("a gate, yard or group that is valid on {}", DayText(on)),
      fmt::format("{}: {} is valid {}", Quoted(text), id, fmt::join(when, " and ")),
      "name what was valid on that day, or correct the date");
}

// How far `text` is from a landmark; a single marker is compared with both ends of a pair.
size_t LandmarkDistance(std::string_view text, std::string_view markers) {
  size_t distance = EditDistance(text, markers);
  size_t dash = markers.find('-');
  if (text.find('-') == std::string_view::npos && dash != std::string_view::npos) {
    distance = std::min({distance, EditDistance(text, markers.substr(0, dash)),
                         EditDistance(text, markers.substr(dash + 1))});
  }
  return distance;
}

// The lowest of gates that lie on one branch.
const v1::Gate* Lowest(const RegisterData& data, const std::vector<const v1::Gate*>& gates,
                       absl::CivilDay on) {
  const v1::Gate* lowest = nullptr;
  for (const v1::Gate* gate : gates) {
    if (lowest == nullptr || IsBelowOrSelf(data, gate->id(), lowest->id(), on)) lowest = gate;
  }
  return lowest;
}

absl::StatusOr<Place> ResolveLandmark(const RegisterData& data, std::string_view text,
                                      std::string_view markers, absl::CivilDay on) {
  std::vector<const v1::Gate*> exact;
  std::vector<DayRange> other_days;
  std::string other_id;
  size_t nearest = SIZE_MAX;
  std::set<std::string> suggestions;
  std::vector<Marked> landmarks = AllLandmarks(data);
  for (const Marked& landmark : landmarks) {
    if (landmark.markers == markers && landmark.days.Contains(on)) exact.push_back(landmark.gate);
    if (landmark.markers == markers && !landmark.days.Contains(on)) {
      other_days.push_back(landmark.days);
      other_id = landmark.gate->id();
    }
    if (landmark.days.Contains(on)) {
      nearest = std::min(nearest, LandmarkDistance(markers, landmark.markers));
    }
  }
  if (!exact.empty()) return Place{.gate = Lowest(data, exact, on)};
  if (!other_days.empty()) return NotValid(text, other_id, other_days, on);
  for (const Marked& landmark : landmarks) {
    if (!landmark.days.Contains(on)) continue;
    if (LandmarkDistance(markers, landmark.markers) != nearest) continue;
    std::vector<const v1::Gate*> gates;
    for (const Marked& same : landmarks) {
      if (same.markers == landmark.markers && same.days.Contains(on)) gates.push_back(same.gate);
    }
    suggestions.insert(fmt::format("{} ({})", landmark.markers, Lowest(data, gates, on)->id()));
  }
  return system::Refuse(v1::REASON_UNKNOWN_LANDMARK,
                        fmt::format("a landmark of a gate valid on {}", DayText(on)), Quoted(text),
                        suggestions.empty()
                            ? "name the gate by its id"
                            : fmt::format("write {}", fmt::join(suggestions, " or ")));
}

// The rows that `folded` names: by its letters, or for ASCII without regard to marks.
std::vector<const KnownName*> NamedBy(const RegisterData& data, std::string_view folded) {
  std::vector<const KnownName*> found;
  auto take = [&](const auto& index) {
    auto [begin, end] = index.equal_range(folded);
    for (auto at = begin; at != end; ++at) found.push_back(&data.names[at->second]);
  };
  take(data.by_name);
  if (found.empty() && IsAscii(folded)) take(data.by_plain);
  return found;
}

absl::Status UnknownName(const RegisterData& data, std::string_view text, std::string_view folded,
                         absl::CivilDay on) {
  std::string plain = WithoutMarks(folded);
  std::vector<std::pair<size_t, std::string>> near;
  if (CharacterCount(plain) <= kLongestName) {
    for (const KnownName& name : data.names) {
      if (!name.days.Contains(on)) continue;
      near.emplace_back(EditDistance(plain, WithoutMarks(name.folded)), name.place.id());
    }
  }
  std::sort(near.begin(), near.end());
  std::vector<std::string> ids;
  for (const auto& [distance, id] : near) {
    if (ids.size() == kMostSuggestions) break;
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
  return system::Refuse(v1::REASON_UNKNOWN_GATE,
                        fmt::format("a gate, yard or group valid on {}", DayText(on)), Quoted(text),
                        ids.empty()
                            ? "name it by its id"
                            : fmt::format("write its id; nearest: {}", fmt::join(ids, ", ")));
}

void AddName(std::string_view name, const Place& place, const DayRange& days, RegisterData& data) {
  std::string folded = Folded(name);
  if (folded.empty()) return;
  data.by_name.emplace(folded, data.names.size());
  data.by_plain.emplace(WithoutMarks(folded), data.names.size());
  data.names.push_back({std::move(folded), place, days});
}

void AddNames(const v1::Names& names, const Place& place, const DayRange& days,
              RegisterData& data) {
  AddName(names.vi(), place, days, data);
  AddName(names.zh(), place, days, data);
  AddName(names.en(), place, days, data);
}

}  // namespace

bool IsLandmarkForm(std::string_view text) {
  // marker [- marker], where marker = digits [/ digits].
  if (text.size() > kLongestName) return false;
  size_t dashes = 0;
  size_t slashes = 0;
  bool after_digit = false;
  for (char c : text) {
    bool digit = c >= '0' && c <= '9';
    if (!digit) {
      if (!after_digit) return false;
      if (c == '-' && dashes == 0) {
        ++dashes;
        slashes = 0;
      } else if (c == '/' && slashes == 0) {
        ++slashes;
      } else {
        return false;
      }
    }
    after_digit = digit;
  }
  return after_digit;
}

void IndexNames(RegisterData& data) {
  for (const auto& [id, rows] : data.gates) {
    for (const Dated<v1::Gate>& dated : rows) {
      Place place{.gate = dated.row};
      AddName(id, place, dated.days, data);
      AddNames(dated.row->names(), place, dated.days, data);
      AddName(dated.row->name_in_chinese(), place, dated.days, data);
      AddNames(dated.row->counterpart(), place, dated.days, data);
      for (const std::string& alias : dated.row->aliases()) AddName(alias, place, dated.days, data);
    }
  }
  for (const auto& [id, rows] : data.scopes) {
    for (const Dated<v1::Scope>& dated : rows) {
      Place place{.scope = dated.row};
      AddName(id, place, dated.days, data);
      AddNames(dated.row->names(), place, dated.days, data);
    }
  }
}

absl::StatusOr<Place> ResolveIn(const RegisterData& data, std::string_view text,
                                absl::CivilDay on) {
  std::string folded = Folded(text);
  std::string_view markers = folded;
  for (std::string_view word : kLandmarkWords) {
    if (markers.starts_with(word)) markers.remove_prefix(word.size());
  }
  if (IsLandmarkForm(markers)) return ResolveLandmark(data, text, markers, on);

  std::vector<const KnownName*> named = NamedBy(data, folded);
  if (named.empty()) return UnknownName(data, text, folded, on);
  std::set<std::string> ids;
  std::vector<DayRange> other_days;
  for (const KnownName* name : named) {
    if (name->days.Contains(on)) {
      ids.insert(name->place.id());
    } else if (std::find(other_days.begin(), other_days.end(), name->days) == other_days.end()) {
      other_days.push_back(name->days);
    }
  }
  if (ids.empty()) return NotValid(text, named.front()->place.id(), other_days, on);
  for (const KnownName* name : named) {
    if (!name->days.Contains(on)) continue;
    const std::string& top = name->place.id();
    bool above_all = std::all_of(ids.begin(), ids.end(), [&](const std::string& id) {
      return id == top || IsBelowOrSelf(data, id, top, on);
    });
    if (above_all) return name->place;
  }
  return system::Refuse(v1::REASON_UNKNOWN_GATE, "a name that only one gate, yard or group has",
                        fmt::format("{}, the name of {}", Quoted(text), fmt::join(ids, ", ")),
                        fmt::format("write {}", fmt::join(ids, " or ")));
}

}  // namespace gatepost::domain
