#include "daemon/domain/hours/conditions.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"

namespace gatepost::domain {
namespace {

using system::Refuse;

using Texts = google::protobuf::RepeatedPtrField<std::string>;

absl::Status CheckYard(const std::string& id, const GateRegister& gates, absl::CivilDay on) {
  if (id.empty()) return absl::OkStatus();
  const v1::Scope* yard = gates.FindScope(id, on);
  if (yard != nullptr && yard->kind() == v1::SCOPE_EXTENT_YARD) return absl::OkStatus();
  return Refuse(v1::REASON_UNKNOWN_GATE,
                fmt::format("holding_yard_id: a yard of the register on {}", DayText(on)),
                fmt::format("'{}'", system::Printable(id, 40)),
                "name a yard that the register has");
}

absl::Status CheckClasses(std::string_view field, const Texts& classes, const GateRegister& gates,
                          absl::CivilDay on) {
  for (const std::string& id : classes) {
    if (gates.FindCargoClass(id, on) != nullptr) continue;
    return Refuse(v1::REASON_UNKNOWN_CARGO_CLASS,
                  fmt::format("{}: cargo classes of the register on {}", field, DayText(on)),
                  fmt::format("'{}'", system::Printable(id, 40)),
                  "use a class that the register has");
  }
  return absl::OkStatus();
}

absl::Status CheckHeadings(const Texts& codes) {
  for (const std::string& code : codes) {
    if (code.size() >= 4 && code.size() <= 10 &&
        std::ranges::all_of(code, [](char c) { return '0' <= c && c <= '9'; })) {
      continue;
    }
    return Refuse(v1::REASON_MALFORMED_PAYLOAD, "admitted_hs_codes: 4 to 10 digits each",
                  fmt::format("'{}'", system::Printable(code, 40)), "write the digits alone");
  }
  return absl::OkStatus();
}

absl::Status CheckDwell(const v1::Conditions& conditions) {
  int two_way = 0;
  for (const v1::DwellLimit& limit : conditions.dwell_limits()) {
    two_way += limit.two_way() ? 1 : 0;
    if (limit.hours() > 0) continue;
    return Refuse(v1::REASON_BAD_TIME, "dwell_limits: at least 1 hour",
                  fmt::format("{}", limit.hours()), "state the limit");
  }
  if (two_way <= 1 && conditions.dwell_limits_size() - two_way <= 1) return absl::OkStatus();
  return Refuse(v1::REASON_FIELD_CONFLICT, "one dwell limit for the same vehicles", "two",
                "keep one of them");
}

absl::Status CheckDiversion(const v1::Diversion& diversion, const v1::TimetableRule& rule,
                            const GateRegister& gates, absl::CivilDay on) {
  GATEPOST_RETURN_IF_ERROR(CheckGateIds(diversion.gate_ids(), gates, on));
  for (const std::string& id : diversion.gate_ids()) {
    if (!std::ranges::binary_search(rule.gate_ids(), id)) continue;
    return Refuse(v1::REASON_FIELD_CONFLICT, "a diversion to other gates than the rule's", id,
                  "name the gates to use instead");
  }
  return CheckClasses("diversions.cargo_classes", diversion.cargo_classes(), gates, on);
}

}  // namespace

absl::Status CheckConditions(const v1::TimetableRule& rule, const GateRegister& gates,
                             absl::CivilDay on) {
  const v1::Conditions& conditions = rule.conditions();
  GATEPOST_RETURN_IF_ERROR(CheckYard(conditions.holding_yard_id(), gates, on));
  GATEPOST_RETURN_IF_ERROR(CheckDwell(conditions));
  GATEPOST_RETURN_IF_ERROR(
      CheckClasses("admitted_cargo_classes", conditions.admitted_cargo_classes(), gates, on));
  GATEPOST_RETURN_IF_ERROR(CheckHeadings(conditions.admitted_hs_codes()));
  for (const v1::Diversion& diversion : conditions.diversions()) {
    GATEPOST_RETURN_IF_ERROR(CheckDiversion(diversion, rule, gates, on));
  }
  return absl::OkStatus();
}

bool SaysOnlyTerms(const v1::TimetableRule& rule) {
  return rule.regime() == v1::REGIME_AS_BEFORE && rule.hours() == v1::HOURS_KIND_AS_BEFORE;
}

v1::Conditions TermsOf(const std::vector<const v1::Conditions*>& said) {
  v1::Conditions all;
  for (const v1::Conditions* terms : said) {
    if (all.handover() == v1::HANDOVER_METHOD_UNSPECIFIED) all.set_handover(terms->handover());
    if (all.holding_yard_id().empty() && all.holding_fee() == v1::FEE_UNSPECIFIED) {
      all.set_holding_yard_id(terms->holding_yard_id());
      all.set_holding_fee(terms->holding_fee());
    }
    for (const v1::DwellLimit& limit : terms->dwell_limits()) {
      if (std::ranges::none_of(all.dwell_limits(), [&](const v1::DwellLimit& other) {
            return other.two_way() == limit.two_way();
          })) {
        *all.add_dwell_limits() = limit;
      }
    }
    if (terms->one_owner_per_vehicle()) all.set_one_owner_per_vehicle(true);
    if (terms->one_product_per_vehicle()) all.set_one_product_per_vehicle(true);
    if (terms->load_back_allowed()) all.set_load_back_allowed(true);
    if (all.admitted_cargo_classes().empty() && all.admitted_hs_codes().empty()) {
      *all.mutable_admitted_cargo_classes() = terms->admitted_cargo_classes();
      *all.mutable_admitted_hs_codes() = terms->admitted_hs_codes();
    }
    if (all.diversions().empty()) *all.mutable_diversions() = terms->diversions();
  }
  return all;
}

}  // namespace gatepost::domain
