#ifndef GATEPOST_TESTS_SUPPORT_SCRIPTED_AUTHORITY_H_
#define GATEPOST_TESTS_SUPPORT_SCRIPTED_AUTHORITY_H_

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/exchange/authority.h"
#include "daemon/system/reason.h"

namespace gatepost::testing {

// A policy of a test's own. As it is made, the author's signature suffices for everything. Roles
// are those in the SPIFFE ids; what it says may change while a node runs.
class ScriptedAuthority final : public exchange::Authority {
 public:
  // One signature of one of these roles each, by different signers, besides the author's.
  std::vector<std::set<std::string>> second_signatures;
  absl::Duration hold_for = absl::Hours(24);
  absl::Duration countersign_within = absl::Hours(1);
  // Who may countersign.
  std::set<std::string> countersigners = {"officer"};
  // Set: nothing may be said at all.
  absl::Status refusal = absl::OkStatus();

  absl::StatusOr<exchange::Ruling> Rule(const store::Reader&, const exchange::OpenedMessage& opened,
                                        absl::Time) const override {
    if (!refusal.ok()) return refusal;
    exchange::Ruling ruling;
    if (opened.message.header().has_emergency()) {
      ruling.countersign_within = countersign_within;
      return ruling;
    }
    if (opened.message.has_countersignature()) return ruling;
    std::vector<certs::Identity> left;
    for (const certs::Identity& signer : opened.signers) {
      if (signer.id != opened.author.id) left.push_back(signer);
    }
    for (const std::set<std::string>& roles : second_signatures) {
      const auto fits = std::ranges::find_if(left, [&](const certs::Identity& signer) {
        return roles.contains(std::string(certs::RoleName(signer.id.role())));
      });
      if (fits != left.end()) {
        left.erase(fits);
      } else if (!ruling.needed.empty() && ruling.needed.back().roles == roles) {
        ++ruling.needed.back().count;
      } else {
        ruling.needed.push_back({roles, 1});
      }
    }
    return ruling;
  }

  absl::Status MayCountersign(const store::Reader&, const certs::Identity& who,
                              const exchange::OpenedMessage&, absl::Time) const override {
    if (countersigners.contains(std::string(certs::RoleName(who.id.role())))) {
      return absl::OkStatus();
    }
    return system::Refuse(v1::REASON_ROLE_NOT_ALLOWED, "one who may countersign", who.id.ToString(),
                          "ask an officer");
  }

  absl::Duration hold() const override { return hold_for; }
};

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_SUPPORT_SCRIPTED_AUTHORITY_H_
