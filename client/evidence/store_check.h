#ifndef GATEPOST_CLIENT_EVIDENCE_STORE_CHECK_H_
#define GATEPOST_CLIENT_EVIDENCE_STORE_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "certs/digest.h"
#include "certs/trust.h"
#include "client/evidence/announcements.h"
#include "client/evidence/verdict.h"
#include "daemon/ledger/key_ring.h"

// Checks a node's whole data folder, or a copy of it, without the node.
namespace gatepost::evidence {

// The keys of one node, as the link agreement names them and as they were announced.
struct NodeKeys {
  std::string node;                        // Its id, for example vn-langson.
  ledger::KeyRing log;                     // Of type 0x01.
  std::optional<ledger::KeyRing> witness;  // Of type 0x04; none: its cosignatures are ignored.
};

struct StoreCheckOptions {
  NodeKeys own;                 // Whose folder it is.
  std::vector<NodeKeys> peers;  // Without a peer's keys what it gave cannot be checked: INCOMPLETE.
  // The roots under which signatures of messages must hold at the time of their leaf; null: neither
  // signatures nor certificates are checked, only that they are those that were logged. What a peer
  // sent whose keys are not here is not held against it.
  const certs::TrustStore* trust = nullptr;
  size_t most_findings = 100;  // Kept; all are counted.
  // What was found before, about announced keys: counted with what is found here.
  std::vector<Finding> found = {};
  // Trust domains of which not every agreed root is in `trust`: what somebody of theirs has signed
  // and does not hold under it is INCOMPLETE, found once for each domain; without `trust`, all that
  // they have signed.
  std::set<std::string> without_roots = {};
};

// How much was looked at.
struct StoreCounts {
  uint64_t entries = 0;
  uint64_t groups = 0;
  uint64_t messages = 0;
  uint64_t envelopes_verified = 0;  // With their signatures.
  uint64_t bodies_purged = 0;
  uint64_t chains = 0;
  uint64_t outgoing = 0;
  uint64_t incoming = 0;
  uint64_t receipts = 0;
  uint64_t peer_heads = 0;
  uint64_t rungs = 0;
  uint64_t decisions = 0;
  uint64_t cosigned_heads = 0;
};

struct StoreVerdict {
  Answer answer = Answer::kIncomplete;
  // Where: `entry 812` of the log, a row such as `message 12` or `receipt cn-pingxiang 7`, or
  // `store`.
  std::vector<Finding> findings;
  uint64_t finding_count = 0;
  StoreCounts counts;
  uint64_t log_size = 0;
  certs::Digest log_root{};  // Computed from the entries; the empty root after a gap.
};

// Whose data folder it is: the node's id. EVIDENCE_INCOMPLETE when it does not say, STORE_FAILED.
absl::StatusOr<std::string> OwnerOfStore(const std::string& folder);

// The announcements of keys that the node has taken, as the folder holds them, oldest first: those
// whose signatures hold under the roots of `trust` at the time of their entry. The others come back
// in `unproved`; without `trust` all do. EVIDENCE_INVALID or INCOMPLETE says why. STORE_FAILED.
struct StoredAnnouncements {
  std::vector<Announcement> proved;
  std::vector<Finding> unproved;
};
absl::StatusOr<StoredAnnouncements> AnnouncementsInStore(const std::string& folder,
                                                         const certs::TrustStore* trust);

// Reads the folder once, in the state of this moment, and checks
// - the log, by ledger::LogCheck, and that cosigned heads are of it;
// - of every message: its ACCEPTED or DELIVERED entry says the same, and each such entry has its
//   message; digests of envelope and signatures; its place in a batch; author, id and recipients
//   in the payload; with `trust`, its signatures. A message without a body needs its PURGED entry;
// - the running digests of both directions, gapless;
// - receipts, rungs and decisions: in order without a gap; leaf, path and head of the peer, signed
//   by it; that they are about that message; this node's own entry about them;
// - heads of peers, cosigned heads, what the witness has cosigned; where each link stands;
// - certificate chains, by the digest of their leaf, and with `trust` whole.
//
// Projections of messages (reports, hours, threads, …), short references and findings are not
// evidence and are not looked at. An earlier whole state of the folder is consistent with itself:
// only heads that others hold tell of it (`audit compare`).
//
// Memory is bounded but for what LogCheck remembers and a key for each message while they are
// sorted. Errors: REASON_STORE_FAILED when there is no such store, or it cannot be read at all;
// damage is a finding. Any thread.
absl::StatusOr<StoreVerdict> CheckStore(const std::string& folder,
                                        const StoreCheckOptions& options);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_STORE_CHECK_H_
