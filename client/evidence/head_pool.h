#ifndef GATEPOST_CLIENT_EVIDENCE_HEAD_POOL_H_
#define GATEPOST_CLIENT_EVIDENCE_HEAD_POOL_H_

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "client/evidence/compare.h"
#include "client/evidence/log_keys.h"
#include "gatepost/v1/audit_service.pb.h"

namespace gatepost::evidence {

// All signed heads that several nodes hold, by log, epoch and size. Heads that are not what they
// say are findings and do not come in.
class HeadPool {
 public:
  // One root that a log has signed at one size.
  struct Root {
    certs::Digest root{};
    std::string note;
    std::set<std::string> held_by;
  };
  using Log = std::pair<std::string, uint64_t>;         // Node and epoch.
  using Sizes = std::map<uint64_t, std::vector<Root>>;  // More than one root: a fork.

  explicit HeadPool(const LogKeys& keys) : keys_(keys) {}

  // Everything in it; heads of its own log are held by itself, or by the peer of the link.
  void Add(const v1::GetHeadsResponse& heads);
  // A single head; empty notes are passed over.
  void Add(const std::string& note, const std::string& holder);

  const std::map<Log, Sizes>& logs() const { return logs_; }
  const std::vector<HistoryFinding>& bad_heads() const { return bad_heads_; }
  // Nodes whose logs no link agreement names.
  const std::set<std::string>& without_key() const { return without_key_; }

 private:
  const LogKeys& keys_;
  std::map<Log, Sizes> logs_;
  std::vector<HistoryFinding> bad_heads_;
  std::set<std::string> without_key_;
};

// What the heads alone say: forks, rollbacks, and whether sizes continue each other.
void CompareHeads(const CompareInput& input, Comparison& comparison);

// What the numbers and running digests of messages say.
void CompareSequences(std::span<const v1::GetHeadsResponse> nodes, Comparison& comparison);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_HEAD_POOL_H_
