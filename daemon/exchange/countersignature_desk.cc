#include "daemon/exchange/countersignature_desk.h"

#include <algorithm>
#include <optional>

#include "certs/spiffe_id.h"
#include "daemon/domain/field_rules.h"
#include "daemon/domain/text.h"
#include "daemon/domain/yard_rules.h"
#include "daemon/exchange/held.h"
#include "daemon/exchange/naming.h"
#include "daemon/exchange/stored_signers.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

absl::StatusOr<store::MessageRecord> NamedIn(const store::Reader& store,
                                             const OpenedMessage& opened) {
  const v1::MessageCitation& about = opened.message.countersignature().about();
  return FindNamed(store, about.author(), about.message_id(), about.pae_sha256());
}

absl::Status WrongSubject(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_WRONG_SUBJECT, wanted, came,
                        "countersign what your own side sent in an emergency");
}

}  // namespace

absl::Status CountersignatureDesk::CheckAlone(const OpenedMessage& opened,
                                              absl::Time /*now*/) const {
  const v1::MessageHeader& header = opened.message.header();
  if (header.has_replaces() || header.has_emergency()) {
    return domain::Conflict("a countersignature that replaces nothing and is no emergency",
                            header.has_replaces() ? "replaces is set" : "emergency is set",
                            "leave it out");
  }
  const v1::Countersignature& body = opened.message.countersignature();
  GATEPOST_RETURN_IF_ERROR(domain::CheckCitation("about", body.about()));
  return domain::CheckText("remark", body.remark(), domain::kLongestRemark);
}

absl::StatusOr<Judgement> CountersignatureDesk::Judge(const store::Reader& store,
                                                      const OpenedMessage& opened,
                                                      absl::Time now) const {
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord named, NamedIn(store, opened));
  GATEPOST_ASSIGN_OR_RETURN(const certs::SpiffeId author, certs::SpiffeId::Parse(named.author));
  if (author.trust_domain() != opened.author.id.trust_domain()) {
    return WrongSubject("a message of one's own side", NameOf(node_, named));
  }
  GATEPOST_ASSIGN_OR_RETURN(const OpenedMessage emergency, OpenStored(store, named.envelope));
  if (!emergency.message.header().has_emergency()) {
    return WrongSubject("a message that left in an emergency", NameOf(node_, named));
  }
  GATEPOST_RETURN_IF_ERROR(domain::CheckScopeIds(opened.message.header(), named.scope_ids,
                                                 "those of the message that it is about"));
  for (const certs::Identity& signer : opened.signers) {
    if (std::ranges::find(emergency.signers, signer.id, &certs::Identity::id) ==
        emergency.signers.end()) {
      continue;
    }
    return system::Refuse(v1::REASON_OWN_SECOND_SIGNATURE, "the signature of somebody else",
                          signer.id.ToString() + " signed the emergency itself",
                          "have another post countersign");
  }
  if (named.received_from.empty()) {
    GATEPOST_RETURN_IF_ERROR(authority_.MayCountersign(store, opened.author, emergency, now));
  }
  return Judgement{};
}

absl::Status CountersignatureDesk::Record(CommitScope& scope, const store::MessageRecord& record,
                                          const OpenedMessage& opened,
                                          const Judgement& /*judgement*/) const {
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord named, NamedIn(scope.store, opened));
  GATEPOST_ASSIGN_OR_RETURN(std::optional<store::EmergencyRecord> emergency,
                            scope.store.Emergency(named.row));
  // One of the other side, or of a log that was restored, has no time of its own here.
  if (!emergency.has_value()) emergency = store::EmergencyRecord{named.row, named.stored_at};
  if (emergency->countersigned_by != 0) return absl::OkStatus();
  emergency->countersigned_by = record.row;
  if (emergency->alarmed) {
    GATEPOST_RETURN_IF_ERROR(
        scope.log
            .Add(AlarmAbout("", named, "CLEARED",
                            "was:" + system::ReasonName(v1::REASON_COUNTERSIGNATURE_OVERDUE)))
            .status());
  }
  return scope.store.PutEmergency(*emergency);
}

}  // namespace gatepost::exchange
