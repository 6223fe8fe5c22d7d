#ifndef GATEPOST_DAEMON_EXCHANGE_DOOR_H_
#define GATEPOST_DAEMON_EXCHANGE_DOOR_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "certs/identity.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/blocked_scopes.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/desk.h"
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
//   known already? → rules with state → store, log ACCEPTED, queue for each recipient — committer
//   receipt → answer
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
    LogBook& log;
    Committer& committer;
    RefusalLog& refusals;
    const system::Clock& clock;
    const Rosters& rosters;
  };
  // All parts must outlive the door and its unanswered calls.
  explicit Door(Parts parts) : parts_(parts) {}

  // Handles one submission of an authenticated caller who may submit (access.h). Errors: those of
  // Intake::Open, access.h, Desk, link_rules.h; NOT_ADDRESSED_HERE, UNKNOWN_RECIPIENT,
  // MESSAGE_ID_REUSED, REGISTER_DIFFERS, OVERLOADED, STORE_FAILED, NODE_STOPPING. Any thread.
  void Submit(const certs::Identity& caller, const v1::SubmitRequest& request, Answer answer);

 private:
  struct Accepted;
  absl::Status CheckWithoutState(const OpenedMessage& opened, absl::Time now) const;
  std::optional<store::MessageRecord> AcceptedBefore(const certs::Digest& pae) const;
  absl::StatusOr<OpenedMessage> Open(const v1::SubmitRequest& request, const certs::Digest& pae,
                                     absl::Time now) const;
  absl::Status CheckLinks(const store::Reader& store, const OpenedMessage& opened,
                          absl::Time now) const;
  absl::Status Decide(CommitScope& scope, const OpenedMessage& opened, Accepted& accepted) const;
  absl::Status Accept(CommitScope& scope, const OpenedMessage& opened, const Judgement& judgement,
                      Accepted& accepted) const;
  absl::StatusOr<v1::SubmitResponse> Respond(const Accepted& accepted) const;
  absl::StatusOr<v1::SubmitResponse> ValidateOnly(const OpenedMessage& opened) const;

  const Parts parts_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_DOOR_H_
