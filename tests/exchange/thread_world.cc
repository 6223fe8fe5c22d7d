#include "tests/exchange/thread_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "certs/dsse.h"
#include "daemon/domain/agreements/thread_rules.h"
#include "daemon/domain/civil_time.h"
#include "daemon/exchange/agreements/threads.h"
#include "google/protobuf/text_format.h"

namespace gatepost::testing {

namespace {

std::string PeerOf(const TestNode& node) { return node.setup.link.peer_node; }

v1::Timetable TimetableOf(const Terms& terms) {
  std::string hours = "regime: REGIME_CLOSED hours: HOURS_KIND_NONE";
  if (const size_t dash = terms.hours.find('-'); dash != std::string::npos) {
    hours = fmt::format(
        "regime: REGIME_NORMAL hours: HOURS_KIND_WINDOWS "
        "windows {{ opens {{ hour: {} }} closes {{ hour: {} }} }}",
        terms.hours.substr(0, dash), terms.hours.substr(dash + 1));
  }
  const std::string end =
      terms.last_day == 0
          ? "end: END_KIND_OPEN"
          : fmt::format("last {{ year: 2027 month: 1 day: {} }} end: END_KIND_STATED",
                        terms.last_day);
  const std::string text = fmt::format(
      "zone: 'Asia/Ho_Chi_Minh' rules {{ gate_ids: '{}' {} traffic: TRAFFIC_{} direction: "
      "DIRECTION_{} load: LOAD_ANY days {{ first {{ year: 2027 month: 1 day: {} }} {} }} {} }}",
      terms.gate, terms.second_gate.empty() ? "" : fmt::format("gate_ids: '{}'", terms.second_gate),
      terms.traffic, terms.direction, terms.first_day, end, hours);
  v1::Timetable timetable;
  if (!google::protobuf::TextFormat::ParseFromString(text, &timetable)) {
    Need(absl::InvalidArgumentError(text));
  }
  return timetable;
}

}  // namespace

v1::MessageCitation ThreadWorld::Cite(const v1::Message& message) {
  v1::MessageCitation cited;
  cited.set_author(message.header().author());
  cited.set_message_id(message.header().message_id());
  cited.set_pae_sha256(std::string(
      certs::AsView(certs::PaeDigest(certs::kMessagePayloadType, message.SerializeAsString()))));
  return cited;
}

void ThreadWorld::Rebase(bool vn_side, v1::Message& proposal,
                         const std::vector<v1::Message>& gives_way) {
  TestNode& node = Node(vn_side);
  const auto reader = Need(node.store->Read());
  std::set<std::string> ends;
  for (const v1::Message& ended : gives_way) ends.insert(ended.header().message_id());
  proposal.mutable_proposal()->clear_basis();
  for (const exchange::HeldProposal& held :
       Need(exchange::Touched(*reader, gates, PeerOf(node), proposal.proposal()))) {
    v1::Basis* basis = proposal.mutable_proposal()->add_basis();
    *basis->mutable_agreement() = exchange::CitationOf(held.record);
    basis->set_gives_way(ends.contains(held.record.message_id));
  }
}

v1::Message ThreadWorld::Propose(bool vn_side, const Terms& terms,
                                 const std::vector<v1::Message>& gives_way) {
  v1::Message message = NewMessage(Officer(vn_side));
  v1::Proposal* proposal = message.mutable_proposal();
  proposal->set_side(vn_side ? "VN" : "CN");
  if (terms.holiday) {
    *proposal->mutable_holiday_hours()->mutable_timetable() = TimetableOf(terms);
    proposal->mutable_holiday_hours()->set_occasion("spring_festival");
  } else {
    *proposal->mutable_schedule_change()->mutable_timetable() = TimetableOf(terms);
  }
  message.mutable_header()->add_scope_ids(terms.gate);
  if (!terms.second_gate.empty()) message.mutable_header()->add_scope_ids(terms.second_gate);
  Rebase(vn_side, message, gives_way);
  return message;
}

v1::Message ThreadWorld::Counter(bool vn_side, const Terms& terms, const v1::Message& first,
                                 const v1::Message& countered) {
  v1::Message message = Propose(vn_side, terms);
  *message.mutable_proposal()->mutable_thread() = Cite(first);
  *message.mutable_proposal()->mutable_counters() = Cite(countered);
  return message;
}

v1::Message ThreadWorld::Terminate(bool vn_side, int day, const std::vector<v1::Message>& ended) {
  v1::Message message = NewMessage(Officer(vn_side));
  v1::Proposal* proposal = message.mutable_proposal();
  proposal->set_side(vn_side ? "VN" : "CN");
  *proposal->mutable_termination()->mutable_effective() =
      Need(domain::ParseInstant("00:00H", absl::CivilDay(2027, 1, day)));
  std::set<std::string> scope_ids;
  for (const v1::Message& one : ended) {
    v1::Basis* basis = proposal->add_basis();
    *basis->mutable_agreement() = Cite(one);
    basis->set_gives_way(true);
    scope_ids.insert(one.header().scope_ids().begin(), one.header().scope_ids().end());
  }
  std::ranges::sort(*proposal->mutable_basis(), {},
                    [](const v1::Basis& basis) { return basis.agreement().message_id(); });
  for (const std::string& id : scope_ids) message.mutable_header()->add_scope_ids(id);
  return message;
}

v1::Message ThreadWorld::Accept(bool vn_side, const v1::Message& first,
                                const v1::Message& proposal) {
  v1::Message message = NewMessage(Officer(vn_side));
  *message.mutable_header()->mutable_scope_ids() = proposal.header().scope_ids();
  *message.mutable_acceptance()->mutable_thread() = Cite(first);
  *message.mutable_acceptance()->mutable_proposal() = Cite(proposal);
  v1::DecisionReference* seen = message.mutable_acceptance()->mutable_seen();
  const auto reader = Need(Node(vn_side).store->Read());
  const auto record =
      Need(reader->FindMessage(first.header().author(), first.header().message_id()));
  if (record.has_value()) {
    if (const auto last = Need(exchange::LastDecision(*reader, record->row))) {
      seen->set_epoch(last->epoch);
      seen->set_leaf_index(last->leaf_index);
    }
  }
  return message;
}

v1::Message ThreadWorld::Reject(bool vn_side, const v1::Message& first,
                                const v1::Message& proposal) {
  v1::Message message = NewMessage(Officer(vn_side));
  *message.mutable_header()->mutable_scope_ids() = proposal.header().scope_ids();
  *message.mutable_rejection()->mutable_thread() = Cite(first);
  *message.mutable_rejection()->mutable_proposal() = Cite(proposal);
  return message;
}

v1::Message ThreadWorld::Withdraw(bool vn_side, const v1::Message& first,
                                  const v1::Message& proposal) {
  v1::Message message = NewMessage(Officer(vn_side));
  *message.mutable_header()->mutable_scope_ids() = proposal.header().scope_ids();
  *message.mutable_withdrawal()->mutable_thread() = Cite(first);
  *message.mutable_withdrawal()->mutable_proposal() = Cite(proposal);
  return message;
}

absl::Status ThreadWorld::Send(bool vn_side, const v1::Message& message) {
  const certs::Signer& officer = Officer(vn_side);
  return Node(vn_side).Submit(officer, Sign(officer, message)).status();
}

std::string ThreadWorld::StateAt(bool vn_side, const v1::Message& proposal) {
  const auto reader = Need(Node(vn_side).store->Read());
  const auto record =
      Need(reader->FindMessage(proposal.header().author(), proposal.header().message_id()));
  if (!record.has_value()) return "-";
  const auto standing = Need(reader->Proposal(record->row));
  if (!standing.has_value()) return "-";
  return domain::StateName(standing->state) + (standing->disputed ? "!" : "");
}

std::string ThreadWorld::State(const v1::Message& proposal) {
  const std::string at_vn = StateAt(true, proposal);
  const std::string at_cn = StateAt(false, proposal);
  return at_vn == at_cn ? at_vn : fmt::format("VN {}, CN {}", at_vn, at_cn);
}

}  // namespace gatepost::testing
