#ifndef GATEPOST_DAEMON_EXCHANGE_RETENTION_H_
#define GATEPOST_DAEMON_EXCHANGE_RETENTION_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"

namespace gatepost::exchange {

// How long the bodies of messages are kept. Proofs are kept for ever.
struct RetentionTerms {
  // Days by family: REPORT, NOTICE, ACKNOWLEDGEMENT, TRANSCRIPT or PING. Others are kept for ever;
  // agreements always, since later ones rest on them.
  std::map<std::string, int, std::less<>> keep_days = {};
  // Legal hold: messages by id or short reference, and all messages about these gates, yards or
  // groups, or about any that has a gate in common with them. Nothing of them is purged.
  std::set<std::string, std::less<>> held_references = {};
  std::set<std::string, std::less<>> held_scopes = {};
};

// Purges the bodies of old messages (DESIGN.md 6): what remains of one is its row, its digests, its
// leaves and receipts, so that whoever has kept the envelope can still prove what it was. A PURGED
// leaf says which and by which rule; leaf and purge are one commit.
//
// A body goes when its family's days are over since it was stored and since the last day that it
// says hours of, when every recipient's receipt is held, and when no legal hold names it. Once a
// day all messages are looked at, a few at a time.
class Retention {
 public:
  struct Parts {
    const NodeTerms& node;
    const LinkTermsByPeer& links;
    const RetentionTerms& terms;
    const domain::GateRegister& gates;
    const store::Store& store;
    Committer& committer;
    const system::Clock& clock;
  };
  // All parts must outlive it and the work it posts.
  explicit Retention(Parts parts);
  Retention(const Retention&) = delete;
  Retention& operator=(const Retention&) = delete;

  // Call every second or so, from one thread.
  void OnTick();

 private:
  absl::Status LookAtSome(absl::Time now);
  bool IsHeld(const store::MessageRecord& record) const;
  // The rule by which a body goes now; empty: it stays.
  absl::StatusOr<std::string> RuleFor(const store::Reader& store,
                                      const store::MessageRecord& record, absl::Time now) const;
  absl::Status Purge(const store::MessageRecord& record, const std::string& rule);

  const Parts parts_;
  const absl::Duration shortest_;  // That any body is kept.
  std::atomic<int> at_work_ = 0;   // Purges with the committer.
  // Of the one thread that ticks.
  int64_t before_row_ = 0;  // Of this day's pass; 0: it begins with the newest.
  absl::Time next_pass_ = absl::InfinitePast();
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_RETENTION_H_
