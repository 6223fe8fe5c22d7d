#ifndef GATEPOST_DAEMON_EXCHANGE_AUDIT_AUDIT_LOG_H_
#define GATEPOST_DAEMON_EXCHANGE_AUDIT_AUDIT_LOG_H_

#include <optional>
#include <string>
#include <utility>

#include "certs/digest.h"
#include "certs/identity.h"
#include "daemon/exchange/committer.h"

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

// Logs who looked at what. Any thread.
//
//   answer built → Log → [committer: leaf, sync] → done(OK) → the caller gets it
class AuditLog {
 public:
  // `committer` must outlive it.
  explicit AuditLog(Committer& committer) : committer_(committer) {}

  // `done` is told once, never on this call's stack unless the node takes no work: OK when the leaf
  // is durable; else OVERLOADED, NODE_STOPPING or STORE_FAILED, and the answer may not be given. It
  // is called on the committer's thread and must not block.
  void Log(const certs::Identity& caller, AuditTrace trace, Committer::Done done);

 private:
  Committer& committer_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AUDIT_AUDIT_LOG_H_
