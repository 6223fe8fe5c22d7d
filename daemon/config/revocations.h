#ifndef GATEPOST_DAEMON_CONFIG_REVOCATIONS_H_
#define GATEPOST_DAEMON_CONFIG_REVOCATIONS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/live_trust.h"
#include "certs/revocations.h"
#include "daemon/config/node_settings.h"
#include "daemon/config/text_file.h"
#include "gatepost/config/v1/deny_list.pb.h"
#include "gatepost/config/v1/node.pb.h"

namespace gatepost::config {

// The longest grace of a revocation list that a config may state: 90 days, in hours.
inline constexpr uint32_t kLongestGraceHours = 90 * 24;

// Reads who revokes from a node's config file into `settings`, whose trust domains are read
// already, and checks what the files hold. BAD_CONFIG, with file, line and field, when a domain
// names both lists and without_revocation_lists, or neither on a node that is not for practice,
// or too long a grace; and as LoadTrust.
absl::Status ReadRevocations(const Parsed<v1::NodeConfig>& file, NodeSettings* settings);

// Reads the deny list at `path`. BAD_CONFIG, with file, line and field, for a list without entries
// that does not say so (whoever empties the file must not let everybody in), or with both; an entry
// that names not exactly one of name, certificate, key, and issuer with serial number, or a
// malformed one of them; a date that is not RFC 3339; or no printable reason of up to 200 bytes.
absl::StatusOr<std::vector<certs::DeniedIdentity>> LoadDenyList(const std::string& path);

// The same for a list that was parsed.
absl::StatusOr<std::vector<certs::DeniedIdentity>> CheckDenyList(const Parsed<v1::DenyList>& file);

// Reads the revocation lists of one domain of `settings`, whose roots are in `roots`. Errors about
// these as of LoadTrust.
absl::StatusOr<certs::DomainRevocations> LoadLists(const NodeSettings& settings,
                                                   const RevocationSettings& stated,
                                                   const certs::TrustStore& roots, absl::Time now);

// Reads the revocation lists and the deny list that `settings` name, anew each time, and puts them
// together with the roots of `settings`: what to publish at the start. BAD_CONFIG, with file, line
// and field, for a file that cannot be read or is none, a list in the name of a root that did not
// sign it, one without a next update, or one that tells as of a time more than 5 minutes after
// `now`. A list that is too old is none of these: it refuses whom it is about, and no more.
absl::StatusOr<std::shared_ptr<const certs::TrustSnapshot>> LoadTrust(const NodeSettings& settings,
                                                                      absl::Time now);

}  // namespace gatepost::config

#endif  // GATEPOST_DAEMON_CONFIG_REVOCATIONS_H_
