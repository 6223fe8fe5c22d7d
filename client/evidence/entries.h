#ifndef GATEPOST_CLIENT_EVIDENCE_ENTRIES_H_
#define GATEPOST_CLIENT_EVIDENCE_ENTRIES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "certs/digest.h"
#include "client/evidence/anchors.h"
#include "client/evidence/found.h"
#include "client/evidence/verdict.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/key_ring.h"
#include "gatepost/v1/audit_service.pb.h"

namespace gatepost::evidence {

// How far the clocks of two nodes may be apart (PROTOCOL.md 9).
inline constexpr absl::Duration kMostSkew = absl::Minutes(5);

// Whether the leaf says that a message came: ACCEPTED or DELIVERED.
bool IsFirst(const ledger::Leaf& leaf);
// Whether the leaf says that the recipient did not take it.
bool IsRefused(const ledger::Leaf& leaf);
// The message's first entry by time, as its log says; null when there is none.
const ProvedEntry* FirstEntry(const MessageFacts& message);

// When a message was there for certain: the earliest time that both sides attest, one by an entry
// in its log, the other by a cosignature on a head above that entry or by an entry of its own that
// names it; the later of the two times. What one side says alone is not a time: InfiniteFuture.
absl::Time FixedAt(const Anchors& anchors, const MessageFacts& message);

// What a leaf's detail `leaf:<index>:<hash>` names: an entry of the other log that this one fixes
// (a RECEIPT, or a decision that was followed).
struct NamedEntry {
  uint64_t index = 0;
  certs::Digest hash{};
};
std::optional<NamedEntry> NamedIn(const ledger::Leaf& leaf);

// The place of a leaf in a bundle, without its ending, as findings name it.
std::string LeafPlace(const std::string& folder, const v1::EvidenceLeaf& leaf);
std::string LeafPlace(const std::string& folder, const ProvedEntry& entry);

// All entries and heads of a bundle as they are proved one by one: what one log shows twice must be
// the same. Two heads of one size with different roots, or two leaves at one index, are two
// histories.
class Entries {
 public:
  Entries(const Anchors& anchors, Found& found) : anchors_(anchors), found_(found) {}

  // Checks a leaf and its proof under the log key of its node: the origin is that node's log in the
  // leaf's epoch, and cosignatures of agreed witnesses hold and are not older than the leaf.
  // Nullopt, with a finding, when it does not; a log whose node no agreement names is missing.
  std::optional<ProvedEntry> Prove(const std::string& folder, const v1::EvidenceLeaf& leaf);

  // Checks a head under the log key of its node and the agreed witnesses.
  void CheckHead(const std::string& file, const std::string& note);

  // After all entries: times of each log do not decrease; entries that name others are entered
  // there as `held_by`, and must name what is there.
  void Connect(std::vector<MessageFacts>& messages);

 private:
  // Remembers the head, and whether it is one history with the others. `note` is the whole of it,
  // whose line by one of `keys` holds.
  void Meet(const std::string& where, std::string_view note, const ledger::OpenedCheckpoint& head,
            const ledger::KeyRing& keys);
  void CheckKeyOrder(const std::string& where, const ledger::Checkpoint& head, size_t key);
  std::vector<CosignedBy> CosignersOf(const ledger::OpenedCheckpoint& head) const;
  void CheckTimes(const std::vector<MessageFacts>& messages);

  const Anchors& anchors_;
  Found& found_;
  std::map<std::pair<std::string, uint64_t>, certs::Digest> heads_;   // By origin and size.
  std::map<std::pair<std::string, uint64_t>, certs::Digest> leaves_;  // By origin and index.
  // By origin and size: which of its log's keys signed the head, 0 for the oldest.
  std::map<std::pair<std::string, uint64_t>, size_t> signed_by_;
};

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_ENTRIES_H_
