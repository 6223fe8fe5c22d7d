#ifndef GATEPOST_CLIENT_EVIDENCE_LOG_READING_H_
#define GATEPOST_CLIENT_EVIDENCE_LOG_READING_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "certs/digest.h"
#include "client/evidence/log_keys.h"
#include "daemon/ledger/log_check.h"
#include "gatepost/v1/audit_service.pb.h"

namespace gatepost::evidence {

// What a check of a whole log has found.
struct LogVerdict {
  std::string node;  // Whose log.
  uint64_t epoch = 0;
  uint64_t size = 0;                         // Entries looked at.
  certs::Digest root{};                      // Computed from them; of no use after a gap.
  std::map<std::string, uint64_t> events;    // How many of each.
  std::vector<std::string> heads;            // Signed heads that were looked for, and whose.
  std::vector<ledger::LogFinding> findings;  // The first hundred.
  uint64_t finding_count = 0;
};

// Checks a whole log as a node hands it out, answer by answer: every entry, root and fact
// (ledger::LogCheck), and that each signed head that the node or its peers hold of it is met: the
// log's signature holds, and so do those of its witnesses. One thread.
class LogReading {
 public:
  // `heads` is what the node answers first; its newest head is where the reading ends, since the
  // log grows while it is read. EVIDENCE_INCOMPLETE when no agreement names the log,
  // BAD_HEAD_SIGNATURE and EVIDENCE_INVALID for that newest head. `keys` must outlive it.
  static absl::StatusOr<LogReading> Begin(const v1::GetHeadsResponse& heads, const LogKeys& keys);

  // The entry to ask for next.
  uint64_t next() const { return check_->size(); }
  // No more is to be read.
  bool done() const { return ended_ || check_->size() >= until_; }
  // Takes an answer that was asked with next().
  void Feed(const v1::ReadLogResponse& answer);
  // After the last answer.
  LogVerdict Finish();

 private:
  LogReading() = default;

  std::unique_ptr<LogVerdict> verdict_;
  std::unique_ptr<ledger::LogCheck> check_;
  uint64_t until_ = 0;
  bool ended_ = false;
};

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_LOG_READING_H_
