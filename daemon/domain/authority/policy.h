#ifndef GATEPOST_DAEMON_DOMAIN_AUTHORITY_POLICY_H_
#define GATEPOST_DAEMON_DOMAIN_AUTHORITY_POLICY_H_

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "daemon/domain/authority/release.h"
#include "daemon/domain/authority/subject.h"
#include "gatepost/config/v1/policy.pb.h"
#include "gatepost/v1/exchange_service.pb.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::domain {

// What a caller may want of a node, as call rules name it.
inline constexpr std::array<std::string_view, 5> kCallActs = {"READ", "SUBMIT", "AUDIT",
                                                              "AUDIT_LINK", "ADMIN"};

// What policy makes of a message that it does not refuse.
struct Ruling {
  // What passes with a warning, ROLE_TOO_LOW: for the author, and logged.
  std::vector<v1::Finding> warnings;
  // The gates that the warning is about; an empty one for a message about none.
  std::set<std::string> warned_gates = {};
  // Signatures that must still come; empty: it may leave.
  std::vector<StillNeeded> needed = {};
  // Set for an emergency: it leaves now, and must be countersigned within this time.
  std::optional<absl::Duration> countersign_within = {};
};

// A message as policy is asked about it.
struct PolicyQuestion {
  const v1::Message& message;
  // Whether it has content that this version does not know.
  bool newer_schema = false;
  // Its author, and all signers of the own side with their roles, the author among them.
  std::string_view author;
  std::vector<SignerRoles> signers;
  // The day whose register counts.
  absl::CivilDay on;
};

// Who of the own side may do what, and whose signatures release it (config/v1/policy.proto). Deny
// by default. A value; any thread.
class Policy {
 public:
  // `rules` as config::ParsePolicy lets them pass, with `subjects` made of their gate classes.
  Policy(config::v1::Policy rules, RuleSubjects subjects);

  const std::string& id() const { return rules_.id(); }

  // May its author write it, and what releases it?
  // - NOT_IN_ROSTER: the author has no role.
  // - ROLE_NOT_ALLOWED: his roles write no such message about any gate; GATE_NOT_ALLOWED: not about
  //   one of its gates, which is named with its class. Both name the roles that may.
  // - EMERGENCY_NOT_ALLOWED: it declares an emergency that the author may not declare. One that he
  //   may declare leaves at once, whatever the other rules say.
  // - NEWER_SCHEMA: nobody can tell whether a rule for its release is about it. Where there is
  // none,
  //   content that is not known is carried for whoever may write anything.
  absl::StatusOr<Ruling> Rule(const PolicyQuestion& asked) const;

  // May somebody with these roles countersign an emergency? NOT_IN_ROSTER without any,
  // ROLE_NOT_ALLOWED. `who` is for the text.
  absl::Status MayCountersign(const std::set<std::string>& roles, std::string_view who) const;

  // May somebody with these roles do `act`, one of kCallActs? NOT_IN_ROSTER without any role,
  // NOT_ALLOWED naming the roles that may. `who` is for the text.
  absl::Status MayCall(const std::set<std::string>& roles, std::string_view act,
                       std::string_view who) const;
  // The acts that he may do, in the order of kCallActs.
  std::vector<std::string> ActsOf(const std::set<std::string>& roles) const;

  // How long a message may wait for its signatures; 24 hours where the file does not say.
  absl::Duration hold() const;

 private:
  struct Passing {
    bool allowed = false;
    bool warned = false;
  };
  Passing AtGate(const std::set<std::string>& roles, const MessageFacts& facts,
                 std::string_view gate, absl::CivilDay on) const;
  std::set<std::string> RolesFor(const MessageFacts& facts, std::string_view gate,
                                 absl::CivilDay on) const;
  std::vector<StillNeeded> NeededBy(const PolicyQuestion& asked, const MessageFacts& facts) const;
  bool WritesSomewhere(const std::set<std::string>& roles, const MessageFacts& facts,
                       absl::CivilDay on) const;
  absl::Status CheckEmergency(const PolicyQuestion& asked, const MessageFacts& facts,
                              const std::set<std::string>& roles) const;
  absl::Status Refused(const PolicyQuestion& asked, const MessageFacts& facts,
                       const std::set<std::string>& roles, const std::string& gate) const;
  absl::Status CheckNewer(const PolicyQuestion& asked, const MessageFacts& facts,
                          const std::set<std::string>& roles) const;
  std::string GateText(std::string_view gate, absl::CivilDay on) const;

  config::v1::Policy rules_;
  RuleSubjects subjects_;
};

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_AUTHORITY_POLICY_H_
