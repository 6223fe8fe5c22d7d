#include "daemon/exchange/door.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/time/civil_time.h"
#include "certs/dsse.h"
#include "daemon/domain/civil_time.h"
#include "daemon/exchange/accepting.h"
#include "daemon/exchange/access.h"
#include "daemon/exchange/link_rules.h"
#include "daemon/exchange/naming.h"
#include "daemon/exchange/unreadable_hours.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"
#include "gatepost/storage/v1/findings.pb.h"

namespace gatepost::exchange {

// What the committer decided for one submission.
struct Door::Accepted {
  store::MessageRecord record;
};

namespace {

absl::Status Reused(const store::MessageRecord& held, const certs::Digest& came) {
  return system::Refuse(v1::REASON_MESSAGE_ID_REUSED,
                        fmt::format("the payload of message {} with digest {}", held.message_id,
                                    certs::ToHex(held.pae)),
                        fmt::format("another payload, digest {}", certs::ToHex(came)),
                        "give the new content a new message id");
}

}  // namespace

void Door::Submit(const certs::Identity& caller, const v1::SubmitRequest& request, Answer answer) {
  const absl::Time now = parts_.clock.Now();
  const certs::Digest pae =
      certs::PaeDigest(request.envelope().payload_type(), request.envelope().payload());
  const auto refuse = [this, actor = caller.id.ToString(), pae,
                       quiet = request.validate_only()](const absl::Status& why) {
    if (quiet) return;
    parts_.refusals.Log(ledger::event::kRefused, actor, "-", why, pae);
  };

  absl::StatusOr<OpenedMessage> opened = Open(request, pae, now);
  absl::Status checked = opened.ok() ? MayHandIn(caller, opened->author) : opened.status();
  if (checked.ok()) {
    checked = CheckWithoutState(*opened, now);
    // An answer that was given stands, though registers or rules have changed since.
    if (!checked.ok() && AcceptedBefore(pae).has_value()) checked = absl::OkStatus();
  }
  if (!checked.ok()) {
    refuse(checked);
    return answer(std::move(checked));
  }
  if (request.validate_only()) return answer(ValidateOnly(*opened));

  auto message = std::make_shared<const OpenedMessage>(*std::move(opened));
  auto accepted = std::make_shared<Accepted>();
  auto shared_answer = std::make_shared<Answer>(std::move(answer));
  const absl::Status posted = parts_.committer.Post(
      [this, message, accepted](CommitScope& scope) { return Decide(scope, *message, *accepted); },
      [this, accepted, shared_answer, refuse](const absl::Status& decided) {
        if (decided.ok()) return (*shared_answer)(Respond(*accepted));
        refuse(decided);
        (*shared_answer)(decided);
      });
  if (!posted.ok()) (*shared_answer)(posted);
}

absl::Status Door::CheckWithoutState(const OpenedMessage& opened, absl::Time now) const {
  const v1::MessageHeader& header = opened.message.header();
  GATEPOST_RETURN_IF_ERROR(MayAuthor(opened));
  if (header.origin_node() != parts_.node.node) {
    return system::Refuse(v1::REASON_NOT_ADDRESSED_HERE,
                          fmt::format("origin node {}", parts_.node.node), header.origin_node(),
                          "submit to the node that the header names as origin");
  }
  for (const std::string& recipient : header.recipient_nodes()) {
    if (!parts_.links.contains(recipient)) {
      return system::Refuse(v1::REASON_UNKNOWN_RECIPIENT, "recipients that this node has a link to",
                            recipient, "name other recipients, or have the link configured");
    }
    GATEPOST_RETURN_IF_ERROR(parts_.blocked.Check(recipient, opened.message));
  }
  const Desk* desk = parts_.desks.For(opened);
  return desk != nullptr ? desk->CheckAlone(opened, now) : absl::OkStatus();
}

// The first acceptance of the same message, if there was one.
std::optional<store::MessageRecord> Door::AcceptedBefore(const certs::Digest& pae) const {
  const absl::StatusOr<std::unique_ptr<store::Reader>> reader = parts_.store.Read();
  if (!reader.ok()) return std::nullopt;
  absl::StatusOr<std::optional<store::MessageRecord>> held = (*reader)->FindAccepted(pae);
  return held.ok() ? *std::move(held) : std::nullopt;
}

// A repeat is signed by certificates that may have expired since: it is judged as of the moment
// when it first came (PROTOCOL.md 1 and 2).
absl::StatusOr<OpenedMessage> Door::Open(const v1::SubmitRequest& request, const certs::Digest& pae,
                                         absl::Time now) const {
  const std::vector<std::vector<std::string>> chains = ChainsOf(request.chains());
  absl::StatusOr<OpenedMessage> opened = parts_.intake.Open(request.envelope(), chains, now);
  if (opened.ok()) return opened;
  const std::optional<store::MessageRecord> first = AcceptedBefore(pae);
  if (!first.has_value()) return opened;
  return parts_.intake.Open(request.envelope(), chains, first->stored_at);
}

// A message that the other side would refuse does not leave.
absl::Status Door::CheckLinks(const store::Reader& store, const OpenedMessage& opened,
                              absl::Time now) const {
  for (const std::string& recipient : opened.message.header().recipient_nodes()) {
    GATEPOST_RETURN_IF_ERROR(
        CheckAgreed(parts_.rosters, store, parts_.links.at(recipient), opened, now));
  }
  return absl::OkStatus();
}

absl::Status Door::Decide(CommitScope& scope, const OpenedMessage& opened,
                          Accepted& accepted) const {
  const v1::MessageHeader& header = opened.message.header();
  GATEPOST_ASSIGN_OR_RETURN(std::optional<store::MessageRecord> held,
                            scope.store.FindMessage(header.author(), header.message_id()));
  if (held.has_value()) {
    if (held->pae != opened.pae) return Reused(*held, opened.pae);
    accepted.record = *std::move(held);
    return absl::OkStatus();
  }
  GATEPOST_RETURN_IF_ERROR(CheckLinks(scope.store, opened, scope.now));
  Judgement judgement;
  if (const Desk* desk = parts_.desks.For(opened); desk != nullptr) {
    GATEPOST_ASSIGN_OR_RETURN(judgement, desk->Judge(scope.store, opened, scope.now));
  }
  return Accept(scope, opened, judgement, accepted);
}

absl::Status Door::Accept(CommitScope& scope, const OpenedMessage& opened,
                          const Judgement& judgement, Accepted& accepted) const {
  GATEPOST_ASSIGN_OR_RETURN(
      accepted.record,
      EnterAccepted(scope, {parts_.node, parts_.gates, parts_.desks}, opened, judgement, ""));
  for (const std::string& recipient : opened.message.header().recipient_nodes()) {
    GATEPOST_RETURN_IF_ERROR(Queue(scope.store, recipient, accepted.record));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::SubmitResponse> Door::Respond(const Accepted& accepted) const {
  const store::MessageRecord& record = accepted.record;
  GATEPOST_ASSIGN_OR_RETURN(ledger::Receipt receipt, parts_.log.ReceiptOf(record.leaf_index));
  v1::SubmitResponse response;
  response.set_message_id(record.message_id);
  response.set_short_reference(ReferenceText(parts_.node, record.reference));
  response.mutable_receipt()->set_leaf(std::move(receipt.leaf));
  response.mutable_receipt()->set_proof(std::move(receipt.proof));
  storage::v1::StoredFindings stored;
  if (stored.ParseFromString(record.findings)) {
    response.mutable_findings()->Swap(stored.mutable_findings());
  }
  return response;
}

absl::StatusOr<v1::SubmitResponse> Door::ValidateOnly(const OpenedMessage& opened) const {
  const v1::MessageHeader& header = opened.message.header();
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<store::Reader> reader, parts_.store.Read());
  GATEPOST_ASSIGN_OR_RETURN(std::optional<store::MessageRecord> held,
                            reader->FindMessage(header.author(), header.message_id()));
  if (held.has_value() && held->pae != opened.pae) return Reused(*held, opened.pae);
  v1::SubmitResponse response;
  response.set_message_id(header.message_id());
  const Desk* desk = parts_.desks.For(opened);
  const absl::Time now = parts_.clock.Now();
  if (!held.has_value()) GATEPOST_RETURN_IF_ERROR(CheckLinks(*reader, opened, now));
  if (!held.has_value() && desk != nullptr) {
    GATEPOST_ASSIGN_OR_RETURN(Judgement judgement, desk->Judge(*reader, opened, now));
    for (v1::Finding& finding : judgement.findings) *response.add_findings() = std::move(finding);
  }
  return response;
}

}  // namespace gatepost::exchange
