#ifndef GATEPOST_CLIENT_EVIDENCE_VERDICT_H_
#define GATEPOST_CLIENT_EVIDENCE_VERDICT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "certs/certificate.h"
#include "certs/digest.h"
#include "daemon/ledger/leaf.h"
#include "gatepost/v1/message.pb.h"

// What an offline check of evidence has found: the one result that tables, JSON and the report are
// made from. Values only.
namespace gatepost::evidence {

// INVALID outweighs INCOMPLETE, which outweighs VALID.
enum class Answer { kValid, kIncomplete, kInvalid };

// What is wrong or missing, and where: a file of the bundle (`messages/001/envelope.pb`), an entry
// of a log (`vn-langson/audit/1 entry 812`), or the bundle itself (`bundle`).
struct Finding {
  std::string where;
  absl::Status why;  // A refusal with its reason code: what was wanted, what came, what to do.
};

// A witness's cosignature on a head.
struct CosignedBy {
  std::string node;
  absl::Time time;
};

// A leaf that its proof shows to be in a log.
struct ProvedEntry {
  std::string node;  // Whose log.
  uint64_t index = 0;
  std::string leaf_bytes;
  ledger::Leaf leaf;
  uint64_t head_size = 0;
  std::vector<CosignedBy> cosigned;  // Of that head.
  // The other node fixed it in its own log: a RECEIPT leaf there, proved too, names this leaf's
  // index and hash.
  std::vector<CosignedBy> held_by;
};

// A signature under a message that holds.
struct SignedBy {
  std::string spiffe_id;
  std::string suite;
  certs::Digest certificate_sha256{};
  absl::Time certificate_not_before;
  absl::Time certificate_not_after;
  std::optional<absl::Time> revoked;          // By a revocation list that is known here.
  std::vector<certs::Certificate> path = {};  // Up to the root that vouches for it, leaf first.
};

// One message, its signatures and what both logs say of it, all checked.
struct MessageFacts {
  std::string folder;           // In the bundle, e.g. messages/001.
  std::string short_reference;  // Of the node that exported it; not signed by anybody.
  std::string message_id;
  std::string author;
  certs::Digest pae{};
  // There is no envelope: only digests are left, `message` is empty, nothing shows who signed.
  bool without_envelope = false;
  bool purged = false;  // The exporter's log says, proved, that retention took the body away.
  v1::Message message;
  std::vector<SignedBy> signatures;
  std::vector<ProvedEntry> entries;  // Of both logs, by time.
};

// The verdict. Where it is INVALID, messages and entries that hold are still listed.
struct Verdict {
  Answer answer = Answer::kIncomplete;
  bool practice = false;  // Under practice roots: never evidence in earnest.
  // By whom every entry is fixed in time, in the words LOG (only each log itself), PEER (the other
  // node of its link too) and ALL (every peer that the reader's own agreements name).
  std::string satisfies;
  std::vector<std::string> peers;    // For PEER: whose word it is. Format: node ids.
  std::vector<Finding> findings;     // Why it is not VALID; empty when it is.
  std::vector<std::string> notes;    // What a reader should know though nothing is wrong.
  std::string exported_by;           // Node id, as the bundle says.
  absl::Time exported_at;            // As the bundle says.
  certs::Digest agreement_sha256{};  // Of the link agreement it was judged by.
  std::vector<MessageFacts> messages;
};

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_VERDICT_H_
