#ifndef GATEPOST_DAEMON_DOMAIN_FIELD_RULES_H_
#define GATEPOST_DAEMON_DOMAIN_FIELD_RULES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gatepost/v1/citation.pb.h"
#include "gatepost/v1/message.pb.h"

// What the rules of every family of message have in common. Thread-safe.
namespace gatepost::domain {

// FIELD_MISSING: the field is required.
absl::Status Missing(std::string_view field, std::string_view came = "none");

// FIELD_MISSING for an enum: it is absent, or has a value without meaning here.
absl::Status MissingKind(std::string_view field);

// FIELD_CONFLICT: two fields contradict each other.
absl::Status Conflict(std::string_view wanted, std::string_view came, std::string_view todo);

// The refusal of a part, with the field it is about before it. `status` is not OK.
absl::Status AtField(std::string_view field, const absl::Status& status);

// MALFORMED_PAYLOAD unless it is ISO 3166-1 alpha-2 in form, or empty for all vehicles.
absl::Status CheckVehicleCountry(const std::string& country);

// That `named` can name a message: FIELD_MISSING, BAD_MESSAGE_ID, MALFORMED_PAYLOAD.
absl::Status CheckCitation(std::string_view field, const v1::MessageCitation& named);

// The same for what the header says is replaced, if it says so; and that it is another message
// (FIELD_CONFLICT).
absl::Status CheckReplaces(const v1::MessageHeader& header);

// FIELD_CONFLICT unless the header's scope_ids are `wanted`; `whose` says what they come from, e.g.
// "those of the figures".
absl::Status CheckScopeIds(const v1::MessageHeader& header, const std::vector<std::string>& wanted,
                           std::string_view whose);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_FIELD_RULES_H_
