// What a gate register must keep to before anybody looks a gate up in it.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/register_data.h"
#include "daemon/domain/text.h"
#include "daemon/domain/unknown_content.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"

namespace gatepost::domain {
namespace {

constexpr size_t kLongestId = 40;
constexpr size_t kLongestText = 300;

absl::Status Bad(std::string_view entry, std::string_view wanted, std::string_view came,
                 std::string_view todo = "correct the register") {
  return system::Refuse(v1::REASON_BAD_CONFIG,
                        fmt::format("{}: {}", system::Printable(entry, 64), wanted), came, todo);
}

// Words of `first` and `more` characters, joined by single characters of `joints`.
bool HasIdForm(std::string_view id, bool upper, std::string_view joints) {
  if (id.empty() || id.size() > kLongestId) return false;
  bool after_word = false;
  for (char c : id) {
    bool letter = upper ? c >= 'A' && c <= 'Z' : c >= 'a' && c <= 'z';
    bool digit = c >= '0' && c <= '9';
    bool joint = joints.find(c) != std::string_view::npos;
    if (!letter && !digit && !(joint && after_word)) return false;
    after_word = letter || digit;
  }
  return after_word;
}

absl::Status CheckIds(const RegisterData& data) {
  auto check = [](const auto& rows, bool upper, std::string_view joints, std::string_view example) {
    for (const auto& [id, dated] : rows) {
      if (HasIdForm(id, upper, joints)) continue;
      return Bad(id, fmt::format("an id such as {}", example),
                 fmt::format("'{}'", system::Printable(id, 64)));
    }
    return absl::OkStatus();
  };
  GATEPOST_RETURN_IF_ERROR(check(data.gates, true, "-+", "LS-HN-1119"));
  GATEPOST_RETURN_IF_ERROR(check(data.scopes, true, "-+", "LS-ALL"));
  GATEPOST_RETURN_IF_ERROR(check(data.cargo_classes, false, "-_", "durian"));
  GATEPOST_RETURN_IF_ERROR(check(data.splits, false, "-_", "export-goods"));
  for (const auto& [id, dated] : data.scopes) {
    if (data.gates.contains(id)) {
      return Bad(id, "an id of its own", "both a gate and a scope", "rename one of them");
    }
  }
  return absl::OkStatus();
}

// Every row with the same id: their days must not overlap.
template <typename Row>
absl::Status CheckDays(const RowsById<Row>& rows) {
  for (const auto& [id, dated] : rows) {
    for (size_t at = 1; at < dated.size(); ++at) {
      if (!dated[at].days.Overlaps(dated[at - 1].days)) continue;
      return Bad(
          id, "rows whose validities do not overlap",
          fmt::format("'{}' and '{}'", RangeText(dated[at - 1].days), RangeText(dated[at].days)));
    }
  }
  return absl::OkStatus();
}

// Every text anywhere in `message` can be seen as it is, and is not the digest's sign for "absent".
absl::Status CheckTexts(std::string_view entry, const google::protobuf::Message& message) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const google::protobuf::FieldDescriptor* field : fields) {
    int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int at = 0; at < count; ++at) {
      if (field->type() == google::protobuf::FieldDescriptor::TYPE_MESSAGE) {
        GATEPOST_RETURN_IF_ERROR(CheckTexts(
            entry, field->is_repeated() ? reflection.GetRepeatedMessage(message, field, at)
                                        : reflection.GetMessage(message, field)));
      } else if (field->type() == google::protobuf::FieldDescriptor::TYPE_STRING) {
        std::string text = field->is_repeated() ? reflection.GetRepeatedString(message, field, at)
                                                : reflection.GetString(message, field);
        bool bare = text.empty() || text == "-" || text.front() == ' ' || text.back() == ' ';
        absl::Status seen = CheckText(field->name(), text, kLongestText);
        if (bare || !seen.ok()) {
          return Bad(entry, fmt::format("{}: a text that can be read (UTF-8, NFC)", field->name()),
                     fmt::format("'{}'", system::Printable(text, 64)));
        }
      }
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRow(const v1::Gate& gate) {
  if (gate.names().vi().empty() && gate.names().zh().empty() && gate.names().en().empty()) {
    return Bad(gate.id(), "names", "none");
  }
  for (const v1::Landmark& landmark : gate.landmarks()) {
    if (!IsLandmarkForm(landmark.markers())) {
      return Bad(gate.id(), "a landmark such as 1088/2-1089",
                 fmt::format("'{}'", landmark.markers()));
    }
  }
  for (const v1::DutyDesk& desk : gate.duty_desks()) {
    if (!desk.post().starts_with("spiffe://")) {
      return Bad(gate.id(), "a duty desk's post as a SPIFFE id", fmt::format("'{}'", desk.post()));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRow(const v1::Scope& scope) {
  if (scope.kind() == v1::SCOPE_EXTENT_YARD) {
    if (scope.member_ids_size() == 1 && scope.province().empty()) return absl::OkStatus();
    return Bad(scope.id(), "a yard of exactly one gate",
               fmt::format("{} members", scope.member_ids_size()));
  }
  if (scope.kind() != v1::SCOPE_EXTENT_GROUP) {
    return Bad(scope.id(), "SCOPE_EXTENT_YARD or SCOPE_EXTENT_GROUP",
               v1::ScopeExtent_Name(scope.kind()));
  }
  if (scope.province().empty() != (scope.member_ids_size() == 0)) return absl::OkStatus();
  return Bad(scope.id(), "a group of either members or a province",
             scope.province().empty() ? "neither" : "both");
}

absl::Status CheckRow(const v1::CargoClass&) { return absl::OkStatus(); }

absl::Status CheckRow(const v1::CargoSplit& split) {
  std::set<std::string> parts(split.part_ids().begin(), split.part_ids().end());
  if (split.part_ids_size() < 2 || parts.size() != static_cast<size_t>(split.part_ids_size())) {
    return Bad(split.id(), "at least two parts, each once",
               fmt::format("{}", fmt::join(split.part_ids(), ", ")));
  }
  if (!split.rest_part_id().empty() && !parts.contains(split.rest_part_id())) {
    return Bad(split.id(), "a rest part that is one of the parts", split.rest_part_id());
  }
  if (split.direction() == v1::DIRECTION_UNSPECIFIED) return Bad(split.id(), "a direction", "none");
  return absl::OkStatus();
}

// For each row alone: its texts and its shape.
template <typename Row>
absl::Status CheckRows(const RowsById<Row>& rows) {
  GATEPOST_RETURN_IF_ERROR(CheckDays(rows));
  for (const auto& [id, dated] : rows) {
    for (const Dated<Row>& row : dated) {
      GATEPOST_RETURN_IF_ERROR(CheckTexts(id, *row.row));
      GATEPOST_RETURN_IF_ERROR(CheckRow(*row.row));
    }
  }
  return absl::OkStatus();
}

// The days on which something begins: between two of them the register does not change.
template <typename Row>
void AddChangeDays(const RowsById<Row>& rows, std::set<absl::CivilDay>& days) {
  for (const auto& [id, dated] : rows) {
    for (const Dated<Row>& row : dated) {
      days.insert(row.days.first);
      if (row.days.last < DayRange().last) days.insert(row.days.last + 1);
    }
  }
}

// The tree of gates or classes on one day: parents there, no circle.
template <typename Row>
absl::Status CheckTree(const RowsById<Row>& rows, absl::CivilDay day) {
  for (const auto& [id, dated] : rows) {
    const Row* row = RowOn(rows, id, day);
    for (size_t steps = 0; row != nullptr && !row->parent_id().empty(); ++steps) {
      const Row* parent = RowOn(rows, row->parent_id(), day);
      if (parent == nullptr) {
        return Bad(row->id(), "a parent that holds whenever it does itself",
                   fmt::format("'{}' does not hold on {}", row->parent_id(), DayText(day)));
      }
      if (steps > rows.size()) {
        return Bad(id, "a tree", fmt::format("a circle of parents on {}", DayText(day)));
      }
      row = parent;
    }
  }
  return absl::OkStatus();
}

// A landmark on one day: only of gates of one branch.
absl::Status CheckLandmarks(const RegisterData& data, absl::CivilDay day) {
  std::map<std::string, std::vector<std::string>> gates_of;
  for (const auto& [id, dated] : data.gates) {
    const v1::Gate* gate = RowOn(data.gates, id, day);
    if (gate == nullptr) continue;
    for (const v1::Landmark& landmark : gate->landmarks()) {
      for (const std::string& other : gates_of[landmark.markers()]) {
        if (IsBelowOrSelf(data, id, other, day) || IsBelowOrSelf(data, other, id, day)) continue;
        return Bad(
            id, "a landmark of its own",
            fmt::format("{} is that of {} too on {}", landmark.markers(), other, DayText(day)));
      }
      gates_of[landmark.markers()].push_back(id);
    }
  }
  return absl::OkStatus();
}

absl::Status CheckSplits(const RegisterData& data, absl::CivilDay day) {
  for (const auto& [id, dated] : data.splits) {
    const v1::CargoSplit* split = RowOn(data.splits, id, day);
    if (split == nullptr) continue;
    for (const std::string& part : split->part_ids()) {
      if (RowOn(data.cargo_classes, part, day) != nullptr) continue;
      return Bad(id, "parts that are cargo classes",
                 fmt::format("'{}' is none on {}", part, DayText(day)));
    }
  }
  return absl::OkStatus();
}

// Members and provinces exist on at least one day of the scope; lookups leave out the others.
absl::Status CheckScopeGates(const RegisterData& data) {
  std::set<std::string> provinces = {"*"};
  for (const v1::Gate& gate : data.proto.gates()) provinces.insert(gate.province());
  for (const auto& [id, dated] : data.scopes) {
    for (const Dated<v1::Scope>& scope : dated) {
      if (!scope.row->province().empty() && !provinces.contains(scope.row->province())) {
        return Bad(id, "a province that has gates", scope.row->province());
      }
      for (const std::string& member : scope.row->member_ids()) {
        auto rows = data.gates.find(member);
        bool known =
            rows != data.gates.end() &&
            std::any_of(rows->second.begin(), rows->second.end(), [&](const Dated<v1::Gate>& gate) {
              return gate.days.Overlaps(scope.days);
            });
        if (!known) {
          return Bad(id, "members that are gates when it holds", fmt::format("'{}'", member));
        }
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckRegister(const RegisterData& data) {
  if (HasUnknown(data.proto)) {
    return Bad("register", "fields that this program knows", "others",
               "use the program's version for this register");
  }
  if (data.proto.version().empty()) return Bad("register", "a version", "none");
  GATEPOST_RETURN_IF_ERROR(CheckIds(data));
  GATEPOST_RETURN_IF_ERROR(CheckRows(data.gates));
  GATEPOST_RETURN_IF_ERROR(CheckRows(data.scopes));
  GATEPOST_RETURN_IF_ERROR(CheckRows(data.cargo_classes));
  GATEPOST_RETURN_IF_ERROR(CheckRows(data.splits));
  std::set<absl::CivilDay> days;
  AddChangeDays(data.gates, days);
  AddChangeDays(data.cargo_classes, days);
  AddChangeDays(data.splits, days);
  for (absl::CivilDay day : days) {
    GATEPOST_RETURN_IF_ERROR(CheckTree(data.gates, day));
    GATEPOST_RETURN_IF_ERROR(CheckTree(data.cargo_classes, day));
    GATEPOST_RETURN_IF_ERROR(CheckLandmarks(data, day));
    GATEPOST_RETURN_IF_ERROR(CheckSplits(data, day));
  }
  return CheckScopeGates(data);
}

}  // namespace gatepost::domain
