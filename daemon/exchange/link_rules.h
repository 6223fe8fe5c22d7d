#ifndef GATEPOST_DAEMON_EXCHANGE_LINK_RULES_H_
#define GATEPOST_DAEMON_EXCHANGE_LINK_RULES_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/domain/authority/release.h"
#include "daemon/exchange/intake.h"
#include "daemon/exchange/rosters.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"

// What a link agreement asks of a message, at the origin's door for each recipient and again where
// it is received: by the roster of the author's side, never by its inner policy (PROTOCOL.md 7).
namespace gatepost::exchange {

// Whether the message may cross the link at all as of `at`, however many sign it.
// - NOT_IN_ROSTER when a roster of the author's domain is in force and does not name him. Rosters
//   and key announcements are not asked: who may write those the link agreement says, and a wrong
//   roster must not lock out the one who corrects it.
// - SCOPE_NOT_OF_LINK for its family or a gate of it (domain::AgreedRules). The store's errors.
absl::Status MayCross(const Rosters& rosters, const store::Reader& store, const LinkTerms& link,
                      const OpenedMessage& opened, absl::Time at);

// Whether it is the first roster of its author's domain that comes here. Nobody has roles before
// it, so it needs the signature of an authority and no other; one in an emergency, or of a newer
// schema, is none. The store's errors.
absl::StatusOr<bool> IsFirstRoster(const store::Reader& store, const OpenedMessage& opened);

// The signatures that the link agreement's release rules still ask for, with the roles of the
// roster as of `at`; empty: the other side will apply it. None for a first roster, nor for one of a
// newer schema that an authority signed: it is carried. The store's errors.
absl::StatusOr<std::vector<domain::StillNeeded>> AgreedNeeds(const Rosters& rosters,
                                                             const store::Reader& store,
                                                             const LinkTerms& link,
                                                             const OpenedMessage& opened,
                                                             absl::Time at);

// Both: SIGNATURES_MISSING, naming what lacks, when something is still needed.
absl::Status CheckAgreed(const Rosters& rosters, const store::Reader& store, const LinkTerms& link,
                         const OpenedMessage& opened, absl::Time at);

// Whether a message that says something about its author's domain, such as a roster, comes from who
// may say it: from the other side, when one of its signers is an authority that the agreement of
// the link names for it; of the own side, when its author is one on some link that it crosses, and
// the agreement of each of them names any. NOT_AN_AUTHORITY otherwise. `own_domain` is the node's
// trust domain.
absl::Status CheckAuthority(const LinkTermsByPeer& links, std::string_view own_domain,
                            const OpenedMessage& opened);

// FIELD_CONFLICT when the message leaves out a peer of `links`, of those with `concerned`: who must
// be named is said as `wanted`, and why as `because`.
absl::Status CheckReachesAll(const LinkTermsByPeer& links, const OpenedMessage& opened,
                             bool (*concerned)(const LinkTerms&), std::string_view wanted,
                             std::string_view because);

// What a roster or key announcement of the own side still needs to be believed over that link: the
// signature of one of its authorities, as the role `authority-of-<peer node>`. Agreements of
// several links may name no common authority.
std::vector<domain::StillNeeded> AuthorityNeeds(const LinkTerms& link, const OpenedMessage& opened);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_LINK_RULES_H_
