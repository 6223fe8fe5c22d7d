#ifndef GATEPOST_DAEMON_EXCHANGE_NOTICE_DESK_H_
#define GATEPOST_DAEMON_EXCHANGE_NOTICE_DESK_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/desk.h"
#include "daemon/exchange/terms.h"

namespace gatepost::exchange {

// The desk for notices: one-sided news about hours (DOMAIN.md 4).
class NoticeDesk final : public Desk {
 public:
  // Both must outlive the desk. `node` names the messages that refusals point to.
  NoticeDesk(const NodeTerms& node, const domain::GateRegister& gates)
      : node_(node), gates_(gates) {}

  // The errors of domain::ValidateNotice.
  absl::Status CheckAlone(const OpenedMessage& opened, absl::Time now) const override;

  // An amended notice names the newest of its chain, a resumption closures and intake stops of its
  // own side that are not void, a cancellation a notice that is not void, with its gates.
  // What a notice confirms are transcripts of its own side's word about its gates; the official
  // notice of a stop that was seen is the other side's; a stop that an opening ends is its own
  // side's, earlier, about its gates and traffic, and not void. An amended intake stop that begins
  // later than the one that it replaces is warned of. UNKNOWN_BASE, STALE_REVISION, WRONG_SUBJECT,
  // FIELD_CONFLICT.
  absl::StatusOr<Judgement> Judge(const store::Reader& store, const OpenedMessage& opened,
                                  absl::Time now) const override;

  // What the notice replaces is void from its own leaf on; so are the transcripts it confirms, for
  // from then on the signed word stands.
  absl::Status Record(CommitScope& scope, const store::MessageRecord& record,
                      const OpenedMessage& opened, const Judgement& judgement) const override;

 private:
  absl::StatusOr<int64_t> FindReplaced(const store::Reader& store,
                                       const OpenedMessage& opened) const;
  absl::StatusOr<std::vector<int64_t>> FindConfirmed(const store::Reader& store,
                                                     const v1::Notice& notice) const;
  absl::Status CheckOfficial(const store::Reader& store, const v1::Notice& notice) const;
  absl::Status CheckEnds(const store::Reader& store, const v1::Notice& notice) const;
  // The stop that an opening ends.
  absl::StatusOr<v1::Notice> FindStop(const store::Reader& store, const v1::Notice& opening) const;
  // A warning where an amended intake stop begins later than the one that it replaces.
  absl::StatusOr<std::optional<v1::Finding>> FindGap(const store::Reader& store,
                                                     const v1::Notice& notice,
                                                     int64_t replaced_row) const;

  const NodeTerms& node_;
  const domain::GateRegister& gates_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_NOTICE_DESK_H_
