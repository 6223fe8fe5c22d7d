#ifndef GATEPOST_DAEMON_EXCHANGE_TRANSCRIPT_DESK_H_
#define GATEPOST_DAEMON_EXCHANGE_TRANSCRIPT_DESK_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/desk.h"

namespace gatepost::exchange {

// The desk for transcripts: what one side only heard. They bind nobody; they stand beside the hours
// as UNCONFIRMED until a notice of the side that was heard names them (NoticeDesk).
class TranscriptDesk final : public Desk {
 public:
  // Must outlive the desk.
  explicit TranscriptDesk(const domain::GateRegister& gates) : gates_(gates) {}

  // The errors of domain::ValidateTranscript.
  absl::Status CheckAlone(const OpenedMessage& opened, absl::Time now) const override;
  absl::StatusOr<Judgement> Judge(const store::Reader& store, const OpenedMessage& opened,
                                  absl::Time now) const override;
  absl::Status Record(CommitScope& scope, const store::MessageRecord& record,
                      const OpenedMessage& opened, const Judgement& judgement) const override;

 private:
  const domain::GateRegister& gates_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_TRANSCRIPT_DESK_H_
