#ifndef GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_DOUBT_H_
#define GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_DOUBT_H_

#include <string_view>

#include "absl/status/status.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::exchange {

// What the sequencer's own side accepted is in doubt until the other node has receipted it: should
// that node refuse the acceptance, the agreement never bound, and what it ended goes on
// (restated.h). Until then nothing is decided at the sequencer that would come out differently in
// the two cases: AWAITING_DECISION for a proposal, or one that is accepted, whose terms touch an
// agreement in doubt or one that it ends, at whatever time.
absl::Status CheckBeyondDoubt(const store::Reader& store, const NodeTerms& node,
                              const domain::GateRegister& gates, std::string_view peer,
                              const v1::Message& proposal);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_DOUBT_H_
