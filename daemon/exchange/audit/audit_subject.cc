#include "daemon/exchange/audit/audit_subject.h"

#include <string>
#include <vector>

#include "certs/spiffe_id.h"
#include "daemon/domain/authority/facts.h"
#include "daemon/domain/civil_time.h"
#include "daemon/exchange/audit/subject_days.h"
#include "daemon/exchange/heard_hours.h"
#include "daemon/exchange/held.h"
#include "daemon/exchange/naming.h"
#include "daemon/system/status_macros.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::exchange {

namespace {

std::string NameWithin(const v1::Message& message) {
  if (message.has_notice() || message.has_proposal()) return KindOf(message);
  const auto* body = v1::Message::descriptor()->FindFieldByNumber(message.body_case());
  return body == nullptr ? "" : std::string(body->name());
}

std::string SideOf(const NodeTerms& node, const LinkTermsByPeer& links, const std::string& author) {
  const absl::StatusOr<certs::SpiffeId> id = certs::SpiffeId::Parse(author);
  if (!id.ok()) return "";
  if (id->trust_domain() == node.spiffe_id.trust_domain()) return node.country;
  for (const auto& [peer, link] : links) {
    if (link.peer_spiffe_id.trust_domain() == id->trust_domain()) return link.peer_country;
  }
  return "";
}

absl::StatusOr<bool> IsAcknowledged(const store::Reader& store,
                                    const store::MessageRecord& record) {
  std::vector<std::string> by = {""};  // A person here, of what was received.
  if (record.received_from.empty()) {
    by.clear();
    GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::OutgoingRecord> places,
                              store.OutgoingOf(record.row));
    for (const store::OutgoingRecord& place : places) by.push_back(place.peer);
  }
  for (const std::string& peer : by) {
    GATEPOST_ASSIGN_OR_RETURN(const std::vector<int64_t> acks,
                              store.AcknowledgementsOf(record.row, peer));
    if (acks.empty()) return false;
  }
  return !by.empty();
}

absl::StatusOr<int64_t> ThreadRow(const store::Reader& store, const store::MessageRecord& record,
                                  const v1::Message& message) {
  int64_t row = record.row;
  if (message.has_acknowledgement()) {
    const auto& about = message.acknowledgement().about();
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> held,
                              store.FindMessage(about.author(), about.message_id()));
    if (held.has_value()) row = held->row;
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ThreadEntry> entry,
                            store.ThreadEntryOf(row));
  return entry.has_value() ? entry->thread_row : row;
}

// What is left of an envelope that was purged or never kept is its digests.
absl::StatusOr<v1::Message> ReadIfKept(const store::MessageRecord& record) {
  if (record.envelope.empty()) return v1::Message();
  return MessageIn(record);
}

}  // namespace

absl::StatusOr<int64_t> ThreadRowOf(const store::Reader& store,
                                    const store::MessageRecord& record) {
  GATEPOST_ASSIGN_OR_RETURN(const v1::Message message, ReadIfKept(record));
  return ThreadRow(store, record, message);
}

absl::StatusOr<SubjectFacts> FactsOf(const NodeTerms& node, const LinkTermsByPeer& links,
                                     const store::Reader& store,
                                     const store::MessageRecord& record) {
  GATEPOST_ASSIGN_OR_RETURN(const v1::Message message, ReadIfKept(record));
  SubjectFacts facts;
  facts.row = record.row;
  facts.first_leaf = record.leaf_index;
  v1::AuditSubject& subject = facts.subject;
  subject.set_message_id(record.message_id);
  subject.set_short_reference(ReferenceText(node, record.reference));
  subject.set_author(record.author);
  subject.set_family(std::string(domain::FamilyOf(message)));
  subject.set_kind(NameWithin(message));
  subject.set_side(SideOf(node, links, record.author));
  for (const std::string& id : record.scope_ids) subject.add_scope_ids(id);

  GATEPOST_ASSIGN_OR_RETURN(facts.thread_row, ThreadRow(store, record, message));
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ThreadEntry> thread,
                            store.ThreadEntryOf(facts.thread_row));
  if (thread.has_value()) {
    GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord first, MustHold(store, facts.thread_row));
    subject.set_thread(ReferenceText(node, first.reference));
  }
  GATEPOST_ASSIGN_OR_RETURN(facts.days, DaysOf(store, record, message));
  if (facts.days.has_value()) {
    *subject.mutable_first_day() = domain::ToCivilDate(facts.days->first);
    if (facts.days->last.has_value()) {
      *subject.mutable_last_day() = domain::ToCivilDate(*facts.days->last);
    }
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<absl::Duration> lead,
                            LeadTimeOf(store, record, message));
  if (lead.has_value()) subject.set_lead_minutes(absl::ToInt64Minutes(*lead));
  subject.set_acknowledgement_asked(message.has_notice() && record.standing == v1::RUNG_APPLIED);
  GATEPOST_ASSIGN_OR_RETURN(const bool acknowledged, IsAcknowledged(store, record));
  subject.set_acknowledged(acknowledged);
  subject.set_overridden(message.yard_report().has_override());
  return facts;
}

}  // namespace gatepost::exchange
