#include "client/cli/submit.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "client/message_builder.h"
#include "client/outbox.h"
#include "client/render/text.h"
#include "daemon/system/clock.h"
#include "daemon/system/random.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"
#include "google/protobuf/util/message_differencer.h"

namespace gatepost::cli {
namespace {

using google::protobuf::util::MessageDifferencer;

// The outbox's way to the node.
client::SubmitCall CallOf(Session& session) {
  return [&session](const v1::SubmitRequest& request) { return session.node->Submit(request); };
}

// The report inside a request of our own outbox.
std::optional<v1::Message> MessageOf(const v1::SubmitRequest& request) {
  v1::Message message;
  if (!message.ParseFromString(request.envelope().payload())) return std::nullopt;
  return message;
}

// Whether both say the same, whatever their ids.
bool SameContent(v1::Message a, v1::Message b) {
  if (!MessageDifferencer::Equals(a.header().replaces(), b.header().replaces())) return false;
  // The same terms for another counterpart are another proposal.
  if (!std::ranges::equal(a.header().recipient_nodes(), b.header().recipient_nodes())) return false;
  if (!MessageDifferencer::Equals(a.header().emergency(), b.header().emergency())) return false;
  a.clear_header();
  b.clear_header();
  return MessageDifferencer::Equals(a, b);
}

// Sends what waited; the answer to a waiting message with the content of `message`, if there was
// one.
absl::StatusOr<std::optional<v1::SubmitResponse>> SendWaiting(const Global& global,
                                                              Session& session,
                                                              client::Outbox& outbox,
                                                              const v1::Message& message) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<client::OutboxEntry> pending, outbox.Pending());
  if (pending.empty()) return std::nullopt;
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<client::Resent> resent,
                            client::ResendPending(outbox, CallOf(session)));
  std::optional<v1::SubmitResponse> same;
  for (const client::Resent& sent : resent) {
    if (!sent.outcome.ok()) {
      if (client::StaysPending(sent.outcome.status())) return sent.outcome.status();
      Note(global,
           render::Say("a message that waited in the outbox was refused: {0}\n",
                       std::string(system::ReasonName(system::ReasonOf(sent.outcome.status())))));
      continue;
    }
    Note(global, sent.outcome->has_held()
                     ? render::Say("a message that waited in the outbox is held as {0}\n",
                                   sent.outcome->short_reference())
                     : render::Say("a message that waited in the outbox was accepted as {0}\n",
                                   sent.outcome->short_reference()));
    for (const client::OutboxEntry& entry : pending) {
      const std::optional<v1::Message> waited = MessageOf(entry.request);
      if (entry.message_id == sent.message_id && waited.has_value() &&
          SameContent(*waited, message)) {
        same = *sent.outcome;
      }
    }
  }
  return same;
}

struct Author {
  system::SystemClock clock;
  system::SystemRandom random;
  std::unique_ptr<certs::Signer> signer;
  std::unique_ptr<client::MessageBuilder> builder;
};

absl::StatusOr<std::unique_ptr<Author>> OpenAuthor(const Session& session) {
  auto author = std::make_unique<Author>();
  GATEPOST_ASSIGN_OR_RETURN(author->signer, OpenSigner(session));
  author->builder = std::make_unique<client::MessageBuilder>(
      client::MessageBuilder::SenderOf(session.settings, author->signer->id()), author->clock,
      author->random);
  return author;
}

using Write = std::function<v1::Message(client::MessageBuilder&)>;

// Signs what the author writes, and hands it in.
absl::StatusOr<v1::SubmitResponse> Submit(const Global& global, Session& session,
                                          bool validate_only, const Write& write) {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<Author> author, OpenAuthor(session));
  v1::Message message = write(*author->builder);
  if (!global.emergency.empty()) {
    message.mutable_header()->mutable_emergency()->set_reason(global.emergency);
  }
  GATEPOST_ASSIGN_OR_RETURN(v1::SubmitRequest request, client::Sign(message, *author->signer));
  if (validate_only) {
    request.set_validate_only(true);
    return session.node->Submit(request);
  }
  GATEPOST_ASSIGN_OR_RETURN(client::Outbox outbox,
                            client::Outbox::Open(session.settings.outbox_dir));
  GATEPOST_ASSIGN_OR_RETURN(std::optional<v1::SubmitResponse> same,
                            SendWaiting(global, session, outbox, message));
  if (same.has_value()) return *std::move(same);
  return client::SendThrough(outbox, request, CallOf(session));
}

}  // namespace

absl::StatusOr<std::unique_ptr<certs::Signer>> OpenSigner(const Session& session) {
  const config::ClientSettings& settings = session.settings;
  if (settings.signing_certificate_file.empty()) {
    return system::Refuse(
        v1::REASON_NOT_ALLOWED, "a post that may sign",
        fmt::format("{}, which names no signing certificate: it only reads", settings.file),
        "use the client config of a clerk, officer or service");
  }
  return client::LoadSigner(settings);
}

absl::StatusOr<v1::SubmitResponse> SubmitReport(const Global& global, Session& session,
                                                const v1::YardReport& report,
                                                const std::optional<v1::MessageReference>& replaces,
                                                bool validate_only) {
  return Submit(global, session, validate_only,
                [&](client::MessageBuilder& builder) { return builder.Report(report, replaces); });
}

absl::StatusOr<v1::SubmitResponse> SubmitBody(const Global& global, Session& session,
                                              const v1::Message& body,
                                              const std::vector<std::string>& scope_ids,
                                              const std::optional<v1::MessageReference>& replaces,
                                              bool validate_only) {
  return Submit(global, session, validate_only, [&](client::MessageBuilder& builder) {
    return builder.Write(body, scope_ids, replaces);
  });
}

absl::StatusOr<v1::SubmitResponse> SubmitTo(const Global& global, Session& session,
                                            const std::string& recipient_node,
                                            const v1::Message& body,
                                            const std::vector<std::string>& scope_ids,
                                            bool validate_only) {
  return Submit(global, session, validate_only, [&](client::MessageBuilder& builder) {
    return builder.WriteTo(recipient_node, body, scope_ids);
  });
}

absl::StatusOr<v1::SubmitResponse> SubmitSigned(Session& session,
                                                const v1::SubmitRequest& request) {
  GATEPOST_ASSIGN_OR_RETURN(client::Outbox outbox,
                            client::Outbox::Open(session.settings.outbox_dir));
  return client::SendThrough(outbox, request, CallOf(session));
}

absl::StatusOr<v1::SubmitResponse> SubmitPing(Session& session, const std::string& token) {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<Author> author, OpenAuthor(session));
  GATEPOST_ASSIGN_OR_RETURN(const v1::SubmitRequest request,
                            client::Sign(author->builder->Ping(token), *author->signer));
  return session.node->Submit(request);
}

absl::Status Placed(const absl::Status& status, const std::string& place) {
  const std::optional<system::Refusal> refusal = system::RefusalOf(status);
  if (!refusal.has_value()) return status;
  return system::Refuse(refusal->reason, refusal->wanted,
                        fmt::format("{}: {}", place, refusal->came), refusal->todo);
}

}  // namespace gatepost::cli
