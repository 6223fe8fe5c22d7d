#include "daemon/node/terms.h"

#include <utility>

namespace gatepost::node {

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

exchange::LinkTermsByPeer LinkTermsOf(const config::NodeSettings& settings) {
  exchange::LinkTermsByPeer all;
  for (const config::LinkSettings& link : settings.links) {
    const gatepost::v1::CutOff& cut_off = link.agreement.cut_off();
    exchange::LinkTerms terms{.peer_node = link.peer.stated.node(),
                              .peer_spiffe_id = link.peer.spiffe_id,
                              .peer_country = link.peer.stated.country(),
                              .peer_log_key = link.peer.log,
                              .agreement_sha256 = link.agreement_sha256,
                              .window_messages = settings.limits.window_messages,
                              .window_bytes = settings.limits.window_bytes,
                              .cut_off_hour = cut_off.hour(),
                              .cut_off_minute = cut_off.minute(),
                              .cut_off_zone = cut_off.zone(),
                              .dials = !link.dial.empty(),
                              .own_decides = link.own_decides};
    all.emplace(terms.peer_node, std::move(terms));
  }
  return all;
}

}  // namespace gatepost::node
