// What people of the two nodes write, in tests.
#include <array>

#include "certs/dsse.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/message_id.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {

v1::Message TwoNodes::NewMessage(const certs::Signer& author) {
  const bool from_vn = author.id().trust_domain() == vn_ca.trust_domain();
  std::array<uint8_t, 10> chance{};
  random.Fill(chance);
  std::array<uint8_t, 16> salt{};
  random.Fill(salt);
  v1::Message message;
  v1::MessageHeader* header = message.mutable_header();
  header->set_message_id(domain::MakeMessageId(clock.Now(), chance));
  header->set_author(author.id().ToString());
  *header->mutable_authored_at() = domain::ToZoned(clock.Now(), domain::kHanoiZone);
  header->set_salt(std::string(salt.begin(), salt.end()));
  header->set_origin_node(from_vn ? vn->setup.node.node : cn->setup.node.node);
  header->add_recipient_nodes(from_vn ? cn->setup.node.node : vn->setup.node.node);
  return message;
}

v1::Message TwoNodes::OneFigureReport(const certs::Signer& author, const std::string& gate,
                                      int days, int64_t waiting) {
  v1::Message message = NewMessage(author);
  v1::YardReport* report = message.mutable_yard_report();
  const absl::CivilDay day = absl::CivilDay(2026, 1, 1) + days;
  report->set_reporting_side(author.id().trust_domain() == vn_ca.trust_domain() ? "VN" : "CN");
  *report->mutable_business_date() = domain::ToCivilDate(day);
  const absl::Time as_of =
      Need(domain::InstantOn(domain::ZonedClock{20, 0, std::string(domain::kHanoiZone)}, day));
  *report->mutable_as_of() = domain::ToZoned(as_of, domain::kHanoiZone);
  report->set_revision(v1::REVISION_KIND_ORIGINAL);
  v1::Figure* figure = report->add_figures();
  figure->set_scope_id(gate);
  figure->set_extent(v1::SCOPE_EXTENT_OWN);
  figure->set_direction(v1::DIRECTION_VN_TO_CN);
  figure->set_measure(v1::MEASURE_WAITING);
  figure->set_load(v1::LOAD_ANY);
  figure->set_dwell(v1::DWELL_ANY);
  v1::Quantity* quantity = figure->mutable_quantity();
  quantity->set_state(v1::VALUE_STATE_REPORTED);
  quantity->set_value(waiting);
  quantity->set_qualifier(v1::QUALIFIER_EXACT);
  quantity->set_unit(v1::UNIT_VEHICLES);
  message.mutable_header()->add_scope_ids(gate);
  return message;
}

v1::Message TwoNodes::NewPing(const certs::Signer& author, const std::string& token) {
  v1::Message message = NewMessage(author);
  message.mutable_ping()->set_token(token);
  return message;
}

v1::Envelope TwoNodes::Sign(const certs::Signer& author, const v1::Message& message) const {
  v1::Envelope envelope;
  envelope.set_payload_type(std::string(certs::kMessagePayloadType));
  envelope.set_payload(message.SerializeAsString());
  Need(certs::SignEnvelope(envelope, author));
  return envelope;
}

}  // namespace gatepost::testing
