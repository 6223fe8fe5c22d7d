#ifndef GATEPOST_CLIENT_EVIDENCE_COMPARE_H_
#define GATEPOST_CLIENT_EVIDENCE_COMPARE_H_

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "client/evidence/log_keys.h"
#include "gatepost/v1/audit_service.pb.h"

// Compares what nodes hold of each other's histories (PROTOCOL.md 4 and 6): whether every log was
// shown to all as one history, and whether what one side sent is what the other received. What is
// said here of a node's own log is what it says itself; what others hold of it shows whether it
// says the same to all. Pure; any thread.
namespace gatepost::evidence {

enum class Difference {
  kFork,           // One log, one size, two roots, both signed: proved by the two notes alone.
  kNotContinued,   // The larger of two heads does not continue the smaller one.
  kContradiction,  // A node keeps two heads as proof that one did not continue the other.
  kRollback,       // A node's own head is behind one that others hold.
  kUnknownSent,    // The recipient took messages that their sender does not know.
  kLostReceived,   // The sender holds receipts for messages that their recipient does not know.
  kOtherMessages,  // Running digests differ: a message was left out, put in or exchanged.
  kBadHead,        // A head that its log has not signed.
};

struct HistoryFinding {
  Difference what;
  std::string log;       // Whose log; of messages, who sent them.
  std::string peer;      // Of messages, who received them.
  uint64_t first = 0;    // Size of the first head; number of the first message that it can be.
  uint64_t last = 0;     // Size of the second; number of the last message that it can be.
  std::string first_by;  // Who holds, or says, the first.
  std::string second_by;
  std::string held;  // The two notes.
  std::string came;
};

// What was compared and is the same.
struct SameHistory {
  std::string log;                // As in HistoryFinding.
  std::string peer;               // Of messages.
  uint64_t epoch = 0;             // Of heads.
  uint64_t upto = 0;              // Size, or number of the last message.
  std::set<std::string> held_by;  // Who holds it.
};

// What could not be compared.
struct NotCompared {
  std::string log;
  std::string peer;  // Of messages: no number of which both sides said the digest.
  std::vector<uint64_t>
      sizes;            // Of heads: their node must show that each continues the one before.
  bool no_key = false;  // No link agreement names the log.
};

struct Comparison {
  std::vector<HistoryFinding> differences;
  std::vector<SameHistory> same;
  std::vector<NotCompared> not_compared;
};

struct CompareInput {
  // What nodes answered, first the one that answers now.
  std::span<const v1::GetHeadsResponse> nodes;
  // What the first node showed of its own log, as ConsistencyWanted asked.
  std::span<const v1::ProveConsistencyResponse> consistency;
  const LogKeys& keys;
};

Comparison Compare(const CompareInput& input);

// Which sizes of the first node's log must be shown to continue each other: pairs, small to large.
std::vector<std::pair<uint64_t, uint64_t>> ConsistencyWanted(
    std::span<const v1::GetHeadsResponse> nodes, const LogKeys& keys);

// At which messages the digest of node `own` is needed beside what `others` say; at most 1,000.
std::vector<v1::SequencePoint> PointsWanted(std::span<const v1::GetHeadsResponse> others,
                                            const std::string& own);

// Places along each direction of `heads`, so that a difference can be located later; at most 1,000.
std::vector<v1::SequencePoint> PointsToSave(const v1::GetHeadsResponse& heads);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_COMPARE_H_
