#ifndef GATEPOST_DAEMON_CONFIG_AGREEMENT_RULES_H_
#define GATEPOST_DAEMON_CONFIG_AGREEMENT_RULES_H_

#include "absl/status/status.h"
#include "daemon/config/link_agreement.h"
#include "daemon/domain/authority/agreed_rules.h"
#include "daemon/domain/gate_register.h"

// What a link agreement says about who may say what, and for which gates.
namespace gatepost::config {

// The most authorities of one side.
inline constexpr int kMostAuthorities = 16;

// Checks it as far as no register is needed. BAD_CONFIG, with file, line and field, for an
// authority that is no officer of its node's trust domain or stands twice, a malformed gate class
// or release rule, release rules of which a side without authorities could never have the roles
// (nobody could publish its roster), or an `agreed_on` that is no date.
absl::Status CheckAgreementRules(const LinkAgreement& agreement);

// Checks the gates that it names against the register. BAD_CONFIG, with file, line and field, for
// one that the register never had: a rule that can never match would be a hole that nobody sees,
// and a report duty about a gate that nobody knows would be silent for ever.
absl::Status CheckAgreedGates(const LinkAgreement& agreement, const domain::GateRegister& gates);

// What the agreement asks of messages, with the gates of this register. `agreement` is one that
// CheckAgreementRules accepts.
domain::AgreedRules AgreedRulesOf(const v1::LinkAgreement& agreement,
                                  const domain::GateRegister& gates);

}  // namespace gatepost::config

#endif  // GATEPOST_DAEMON_CONFIG_AGREEMENT_RULES_H_
