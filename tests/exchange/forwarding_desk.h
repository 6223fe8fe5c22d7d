#ifndef GATEPOST_TESTS_EXCHANGE_FORWARDING_DESK_H_
#define GATEPOST_TESTS_EXCHANGE_FORWARDING_DESK_H_

#include "daemon/exchange/agreements/agreement_desk.h"

namespace gatepost::testing {

// Does what the honest desk does; for desks that do one thing otherwise.
class ForwardingDesk : public exchange::Desk {
 public:
  // Must outlive it.
  explicit ForwardingDesk(const exchange::AgreementDesk& honest) : honest_(honest) {}

  absl::Status CheckAlone(const exchange::OpenedMessage& opened, absl::Time now) const override {
    return honest_.CheckAlone(opened, now);
  }
  absl::StatusOr<exchange::Judgement> Judge(const store::Reader& store,
                                            const exchange::OpenedMessage& opened,
                                            absl::Time now) const override {
    return honest_.Judge(store, opened, now);
  }
  absl::Status Record(exchange::CommitScope& scope, const store::MessageRecord& record,
                      const exchange::OpenedMessage& opened,
                      const exchange::Judgement& judgement) const override {
    return honest_.Record(scope, record, opened, judgement);
  }

 private:
  const exchange::AgreementDesk& honest_;
};

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_EXCHANGE_FORWARDING_DESK_H_
