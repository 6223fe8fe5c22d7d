#ifndef GATEPOST_DAEMON_EXCHANGE_DESK_H_
#define GATEPOST_DAEMON_EXCHANGE_DESK_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/intake.h"
#include "daemon/store/store.h"
#include "gatepost/v1/agreement.pb.h"
#include "gatepost/v1/exchange_service.pb.h"

namespace gatepost::exchange {

// What a desk decided about a message that it does not refuse.
struct Judgement {
  std::vector<v1::Finding> findings;
  // The message that it replaces here; 0: none.
  int64_t replaces_row = 0;
  // Messages whose hours are void from now on.
  std::vector<int64_t> void_rows;
  // What the leaf says instead of APPLIED: a decision about a thread, or that one is awaited.
  v1::AgreementState decision = v1::AGREEMENT_STATE_UNSPECIFIED;
  // What is entered, without the message's row, which the store gives.
  std::variant<std::monostate, store::ReportRecord, store::HoursRecord,
               store::AcknowledgementRecord, store::ThreadEntry, store::RosterRecord>
      entry;
};

// What the leaf of a message that is not refused says of it: APPLIED, CARRIED, or a decision.
std::string ResultWord(const OpenedMessage& opened, const Judgement& judgement);

// Where messages of one family are judged and entered: the same rules at the origin's door and at
// every recipient, so that all nodes come to the same answer. Stateless; any thread.
class Desk {
 public:
  virtual ~Desk() = default;

  // The rules that need no other message.
  virtual absl::Status CheckAlone(const OpenedMessage& opened, absl::Time now) const = 0;

  // The rules that look at other messages. `now` is the time of the leaf that the message gets.
  virtual absl::StatusOr<Judgement> Judge(const store::Reader& store, const OpenedMessage& opened,
                                          absl::Time now) const = 0;

  // Enters the judged message, stored as `record`, as what is in force.
  virtual absl::Status Record(CommitScope& scope, const store::MessageRecord& record,
                              const OpenedMessage& opened, const Judgement& judgement) const = 0;
};

// The desks of a node.
class Desks {
 public:
  struct Of {
    const Desk& yard;
    const Desk& notices;
    const Desk& transcripts;
    const Desk& acknowledgements;
    const Desk& agreements;
    const Desk& countersignatures;
    const Desk& rosters;
    const Desk& keys;
  };
  // All must outlive it.
  explicit Desks(Of desks) : desks_(desks) {}

  // The desk for a message; nullptr for one that is only carried or only logged.
  const Desk* For(const OpenedMessage& opened) const {
    if (opened.newer_schema) return nullptr;
    switch (opened.message.body_case()) {
      case v1::Message::kYardReport:
        return &desks_.yard;
      case v1::Message::kNotice:
        return &desks_.notices;
      case v1::Message::kTranscript:
        return &desks_.transcripts;
      case v1::Message::kAcknowledgement:
        return &desks_.acknowledgements;
      case v1::Message::kProposal:
      case v1::Message::kAcceptance:
      case v1::Message::kRejection:
      case v1::Message::kWithdrawal:
        return &desks_.agreements;
      case v1::Message::kCountersignature:
        return &desks_.countersignatures;
      case v1::Message::kRoster:
        return &desks_.rosters;
      case v1::Message::kKeyAnnouncement:
        return &desks_.keys;
      case v1::Message::kPing:
      case v1::Message::BODY_NOT_SET:
        return nullptr;
    }
    return nullptr;
  }

 private:
  const Of desks_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_DESK_H_
