// ack: a person has seen a message of the other side.

#include <map>
#include <string>
#include <vector>

#include "client/cli/commands.h"
#include "client/cli/named_message.h"
#include "client/cli/session.h"
#include "client/cli/submit.h"
#include "client/render/standing.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/unknown_content.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

absl::StatusOr<v1::SubmitResponse> Send(const Global& global, Session& session,
                                        const AcknowledgeOptions& options) {
  static const std::map<std::string, v1::DisputeGround> kGrounds = {
      {"", v1::DISPUTE_GROUND_UNSPECIFIED},
      {"facts", v1::DISPUTE_GROUND_FACTS},
      {"authority", v1::DISPUTE_GROUND_AUTHORITY},
      {"not-agreed", v1::DISPUTE_GROUND_NOT_AGREED},
      {"decision", v1::DISPUTE_GROUND_DECISION}};
  GATEPOST_ASSIGN_OR_RETURN(const Named named, FetchNamed(session, options.reference));
  // Nobody signs that he has read what his program cannot show him (PROTOCOL.md 1).
  if (domain::HasUnknown(named.message)) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a message that this program can show whole",
                          fmt::format("{}, of a newer schema", options.reference),
                          "read it with a newer program");
  }
  v1::Message body;
  v1::Acknowledgement& ack = *body.mutable_acknowledgement();
  *ack.mutable_about() = CitationOf(named.reference);
  ack.set_kind(!options.disputed.empty()    ? v1::ACKNOWLEDGEMENT_KIND_DISPUTED
               : !options.answer_by.empty() ? v1::ACKNOWLEDGEMENT_KIND_ANSWER_FOLLOWS
                                            : v1::ACKNOWLEDGEMENT_KIND_READ);
  ack.set_ground(kGrounds.at(options.disputed));
  ack.set_remark(options.remark);
  if (!options.answer_by.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(*ack.mutable_answer_by(),
                              domain::ParseInstant(options.answer_by, Today(session)));
  }
  const auto& scopes = named.message.header().scope_ids();
  return SubmitBody(global, session, body, std::vector<std::string>(scopes.begin(), scopes.end()),
                    std::nullopt, false);
}

}  // namespace

int Acknowledge(const Global& global, const AcknowledgeOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<v1::SubmitResponse> response = Send(global, *session, options);
  if (!response.ok()) return Fail(global, response.status());
  Print(
      global, *response, [&] { return render::SubmittedText(*response, false); },
      [&] { return ResultCsv(*response); });
  return 0;
}

}  // namespace gatepost::cli
