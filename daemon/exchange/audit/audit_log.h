#ifndef GATEPOST_DAEMON_EXCHANGE_AUDIT_AUDIT_LOG_H_
#define GATEPOST_DAEMON_EXCHANGE_AUDIT_AUDIT_LOG_H_

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/time/time.h"
#include "certs/digest.h"
#include "certs/identity.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/terms.h"
#include "daemon/system/clock.h"

namespace gatepost::exchange {

// What was looked at, as its leaf says it.
struct AuditTrace {
  bool exported = false;             // EXPORTED, else AUDIT_READ.
  std::string object;                // `message:<id>`, `entry:<index>`, `entries:<first>-<last>`,
                                     // `heads`; empty: nothing.
  std::string peer;                  // Where it is about one link.
  std::optional<certs::Digest> pae;  // Where it is about one message.
  std::string detail;
};

// An answer that may be given once its leaf is durable.
template <typename Response>
struct Audited {
  Response response;
  AuditTrace trace;
};

// Answers a minute to all auditors of one other trust domain: what they can make this log grow by
// has an end.
inline constexpr int kMostForeignAnswers = 60;

// Logs who looked at what. Any thread.
//
//   answer built → Log → [committer: leaf, sync] → done(OK) → the caller gets it
class AuditLog {
 public:
  // All must outlive it.
  AuditLog(const NodeTerms& node, Committer& committer, const system::Clock& clock)
      : node_(node), committer_(committer), clock_(clock) {}

  // `done` is told once: OK when the leaf is durable; else OVERLOADED, NODE_STOPPING, NODE_RESTORED
  // or STORE_FAILED, and the answer may not be given. A log that was restored takes no leaf: then
  // only heads are shown, without one. Unless the work was not taken at all it is
  // called on the committer's thread; it must not block.
  void Log(const certs::Identity& caller, AuditTrace trace, Committer::Done done);

 private:
  struct Minute {
    absl::Time start;
    int answers = 0;
  };
  absl::Status CountForeign(std::string_view trust_domain);

  const NodeTerms& node_;
  Committer& committer_;
  const system::Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Minute, std::less<>> minutes_;  // By trust domain. Guarded by mutex_.
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AUDIT_AUDIT_LOG_H_
