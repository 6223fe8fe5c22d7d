#ifndef GATEPOST_DAEMON_EXCHANGE_HELD_QUERIES_H_
#define GATEPOST_DAEMON_EXCHANGE_HELD_QUERIES_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "daemon/exchange/holding.h"
#include "daemon/exchange/log_book.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"
#include "gatepost/v1/exchange_service.pb.h"

namespace gatepost::exchange {

// What users may ask about messages that are HELD. Only their own side asks here. Any thread.
class HeldQueries {
 public:
  // All must outlive it, and what `rules` names.
  HeldQueries(const NodeTerms& node, const LogBook& log, const OwnRules& rules,
              const system::Clock& clock)
      : node_(node), log_(log), rules_(rules), clock_(clock) {}

  // One held message as users see it, with who has signed it and what it still waits for by the
  // policy and the link agreements as they are now.
  absl::StatusOr<v1::StoredMessage> Describe(const store::Reader& store,
                                             const store::HeldRecord& held, bool with_envelope,
                                             bool with_receipt) const;

  // The held messages that the request's filters leave, oldest first, after row `after`, at most
  // `limit`, with the page token of the next.
  absl::StatusOr<v1::ListMessagesResponse> List(const store::Reader& store,
                                                const v1::ListMessagesRequest& request,
                                                int64_t after, size_t limit) const;

 private:
  const NodeTerms& node_;
  const LogBook& log_;
  const OwnRules rules_;
  const system::Clock& clock_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_HELD_QUERIES_H_
