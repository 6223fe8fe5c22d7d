#ifndef GATEPOST_TESTS_EVIDENCE_EVIDENCE_WORLD_H_
#define GATEPOST_TESTS_EVIDENCE_EVIDENCE_WORLD_H_

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "certs/digest.h"
#include "certs/signer.h"
#include "client/evidence/verify_bundle.h"
#include "daemon/ledger/leaf.h"
#include "daemon/ledger/merkle.h"
#include "daemon/ledger/note.h"
#include "gatepost/v1/audit_service.pb.h"
#include "tests/evidence/test_authority.h"

namespace gatepost::evidence {

// A node's log, written by hand: what its operator wants it to say.
class TestLog {
 public:
  // Keys follow from `seed`.
  TestLog(std::string node, char seed);

  const std::string& node() const { return node_; }
  std::string log_vkey() const;
  std::string witness_vkey() const;
  // Signs and cosigns with other keys from now on.
  void ChangeLogKey(char seed);
  void ChangeWitnessKey(char seed);

  // Appends; the nonce is given here. Returns the index.
  uint64_t Add(ledger::Leaf leaf);
  uint64_t size() const { return leaves_.size(); }
  const std::string& leaf(uint64_t index) const { return leaves_[index]; }
  // Writes history anew: the leaf at `index` becomes another, every head after it too.
  void Rewrite(uint64_t index, const std::function<void(ledger::Leaf&)>& change);
  // The newest head, signed; then `witness` cosigns it.
  std::string Head() const;
  void CosignedBy(const TestLog& witness, absl::Time now);
  // Newest cosigned head; the newest head when there is none.
  std::string NewestHead() const;
  // The leaf under the smallest cosigned head above it, or under the newest head.
  v1::EvidenceLeaf Prove(uint64_t index) const;

 private:
  std::string HeadAt(uint64_t size) const;

  std::string node_;
  std::unique_ptr<ledger::Ed25519NoteSigner> log_;
  std::unique_ptr<ledger::Ed25519NoteSigner> witness_;
  std::vector<std::string> leaves_;
  std::vector<certs::Digest> nodes_;
  ledger::CompactRange range_;
  std::map<uint64_t, std::string> cosigned_;  // By size.
};

// A message on its way.
struct Sent {
  v1::Envelope envelope;
  v1::Message message;
  certs::Digest pae{};
  certs::Digest signatures{};
  uint64_t sequence = 0;
  std::map<const TestLog*, std::vector<uint64_t>> leaves;
};

// Two nodes with their logs, their officers, and what they wrote to each other. Time goes on by a
// second with every entry.
class EvidenceWorld {
 public:
  // With `cn_has_sm2` the Chinese side has roots and signers of SM2; else of P-256, like the other.
  explicit EvidenceWorld(bool practice = false, bool cn_has_sm2 = false);

  absl::Time now;
  TestAuthority vn_authority, cn_authority;
  TestLog vn, cn;
  std::unique_ptr<certs::Signer> vn_officer, cn_officer, vn_service;
  std::deque<Sent> sent;  // In the order of the first entries.

  // A message from `from` to the other node, signed; not logged yet.
  Sent Write(const TestLog& from, const certs::Signer& signer, v1::Message body);
  // A ping.
  v1::Message Ping(const std::string& token) const;
  // A proposal that something ends in ten days, to be answered within five.
  v1::Message Ending(const std::string& side) const;
  // Reports signed as one batch by vn_service.
  std::vector<Sent> WriteBatch(int count);
  // Accepted by its origin.
  Sent& Accept(Sent message, const std::string& result = "APPLIED");
  // Delivered to the other node, and receipted at the origin.
  void Deliver(Sent& message, const std::string& result = "APPLIED",
               const std::string& detail = "");
  // Both.
  Sent& Cross(Sent message, const std::string& result = "APPLIED");
  // An entry about the message.
  uint64_t Log(TestLog& log, Sent& about, ledger::Leaf leaf);
  // A proposal by vn, an acceptance by cn, decided by vn (the sequencer).
  void Agree(const std::string& result = "IN_FORCE");
  // A proposal by cn, an acceptance by vn, which decides it; cn answers so.
  void AgreeWithOwnAcceptance(const std::string& there = "APPLIED");
  // An acceptance of the proposal, which vn decided at its first entry.
  v1::Message Acceptance(const Sent& proposal) const;
  // The sequencer decides something about a message.
  uint64_t Decide(Sent& about, const std::string& result, const std::string& detail = "");
  // Each cosigns the other's newest head.
  void Cosign();

  // What `exporter` holds: all of it here.
  v1::GetEvidenceResponse Evidence(const TestLog& exporter) const;
  // The sealed bundle of it, and the check by somebody who has the agreement.
  std::string Bundle(const TestLog& exporter) const;
  VerifyOptions Options() const;

  std::string agreement;
  std::vector<std::string> revocation_lists;

 private:
  TestLog& Other(const TestLog& log) { return &log == &vn ? cn : vn; }
  absl::Time Tick() { return now += absl::Seconds(1); }

  int messages_ = 0;
  std::map<const TestLog*, uint64_t> sequences_;
};

// The bundle of `evidence`; throws when there is none.
std::string Sealed(const v1::GetEvidenceResponse& evidence);

// The verdict on one line and findings below, for people.
std::string Describe(const Verdict& verdict);

}  // namespace gatepost::evidence

#endif  // GATEPOST_TESTS_EVIDENCE_EVIDENCE_WORLD_H_
