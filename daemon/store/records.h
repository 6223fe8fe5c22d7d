#ifndef GATEPOST_DAEMON_STORE_RECORDS_H_
#define GATEPOST_DAEMON_STORE_RECORDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "certs/digest.h"
#include "gatepost/v1/agreement.pb.h"
#include "gatepost/v1/authority.pb.h"
#include "gatepost/v1/reason.pb.h"
#include "gatepost/v1/receipt.pb.h"

// The rows of the store, free of any database's words.
namespace gatepost::store {

// A node's own number for a message; printed as <prefix>/<year>/<number, at least 5 digits>.
struct ShortReference {
  int32_t year = 0;     // Civil year in the node's zone when it was stored.
  uint32_t number = 0;  // From 1 within a year; a HELD message that is dropped leaves a gap.
  friend bool operator==(const ShortReference&, const ShortReference&) = default;
};

// A message that this node made durable.
struct MessageRecord {
  int64_t row = 0;  // Given by the store; rises.
  // `year` is asked for; `number` is given by the store, unless HoldMessage gave it before.
  ShortReference reference;
  std::string author;          // SPIFFE id.
  std::string message_id;      // UUIDv7 text.
  certs::Digest pae{};         // PAE digest.
  certs::Digest signatures{};  // Signature list digest.
  std::string envelope;        // Serialized gatepost.v1.Envelope; empty: purged.
  std::string origin_node;
  std::string received_from;                 // Peer node id; empty: submitted here.
  uint64_t incoming_sequence = 0;            // On the link from `received_from`.
  uint64_t leaf_index = 0;                   // Its ACCEPTED or DELIVERED leaf in this node's log.
  absl::Time stored_at;                      // Time of that leaf, microseconds.
  v1::Rung standing = v1::RUNG_UNSPECIFIED;  // APPLIED, CARRIED or REFUSED at this node.
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  std::string findings;                // Serialized gatepost.storage.v1.StoredFindings.
  int64_t replaces_row = 0;            // 0: none, or not held.
  int64_t replaced_by_row = 0;         // 0: none. Changed by MarkReplaced only.
  std::vector<std::string> scope_ids;  // For the filter; indexed.
  friend bool operator==(const MessageRecord&, const MessageRecord&) = default;
};

// Which messages of a list; empty fields do not filter.
struct MessageFilter {
  enum class Direction { kBoth, kReceived, kSubmitted };
  Direction direction = Direction::kBoth;
  std::string scope_id;
  std::string author;
  std::optional<absl::Time> stored_from;
  std::optional<absl::Time> stored_before;
  int64_t before_row = 0;  // 0: from the newest.
  size_t limit = 50;
};

// A message's place in the outbox of one recipient.
struct OutgoingRecord {
  std::string peer;
  uint64_t sequence = 0;  // From 1, without a gap.
  int64_t message_row = 0;
  certs::Digest running_digest{};  // d(n) of PROTOCOL.md 2 after this message.
  friend bool operator==(const OutgoingRecord&, const OutgoingRecord&) = default;
};

// The first receipt of a peer for one of our messages; it never changes.
struct ReceiptRecord {
  std::string peer;
  uint64_t sequence = 0;
  std::string leaf;         // Exact bytes.
  uint64_t leaf_index = 0;  // In the peer's log.
  std::string path;         // Inclusion path, 32 bytes each, concatenated.
  uint64_t head_epoch = 0;  // With `head_size`, the PeerHeadRecord it is proved under.
  uint64_t head_size = 0;
  uint64_t own_leaf_index = 0;           // Our RECEIPT leaf.
  v1::Rung rung = v1::RUNG_UNSPECIFIED;  // APPLIED, CARRIED or REFUSED, from the leaf's result.
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  friend bool operator==(const ReceiptRecord&, const ReceiptRecord&) = default;
};

// A head of a peer's log whose signature and consistency were checked.
struct PeerHeadRecord {
  std::string peer;
  uint64_t epoch = 0;
  uint64_t size = 0;
  certs::Digest root{};
  std::string checkpoint;  // The note's exact text.
  friend bool operator==(const PeerHeadRecord&, const PeerHeadRecord&) = default;
};

// A head of any log with the cosignatures of witnesses that are held here, this node's own among
// them where it is of a peer's log.
struct CosignedHeadRecord {
  std::string origin;  // <node>/audit/<epoch>.
  uint64_t size = 0;
  std::string checkpoint;  // The note's exact text.
  friend bool operator==(const CosignedHeadRecord&, const CosignedHeadRecord&) = default;
};

// What this node's witness has last cosigned of a log (C2SP tlog-witness).
struct WitnessedRecord {
  std::string origin;  // <node>/audit/<epoch>.
  uint64_t size = 0;
  certs::Digest root{};
  std::string checkpoint;  // With this witness's cosignature.
  friend bool operator==(const WitnessedRecord&, const WitnessedRecord&) = default;
};

// A named value.
struct MetaRecord {
  std::string key;
  std::string value;
  friend bool operator==(const MetaRecord&, const MetaRecord&) = default;
};

// Where a link stands.
struct LinkRecord {
  std::string peer;
  uint64_t fencing = 0;  // Of the newest session.
  uint64_t last_queued = 0;
  certs::Digest queued_digest{};  // Running digest at last_queued; 32 zero bytes at 0.
  uint64_t last_receipted = 0;    // Receipts are taken in order.
  uint64_t last_received = 0;
  certs::Digest received_digest{};
  uint64_t peer_head_epoch = 0;  // Newest checked head of the peer; size 0: none.
  uint64_t peer_head_size = 0;
  uint64_t last_decision = 0;  // About threads: given by the sequencer, applied by the other node.
  uint64_t last_rung_given = 0;  // About messages that were received: logged here for the peer.
  uint64_t last_rung_taken = 0;  // About messages that were sent: logged there, held here.
  uint64_t cosigned_epoch = 0;   // With `cosigned_size`, the newest head of this node's log that
  uint64_t cosigned_size = 0;    // the peer cosigned; 0: none.
  std::string alarm;             // Why the link was stopped for a person to look at; empty: none.
  friend bool operator==(const LinkRecord&, const LinkRecord&) = default;
};

// A rung above APPLIED: somebody of an agency at the recipient has the message, or has read it.
struct RungRecord {
  std::string peer;     // The other node of the link.
  bool given = false;   // Logged here, of a message that was received; else there, of one sent.
  uint64_t number = 0;  // From 1, without a gap, apart for those given and those taken.
  int64_t message_row = 0;
  v1::Rung rung = v1::RUNG_UNSPECIFIED;  // FETCHED or READ.
  std::string actor;                     // SPIFFE id.
  uint64_t epoch = 0;                    // Of the log that holds the leaf.
  uint64_t leaf_index = 0;
  // Of those taken: the peer's leaf and what proves it. Empty for own ones.
  std::string leaf;
  std::string path;        // Inclusion path, 32 bytes each, concatenated.
  uint64_t head_size = 0;  // With `epoch`, the PeerHeadRecord it is proved under.
  friend bool operator==(const RungRecord&, const RungRecord&) = default;
};

// One commit's leaves and the perfect-subtree nodes they complete, in append order.
struct LeafGroup {
  uint64_t first_index = 0;
  std::vector<std::string> leaves;
  std::vector<certs::Digest> nodes;  // Ordinals NodeCount(first_index) … (ledger/merkle.h).
  uint64_t leaf_count = 0;           // Equals leaves.size(); set also when leaves were not read.
  certs::Digest root{};              // Of the log up to and including this group.
  friend bool operator==(const LeafGroup&, const LeafGroup&) = default;
};

// A yard report's row in the projection.
struct ReportRecord {
  int64_t message_row = 0;
  std::string side;  // ISO 3166-1 alpha-2.
  absl::CivilDay business_date;
  absl::Time as_of;
  int32_t version = 1;          // 1 for an original.
  int64_t original_row = 0;     // The first of its chain.
  int64_t replaces_row = 0;     // 0 for an original.
  int64_t replaced_by_row = 0;  // 0: in force.
  std::vector<std::string> scope_ids;
  friend bool operator==(const ReportRecord&, const ReportRecord&) = default;
};

// Which reports of a list; empty fields do not filter.
struct ReportFilter {
  std::optional<absl::CivilDay> from;
  std::optional<absl::CivilDay> to;
  std::string side;
  std::vector<std::string> any_scope_ids;
  bool with_replaced = false;
  int64_t original_row = 0;  // Only this chain.
  int64_t before_row = 0;    // 0: from the newest.
  size_t limit = 50;
};

// What one message says about hours, as a row of the projection.
struct HoursRecord {
  int64_t message_row = 0;
  int32_t layer = 0;  // The number of a domain::HoursLayer.
  absl::Time since;   // When it became binding or known here, microseconds.
  // The days that it can touch, a day wider on each side than its author's zone says; without an
  // end, 9999-12-31.
  absl::CivilDay first_day;
  absl::CivilDay last_day;
  std::vector<std::string> gate_ids;
  std::optional<absl::Time> void_since;  // When this node learnt that it is void.
  int64_t void_by_row = 0;               // The message that made it so; 0: none.
  friend bool operator==(const HoursRecord&, const HoursRecord&) = default;
};

// An acknowledgement's row in the projection.
struct AcknowledgementRecord {
  int64_t about_row = 0;    // The message that was acknowledged.
  std::string peer;         // Where the acknowledgement came from; empty: submitted here.
  int64_t message_row = 0;  // The acknowledgement.
  friend bool operator==(const AcknowledgementRecord&, const AcknowledgementRecord&) = default;
};

// A proposal's row in the projection: how it stands, as far as its link's sequencer has decided and
// this node knows. A time that is not set is InfiniteFuture.
struct ProposalRecord {
  int64_t message_row = 0;
  int64_t thread_row = 0;  // The first proposal of the thread; itself for that one.
  std::string peer;        // The other node of the link.
  v1::AgreementState state = v1::AGREEMENT_STATE_UNSPECIFIED;
  bool disputed = false;  // A decision about it contradicts what this node holds.
  absl::Time since;       // Of the state: time of the deciding leaf, microseconds.
  absl::Time begins;      // First instant of its effect.
  absl::Time answer_by = absl::InfiniteFuture();
  absl::Time over_from = absl::InfiniteFuture();  // From when on another agreement ends it.
  friend bool operator==(const ProposalRecord&, const ProposalRecord&) = default;
};

// A message of a thread: a proposal, or an answer to one.
struct ThreadEntry {
  int64_t message_row = 0;
  int64_t thread_row = 0;
  int64_t proposal_row = 0;  // What it is about; itself for a proposal.
  std::string peer;
  bool submitted_here = false;
  // Nothing is awaited about it: at the node that follows, once the sequencer has decided; at the
  // sequencer at once, but for an acceptance of its own side, which the other node must receipt.
  bool settled = false;
  friend bool operator==(const ThreadEntry&, const ThreadEntry&) = default;
};

// A decision of a link's sequencer.
struct DecisionRecord {
  std::string peer;
  uint64_t number = 0;  // From 1, without a gap.
  int64_t thread_row = 0;
  int64_t message_row = 0;  // What the leaf names: the action, or the proposal itself.
  std::string result;       // As in the leaf.
  uint64_t epoch = 0;       // Of the sequencer's log.
  uint64_t leaf_index = 0;  // In the sequencer's log.
  absl::Time decided_at;    // Time of that leaf.
  absl::Time known_at;      // When this node knew it.
  // For decisions of the other node: its leaf and what proves it. Empty for own ones.
  std::string leaf;
  std::string path;             // Inclusion path, 32 bytes each, concatenated.
  uint64_t head_size = 0;       // With `epoch`, the PeerHeadRecord it is proved under.
  uint64_t own_leaf_index = 0;  // This node's leaf of it; the same leaf at the sequencer.
  friend bool operator==(const DecisionRecord&, const DecisionRecord&) = default;
};

// A message that waits for signatures and never left this node (PROTOCOL.md 1).
struct HeldRecord {
  int64_t row = 0;           // Given by the store; rises.
  ShortReference reference;  // The message keeps it when it is released.
  std::string author;        // SPIFFE id.
  std::string message_id;    // UUIDv7 text.
  certs::Digest pae{};
  uint64_t leaf_index = 0;  // Its HELD leaf.
  absl::Time held_at;       // Time of that leaf, microseconds.
  absl::Time drops_at;      // When it is dropped if nobody releases it.
  std::string envelope;     // Serialized gatepost.v1.Envelope, with the signatures so far.
  friend bool operator==(const HeldRecord&, const HeldRecord&) = default;
};

// How many messages wait for signatures.
struct HeldCount {
  size_t all = 0;
  size_t of_author = 0;
  friend bool operator==(const HeldCount&, const HeldCount&) = default;
};

// A roster's row: the message in `message_row` is in force for the domain since `since`.
struct RosterRecord {
  std::string trust_domain;
  uint32_t version = 0;
  absl::Time since;  // Time of its first leaf here, microseconds; `valid_from` is for people.
  int64_t message_row = 0;
  friend bool operator==(const RosterRecord&, const RosterRecord&) = default;
};

// An announced key's row.
struct AnnouncedKeyRecord {
  std::string subject;  // SPIFFE id.
  v1::KeyUse use = v1::KEY_USE_UNSPECIFIED;
  std::string new_key;                            // As in KeyAnnouncement.
  std::string old_key;                            // As there; may be empty.
  absl::Time since;                               // The later of its leaf's time and `signs_from`.
  absl::Time old_until = absl::InfiniteFuture();  // As there.
  int64_t message_row = 0;
  friend bool operator==(const AnnouncedKeyRecord&, const AnnouncedKeyRecord&) = default;
};

// A message that left in an emergency, until and after it is countersigned.
struct EmergencyRecord {
  int64_t message_row = 0;
  absl::Time due;                // By when it must be countersigned.
  int64_t countersigned_by = 0;  // Row of the countersignature; 0: none yet.
  bool alarmed = false;
  friend bool operator==(const EmergencyRecord&, const EmergencyRecord&) = default;
};

// What was in force for one gate on some days, as known at some time.
struct HoursQuestion {
  std::string gate_id;
  absl::CivilDay from;
  absl::CivilDay to;
  absl::Time as_known_at;
};

}  // namespace gatepost::store

#endif  // GATEPOST_DAEMON_STORE_RECORDS_H_
