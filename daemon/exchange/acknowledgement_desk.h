#ifndef GATEPOST_DAEMON_EXCHANGE_ACKNOWLEDGEMENT_DESK_H_
#define GATEPOST_DAEMON_EXCHANGE_ACKNOWLEDGEMENT_DESK_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/exchange/desk.h"
#include "daemon/exchange/terms.h"

namespace gatepost::exchange {

// The desk for acknowledgements: a person has seen a message of the other side. It is the READ rung
// of that message's ladder; the reader's node logs a READ leaf beside it, once for each person.
class AcknowledgementDesk final : public Desk {
 public:
  // Must outlive the desk; names the messages that refusals point to.
  explicit AcknowledgementDesk(const NodeTerms& node) : node_(node) {}

  // NOT_ALLOWED for anybody but a clerk or officer; FIELD_MISSING, FIELD_CONFLICT, BAD_TIME,
  // NO_TIME_ZONE, MALFORMED_PAYLOAD.
  absl::Status CheckAlone(const OpenedMessage& opened, absl::Time now) const override;

  // UNKNOWN_BASE; WRONG_SUBJECT for a message of one's own side or an acknowledgement;
  // FIELD_CONFLICT for other scopes than those of the message.
  absl::StatusOr<Judgement> Judge(const store::Reader& store, const OpenedMessage& opened,
                                  absl::Time now) const override;
  absl::Status Record(CommitScope& scope, const store::MessageRecord& record,
                      const OpenedMessage& opened, const Judgement& judgement) const override;

 private:
  const NodeTerms& node_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_ACKNOWLEDGEMENT_DESK_H_
