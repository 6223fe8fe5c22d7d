#include "daemon/node/terms.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/config/agreement_rules.h"
#include "daemon/domain/authority/agreed_rules.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/report_duty.h"

namespace gatepost::node {

namespace {

std::vector<domain::ReportDuty> DutiesOf(const config::v1::LinkAgreement& agreement) {
  std::vector<domain::ReportDuty> duties;
  for (const config::v1::ReportDuty& stated : agreement.report_duties()) {
    domain::ReportDuty duty;
    duty.side = stated.side();
    if (stated.has_first_day()) duty.first_day = domain::CheckedDay(stated.first_day());
    for (const std::string& gate : stated.gate_ids()) {
      duty.gate_id = gate;
      duties.push_back(duty);
    }
  }
  return duties;
}

}  // namespace

exchange::NodeTerms TermsOf(const config::NodeSettings& settings) {
  std::string country;
  for (const certs::TrustDomain& domain : settings.trust_domains) {
    if (domain.name == settings.spiffe_id.trust_domain()) country = domain.country;
  }
  return exchange::NodeTerms{
      .node = settings.node,
      .spiffe_id = settings.spiffe_id,
      .country = country,
      .zone = settings.zone_name,
      .reference_prefix = settings.reference_prefix,
      .version = GATEPOST_VERSION,
      .practice = settings.practice,
      .max_envelope_bytes = settings.limits.max_envelope_bytes,
      .refusals_per_minute = static_cast<int>(settings.limits.refusals_per_minute)};
}

exchange::RetentionTerms RetentionTermsOf(const config::NodeSettings& settings) {
  return exchange::RetentionTerms{.keep_days = settings.retention.keep_days,
                                  .held_references = settings.retention.held_references,
                                  .held_scopes = settings.retention.held_scopes};
}

exchange::LinkTermsByPeer LinkTermsOf(const config::NodeSettings& settings) {
  exchange::LinkTermsByPeer all;
  for (const config::LinkSettings& link : settings.links) {
    const gatepost::v1::CutOff& cut_off = link.agreement.cut_off();
    exchange::LinkTerms terms{.peer_node = link.peer.stated.node(),
                              .peer_spiffe_id = link.peer.spiffe_id,
                              .peer_country = link.peer.stated.country(),
                              .own_country = link.own.stated.country(),
                              .peer_log_keys = link.peer.log,
                              .peer_witness_keys = link.peer.witness,
                              .own_log_vkey = link.own.log.Format(),
                              .own_witness_vkey = link.own.witness.Format(),
                              .agreement_sha256 = link.agreement_sha256,
                              .agreement_bytes = link.agreement_bytes,
                              .window_messages = settings.limits.window_messages,
                              .window_bytes = settings.limits.window_bytes,
                              .cut_off_hour = cut_off.hour(),
                              .cut_off_minute = cut_off.minute(),
                              .cut_off_zone = cut_off.zone(),
                              .report_duties = DutiesOf(link.agreement),
                              .dials = !link.dial.empty(),
                              .own_decides = link.own_decides};
    if (link.agreement.has_report_due()) {
      const gatepost::v1::CutOff& due = link.agreement.report_due();
      terms.report_due = {due.hour(), due.minute(), due.zone()};
    }
    const auto& own = link.own.stated.authorities();
    terms.own_authorities.assign(own.begin(), own.end());
    const auto& peer = link.peer.stated.authorities();
    terms.peer_authorities.assign(peer.begin(), peer.end());
    terms.rules = std::make_shared<const domain::AgreedRules>(
        config::AgreedRulesOf(link.agreement, settings.gate_register));
    all.emplace(terms.peer_node, std::move(terms));
  }
  return all;
}

}  // namespace gatepost::node
