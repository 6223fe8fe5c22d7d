#ifndef GATEPOST_DAEMON_EXCHANGE_STORED_SIGNERS_H_
#define GATEPOST_DAEMON_EXCHANGE_STORED_SIGNERS_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "certs/identity.h"
#include "daemon/exchange/intake.h"
#include "daemon/store/store.h"
#include "gatepost/v1/envelope.pb.h"

// Envelopes that this node stored, opened again without checking their signatures, which held when
// they came.
namespace gatepost::exchange {

// Who signed the envelope (of a batched message: its head), in order, each SPIFFE id once, by the
// chains that are kept. Countries and practice marks are not filled in. REASON_LEDGER_DAMAGED when
// a chain is missing or cannot be read.
absl::StatusOr<std::vector<certs::Identity>> SignersOf(const store::Reader& store,
                                                       const v1::Envelope& envelope);

// The message in the serialized envelope, with its signers. REASON_BODY_PURGED for an empty one,
// REASON_LEDGER_DAMAGED when it cannot be read.
absl::StatusOr<OpenedMessage> OpenStored(const store::Reader& store,
                                         std::string_view envelope_bytes);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_STORED_SIGNERS_H_
