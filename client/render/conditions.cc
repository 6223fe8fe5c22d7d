#include "client/render/conditions.h"

#include "client/render/text.h"
#include "client/render/words.h"
#include "fmt/core.h"
#include "fmt/ranges.h"

namespace gatepost::render {
namespace {

std::string HandoverText(v1::HandoverMethod method) {
  switch (method) {
    case v1::HANDOVER_METHOD_DRIVE_THROUGH:
      return _("drivers drive through");
    case v1::HANDOVER_METHOD_AT_LINE_PROTECTIVE:
      return _("handed over at the line, in protective clothing");
    case v1::HANDOVER_METHOD_TRACTOR_SWAP:
      return _("tractors are changed at the line");
    case v1::HANDOVER_METHOD_TRANSSHIPMENT:
      return _("loads are lifted over at the line");
    default:
      return fmt::format("?{}", static_cast<int>(method));
  }
}

std::string FeeText(v1::Fee fee) {
  switch (fee) {
    case v1::FEE_FREE:
      return _("waiting there is free");
    case v1::FEE_TARIFF:
      return _("waiting there costs what its tariff says");
    default:
      return fmt::format("?{}", static_cast<int>(fee));
  }
}

std::string CargoList(const google::protobuf::RepeatedPtrField<std::string>& classes) {
  std::string text;
  for (const std::string& one : classes) text += (text.empty() ? "" : ", ") + CargoText(one);
  return text;
}

}  // namespace

std::vector<std::string> ConditionTexts(const v1::Conditions& conditions) {
  std::vector<std::string> texts;
  if (conditions.handover() != v1::HANDOVER_METHOD_UNSPECIFIED) {
    texts.push_back(HandoverText(conditions.handover()));
  }
  for (const v1::DwellLimit& limit : conditions.dwell_limits()) {
    texts.push_back(limit.two_way() ? Say("at most {0} h, loaded both ways", limit.hours())
                                    : Say("at most {0} h", limit.hours()));
  }
  if (!conditions.holding_yard_id().empty()) {
    texts.push_back(Say("waiting in yard {0}", conditions.holding_yard_id()));
  }
  if (conditions.holding_fee() != v1::FEE_UNSPECIFIED) {
    texts.push_back(FeeText(conditions.holding_fee()));
  }
  if (conditions.one_owner_per_vehicle()) texts.emplace_back(_("one owner per vehicle"));
  if (conditions.one_product_per_vehicle()) texts.emplace_back(_("one product per vehicle"));
  if (conditions.load_back_allowed()) texts.emplace_back(_("vehicles may load back"));
  if (!conditions.admitted_cargo_classes().empty()) {
    texts.push_back(Say("admitted: {0}", CargoList(conditions.admitted_cargo_classes())));
  }
  if (!conditions.admitted_hs_codes().empty()) {
    texts.push_back(Say("admitted by tariff heading: {0}",
                        fmt::format("{}", fmt::join(conditions.admitted_hs_codes(), " "))));
  }
  for (const v1::Diversion& diversion : conditions.diversions()) {
    texts.push_back(Say(
        "{0}: better by {1}",
        diversion.cargo_classes().empty() ? CargoText("") : CargoList(diversion.cargo_classes()),
        fmt::format("{}", fmt::join(diversion.gate_ids(), " "))));
  }
  return texts;
}

}  // namespace gatepost::render
