#ifndef GATEPOST_DAEMON_NODE_AGREEMENT_CHECK_H_
#define GATEPOST_DAEMON_NODE_AGREEMENT_CHECK_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/live_trust.h"
#include "daemon/config/node_settings.h"
#include "daemon/store/store.h"

namespace gatepost::node {

// That nobody who signed a link agreement was revoked by then. When a signature was made is not
// what the file says, whose writer chooses `agreed_on`, but when this node started by it first
// (PROTOCOL.md 2), which is stored here for each signer's certificate:
//
//   a signature that is new here  must be good at `now` by revocation lists and deny list; a list
//                                 that is missing or too old is a refusal
//   one that was taken before     is refused only when its certificate turns out to have been
//                                 revoked by the time it was taken; who was revoked or denied
//                                 since, or of whom there is no list now, signed all the same
//
// A store may have gone by an agreement before it kept such times: the settings that it logged say
// so, or, where it logged none, that messages crossed on the link. Then what stood there was taken
// when the log began.
//
// The answer is of which links, by peer, the agreement is not in force, and why
// (AGREEMENT_NOT_SIGNED); of those nothing is stored. Or an error of the store. Call it at the
// start, before anybody writes.
absl::StatusOr<std::map<std::string, absl::Status>> CheckAgreementSigners(
    store::Store& store, const std::vector<config::LinkSettings>& links,
    const certs::TrustSnapshot& trust, absl::Time now);

}  // namespace gatepost::node

#endif  // GATEPOST_DAEMON_NODE_AGREEMENT_CHECK_H_
