#ifndef GATEPOST_DAEMON_EXCHANGE_DOOR_H_
#define GATEPOST_DAEMON_EXCHANGE_DOOR_H_

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "certs/identity.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/authority.h"
#include "daemon/exchange/blocked_scopes.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/desk.h"
#include "daemon/exchange/holding.h"
#include "daemon/exchange/intake.h"
#include "daemon/exchange/log_book.h"
#include "daemon/exchange/refusal_log.h"
#include "daemon/exchange/rosters.h"
#include "daemon/exchange/terms.h"
#include "daemon/system/clock.h"
#include "gatepost/v1/exchange_service.pb.h"

namespace gatepost::exchange {

// Where one's own agencies hand in messages: the origin's side of PROTOCOL.md 1.
//
//   open (verify, then parse) → may he? → rules without state  — in the caller's thread
//   (a message that is held already skips those rules: its first answer stands)
//   known already? → policy → rules with state → store, log ACCEPTED, queue for each recipient
//                     └ signatures missing → rules with state → store, log HELD        — committer
//   receipt → answer
//
// A message that is HELD comes again with somebody's signature more, until the policy releases it
// (or as it is, once a new policy or roster asks for no more):
// RELEASED and ACCEPTED in one commit, with the signatures in the order in which they came
// (door_held.cc). Who signs for a release hands it in himself, or his agency does.
//
// What was answered OK is durable and queued; a refusal changed nothing but the log of refusals.
class Door {
 public:
  // Called once, on the caller's or the committer's thread; must not block.
  using Answer = std::function<void(absl::StatusOr<v1::SubmitResponse>)>;

  struct Parts {
    const NodeTerms& node;
    const LinkTermsByPeer& links;
    const domain::GateRegister& gates;
    const store::Store& store;
    const Intake& intake;
    const Desks& desks;
    const BlockedScopes& blocked;
    const Authority& authority;
    LogBook& log;
    Committer& committer;
    RefusalLog& refusals;
    const system::Clock& clock;
    const Rosters& rosters;
  };
  // All parts must outlive the door and its unanswered calls.
  explicit Door(Parts parts) : parts_(parts) {}

  // Handles one submission of an authenticated caller who may submit (access.h). Errors: those of
  // Intake::Open, access.h, Authority::Rule, Desk, JudgeOwn, link_rules.h; NOT_ADDRESSED_HERE,
  // UNKNOWN_RECIPIENT, MESSAGE_ID_REUSED, REGISTER_DIFFERS, OVERLOADED, STORE_FAILED,
  // NODE_STOPPING; TOO_MANY_OPEN (CheckRoomToHold). Of a HELD message also OWN_SECOND_SIGNATURE;
  // ROLE_NOT_ALLOWED for a signature that no rule asks for; NOT_RELEASED after its time;
  // NEWER_SCHEMA. Then it stays held. NOT_RELEASED for one that was dropped. Any thread.
  void Submit(const certs::Identity& caller, const v1::SubmitRequest& request, Answer answer);

  // Called once, on the caller's or the committer's thread; must not block.
  using DropAnswer = std::function<void(absl::StatusOr<v1::DropHeldResponse>)>;

  // Drops a HELD message: for who has signed it, and for whose signature it waits. NOT_FOUND,
  // BAD_ARGUMENT, FIELD_MISSING, MALFORMED_PAYLOAD, NOT_ALLOWED, and the committer's errors. Any
  // thread.
  void DropHeld(const certs::Identity& caller, const v1::DropHeldRequest& request,
                DropAnswer answer);

 private:
  // A submission whose signatures hold.
  struct Offer {
    OpenedMessage opened;
    std::optional<store::HeldRecord> onto;  // What is held of it, as it was when it was opened.
    std::vector<certs::Identity> added;     // Whose signatures are new there.
    bool of_then = false;                   // A repeat whose certificates hold no more.
  };
  // What the committer decided about it.
  struct Outcome {
    store::MessageRecord record;            // Unless it is held.
    std::optional<store::HeldRecord> held;  // With what it waits for and what was found.
    v1::HeldState state;
    std::vector<v1::Finding> findings;
    bool again = false;  // Somebody else came between; nothing was decided.
  };
  absl::Status Accept(CommitScope& scope, const OpenedMessage& opened, const OwnJudgement& own,
                      Outcome& outcome) const;
  absl::StatusOr<Offer> OpenNew(const certs::Identity& caller, const v1::SubmitRequest& request,
                                const certs::Digest& pae, absl::Time now) const;
  absl::StatusOr<std::optional<store::HeldRecord>> HeldAlready(const certs::Digest& pae) const;
  absl::StatusOr<Offer> OpenOnto(const certs::Identity& caller, const v1::SubmitRequest& request,
                                 store::HeldRecord held, absl::Time now) const;
  absl::Status DecideOnto(CommitScope& scope, const Offer& offer, Outcome& outcome) const;
  absl::Status Release(CommitScope& scope, const Offer& offer, store::HeldRecord held,
                       Outcome& outcome) const;
  absl::Status DecideRepeat(CommitScope& scope, const Offer& offer, store::HeldRecord held,
                            Outcome& outcome) const;
  absl::Status CheckHelps(const store::Reader& store, const Offer& offer, absl::Time now) const;
  absl::Status CheckMayDrop(const store::Reader& store, const store::HeldRecord& held,
                            const certs::Identity& caller, absl::Time now) const;
  absl::Status CheckWithoutState(const OpenedMessage& opened, absl::Time now) const;
  absl::StatusOr<std::optional<store::MessageRecord>> AcceptedBefore(
      const certs::Digest& pae) const;
  absl::StatusOr<OpenedMessage> Open(const v1::SubmitRequest& request, const certs::Digest& pae,
                                     absl::Time now) const;
  OwnRules OwnRulesHere() const {
    return {parts_.desks, parts_.authority, parts_.links, parts_.rosters};
  }
  absl::Status Decide(CommitScope& scope, const Offer& offer, Outcome& outcome) const;
  absl::StatusOr<v1::SubmitResponse> Respond(const Outcome& outcome) const;
  absl::StatusOr<v1::SubmitResponse> ValidateOnly(const OpenedMessage& opened) const;

  const Parts parts_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_DOOR_H_
