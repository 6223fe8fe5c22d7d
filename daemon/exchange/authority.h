#ifndef GATEPOST_DAEMON_EXCHANGE_AUTHORITY_H_
#define GATEPOST_DAEMON_EXCHANGE_AUTHORITY_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/identity.h"
#include "daemon/domain/authority/policy.h"
#include "daemon/exchange/intake.h"
#include "daemon/store/store.h"

namespace gatepost::exchange {

using domain::Ruling;

// The node's own policy (config/v1/policy.proto): may these signers say this, and is it released?
// Deny by default. Any thread.
class Authority {
 public:
  virtual ~Authority() = default;

  // Judges a message of the own side as of `at`, with the roster in force then. NOT_IN_ROSTER,
  // ROLE_NOT_ALLOWED, GATE_NOT_ALLOWED, EMERGENCY_NOT_ALLOWED when it must not even be held.
  virtual absl::StatusOr<Ruling> Rule(const store::Reader& store, const OpenedMessage& opened,
                                      absl::Time at) const = 0;

  // May `who` countersign that message of an emergency? ROLE_NOT_ALLOWED, NOT_IN_ROSTER, or
  // OWN_SECOND_SIGNATURE for one of its signers.
  virtual absl::Status MayCountersign(const store::Reader& store, const certs::Identity& who,
                                      const OpenedMessage& emergency, absl::Time at) const = 0;

  // How long a message may wait for its signatures.
  virtual absl::Duration hold() const = 0;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AUTHORITY_H_
