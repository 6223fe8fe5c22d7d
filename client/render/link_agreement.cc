#include "client/render/link_agreement.h"

#include <algorithm>

#include "client/render/agreement_words.h"
#include "client/render/errors.h"
#include "client/render/lines.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace gatepost::render {
namespace {

std::string Words(const google::protobuf::RepeatedPtrField<std::string>& words) {
  return fmt::to_string(fmt::join(words, ", "));
}

std::string SignaturesWanted(const config::v1::ReleaseRule& rule) {
  std::string text;
  for (const config::v1::RequiredSignatures& line : rule.signatures()) {
    text += fmt::format("{}{} x {}", text.empty() ? "" : ", ", line.count(),
                        fmt::join(line.roles(), "/"));
  }
  return text;
}

std::string WhatAbout(const config::v1::RuleSubject& subject) {
  std::string text;
  for (const auto* words :
       {&subject.families(), &subject.actions(), &subject.gate_classes(), &subject.scope_ids()}) {
    if (!words->empty()) text += (text.empty() ? "" : "; ") + Words(*words);
  }
  return text.empty() ? _("everything") : text;
}

std::string ClockText(const gatepost::v1::CutOff& clock) {
  return fmt::format("{:02}:{:02} {}", clock.hour(), clock.minute(), clock.zone());
}

std::string DutyText(const config::v1::ReportDuty& duty) {
  std::string text = fmt::format("{}: {}", duty.side(), Words(duty.gate_ids()));
  if (!duty.has_first_day()) return text;
  return text + ", " + Say("from {0}", domain::DayText(domain::CheckedDay(duty.first_day())));
}

}  // namespace

std::string LinkAgreementText(const config::v1::LinkAgreement& agreement, const std::string& path,
                              const std::string& sha256) {
  Lines lines;
  lines.Add(_("agreement"), agreement.id());
  lines.Add(_("file"), path);
  lines.Add(_("SHA-256"), sha256);
  if (agreement.has_agreed_on()) {
    lines.Add(_("agreed on"), domain::DayText(domain::CheckedDay(agreement.agreed_on())));
  }
  for (const config::v1::AgreedNode& node : agreement.nodes()) {
    lines.Add(_("node"), fmt::format("{} ({}), {}", node.node(), node.country(), node.spiffe_id()));
    for (const std::string& root : node.root_sha256()) lines.Add(_("  root"), root);
    lines.Add(_("  log key"), node.log_vkey());
    lines.Add(_("  witness key"), node.witness_vkey());
    lines.Add(_("  suites"), Words(node.suites()));
    for (const std::string& id : node.authorities()) lines.Add(_("  authority"), PostText(id));
  }
  lines.Add(_("sequencer"), agreement.sequencer());
  lines.Add(_("families"), Words(agreement.families()));
  lines.Add(_("only gates"), Words(agreement.scope_ids()));
  for (const config::v1::GateClass& one : agreement.gate_classes()) {
    lines.Add(_("gate class"), fmt::format("{}: {}", one.name(), Words(one.type_words())));
  }
  for (const config::v1::ReleaseRule& rule : agreement.release_rules()) {
    lines.Add(_("to be signed by"),
              fmt::format("{}: {}", WhatAbout(rule.subject()), SignaturesWanted(rule)));
  }
  lines.Add(_("cut-off"), ClockText(agreement.cut_off()));
  if (agreement.has_report_due()) {
    lines.Add(_("reports due"), ClockText(agreement.report_due()));
  }
  for (const config::v1::ReportDuty& duty : agreement.report_duties()) {
    lines.Add(_("reports daily"), DutyText(duty));
  }
  return lines.ToText();
}

std::string AgreementSignaturesText(const config::v1::LinkAgreement& agreement,
                                    const std::vector<AgreementSigner>& signers) {
  std::string text;
  for (const AgreementSigner& one : signers) {
    if (one.verdict.ok()) {
      text += Say("signed for {0} by {1}", one.node, PostText(one.spiffe_id)) + "\n";
    } else {
      text += Say("NOT good: the signature of {0}",
                  one.spiffe_id.empty() ? "?" : PostText(one.spiffe_id)) +
              "\n" + ErrorText(one.verdict);
    }
  }
  for (const config::v1::AgreedNode& node : agreement.nodes()) {
    if (std::ranges::find(signers, node.node(), &AgreementSigner::node) == signers.end()) {
      text += Say("not signed yet for {0}", node.node()) + "\n";
    }
  }
  return text;
}

std::string AgreementSignaturesCsv(const std::vector<AgreementSigner>& signers) {
  Table table({{"node"}, {"signer"}, {"verdict"}});
  for (const AgreementSigner& one : signers) {
    table.Add({one.node, one.spiffe_id,
               one.verdict.ok() ? "OK" : system::ReasonName(system::ReasonOf(one.verdict))});
  }
  return table.ToCsv();
}

}  // namespace gatepost::render
