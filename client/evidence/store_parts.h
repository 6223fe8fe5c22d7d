#ifndef GATEPOST_CLIENT_EVIDENCE_STORE_PARTS_H_
#define GATEPOST_CLIENT_EVIDENCE_STORE_PARTS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "absl/status/status.h"
#include "client/evidence/store_check.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/leaf.h"
#include "daemon/store/evidence.h"

// What the parts of CheckStore share. One thread.
namespace gatepost::evidence {

// What an earlier part of the check has counted in the log, for those that come after it.
struct LogCounts {
  std::map<std::string, uint64_t> receipts;   // RECEIPT entries of each peer.
  std::map<std::string, uint64_t> rungs;      // FETCHED and READ entries of each peer.
  std::map<std::string, uint64_t> decisions;  // DECIDED entries of each peer.
};

class StoreCheckParts {
 public:
  // `reader` and `options` must outlive it.
  StoreCheckParts(const store::EvidenceReader& reader, const StoreCheckOptions& options)
      : reader(reader), options(options) {}

  // Finds something. An error that is not of this check (a damaged row) is kept as it is.
  void Find(std::string_view where, absl::Status why);
  void Find(std::string_view where, std::string_view wanted, std::string_view came);
  // Finds that the two differ.
  void Expect(std::string_view where, std::string_view what, std::string_view wanted,
              std::string_view came);
  void Expect(std::string_view where, std::string_view what, uint64_t wanted, uint64_t came);
  void Expect(std::string_view where, std::string_view what, const certs::Digest& wanted,
              const certs::Digest& came);

  // Goes through all rows of a table; those that cannot be read are found.
  template <typename Record, typename Visit>
  void Each(std::unique_ptr<store::Rows<Record>> rows, const Visit& visit) {
    while (true) {
      absl::StatusOr<std::optional<store::Row<Record>>> row = rows->Next();
      if (!row.ok()) return Find("store", row.status());
      if (!row->has_value()) return;
      if ((*row)->record.ok()) {
        visit((*row)->name, *(*row)->record);
      } else {
        Find((*row)->name, (*row)->record.status());
      }
    }
  }

  // The keys of a node, its own ones too; null where they are not known.
  const NodeKeys* KeysOf(std::string_view node) const;
  // All witness keys that are known.
  std::vector<ledger::VerifierKey> WitnessKeys() const;
  // Whether the keys of `peer` are known; finds once for each peer that they are not.
  bool KnowsPeer(const std::string& peer);

  // The entry of this node's log; nullopt when it is not there or no leaf.
  std::optional<ledger::Leaf> OwnLeaf(uint64_t index);
  // As that, and finds that there is none.
  std::optional<ledger::Leaf> NeedOwnLeaf(std::string_view where, uint64_t index);

  // A leaf of a peer's log, proved under a head of it that is held; what does not hold is found.
  struct PeerProof {
    std::string peer;
    uint64_t epoch = 0;
    uint64_t head_size = 0;
    uint64_t leaf_index = 0;
    std::string_view leaf;
    std::string_view path;
  };
  std::optional<ledger::Leaf> Prove(std::string_view where, const PeerProof& proof);

  // The message in `row`; finds that there is none.
  std::optional<store::MessageRecord> NeedMessage(std::string_view where, int64_t row);

  const store::EvidenceReader& reader;
  const StoreCheckOptions& options;
  StoreVerdict verdict;
  LogCounts log_counts;

 private:
  std::optional<store::LeafGroup> group_;  // The last one that was read.
  std::optional<std::tuple<std::string, uint64_t, uint64_t>> head_of_;  // Of `head_`.
  std::optional<ledger::Checkpoint> head_;
  std::map<std::string, bool, std::less<>> known_peers_;
};

// `leaf:<index>:<hash>`, how an entry names a leaf of the peer's log.
std::string LeafDetail(uint64_t leaf_index, std::string_view leaf);

// `message:<id>`; of an envelope that could not be opened, `envelope:<pae>` as it is.
std::string ObjectOf(const store::MessageRecord& record);

// SHA-256(previous || pae), the running digest of a direction (PROTOCOL.md 2).
certs::Digest NextDigest(const certs::Digest& previous, const certs::Digest& pae);

// The rung and the reason that a DELIVERED leaf's result says.
v1::Rung RungOfResult(std::string_view result);
v1::Reason ReasonOfResult(std::string_view result);

// The parts, in the order in which they run.
void CheckLogAndMessages(StoreCheckParts& parts);
void CheckHeads(StoreCheckParts& parts);
void CheckChains(StoreCheckParts& parts);
void CheckDirections(StoreCheckParts& parts);
void CheckReceipts(StoreCheckParts& parts);
void CheckRungs(StoreCheckParts& parts);
void CheckDecisions(StoreCheckParts& parts);
void CheckLinks(StoreCheckParts& parts);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_STORE_PARTS_H_
