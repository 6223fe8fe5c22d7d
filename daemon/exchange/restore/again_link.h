#ifndef GATEPOST_DAEMON_EXCHANGE_RESTORE_AGAIN_LINK_H_
#define GATEPOST_DAEMON_EXCHANGE_RESTORE_AGAIN_LINK_H_

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/holding.h"
#include "daemon/exchange/link_epoch.h"
#include "daemon/exchange/link_parts.h"
#include "daemon/exchange/restore/returned.h"
#include "daemon/ledger/leaf.h"
#include "gatepost/v1/link_service.pb.h"

namespace gatepost::exchange {

// Epoch and index of a leaf.
using LeafPlace = std::pair<uint64_t, uint64_t>;

// What was entered of what peers gave back.
struct AgainCounts {
  uint64_t sent = 0;
  uint64_t received = 0;
  uint64_t rungs = 0;
  uint64_t decisions = 0;
  uint64_t different = 0;             // Came out otherwise than then: an ALARM leaf each.
  std::set<LeafPlace> proved_leaves;  // Lost leaves that came back with their proof.
};

// A message of this node's own side that came back, and that its door would let out.
struct SentAgain {
  // A recipient besides the peer that gave it back, and whether the message may leave for it.
  struct Other {
    std::string recipient;
    absl::Status may;
  };
  int64_t row = 0;
  std::vector<Other> others;  // Only those with a link.
};

// Enters single things that one peer gave back (returned.h).
//
// A thing is entered as of the time of its leaf where that can be believed: leaves of this node's
// own log; of the peer's log those that this node's witness had cosigned, for a peer that dates
// them otherwise now has forked its log. All else is as of the present, which is when it is proved
// first. No time lies before the end of the copy, in the future, or before that of a message
// entered earlier: rows are stored in the order of time.
//
// A peer may give back what does not fit. That becomes an ALARM leaf and is left out, and keeps its
// number; only the disk's errors, and LEDGER_DAMAGED, come out of here.
class AgainOnLink {
 public:
  // `witnessed`: what this node's witness had cosigned of the peer's log. `copied_at`: the time of
  // the last leaf that was not lost. All must outlive it.
  AgainOnLink(CommitScope& scope, const LinkParts& parts, const NamedHead& witnessed,
              absl::Time copied_at, AgainCounts& counts)
      : scope_(scope),
        parts_(parts),
        witnessed_(witnessed),
        copied_at_(copied_at),
        counts_(counts) {}

  // False when it builds on something that is not held yet; then nothing was entered. `forced`: it
  // is entered in any case.
  absl::StatusOr<bool> Enter(ReturnedKind kind, uint64_t number, bool forced);

  // An ALARM leaf: what `then` said came out as `came` now.
  absl::Status Differs(const ledger::Leaf& then, const std::string& object, std::string_view came);

  // An ALARM leaf: the message of this node's own side is not sent to that recipient.
  absl::Status GoesNoFurther(const store::MessageRecord& record, const SentAgain::Other& other);

  // What was entered of this node's own side and names further recipients.
  const std::vector<SentAgain>& sent() const { return sent_; }

 private:
  absl::StatusOr<bool> EnterSent(const v1::LinkReturnedMessage& message, bool forced);
  absl::StatusOr<bool> EnterReceived(const v1::LinkReturnedMessage& message, bool forced);
  absl::StatusOr<bool> EnterRung(const v1::LinkRead& rung, bool forced);
  absl::StatusOr<bool> EnterGiven(const v1::LinkDecision& decision, bool forced);
  absl::StatusOr<bool> EnterTaken(const v1::LinkDecision& decision, bool forced);

  absl::StatusOr<OwnJudgement> JudgedSent(const OpenedMessage& opened, absl::Time at,
                                          absl::Time then) const;
  absl::StatusOr<std::vector<SentAgain::Other>> MayGoOnTo(const OpenedMessage& opened,
                                                          absl::Time at) const;
  absl::Status SentPlaceOnly(const v1::LinkReturnedMessage& message, const ledger::Leaf& theirs,
                             absl::Time at);
  absl::Status ReceivedPlaceOnly(const v1::LinkReturnedMessage& message, const ledger::Leaf& ours,
                                 absl::Time at);
  absl::StatusOr<store::MessageRecord> PlaceOf(const ledger::Leaf& then, std::string_view sender,
                                               uint64_t sequence, absl::Time at) const;
  absl::Status LeaveOutRung(uint64_t number, const ledger::Leaf& leaf, std::string_view why);
  absl::Status LeaveOutDecision(const v1::LinkDecision& came, const ledger::Leaf& leaf,
                                int64_t message_row, std::string_view why);
  absl::Status KeepHead(const std::string& note);
  // The time of a leaf of the peer's log, within what is possible.
  absl::Time Claimed(const ledger::Leaf& theirs) const;
  // The time at which a thing of the peer's log is entered.
  absl::Time Believed(const ledger::Leaf& theirs, uint64_t index) const;
  absl::StatusOr<absl::Time> NotBeforeOthers(absl::Time at) const;

  CommitScope& scope_;
  const LinkParts& parts_;
  const NamedHead& witnessed_;
  const absl::Time copied_at_;
  AgainCounts& counts_;
  std::vector<SentAgain> sent_;
};

// What a message's leaf says of its place in the lost part of this node's log.
std::string LostDetail(uint64_t index, const std::string& leaf);

// Errors that end the opening of an epoch: the disk's, and a store that does not fit itself.
bool EndsOpening(const absl::Status& status);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_RESTORE_AGAIN_LINK_H_
