#ifndef GATEPOST_DAEMON_EXCHANGE_KEY_DESK_H_
#define GATEPOST_DAEMON_EXCHANGE_KEY_DESK_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/exchange/desk.h"
#include "daemon/exchange/log_book.h"
#include "daemon/exchange/terms.h"
#include "daemon/ledger/key_ring.h"

namespace gatepost::exchange {

// The desk for announcements of keys: what signs next (key_exchange.h has the drawing). At a peer,
// the announced key verifies from the moment when the message is entered; at the node itself it may
// sign once every peer has receipted that. Announcements of TLS and signing certificates are
// messages to read and nothing more; those are trusted by their roots.
class KeyDesk final : public Desk {
 public:
  // All must outlive the desk. `witness` is the key that cosigns now.
  KeyDesk(const NodeTerms& node, const LinkTermsByPeer& links, const LogBook& log,
          const ledger::NoteSigner& witness)
      : node_(node), links_(links), log_(log), witness_(witness) {}

  // Of an announcement by itself: FIELD_MISSING; FIELD_CONFLICT for another side's subject, for a
  // log or witness key that is not of the node that sends the message, and, of the own side, when a
  // peer would not learn of it; MALFORMED_PAYLOAD for what is no key; WEAK_KEY; BAD_TIME;
  // NOT_AN_AUTHORITY.
  absl::Status CheckAlone(const OpenedMessage& opened, absl::Time now) const override;

  // FIELD_CONFLICT unless the key follows the newest one that is announced, or agreed, and was
  // never announced before. At a peer, an old key that was never heard of will do.
  absl::StatusOr<Judgement> Judge(const store::Reader& store, const OpenedMessage& opened,
                                  absl::Time now) const override;

  // Of a peer's log or witness, the key verifies from here on. Should the commit fail after that,
  // nothing is lost: an authority has signed it, and the peer sends it again.
  absl::Status Record(CommitScope& scope, const store::MessageRecord& record,
                      const OpenedMessage& opened, const Judgement& judgement) const override;

 private:
  absl::Status CheckSubject(const OpenedMessage& opened) const;
  // The keys that the announced one is to follow.
  absl::StatusOr<ledger::KeyRing> RingNow(const store::Reader& store,
                                          const OpenedMessage& opened) const;

  const NodeTerms& node_;
  const LinkTermsByPeer& links_;
  const LogBook& log_;
  const ledger::NoteSigner& witness_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_KEY_DESK_H_
