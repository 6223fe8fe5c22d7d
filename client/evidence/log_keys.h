#ifndef GATEPOST_CLIENT_EVIDENCE_LOG_KEYS_H_
#define GATEPOST_CLIENT_EVIDENCE_LOG_KEYS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "certs/digest.h"
#include "client/evidence/verdict.h"
#include "daemon/config/link_agreement.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/note.h"
#include "gatepost/v1/audit_service.pb.h"

namespace gatepost::evidence {

// A head whose log has signed it.
struct OpenedHead {
  std::string node;  // Whose log.
  uint64_t epoch = 0;
  uint64_t size = 0;
  certs::Digest root{};
  std::vector<CosignedBy> cosigned;  // By agreed witnesses.
};

// Which node's log a head says it is of, and in which epoch; nothing is checked.
// EVIDENCE_INVALID when its first line is no origin of a node's log.
struct HeadOrigin {
  std::string node;
  uint64_t epoch = 0;
};
absl::StatusOr<HeadOrigin> OriginOf(std::string_view note);

// The keys of logs and witnesses that link agreements name: whom a check of single heads and
// entries believes. A value; any thread may read it.
class LogKeys {
 public:
  // BAD_CONFIG when another agreement names other keys for one of the nodes.
  absl::Status Add(const config::LinkAgreement& agreement);

  bool empty() const { return logs_.empty(); }
  // The log key of that node; null when no agreement has it.
  const ledger::VerifierKey* Log(std::string_view node) const;
  const std::vector<ledger::VerifierKey>& witnesses() const { return witnesses_; }

  // Checks a head by the key of the log that it says it is of. EVIDENCE_INCOMPLETE when no agreement
  // names that log; EVIDENCE_INVALID, BAD_HEAD_SIGNATURE as ledger::OpenCheckpoint.
  absl::StatusOr<OpenedHead> Open(std::string_view note) const;

  // Checks a leaf, its path and its head, which must be of the log of `leaf.node()`. Errors as Open;
  // EVIDENCE_INVALID also for a leaf that is none, or one of a later epoch than its head.
  absl::StatusOr<ProvedEntry> Prove(const v1::EvidenceLeaf& leaf) const;

 private:
  struct Node {
    ledger::VerifierKey log;
    ledger::VerifierKey witness;
  };
  std::vector<CosignedBy> Cosigners(const ledger::OpenedCheckpoint& head) const;

  std::map<std::string, Node, std::less<>> logs_;
  std::map<std::string, std::string, std::less<>> nodes_of_witnesses_;  // By key name.
  std::vector<ledger::VerifierKey> witnesses_;
};

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_LOG_KEYS_H_
