#ifndef GATEPOST_DAEMON_EXCHANGE_ROSTER_DESK_H_
#define GATEPOST_DAEMON_EXCHANGE_ROSTER_DESK_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/exchange/desk.h"
#include "daemon/exchange/terms.h"

namespace gatepost::exchange {

// The desk for rosters: who has which roles on the author's side (PROTOCOL.md 7). A roster is in
// force here from the time of its leaf here on, or from its `valid_from` if that is later.
class RosterDesk final : public Desk {
 public:
  // Both must outlive the desk.
  RosterDesk(const NodeTerms& node, const LinkTermsByPeer& links) : node_(node), links_(links) {}

  // The errors of domain::ValidateRoster and CheckAuthority, BAD_SPIFFE_ID; of the own side
  // FIELD_CONFLICT when a peer whose agreement names authorities of this side would be left with an
  // older roster.
  absl::Status CheckAlone(const OpenedMessage& opened, absl::Time now) const override;

  // ROSTER_OUT_OF_ORDER unless its version is higher than that of every roster of the domain that
  // is held. From another node of a peer's domain the same roster may come again.
  absl::StatusOr<Judgement> Judge(const store::Reader& store, const OpenedMessage& opened,
                                  absl::Time now) const override;
  absl::Status Record(CommitScope& scope, const store::MessageRecord& record,
                      const OpenedMessage& opened, const Judgement& judgement) const override;

 private:
  absl::Status CheckReachesAll(const OpenedMessage& opened) const;
  absl::StatusOr<bool> IsHeldAlready(const store::Reader& store, const OpenedMessage& opened) const;

  const NodeTerms& node_;
  const LinkTermsByPeer& links_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_ROSTER_DESK_H_
