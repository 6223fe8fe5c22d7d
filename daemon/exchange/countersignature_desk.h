#ifndef GATEPOST_DAEMON_EXCHANGE_COUNTERSIGNATURE_DESK_H_
#define GATEPOST_DAEMON_EXCHANGE_COUNTERSIGNATURE_DESK_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/exchange/authority.h"
#include "daemon/exchange/desk.h"
#include "daemon/exchange/terms.h"

namespace gatepost::exchange {

// The desk for countersignatures: the second pair of eyes on a message that left in an emergency.
// The author's own node asks its policy who may; the other one sees that it is somebody else of the
// same side.
class CountersignatureDesk final : public Desk {
 public:
  // Both must outlive the desk.
  CountersignatureDesk(const NodeTerms& node, const Authority& authority)
      : node_(node), authority_(authority) {}

  // FIELD_MISSING, FIELD_CONFLICT, BAD_MESSAGE_ID, MALFORMED_PAYLOAD.
  absl::Status CheckAlone(const OpenedMessage& opened, absl::Time now) const override;

  // UNKNOWN_BASE; WRONG_SUBJECT for a message of the other side or without an emergency;
  // FIELD_CONFLICT for other scopes than its; OWN_SECOND_SIGNATURE for one of its signers; at the
  // origin the errors of Authority::MayCountersign.
  absl::StatusOr<Judgement> Judge(const store::Reader& store, const OpenedMessage& opened,
                                  absl::Time now) const override;

  // The first countersignature counts; it takes back the alarm that it is overdue.
  absl::Status Record(CommitScope& scope, const store::MessageRecord& record,
                      const OpenedMessage& opened, const Judgement& judgement) const override;

 private:
  const NodeTerms& node_;
  const Authority& authority_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_COUNTERSIGNATURE_DESK_H_
