#ifndef GATEPOST_DAEMON_EXCHANGE_AUDIT_SUBJECT_DAYS_H_
#define GATEPOST_DAEMON_EXCHANGE_AUDIT_SUBJECT_DAYS_H_

#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/exchange/audit/audit_subject.h"
#include "daemon/store/store.h"
#include "gatepost/v1/message.pb.h"

// When a message takes effect (audit_subject.h has the rules). `message` is that of `record`, read.
namespace gatepost::exchange {

// The days that it is about; nullopt: none, or none that can be read.
absl::StatusOr<std::optional<SubjectDays>> DaysOf(const store::Reader& store,
                                                  const store::MessageRecord& record,
                                                  const v1::Message& message);

// How long before its effect it was known here; nullopt: it says nothing of hours, or binds nobody.
absl::StatusOr<std::optional<absl::Duration>> LeadTimeOf(const store::Reader& store,
                                                         const store::MessageRecord& record,
                                                         const v1::Message& message);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AUDIT_SUBJECT_DAYS_H_
