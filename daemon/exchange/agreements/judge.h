#ifndef GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_JUDGE_H_
#define GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_JUDGE_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "gatepost/v1/agreement.pb.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::exchange {

// What a message of a thread comes to.
struct ThreadVerdict {
  int64_t thread_row = 0;    // 0: it begins one.
  int64_t proposal_row = 0;  // What it is about; 0: itself.
  // What follows from it: OPEN, COUNTERED, IN_FORCE, REJECTED or WITHDRAWN.
  v1::AgreementState result = v1::AGREEMENT_STATE_UNSPECIFIED;
};

// Judges messages of threads on one link by what the store holds: the same rules at the author's
// door, at the sequencer that decides, and at the other node that looks at what was decided.
class ThreadJudge {
 public:
  // All must outlive it. `peer` is the other node of the link.
  ThreadJudge(const store::Reader& store, const NodeTerms& node, const domain::GateRegister& gates,
              std::string_view peer)
      : store_(store), node_(node), gates_(gates), peer_(peer) {}

  // Whether the message fits what it names, whatever has been decided: UNKNOWN_BASE, WRONG_SUBJECT,
  // NEWER_SCHEMA, NOT_OPEN (refused here), FIELD_CONFLICT.
  absl::StatusOr<ThreadVerdict> Place(const v1::Message& message) const;

  // Place, and whether holiday hours leave no cell blank as they were signed: MISSING_CELL,
  // TOO_LARGE. What the node that follows asks of a message that it does not decide.
  absl::StatusOr<ThreadVerdict> PlaceWhole(const v1::Message& message) const;

  // Whether it may be done at `now`: the errors of PlaceWhole, also the errors of CheckAct,
  // CheckTimely and CheckBasis, STALE_BASIS for an acceptance that was written before the thread's
  // last decision, and MISSING_CELL where a basis no longer fills what it filled when it was
  // signed.
  absl::StatusOr<ThreadVerdict> Judge(const v1::Message& message, absl::Time now) const;

 private:
  absl::StatusOr<ThreadVerdict> PlaceAnswer(const v1::Message& message,
                                            const v1::MessageCitation& thread,
                                            const v1::MessageCitation& proposal) const;
  // Whether a proposal rests on what holds now.
  absl::Status CheckHeld(const v1::Message& proposal) const;
  absl::Status CheckSeen(const v1::DecisionReference& seen, int64_t thread_row) const;

  const store::Reader& store_;
  const NodeTerms& node_;
  const domain::GateRegister& gates_;
  const std::string_view peer_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_JUDGE_H_
