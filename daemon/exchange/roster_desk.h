#ifndef GATEPOST_DAEMON_EXCHANGE_ROSTER_DESK_H_
#define GATEPOST_DAEMON_EXCHANGE_ROSTER_DESK_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/exchange/desk.h"
#include "daemon/exchange/terms.h"

namespace gatepost::exchange {

// The desk for rosters: who has which roles on the author's side (PROTOCOL.md 7). A roster is in
// force here from its leaf here on, in the order in which messages cross, so that both nodes judge
// each of them by the same one; its `valid_from` is for people.
class RosterDesk final : public Desk {
 public:
  // Both must outlive the desk.
  RosterDesk(const NodeTerms& node, const LinkTermsByPeer& links) : node_(node), links_(links) {}

  // The errors of domain::ValidateRoster, domain::CheckNotAhead and CheckAuthority; BAD_SPIFFE_ID.
  // What only the door asks, holding.h says.
  absl::Status CheckAlone(const OpenedMessage& opened, absl::Time now) const override;

  // ROSTER_OUT_OF_ORDER unless its version is higher than that of every roster of the domain that
  // is held, by at most domain::kMostVersionsAhead. From another node of a peer's domain the same
  // roster may come again.
  absl::StatusOr<Judgement> Judge(const store::Reader& store, const OpenedMessage& opened,
                                  absl::Time now) const override;
  absl::Status Record(CommitScope& scope, const store::MessageRecord& record,
                      const OpenedMessage& opened, const Judgement& judgement) const override;

 private:
  absl::StatusOr<bool> IsHeldAlready(const store::Reader& store, const OpenedMessage& opened) const;

  const NodeTerms& node_;
  const LinkTermsByPeer& links_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_ROSTER_DESK_H_
