#ifndef GATEPOST_DAEMON_LEDGER_LEAF_H_
#define GATEPOST_DAEMON_LEDGER_LEAF_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/digest.h"

namespace gatepost::ledger {

using certs::Digest;

inline constexpr size_t kLargestLeafBytes = 2048;

// The events of PROTOCOL.md 3. New ones may be added; readers show unknown ones as they are.
namespace event {
inline constexpr char kHeld[] = "HELD";
inline constexpr char kReleased[] = "RELEASED";
inline constexpr char kAccepted[] = "ACCEPTED";
inline constexpr char kDelivered[] = "DELIVERED";
inline constexpr char kReceipt[] = "RECEIPT";
inline constexpr char kFetched[] = "FETCHED";
inline constexpr char kRead[] = "READ";
inline constexpr char kDecided[] = "DECIDED";
inline constexpr char kOverride[] = "OVERRIDE";
inline constexpr char kRefused[] = "REFUSED";
inline constexpr char kDenied[] = "DENIED";
inline constexpr char kDeniedSummary[] = "DENIED_SUMMARY";
inline constexpr char kPolicy[] = "POLICY";
inline constexpr char kRegister[] = "REGISTER";
inline constexpr char kTrust[] = "TRUST";
inline constexpr char kRoster[] = "ROSTER";
inline constexpr char kKey[] = "KEY";
inline constexpr char kConfig[] = "CONFIG";
inline constexpr char kLink[] = "LINK";
inline constexpr char kPeerHead[] = "PEER_HEAD";
inline constexpr char kPeerFork[] = "PEER_FORK";
inline constexpr char kExported[] = "EXPORTED";
inline constexpr char kAuditRead[] = "AUDIT_READ";
inline constexpr char kPurged[] = "PURGED";
inline constexpr char kEpoch[] = "EPOCH";
inline constexpr char kAlarm[] = "ALARM";
}  // namespace event

// The detail of an emergency's OVERRIDE leaf is this and a time (RFC 3339, UTC, whole seconds):
// until then somebody must countersign.
inline constexpr char kCountersignBy[] = "countersign-by:";

// One leaf of the log, version 1 (PROTOCOL.md 3; README.md beside this file has the exact bytes).
// A text field that is empty, and an optional one without value, is absent: `-` in the bytes.
struct Leaf {
  std::string event;  // Required: one of the names above, or a newer one.
  absl::Time time;    // Required: when the fact was logged (UTC). Bytes hold whole microseconds.
  uint64_t epoch = 0;
  std::string actor;                 // SPIFFE id of the author, or of the person who acts.
  std::string peer;                  // The node on the other end of the fact.
  std::string object;                // What it is about, for example "message:<uuid>".
  std::optional<uint64_t> sequence;  // In the direction of the link that it concerns.
  std::optional<Digest> pae;         // SHA-256 of the message's DSSE PAE.
  std::optional<Digest> signatures;  // SHA-256 of the frozen signature list (PROTOCOL.md 1).
  std::string result;
  std::string detail;
  std::array<uint8_t, 16> nonce{};  // Random, so that a hash seen in a proof reveals nothing.

  // The leaf's bytes, first line and final LF included. `time` is cut down to a microsecond.
  // REASON_BAD_ARGUMENT when a value has characters outside `!`..`~` or is `-` itself, a number is
  // 2^63 or more, the event is missing, the year is not in 1..9999, or all exceeds 2 KiB.
  absl::StatusOr<std::string> Encode() const;

  // Reads what Encode writes, and nothing else: each line once, in order, in its one spelling.
  // REASON_EVIDENCE_INVALID names the first line that is wrong.
  static absl::StatusOr<Leaf> Parse(std::string_view bytes);

  friend bool operator==(const Leaf&, const Leaf&) = default;
};

}  // namespace gatepost::ledger

#endif  // GATEPOST_DAEMON_LEDGER_LEAF_H_
