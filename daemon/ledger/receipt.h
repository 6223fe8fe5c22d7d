#ifndef GATEPOST_DAEMON_LEDGER_RECEIPT_H_
#define GATEPOST_DAEMON_LEDGER_RECEIPT_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "certs/digest.h"
#include "daemon/ledger/leaf.h"
#include "daemon/ledger/note.h"
#include "daemon/ledger/proof.h"

namespace gatepost::ledger {

// A receipt (PROTOCOL.md 4): "your message is this leaf of my log, under this signed head". The
// first receipt of a message never changes, so these bytes are stored and sent as they are.
struct Receipt {
  std::string leaf;   // The leaf's exact bytes.
  std::string proof;  // A tlog-proof's text, with the signed head.

  friend bool operator==(const Receipt&, const Receipt&) = default;
};

// What the holder of a receipt expects in it. Every field must match; an absent one must be absent
// in the leaf. The leaf's result and detail are for the holder to read afterwards.
struct ReceiptExpectation {
  std::string event;                 // For example event::kDelivered.
  std::string object;                // For example "message:<uuid>".
  std::optional<Digest> pae;         // Of the message that was sent.
  std::optional<Digest> signatures;  // Of its frozen signature list.
  std::string peer;                  // The holder's own node: the giver's log names it as peer.
  std::string origin;                // The giver's log, LogOrigin(node, epoch).
};

// A receipt that was checked.
struct OpenedReceipt {
  Leaf leaf;
  VerifiedProof proof;
};

// Takes `receipt` apart and checks all of it: the leaf is in the log `expected.origin` of
// `log_keys`, it is of that log's epoch, and it says what was expected. REASON_BAD_RECEIPT when it
// is sound but about something else; REASON_EVIDENCE_INVALID when leaf or proof are malformed or
// the path does not lead to the root; REASON_BAD_HEAD_SIGNATURE for the head's signatures. Pure,
// any thread.
absl::StatusOr<OpenedReceipt> OpenReceipt(const Receipt& receipt, const KeyRing& log_keys,
                                          const ReceiptExpectation& expected);

// OK when OpenReceipt succeeds; else its error.
absl::Status CheckReceipt(const Receipt& receipt, const KeyRing& log_keys,
                          const ReceiptExpectation& expected);

}  // namespace gatepost::ledger

#endif  // GATEPOST_DAEMON_LEDGER_RECEIPT_H_
