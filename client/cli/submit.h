#ifndef GATEPOST_CLIENT_CLI_SUBMIT_H_
#define GATEPOST_CLIENT_CLI_SUBMIT_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "certs/signer.h"
#include "client/cli/output.h"
#include "client/cli/session.h"
#include "gatepost/v1/exchange_service.pb.h"
#include "gatepost/v1/message.pb.h"
#include "gatepost/v1/yard_report.pb.h"

namespace gatepost::cli {

// The session's signing key. NOT_ALLOWED for an identity that only reads; BAD_CONFIG.
absl::StatusOr<std::unique_ptr<certs::Signer>> OpenSigner(const Session& session);

// Signs `report` as the session's identity, with what `global` says of an emergency, and hands it
// to the node. With `validate_only` the node
// only says what it would answer. Otherwise the envelope is kept in the outbox before the first
// send, and what waited there is sent first: if that was this very report, its answer is returned
// and nothing is sent twice. Errors of the library: BAD_CONFIG, STORE_FAILED, the node's refusal.
absl::StatusOr<v1::SubmitResponse> SubmitReport(const Global& global, Session& session,
                                                const v1::YardReport& report,
                                                const std::optional<v1::MessageReference>& replaces,
                                                bool validate_only);

// The same for a message with the body of `body`, about `scope_ids`
// (client::MessageBuilder::Write).
absl::StatusOr<v1::SubmitResponse> SubmitBody(const Global& global, Session& session,
                                              const v1::Message& body,
                                              const std::vector<std::string>& scope_ids,
                                              const std::optional<v1::MessageReference>& replaces,
                                              bool validate_only);

// The same for a message of an agreement, which goes to one node
// (client::MessageBuilder::WriteTo).
absl::StatusOr<v1::SubmitResponse> SubmitTo(const Global& global, Session& session,
                                            const std::string& recipient_node,
                                            const v1::Message& body,
                                            const std::vector<std::string>& scope_ids,
                                            bool validate_only);

// Hands in an envelope that is signed already, through the outbox.
absl::StatusOr<v1::SubmitResponse> SubmitSigned(Session& session, const v1::SubmitRequest& request);

// A line check with `token`, sent like a report.
absl::StatusOr<v1::SubmitResponse> SubmitPing(Session& session, const std::string& token);

// `status` with `place` before what came: which of several reports it is about.
absl::Status Placed(const absl::Status& status, const std::string& place);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_SUBMIT_H_
