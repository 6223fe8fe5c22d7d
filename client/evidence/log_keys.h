#ifndef GATEPOST_CLIENT_EVIDENCE_LOG_KEYS_H_
#define GATEPOST_CLIENT_EVIDENCE_LOG_KEYS_H_

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "certs/digest.h"
#include "certs/spiffe_id.h"
#include "client/evidence/announcements.h"
#include "client/evidence/key_succession.h"
#include "client/evidence/verdict.h"
#include "daemon/config/link_agreement.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/key_ring.h"
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

// The keys of logs and witnesses that link agreements name, and those that were announced to follow
// them: whom a check of heads and entries believes. A value; any thread may read it.
class LogKeys {
 public:
  // All agreements come before the first announcement. One that names another key of a node than
  // those before it stands beside them: an announcement, or its day, must say which came first
  // (CheckOrdered). BAD_CONFIG for a key that cannot be told from another.
  absl::Status Add(const config::LinkAgreement& agreement);

  // Adds the keys that were announced; whoever calls it has checked the signatures. A key follows
  // the newest one of its log or witness, or came before the first that was agreed. Where the
  // announcement has `entries`, one must be proved by keys that count without it: else who has the
  // key could prove by it that it was announced. What does not hold is not used, and comes back:
  // - NOT_AN_AUTHORITY when no agreement of that node names a signer as authority of its side;
  //   FIELD_CONFLICT for a node of another side than his, for a second key after one, and for what
  //   is no key of that log or witness; WEAK_KEY for one that anybody can sign with;
  // - EVIDENCE_INCOMPLETE for a node that no agreement names, for a key that follows none that is
  //   known here, and without a proved entry.
  std::vector<Finding> Announce(std::span<const Announcement> announced);

  // After all announcements: BAD_CONFIG when agreements name different keys of one log or witness,
  // and neither an announcement nor the days of the agreements say which came first.
  absl::Status CheckOrdered() const;

  bool empty() const { return logs_.empty(); }
  // The keys of that node's log, oldest first; null when no agreement names it.
  const ledger::KeyRing* Log(std::string_view node) const;
  // Those of its witness.
  const ledger::KeyRing* Witness(std::string_view node) const;
  // Where the key was announced (Announcement::where); empty: an agreement names it.
  std::string AnnouncedIn(const ledger::VerifierKey& key) const;
  // The first agreement that names the key, as Add was told of its file; empty: none does.
  std::string AgreedIn(const ledger::VerifierKey& key) const;
  // The node whose witness has a key of that name; empty when none has.
  std::string NodeOfWitness(std::string_view key_name) const;
  // All nodes that have keys, by id.
  std::vector<std::string> Nodes() const;
  // Every key of every witness.
  std::vector<ledger::VerifierKey> witnesses() const;

  // Checks a head by the key of the log that it says it is of. EVIDENCE_INCOMPLETE when no
  // agreement names that log; EVIDENCE_INVALID, BAD_HEAD_SIGNATURE as ledger::OpenCheckpoint.
  absl::StatusOr<OpenedHead> Open(std::string_view note) const;

  // Checks a leaf, its path and its head, which must be of the log of `leaf.node()`. Errors as
  // Open; EVIDENCE_INVALID also for a leaf that is none, or one of a later epoch than its head.
  absl::StatusOr<ProvedEntry> Prove(const v1::EvidenceLeaf& leaf) const;

 private:
  struct Node {
    certs::SpiffeId id;
    KeySuccession log;
    KeySuccession witness;
    std::set<std::string> authorities;  // SPIFFE ids.
  };
  absl::Status CheckSpeaker(const Announcement& announced) const;
  absl::StatusOr<bool> Take(const Announcement& announced);
  bool IsEntered(const Announcement& announced) const;
  // Each node once, with its earliest cosignature.
  std::vector<CosignedBy> Cosigners(const ledger::OpenedCheckpoint& head) const;

  std::map<std::string, Node, std::less<>> logs_;
  std::map<std::string, std::string, std::less<>> nodes_of_witnesses_;  // By key name.
  std::map<std::string, std::string> announced_in_;                     // By vkey.
  std::map<std::string, std::string> agreed_in_;                        // By vkey.
};

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_LOG_KEYS_H_
