#include "client/cli/named_message.h"

#include "client/message_builder.h"
#include "client/render/table.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {

absl::StatusOr<Named> FetchNamed(Session& session, const std::string& reference) {
  v1::GetMessageRequest request;
  request.set_reference(reference);
  GATEPOST_ASSIGN_OR_RETURN(const v1::GetMessageResponse response,
                            session.node->GetMessage(request));
  Named named;
  if (!named.message.ParseFromString(response.message().envelope().payload())) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a message that this program can read",
                          fmt::format("{}, which it cannot", reference),
                          "look it up with gatepost inbox or outbox");
  }
  named.reference =
      client::ReferenceTo(response.message().envelope(), named.message.header().author(),
                          named.message.header().message_id());
  return named;
}

v1::MessageCitation CitationOf(const v1::MessageReference& reference) {
  v1::MessageCitation citation;
  citation.set_author(reference.author());
  citation.set_message_id(reference.message_id());
  citation.set_pae_sha256(reference.pae_sha256());
  return citation;
}

std::string ResultCsv(const v1::SubmitResponse& response) {
  render::Table table({{"result"}, {"reference"}, {"message_id"}});
  const bool checked = response.short_reference().empty();
  table.Add({response.has_held() ? (checked ? "would be held" : "held")
                                 : (checked ? "would be accepted" : "accepted"),
             response.short_reference(), response.message_id()});
  return table.ToCsv();
}

}  // namespace gatepost::cli
