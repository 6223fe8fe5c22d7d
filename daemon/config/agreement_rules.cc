#include "daemon/config/agreement_rules.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/text_file.h"
#include "daemon/domain/authority/release.h"
#include "daemon/domain/authority/subject.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::config {

namespace {

absl::Status CheckAuthorities(const LinkAgreement& agreement, int index) {
  const AgreedNode& node = agreement.nodes[static_cast<size_t>(index)];
  const std::string field = fmt::format("nodes[{}].authorities", index);
  if (node.stated.authorities_size() > kMostAuthorities) {
    return FieldError(agreement.file, field, fmt::format("at most {}", kMostAuthorities),
                      fmt::format("{}", node.stated.authorities_size()));
  }
  std::set<std::string> seen;
  for (int i = 0; i < node.stated.authorities_size(); ++i) {
    const std::string& stated = node.stated.authorities(i);
    const absl::StatusOr<certs::SpiffeId> id = certs::SpiffeId::Parse(stated);
    if (!id.ok() || id->role() != certs::Role::kOfficer ||
        id->trust_domain() != node.spiffe_id.trust_domain() || !seen.insert(stated).second) {
      return FieldError(agreement.file, fmt::format("{}[{}]", field, i),
                        fmt::format("an officer of {}, each once", node.spiffe_id.trust_domain()),
                        fmt::format("'{}'", stated));
    }
  }
  return absl::OkStatus();
}

// The language of rules, in the words of no gate at all where `gates` is empty.
domain::RuleSubjects SubjectsOf(const v1::LinkAgreement& value, domain::GateRegister gates) {
  return {{value.gate_classes().begin(), value.gate_classes().end()}, std::move(gates), "VN"};
}

absl::Status CheckReleaseRules(const LinkAgreement& agreement) {
  const v1::LinkAgreement& value = agreement.file.value;
  v1::GateRegister empty;
  empty.set_version("none");
  GATEPOST_ASSIGN_OR_RETURN(domain::GateRegister none, domain::GateRegister::FromProto(empty));
  const domain::RuleSubjects subjects = SubjectsOf(value, std::move(none));
  GATEPOST_RETURN_IF_ERROR(AtField(agreement.file, "gate_classes", subjects.CheckClasses()));
  for (int i = 0; i < value.release_rules_size(); ++i) {
    v1::ReleaseRule rule = value.release_rules(i);
    rule.mutable_subject()->clear_scope_ids();  // CheckAgreedGates looks at those.
    GATEPOST_RETURN_IF_ERROR(AtField(agreement.file, fmt::format("release_rules[{}]", i),
                                     domain::CheckReleaseRule(rule, subjects)));
  }
  if (value.release_rules().empty()) return absl::OkStatus();
  for (int i = 0; i < value.nodes_size(); ++i) {
    if (!value.nodes(i).authorities().empty()) continue;
    return FieldError(agreement.file, fmt::format("nodes[{}].authorities", i),
                      "who may publish this side's roster, since release_rules ask for its roles",
                      "nobody", "name the posts that speak for this side");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckAgreementRules(const LinkAgreement& agreement) {
  for (int i = 0; i < 2; ++i) GATEPOST_RETURN_IF_ERROR(CheckAuthorities(agreement, i));
  GATEPOST_RETURN_IF_ERROR(CheckReleaseRules(agreement));
  const v1::LinkAgreement& value = agreement.file.value;
  if (!value.has_agreed_on()) return absl::OkStatus();
  return AtField(agreement.file, "agreed_on", domain::DayOf(value.agreed_on()).status());
}

absl::Status CheckAgreedGates(const LinkAgreement& agreement, const domain::GateRegister& gates) {
  const v1::LinkAgreement& value = agreement.file.value;
  const domain::RuleSubjects subjects = SubjectsOf(value, gates);
  for (int i = 0; i < value.release_rules_size(); ++i) {
    GATEPOST_RETURN_IF_ERROR(AtField(agreement.file, fmt::format("release_rules[{}].subject", i),
                                     subjects.Check(value.release_rules(i).subject())));
  }
  std::set<std::string_view> known;
  for (const gatepost::v1::Gate& gate : gates.proto().gates()) known.insert(gate.id());
  const auto check = [&](const auto& ids, const std::string& field) {
    for (const std::string& id : ids) {
      if (known.contains(id)) continue;
      return FieldError(agreement.file, field, "ids of gates in the register",
                        fmt::format("'{}'", id));
    }
    return absl::OkStatus();
  };
  for (int i = 0; i < value.report_duties_size(); ++i) {
    GATEPOST_RETURN_IF_ERROR(
        check(value.report_duties(i).gate_ids(), fmt::format("report_duties[{}].gate_ids", i)));
  }
  return check(value.scope_ids(), "scope_ids");
}

domain::AgreedRules AgreedRulesOf(const v1::LinkAgreement& agreement,
                                  const domain::GateRegister& gates) {
  return {{{agreement.gate_classes().begin(), agreement.gate_classes().end()},
           {agreement.release_rules().begin(), agreement.release_rules().end()},
           {agreement.scope_ids().begin(), agreement.scope_ids().end()},
           {agreement.families().begin(), agreement.families().end()}},
          gates};
}

}  // namespace gatepost::config
