#ifndef GATEPOST_DAEMON_EXCHANGE_LINK_PARTS_H_
#define GATEPOST_DAEMON_EXCHANGE_LINK_PARTS_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/agreements/follower.h"
#include "daemon/exchange/agreements/sequencer.h"
#include "daemon/exchange/authority.h"
#include "daemon/exchange/blocked_scopes.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/desk.h"
#include "daemon/exchange/head_rounds.h"
#include "daemon/exchange/intake.h"
#include "daemon/exchange/log_book.h"
#include "daemon/exchange/refusal_log.h"
#include "daemon/exchange/rosters.h"
#include "daemon/exchange/terms.h"
#include "daemon/ledger/merkle.h"
#include "daemon/ledger/note.h"
#include "daemon/system/clock.h"
#include "daemon/system/random.h"
#include "gatepost/v1/link_service.pb.h"

namespace gatepost::exchange {

// Where a session's frames go: a stream to the peer, or a test. Order is kept.
class FrameSink {
 public:
  virtual ~FrameSink() = default;
  // Queues a frame; never blocks.
  virtual void Send(v1::LinkFrame frame) = 0;
  // Frames queued that the wire has not taken yet. A session stops producing while it is high.
  virtual size_t pending() const = 0;
  // Ends the stream after what was queued. May be called once more than needed.
  virtual void Close() = 0;
};

// More queued frames than this wait until the wire has taken some.
inline constexpr size_t kMostPendingFrames = 64;

// What a link is built from. All of it must outlive the link.
struct LinkParts {
  const NodeTerms& node;
  const LinkTerms& link;
  const domain::GateRegister& gates;
  const store::Store& store;
  const Intake& intake;
  const Desks& desks;
  const Sequencer& sequencer;
  const Follower& follower;
  BlockedScopes& blocked;
  LogBook& log;
  const ledger::NoteSigner& witness;    // Of type 0x04; the key that cosigns now.
  const ledger::LiveKeys& own_witness;  // Its keys.
  const LinkTermsByPeer& links;         // All links of this node, for the witnesses of its peers.
  HeadRounds& rounds;
  Committer& committer;
  RefusalLog& refusals;
  const system::Clock& clock;
  system::Random& random;
  const Rosters& rosters;
  const Authority& authority;

  // The keys of all witnesses that are known here: this node's and those of its peers.
  std::vector<ledger::VerifierKey> KnownWitnesses() const;
};

// How the parts of a session reach it. `fail` ends it with a reason, under the link's lock; from
// the committer's thread it is called through `lock_and`, which runs a function under that lock
// unless the session is over. Work at the committer keeps what `hold` gives, so that the session is
// still there when it is done.
struct SessionHooks {
  std::function<void(const absl::Status&)> fail;
  std::function<void(const std::function<void()>&)> lock_and;
  std::function<std::shared_ptr<const void>()> hold;
};

// A head of the peer's log that was checked, or of our own that the peer was shown.
struct KnownHead {
  uint64_t size = 0;  // 0: none yet.
  certs::Digest root = ledger::EmptyRoot();
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_LINK_PARTS_H_
