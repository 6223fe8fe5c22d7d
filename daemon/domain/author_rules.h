#ifndef GATEPOST_DAEMON_DOMAIN_AUTHOR_RULES_H_
#define GATEPOST_DAEMON_DOMAIN_AUTHOR_RULES_H_

#include <string_view>

#include "absl/status/status.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::domain {

// May the author, found by his signature, say this? `role` is that of his SPIFFE id, in words such
// as `officer`. Asked at the origin's door, by every recipient,
// and by whoever checks evidence. NOT_ALLOWED or OVERRIDE_NOT_ALLOWED.
// - Clerks, services and officers write messages; nodes and auditors do not.
// - Proposals and their answers need an officer, and so does an override of failed sums.
absl::Status MayAuthor(std::string_view author, std::string_view role, const v1::Message& message);

// May this travel in a batch (PROTOCOL.md 2)? Only reports may; NOT_ALLOWED otherwise.
absl::Status MayBatch(const v1::Message& message);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_AUTHOR_RULES_H_
