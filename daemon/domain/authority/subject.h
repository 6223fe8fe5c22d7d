#ifndef GATEPOST_DAEMON_DOMAIN_AUTHORITY_SUBJECT_H_
#define GATEPOST_DAEMON_DOMAIN_AUTHORITY_SUBJECT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "daemon/domain/authority/facts.h"
#include "daemon/domain/gate_register.h"
#include "gatepost/config/v1/release.pb.h"

namespace gatepost::domain {

// Whether rules are about messages: families, actions, classes of gates and gates
// (config/v1/release.proto, RuleSubject). A class follows from what one side calls a gate's type
// (DOMAIN.md 5). A value; any thread.
class RuleSubjects {
 public:
  // `country` is the side whose words for types count, VN or CN.
  RuleSubjects(std::vector<config::v1::GateClass> classes, GateRegister gates,
               std::string_view country);

  // The class of a gate on that day: the first one of which the gate's type begins with a word,
  // else that of its parent; empty when it has none. A gate that does not hold on the day is taken
  // as the register last knew it.
  std::string ClassOf(std::string_view gate_id, absl::CivilDay on) const;

  // Whether the subject names the message as far as it is about this gate; an empty `gate_id` for a
  // message about none, which no rule with gates or classes is about. Gates and scopes that do not
  // hold on the day are taken as the register last knew them.
  bool Matches(const config::v1::RuleSubject& subject, const MessageFacts& facts,
               std::string_view gate_id, absl::CivilDay on) const;

  // Whether Matches holds for one of the message's gates, or for none when it has none.
  bool MatchesAny(const config::v1::RuleSubject& subject, const MessageFacts& facts,
                  absl::CivilDay on) const;

  // BAD_CONFIG when the subject names a family, action, class or scope that there is not, or an
  // action of none of its families: a rule that can never match would be a hole that nobody sees.
  absl::Status Check(const config::v1::RuleSubject& subject) const;
  // BAD_CONFIG when a class has no or a malformed name, no words, or stands twice.
  absl::Status CheckClasses() const;

  const GateRegister& gates() const { return gates_; }

 private:
  std::vector<config::v1::GateClass> classes_;
  GateRegister gates_;
  bool vietnamese_;
};

// BAD_CONFIG unless `role` is 1 to 64 characters of [a-z0-9-].
absl::Status CheckRole(std::string_view role);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_AUTHORITY_SUBJECT_H_
