#ifndef GATEPOST_DAEMON_EXCHANGE_AUDIT_ENTRY_FILTER_H_
#define GATEPOST_DAEMON_EXCHANGE_AUDIT_ENTRY_FILTER_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "daemon/exchange/audit/audit_subject.h"
#include "daemon/ledger/leaf.h"
#include "gatepost/v1/audit_service.pb.h"

namespace gatepost::exchange {

// Which entries an auditor asked for: first what the leaf says by itself, then what the message
// says that it is about. A value.
class EntryFilter {
 public:
  // `thread_row` is the row of the thread that `request` names, if it names one. BAD_ARGUMENT for a
  // family that there is not, or a period that ends before it starts; BAD_TIME.
  static absl::StatusOr<EntryFilter> Of(const v1::ListEntriesRequest& request,
                                        std::optional<int64_t> thread_row);

  // When the wanted entries were logged: from <= t < before.
  absl::Time logged_from() const { return logged_from_; }
  absl::Time logged_before() const { return logged_before_; }

  // Whether the leaf does, as far as it alone says.
  bool FitsLeaf(const ledger::Leaf& leaf) const;
  // Whether entries without a message are left out.
  bool asks_about_message() const { return asks_about_message_; }
  // Whether the message does, in its entry at `index`.
  bool FitsMessage(uint64_t index, const SubjectFacts& facts) const;

 private:
  EntryFilter() = default;

  v1::ListEntriesRequest asked_;
  std::optional<int64_t> thread_row_;
  absl::Time logged_from_ = absl::InfinitePast();
  absl::Time logged_before_ = absl::InfiniteFuture();
  std::optional<absl::CivilDay> day_from_;
  std::optional<absl::CivilDay> day_to_;
  bool asks_about_message_ = false;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AUDIT_ENTRY_FILTER_H_
