#ifndef GATEPOST_DAEMON_NODE_AGREEMENT_CHECK_H_
#define GATEPOST_DAEMON_NODE_AGREEMENT_CHECK_H_

#include <vector>

#include "absl/status/status.h"
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
//   revoked
//                                 by the time it was taken; who was revoked or denied since, or of
//                                 whom there is no list now, signed all the same
//
// AGREEMENT_NOT_SIGNED, or an error of the store. Call it at the start, before anybody writes.
absl::Status CheckAgreementSigners(store::Store& store,
                                   const std::vector<config::LinkSettings>& links,
                                   const certs::TrustSnapshot& trust, absl::Time now);

}  // namespace gatepost::node

#endif  // GATEPOST_DAEMON_NODE_AGREEMENT_CHECK_H_
