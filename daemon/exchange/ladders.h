#ifndef GATEPOST_DAEMON_EXCHANGE_LADDERS_H_
#define GATEPOST_DAEMON_EXCHANGE_LADDERS_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/exchange/log_book.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "gatepost/v1/receipt.pb.h"

namespace gatepost::exchange {

// How far messages came: each rung with who acted, when, and the leaf that proves it. Reads only;
// any thread.
//
// ACCEPTED → DELIVERED → APPLIED, CARRIED or REFUSED come from this node's log and the recipient's
// receipt; FETCHED and READ from the recipient's leaves (rungs.h). A person's READ is one step: the
// leaf of his node, and the acknowledgement that he signed, by its reference; while the leaf is not
// held, the acknowledgement's own leaf here. Nothing rises above a refusal, or above CARRIED.
class Ladders {
 public:
  // Both must outlive it.
  Ladders(const NodeTerms& node, const LogBook& log) : node_(node), log_(log) {}

  // Of a message submitted here, to one recipient.
  absl::StatusOr<v1::Ladder> To(const store::Reader& store, const store::MessageRecord& record,
                                const store::OutgoingRecord& outgoing) const;
  // Of a message that was received, here.
  absl::StatusOr<v1::Ladder> Here(const store::Reader& store,
                                  const store::MessageRecord& record) const;
  // The rung that a message has at all its recipients; of one that was received, how this node
  // stands to it.
  absl::StatusOr<v1::Rung> Common(const store::Reader& store,
                                  const store::MessageRecord& record) const;

 private:
  absl::StatusOr<v1::LadderStep> OwnStep(const store::MessageRecord& record, v1::Rung rung) const;
  absl::StatusOr<v1::LadderStep> StepOf(const store::Reader& store,
                                        const store::RungRecord& rung) const;
  // Adds FETCHED and READ. `acks_from` is where acknowledgements came from, empty for here.
  absl::Status Climb(const store::Reader& store, const store::MessageRecord& record,
                     std::string_view peer, std::string_view acks_from, v1::Ladder& ladder) const;

  const NodeTerms& node_;
  const LogBook& log_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_LADDERS_H_
