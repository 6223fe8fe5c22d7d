// The digests by which two nodes compare their registers (PROTOCOL.md 6; bytes: README.md here).

#include <fmt/format.h>

#include <algorithm>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/register_data.h"

namespace gatepost::domain {
namespace {

// Lines `key SP value LF`, an absent value as `-`.
class Lines {
 public:
  explicit Lines(std::string_view header) : text_(fmt::format("{}\n", header)) {}

  void Add(std::string_view key, std::string_view value) {
    text_ += fmt::format("{} {}\n", key, value.empty() ? "-" : value);
  }

  template <typename Values>
  void AddSorted(std::string_view key, const Values& values) {
    std::vector<std::string> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    for (const std::string& value : sorted) Add(key, value);
  }

  void AddNames(std::string_view prefix, const v1::Names& names) {
    Add(fmt::format("{}-vi", prefix), names.vi());
    Add(fmt::format("{}-zh", prefix), names.zh());
    Add(fmt::format("{}-en", prefix), names.en());
  }

  void AddValidity(const v1::Validity& validity) {
    auto day = [](const v1::CivilDate& date) { return DayText(CheckedDay(date)); };
    Add("valid-from", validity.has_from() ? day(validity.from()) : "");
    Add("valid-to", validity.has_to() ? day(validity.to()) : "");
  }

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

template <typename Message, typename Key>
std::vector<const Message*> SortedBy(const google::protobuf::RepeatedPtrField<Message>& messages,
                                     Key key) {
  std::vector<const Message*> sorted;
  for (const Message& message : messages) sorted.push_back(&message);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const Message* a, const Message* b) { return key(*a) < key(*b); });
  return sorted;
}

void AddRow(const v1::Gate& gate, Lines& lines) {
  lines.Add("gate", gate.id());
  lines.AddValidity(gate.validity());
  lines.Add("parent", gate.parent_id());
  lines.AddNames("name", gate.names());
  lines.Add("name-in-chinese", gate.name_in_chinese());
  lines.AddNames("counterpart", gate.counterpart());
  lines.Add("province", gate.province());
  lines.Add("counterpart-locality", gate.counterpart_locality());
  lines.Add("type-vn", gate.type_vn());
  lines.Add("type-cn", gate.type_cn());
  lines.Add("unlocode-vn", gate.unlocode_vn());
  lines.Add("unlocode-cn", gate.unlocode_cn());
  lines.Add("status", gate.status());
  lines.AddSorted("alias", gate.aliases());
  for (const v1::Landmark* landmark : SortedBy(gate.landmarks(), [](const v1::Landmark& l) {
         return std::pair(l.markers(), l.use());
       })) {
    lines.Add("landmark", landmark->markers());
    lines.Add("landmark-use", landmark->use());
  }
  for (const v1::DutyDesk* desk : SortedBy(gate.duty_desks(), [](const v1::DutyDesk& d) {
         return std::pair(d.post(), d.telephone());
       })) {
    lines.Add("duty-post", desk->post());
    lines.Add("duty-telephone", desk->telephone());
  }
}

void AddRow(const v1::Scope& scope, Lines& lines) {
  lines.Add("scope", scope.id());
  lines.AddValidity(scope.validity());
  lines.Add("kind", scope.kind() == v1::SCOPE_EXTENT_YARD ? "YARD" : "GROUP");
  lines.Add("province", scope.province());
  lines.AddNames("name", scope.names());
  lines.AddSorted("member", scope.member_ids());
}

void AddRow(const v1::CargoClass& cargo_class, Lines& lines) {
  lines.Add("class", cargo_class.id());
  lines.AddValidity(cargo_class.validity());
  lines.Add("parent", cargo_class.parent_id());
  lines.AddNames("name", cargo_class.names());
}

std::string_view DirectionWord(v1::Direction direction) {
  switch (direction) {
    case v1::DIRECTION_VN_TO_CN:
      return "VN_TO_CN";
    case v1::DIRECTION_CN_TO_VN:
      return "CN_TO_VN";
    default:
      return "BOTH";
  }
}

void AddRow(const v1::CargoSplit& split, Lines& lines) {
  lines.Add("split", split.id());
  lines.AddValidity(split.validity());
  lines.Add("direction", DirectionWord(split.direction()));
  lines.Add("rest-part", split.rest_part_id());
  lines.AddNames("name", split.names());
  lines.AddSorted("part", split.part_ids());
}

template <typename Row>
void AddDigests(const RowsById<Row>& rows, std::string_view prefix,
                std::map<std::string, certs::Digest>& digests) {
  for (const auto& [id, dated] : rows) {
    Lines lines("gatepost-register-entry/v1");
    for (const Dated<Row>& row : dated) AddRow(*row.row, lines);
    digests[fmt::format("{}{}", prefix, id)] = certs::Sha256Of(lines.text());
  }
}

}  // namespace

std::map<std::string, certs::Digest> EntryDigestsOf(const RegisterData& data) {
  std::map<std::string, certs::Digest> digests;
  AddDigests(data.gates, "", digests);
  AddDigests(data.scopes, "", digests);
  AddDigests(data.cargo_classes, "class:", digests);
  AddDigests(data.splits, "split:", digests);
  return digests;
}

certs::Digest RegisterDigestOf(const std::map<std::string, certs::Digest>& entries) {
  Lines lines("gatepost-register/v1");
  for (const auto& [id, digest] : entries) lines.Add(id, certs::ToHex(digest));
  return certs::Sha256Of(lines.text());
}

}  // namespace gatepost::domain
