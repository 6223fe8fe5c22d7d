#ifndef GATEPOST_CLIENT_CLI_THREAD_TYPED_H_
#define GATEPOST_CLIENT_CLI_THREAD_TYPED_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "client/agreement_messages.h"
#include "client/cli/session.h"
#include "gatepost/v1/agreement_service.pb.h"

namespace gatepost::cli {

// A thread that the user named by one of its messages, and the proposal that is meant.
struct NamedThread {
  std::unique_ptr<const v1::AgreementThread> thread;  // Where it is in memory must not change:
  client::HeldProposal proposal;                      // this points into it.
};

// The thread with that message (short reference or id). Errors of the call and of
// client::FindProposal.
absl::StatusOr<NamedThread> FetchThread(Session& session, const std::string& reference);

// A line that says how the thread of `reference`, a message just sent, stands now; empty where the
// node does not tell: the message is sent all the same.
std::string StandingLine(Session& session, const std::string& reference);

// The own node's short reference of a message. Errors of the call.
absl::StatusOr<std::string> ShortReferenceOf(Session& session, const std::string& reference);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_THREAD_TYPED_H_
