#ifndef GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_AGREEMENT_DESK_H_
#define GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_AGREEMENT_DESK_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/agreements/sequencer.h"
#include "daemon/exchange/desk.h"
#include "daemon/exchange/terms.h"

namespace gatepost::exchange {

// Open proposals of one side on one link. The sequencer looks at all of them whenever something
// comes into force, and the clock's tick does; people never have more than a handful. A follower
// counts what it knows: it may still count one whose end is on its way.
inline constexpr size_t kMostOpenProposals = 1000;

// The desk for agreements: proposals and the answers to them. Where this node is the link's
// sequencer, its judgement is the decision. Elsewhere it only asks: its own side's messages are
// checked by what it knows and then await the decision; the other side's are taken as they are,
// since they were decided there.
class AgreementDesk final : public Desk {
 public:
  // All must outlive the desk.
  AgreementDesk(const NodeTerms& node, const LinkTermsByPeer& links,
                const domain::GateRegister& gates, const Sequencer& sequencer)
      : node_(node), links_(links), gates_(gates), sequencer_(sequencer) {}

  // The errors of domain::ValidateProposal; for an answer FIELD_MISSING, FIELD_CONFLICT,
  // BAD_MESSAGE_ID, MALFORMED_PAYLOAD, TOO_LARGE.
  absl::Status CheckAlone(const OpenedMessage& opened, absl::Time now) const override;

  // TOO_MANY_OPEN for a proposal, by its author's door and by its recipient alike; the errors of
  // ThreadJudge; AWAITING_DECISION for a second answer.
  absl::StatusOr<Judgement> Judge(const store::Reader& store, const OpenedMessage& opened,
                                  absl::Time now) const override;

  absl::Status Record(CommitScope& scope, const store::MessageRecord& record,
                      const OpenedMessage& opened, const Judgement& judgement) const override;

 private:
  const NodeTerms& node_;
  const LinkTermsByPeer& links_;
  const domain::GateRegister& gates_;
  const Sequencer& sequencer_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_AGREEMENT_DESK_H_
