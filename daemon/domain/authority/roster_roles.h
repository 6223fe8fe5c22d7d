#ifndef GATEPOST_DAEMON_DOMAIN_AUTHORITY_ROSTER_ROLES_H_
#define GATEPOST_DAEMON_DOMAIN_AUTHORITY_ROSTER_ROLES_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "daemon/domain/authority/agreed_rules.h"
#include "daemon/domain/authority/release.h"
#include "gatepost/v1/authority.pb.h"
#include "gatepost/v1/message.pb.h"

// What a link agreement asks of a message by the roster of its author's side: asked by nodes when
// it crosses (exchange/link_rules.h), and by whoever checks the evidence of it later.
namespace gatepost::domain {

// Somebody with what his SPIFFE id says.
struct Named {
  std::string spiffe_id;
  std::string trust_domain;
  std::string role;  // clerk, officer, service or auditor.
};

// The roles of `who` by the roster in force, none when it does not name him; while his domain has
// no roster (null), the one in his name.
std::set<std::string> RolesIn(const v1::Roster* roster, const Named& who);

// NOT_IN_ROSTER when there is a roster that does not name the message's author. Rosters and key
// announcements are not asked: who may write those the link agreement says, and a wrong roster must
// not lock out the one who corrects it.
absl::Status CheckInRoster(const v1::Roster* roster, const v1::Message& message,
                           const Named& author);

// A message whose signatures hold.
struct SignedMessage {
  const v1::Message& message;
  Named author;
  std::string_view country;  // Of its author's side, VN or CN.
  std::vector<Named> signers;
};

// The day by which the register and its gate types are read: the same one at both nodes.
absl::CivilDay RulesDay(absl::Time at);

// The signatures that the rules still ask for at `at`. Only signers of the author's own side count:
// somebody of the other one is no second pair of eyes for it.
std::vector<StillNeeded> NeededBy(const AgreedRules& rules, const SignedMessage& asked,
                                  const v1::Roster* roster, absl::Time at);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_AUTHORITY_ROSTER_ROLES_H_
