#include "client/render/gates.h"

#include <map>

#include "client/import/words.h"
#include "client/render/lines.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/words.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

std::string ValidityText(const v1::Validity& validity) {
  if (!validity.has_from() && !validity.has_to()) return "";
  if (!validity.has_to()) return Say("from {0}", DateText(validity.from()));
  if (!validity.has_from()) return Say("until {0}", DateText(validity.to()));
  return Say("{0} to {1}", DateText(validity.from()), DateText(validity.to()));
}

std::string LandmarkText(const v1::Gate& gate) {
  std::string text;
  for (const v1::Landmark& landmark : gate.landmarks()) {
    if (!text.empty()) text += ", ";
    text += landmark.markers();
    if (!landmark.use().empty()) text += " (" + landmark.use() + ")";
  }
  return text;
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

std::string MembersText(const v1::Scope& scope) {
  if (scope.province() == "*") return _("all provinces");
  if (!scope.province().empty()) return Say("all gates of {0}", scope.province());
  return Joined(scope.member_ids());
}

// How deep a gate stands in the tree of those listed; a cycle, which no register has, ends at 9.
int Depth(const std::map<std::string, std::string>& parents, const v1::Gate& gate) {
  int depth = 0;
  std::string parent = gate.parent_id();
  while (depth < 9 && !parent.empty()) {
    const auto found = parents.find(parent);
    if (found == parents.end()) break;
    ++depth;
    parent = found->second;
  }
  return depth;
}

}  // namespace

std::string GateListText(const v1::ListGatesResponse& list) {
  std::map<std::string, std::string> parents;
  for (const v1::Gate& gate : list.gates()) parents[gate.id()] = gate.parent_id();
  Table gates(
      {{_("Gate")}, {_("Name")}, {_("Opposite")}, {_("Landmarks")}, {_("Province")}, {_("Valid")}});
  for (const v1::Gate& gate : list.gates()) {
    gates.Add({std::string(2 * static_cast<size_t>(Depth(parents, gate)), ' ') + gate.id(),
               gate.names().vi(), gate.counterpart().zh(), LandmarkText(gate), gate.province(),
               ValidityText(gate.validity())});
  }
  Table scopes({{_("Yard or group")}, {_("Kind")}, {_("Name")}, {_("Of")}, {_("Valid")}});
  for (const v1::Scope& scope : list.scopes()) {
    scopes.Add({scope.id(), ExtentText(scope.kind()), scope.names().vi(), MembersText(scope),
                ValidityText(scope.validity())});
  }
  std::string text = gates.ToText();
  if (scopes.size() > 0) text += "\n" + scopes.ToText();
  return text.empty() ? std::string(_("nothing in the register fits")) + "\n" : text;
}

std::string GateListCsv(const v1::ListGatesResponse& list) {
  Table table({{"id"},
               {"kind"},
               {"parent_or_members"},
               {"name_vi"},
               {"name_zh"},
               {"name_en"},
               {"counterpart_zh"},
               {"landmarks"},
               {"province"},
               {"valid_from"},
               {"valid_to"}});
  for (const v1::Gate& gate : list.gates()) {
    table.Add({gate.id(), "gate", gate.parent_id(), gate.names().vi(), gate.name_in_chinese(),
               gate.names().en(), gate.counterpart().zh(), LandmarkText(gate), gate.province(),
               DateText(gate.validity().from()), DateText(gate.validity().to())});
  }
  for (const v1::Scope& scope : list.scopes()) {
    table.Add({scope.id(), std::string(client::ExtentWord(scope.kind())),
               Joined(scope.member_ids()), scope.names().vi(), scope.names().zh(),
               scope.names().en(), "", "", scope.province(), DateText(scope.validity().from()),
               DateText(scope.validity().to())});
  }
  return table.ToCsv();
}

std::string ResolvedText(const v1::ResolveGateResponse& resolved) {
  Lines lines;
  if (resolved.has_scope()) {
    const v1::Scope& scope = resolved.scope();
    lines.Add(scope.kind() == v1::SCOPE_EXTENT_YARD ? _("yard") : _("group"), scope.id());
    lines.Add(_("Vietnamese"), scope.names().vi());
    lines.Add(_("Chinese"), scope.names().zh());
    lines.Add(_("English"), scope.names().en());
    lines.Add(_("of"), MembersText(scope));
    lines.Add(_("valid"), ValidityText(scope.validity()));
    return lines.ToText();
  }
  const v1::Gate& gate = resolved.gate();
  lines.Add(_("gate"), gate.id());
  lines.Add(_("below"), gate.parent_id());
  lines.Add(_("Vietnamese"), gate.names().vi());
  lines.Add(_("Chinese"), gate.name_in_chinese());
  lines.Add(_("English"), gate.names().en());
  lines.Add(_("also called"), Joined(gate.aliases()));
  lines.Add(_("opposite"), fmt::format("{} {}", gate.counterpart().zh(), gate.counterpart().en()));
  lines.Add(_("landmarks"), LandmarkText(gate));
  lines.Add(_("province"), gate.province());
  lines.Add(_("opposite county"), gate.counterpart_locality());
  lines.Add(_("type in Viet Nam"), gate.type_vn());
  lines.Add(_("type in China"), gate.type_cn());
  lines.Add(_("valid"), ValidityText(gate.validity()));
  for (const v1::DutyDesk& desk : gate.duty_desks()) {
    lines.Add(_("duty desk"), fmt::format("{} {}", desk.post(), desk.telephone()));
  }
  return lines.ToText();
}

}  // namespace gatepost::render
