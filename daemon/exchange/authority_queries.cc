#include "daemon/exchange/authority_queries.h"

#include <memory>
#include <optional>
#include <string>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/instant.h"
#include "daemon/exchange/agreements/threads.h"
#include "daemon/exchange/held.h"
#include "daemon/exchange/naming.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

absl::StatusOr<v1::GetCallerResponse> AuthorityQueries::GetCaller(
    const certs::Identity& caller) const {
  GATEPOST_ASSIGN_OR_RETURN(const CallerRights::Roles roles, parts_.rights.RolesOf(caller));
  const std::shared_ptr<const domain::Policy> policy = parts_.authority.policy();
  v1::GetCallerResponse response;
  response.set_spiffe_id(caller.id.ToString());
  response.set_certificate_sha256(std::string(certs::AsView(caller.certificate_sha256)));
  *response.mutable_certificate_ends() = domain::ToTimestamp(caller.not_after);
  for (const std::string& role : roles.roles) response.add_roles(role);
  response.set_roster_version(roles.roster_version);
  response.set_policy_id(policy->id());
  for (const std::string& act : policy->ActsOf(roles.roles)) response.add_acts(act);
  *response.mutable_time() = domain::ToTimestamp(parts_.clock.Now());
  return response;
}

absl::StatusOr<v1::GetRosterResponse> AuthorityQueries::GetRoster(
    const v1::GetRosterRequest& request) const {
  absl::Time at = parts_.clock.Now();
  if (request.has_at()) {
    GATEPOST_ASSIGN_OR_RETURN(at, domain::InstantIn("at", request.at()));
  }
  const std::string domain = request.trust_domain().empty()
                                 ? std::string(parts_.node.spiffe_id.trust_domain())
                                 : request.trust_domain();
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader, parts_.store.Read());
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<Rosters::InForce> in_force,
                            parts_.rosters.At(*reader, domain, at));
  v1::GetRosterResponse response;
  if (!in_force.has_value()) return response;
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord message,
                            MustHold(*reader, in_force->record.message_row));
  *response.mutable_roster() = *in_force->roster;
  *response.mutable_message() = CitationOf(message);
  response.set_short_reference(ReferenceText(parts_.node, message.reference));
  *response.mutable_since() = domain::ToTimestamp(in_force->record.since);
  return response;
}

}  // namespace gatepost::exchange
