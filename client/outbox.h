#ifndef GATEPOST_CLIENT_OUTBOX_H_
#define GATEPOST_CLIENT_OUTBOX_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gatepost/v1/exchange_service.pb.h"

namespace gatepost::client {

// What became of a message that was to be sent.
enum class OutboxState { kPending, kDone, kRefused };

// One message of an outbox.
struct OutboxEntry {
  // Format: UUID version 7.
  std::string message_id;
  OutboxState state = OutboxState::kPending;
  // The envelope with its chains, as it is sent.
  v1::SubmitRequest request;
  // For kDone: the node's answer.
  std::optional<v1::SubmitResponse> response;
  // For kRefused: why.
  std::optional<v1::RefusalDetail> refusal;
};

// A folder in which every message is kept before it is first sent, so that a power cut between
// sending and answer cannot make one be sent twice under two names, or not at all.
//
//   pending/<id>.submit.pb                        written and synced before the first send
//   done/<id>.submit.pb, <id>.response.pb         the node has it, durably
//   refused/<id>.submit.pb, <id>.refusal.pb       the node refused it; nothing sends it again
//
// The files are serialized gatepost.v1 messages: SubmitRequest, SubmitResponse, RefusalDetail.
// Several programs may share one outbox: the worst is that a message is sent twice, which a node
// answers twice with the same bytes. One object belongs to one thread at a time.
class Outbox {
 public:
  // Makes the folders where they are missing, readable by their owner only. STORE_FAILED.
  static absl::StatusOr<Outbox> Open(const std::string& dir);

  // Keeps `request` as pending; its bytes survive a power cut once this returns. Returns the
  // message id in its payload. MALFORMED_PAYLOAD when there is none, MESSAGE_ID_REUSED when another
  // payload is kept under the same id, STORE_FAILED.
  absl::StatusOr<std::string> Add(const v1::SubmitRequest& request);

  // Notes the answer of the node, or its refusal. STORE_FAILED; NOT_FOUND for an unknown id.
  absl::Status Done(const std::string& message_id, const v1::SubmitResponse& response);
  absl::Status Refused(const std::string& message_id, const absl::Status& refusal);

  // All messages in the order of their ids, which is that of writing. STORE_FAILED, naming the
  // file, when one cannot be read.
  absl::StatusOr<std::vector<OutboxEntry>> List() const;
  // The pending ones only. Clears away what a crash left of settled ones.
  absl::StatusOr<std::vector<OutboxEntry>> Pending() const;

 private:
  explicit Outbox(std::string dir) : dir_(std::move(dir)) {}
  std::string Path(OutboxState state, const std::string& message_id, std::string_view kind) const;
  absl::Status Settle(const std::string& message_id, OutboxState state, const std::string& outcome);
  absl::StatusOr<std::vector<std::string>> Ids(OutboxState state) const;

  std::string dir_;
};

// How a request gets to the node, e.g. NodeClient::Submit.
using SubmitCall = std::function<absl::StatusOr<v1::SubmitResponse>(const v1::SubmitRequest&)>;

// Keeps `request` in the outbox, sends it, and notes the outcome. When the node was not reached, or
// its answer was no word about the message (StaysPending), it stays pending and the error says why.
absl::StatusOr<v1::SubmitResponse> SendThrough(Outbox& outbox, const v1::SubmitRequest& request,
                                               const SubmitCall& submit);

// What became of a pending message that was sent again.
struct Resent {
  std::string message_id;
  absl::StatusOr<v1::SubmitResponse> outcome;
};

// Sends every pending message again, oldest first, as after a start. Stops after the first that
// stays pending, since a later message may build on it. STORE_FAILED when the outbox fails.
absl::StatusOr<std::vector<Resent>> ResendPending(Outbox& outbox, const SubmitCall& submit);

// Whether `status` leaves open what the node thinks of the message: it was not reached, is stopping
// or overloaded, or did not accept the caller rather than the message.
bool StaysPending(const absl::Status& status);

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_OUTBOX_H_
