#ifndef GATEPOST_DAEMON_DOMAIN_AUTHORITY_ROSTER_RULES_H_
#define GATEPOST_DAEMON_DOMAIN_AUTHORITY_ROSTER_RULES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gatepost/v1/authority.pb.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::domain {

// The most members of a roster.
inline constexpr int kMostRosterMembers = 10'000;
// The most roles of one member.
inline constexpr int kMostRoles = 16;

// How many versions a roster may be ahead of the newest one that is held here: some may have gone
// to others only. A jump to the last number there is would lock all later ones out.
inline constexpr uint32_t kMostVersionsAhead = 1'000;

// Whether a roster's message is sound by itself; `author_domain` is the trust domain of its author.
// FIELD_MISSING without version or members; FIELD_CONFLICT when it is that of another domain, names
// scopes or replaces something, or a member or role is out of order or stands twice; TOO_LARGE;
// BAD_TIME for `valid_from`; MALFORMED_PAYLOAD for a member that is of another domain or a node, or
// has a malformed role. Whether an id is otherwise a SPIFFE id is not looked at here.
absl::Status ValidateRoster(const v1::Roster& roster, const v1::MessageHeader& header,
                            std::string_view author_domain);

// The version that follows; ROSTER_OUT_OF_ORDER after the last one that there is.
absl::StatusOr<uint32_t> NextRosterVersion(uint32_t before);

// `valid_from` of a roster that ValidateRoster accepts, cut to microseconds; the infinite past when
// it states none.
absl::Time ValidFrom(const v1::Roster& roster);

// BAD_TIME when a roster that was logged at `at` says that it holds from more than a day later. It
// is in force from its entry on, whatever it says: `valid_from` is for people, and a day is how
// wrong clocks may be. That its own side publishes none of a later time, exchange/holding.h asks.
absl::Status CheckNotAhead(const v1::Roster& roster, absl::Time at);

// What changes from one roster to the next, by SPIFFE id: who is new, gone, or has other roles.
struct RosterChange {
  std::string spiffe_id;
  std::vector<std::string> before;  // Empty: was not there.
  std::vector<std::string> after;   // Empty: is not there any more.
  friend auto operator<=>(const RosterChange&, const RosterChange&) = default;
};
std::vector<RosterChange> ChangesBetween(const v1::Roster& before, const v1::Roster& after);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_AUTHORITY_ROSTER_RULES_H_
