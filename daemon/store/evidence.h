#ifndef GATEPOST_DAEMON_STORE_EVIDENCE_H_
#define GATEPOST_DAEMON_STORE_EVIDENCE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "certs/digest.h"
#include "daemon/store/records.h"
#include "daemon/store/store.h"

// A whole data folder, row by row, for those who check it and believe nothing in it.
namespace gatepost::store {

// One commit's leaves as they lie in the file (daemon/store/README.md, "Bytes"); any of it may be
// damaged.
struct StoredGroup {
  uint64_t first_index = 0;
  uint64_t leaf_count = 0;
  std::string root;
  std::string nodes;
  std::string leaves;
};

// A certificate chain.
struct ChainRecord {
  certs::Digest leaf_sha256{};
  std::vector<std::string> certificates;  // DER, leaf first.
};

// The running digest after an incoming message.
struct IncomingDigestRecord {
  std::string peer;
  uint64_t sequence = 0;
  certs::Digest digest{};
};

// One row: what names it to people (for example `receipt vn-langson 12`), and its content or why
// its columns have not their form.
template <typename Record>
struct Row {
  std::string name;
  absl::StatusOr<Record> record;
};

// All rows of one table, in order, one after the other; holds one at a time.
template <typename Record>
class Rows {
 public:
  virtual ~Rows() = default;
  // The next row; nullopt when there is none. An error is the file's or the disk's, and the last.
  virtual absl::StatusOr<std::optional<Row<Record>>> Next() = 0;
};

// A reader that also gives every row of the tables that hold evidence. One thread; every Rows is
// gone before it.
class EvidenceReader : public Reader {
 public:
  virtual std::unique_ptr<Rows<StoredGroup>> AllGroups() const = 0;  // By first index.
  // By leaf index, then row; without findings, scope ids and short reference numbers' years.
  virtual std::unique_ptr<Rows<MessageRecord>> AllMessages() const = 0;
  virtual std::unique_ptr<Rows<ChainRecord>> AllChains() const = 0;
  // These by peer, then number, sequence or epoch and size.
  virtual std::unique_ptr<Rows<OutgoingRecord>> AllOutgoing() const = 0;
  virtual std::unique_ptr<Rows<IncomingDigestRecord>> AllIncomingDigests() const = 0;
  virtual std::unique_ptr<Rows<ReceiptRecord>> AllReceipts() const = 0;
  virtual std::unique_ptr<Rows<PeerHeadRecord>> AllPeerHeads() const = 0;
  virtual std::unique_ptr<Rows<RungRecord>> AllRungs() const = 0;  // Taken before given.
  virtual std::unique_ptr<Rows<DecisionRecord>> AllDecisions() const = 0;
  virtual std::unique_ptr<Rows<LinkRecord>> AllLinks() const = 0;
  // By origin, epochs rising, and size.
  virtual std::unique_ptr<Rows<CosignedHeadRecord>> AllCosignedHeads() const = 0;
  virtual std::unique_ptr<Rows<WitnessedRecord>> AllWitnessed() const = 0;
};

// Opens `<folder>/gatepost.db` for reading alone, in the state of this moment. Nothing is ever
// written to it, and no lock file is needed: a copy on a read-only disk will do. Beside a
// write-ahead log (a running or killed node's) SQLite keeps its index `gatepost.db-shm` and makes
// it where it is missing; a file without one is taken as it lies, and must not be written by
// others meanwhile. REASON_STORE_FAILED when there is no such file, when it is no store of this
// schema version (an older one is brought up by the node that opens it), or when the disk fails.
absl::StatusOr<std::unique_ptr<EvidenceReader>> OpenEvidence(const std::string& folder);

}  // namespace gatepost::store

#endif  // GATEPOST_DAEMON_STORE_EVIDENCE_H_
