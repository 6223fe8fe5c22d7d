#ifndef GATEPOST_CLIENT_CLI_NAMED_MESSAGE_H_
#define GATEPOST_CLIENT_CLI_NAMED_MESSAGE_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/cli/session.h"
#include "gatepost/v1/citation.pb.h"
#include "gatepost/v1/exchange_service.pb.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::cli {

// A message that the user named, and its own reference for messages that name it.
struct Named {
  v1::Message message;
  v1::MessageReference reference;
};

// The message with that short reference or id. Errors of the call; BAD_ARGUMENT when this program
// cannot read it.
absl::StatusOr<Named> FetchNamed(Session& session, const std::string& reference);

// The same reference as bodies write it.
v1::MessageCitation CitationOf(const v1::MessageReference& reference);

// What a node answered to a message, for programs.
std::string ResultCsv(const v1::SubmitResponse& response);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_NAMED_MESSAGE_H_
