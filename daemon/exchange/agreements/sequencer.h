#ifndef GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_SEQUENCER_H_
#define GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_SEQUENCER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/agreements/decisions.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"
#include "gatepost/v1/agreement.pb.h"

namespace gatepost::exchange {

struct HeldProposal;

// Decides the threads of the links whose agreement names this node (PROTOCOL.md 5): in the
// transaction that logs the action, in the order of the log. What time or another agreement does to
// a proposal is a DECIDED leaf of its own. Any thread; decisions on the committer's.
class Sequencer {
 public:
  // All must outlive it and the work it posts.
  Sequencer(const NodeTerms& node, const LinkTermsByPeer& links, const domain::GateRegister& gates,
            const store::Store& store, Committer& committer, const system::Clock& clock)
      : node_(node),
        links_(links),
        gates_(gates),
        store_(store),
        committer_(committer),
        clock_(clock) {}

  // Gives the decision that leaf `leaf_index`, just added, makes about the message in `row`, and
  // what follows from it for other proposals.
  absl::Status Decide(CommitScope& scope, std::string_view peer, int64_t row, uint64_t leaf_index,
                      v1::AgreementState result) const;

  // The peer's receipt took the message in `row`: an acceptance is in doubt no longer (doubt.h).
  absl::Status OnTaken(CommitScope& scope, int64_t row) const;

  // The peer's receipt refused the message in `row`, which was decided here: an open proposal is
  // REFUSED; what was decided on an answer is stated anew (restated.h), for nothing binds a side
  // that could not verify it.
  absl::Status OnRefused(CommitScope& scope, std::string_view peer, int64_t row,
                         v1::Reason reason) const;

  // Posts EXPIRED and LAPSED where their time has come. Call every second or so.
  void Tick() const;

 private:
  absl::Status DecideByTime(CommitScope& scope, std::string_view peer) const;
  absl::Status DecideWhatFollows(CommitScope& scope, std::string_view peer,
                                 const HeldProposal& agreement, const std::string& detail) const;
  absl::Status SupersedeIfStale(CommitScope& scope, std::string_view peer, const HeldProposal& open,
                                std::string detail) const;
  absl::Status UndoWhatFollowed(CommitScope& scope, std::string_view peer,
                                const store::DecisionRecord& refused) const;
  absl::Status Log(CommitScope& scope, std::string_view peer, const HeldProposal& about,
                   std::string_view result, DecisionKind kind, std::string detail) const;

  const NodeTerms& node_;
  const LinkTermsByPeer& links_;
  const domain::GateRegister& gates_;
  const store::Store& store_;
  Committer& committer_;
  const system::Clock& clock_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_SEQUENCER_H_
