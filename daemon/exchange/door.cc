#include "daemon/exchange/door.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "certs/dsse.h"
#include "daemon/domain/civil_time.h"
#include "daemon/exchange/accepting.h"
#include "daemon/exchange/access.h"
#include "daemon/exchange/fault.h"
#include "daemon/exchange/link_rules.h"
#include "daemon/exchange/naming.h"
#include "daemon/exchange/unreadable_hours.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "gatepost/storage/v1/findings.pb.h"

namespace gatepost::exchange {

namespace {

absl::Status Reused(std::string_view message_id, const certs::Digest& held,
                    const certs::Digest& came) {
  return system::Refuse(
      v1::REASON_MESSAGE_ID_REUSED,
      fmt::format("the payload of message {} with digest {}", message_id, certs::ToHex(held)),
      fmt::format("another payload, digest {}", certs::ToHex(came)),
      "give the new content a new message id");
}

// The same submission again.
v1::SubmitRequest RequestOf(const OpenedMessage& opened) {
  v1::SubmitRequest request;
  request.mutable_envelope()->ParseFromString(opened.envelope_bytes);
  for (const std::vector<std::string>& chain : opened.chains) {
    v1::CertificateChain* sent = request.add_chains();
    for (const std::string& certificate : chain) sent->add_certificates(certificate);
  }
  return request;
}

// The gates as a leaf's detail names them: a few that can stand there, and how many more.
std::string GatesDetail(const std::set<std::string>& gates) {
  constexpr size_t kMostNamed = 16;
  constexpr size_t kLongestId = 64;
  std::vector<std::string> named;
  for (const std::string& gate : gates) {
    const bool fits = !gate.empty() && gate.size() <= kLongestId &&
                      std::ranges::all_of(gate, [](char c) { return c >= '!' && c <= '~'; });
    if (fits && named.size() < kMostNamed) named.push_back(gate);
  }
  std::string detail = fmt::format("gates:{}", fmt::join(named, ","));
  if (gates.size() > named.size()) detail += fmt::format("+{}", gates.size() - named.size());
  return detail;
}

// What an auditor looks for among overrides: a rule was stretched, by whom, and where.
absl::Status LogWarnings(CommitScope& scope, const OpenedMessage& opened, const Ruling& ruling) {
  if (ruling.warnings.empty()) return absl::OkStatus();
  ledger::Leaf leaf;
  leaf.event = ledger::event::kOverride;
  leaf.actor = opened.message.header().author();
  leaf.object = MessageObject(opened.message.header().message_id());
  leaf.pae = opened.pae;
  leaf.signatures = opened.signatures;
  leaf.result = system::ReasonName(v1::REASON_ROLE_TOO_LOW);
  leaf.detail = GatesDetail(ruling.warned_gates);
  return scope.log.Add(std::move(leaf)).status();
}

}  // namespace

void Door::Submit(const certs::Identity& caller, const v1::SubmitRequest& request, Answer answer) {
  const absl::Time now = parts_.clock.Now();
  const certs::Digest pae =
      certs::PaeDigest(request.envelope().payload_type(), request.envelope().payload());
  const auto refuse = [this, actor = caller.id.ToString(), pae,
                       quiet = request.validate_only()](const absl::Status& why) {
    if (quiet || IsFault(why)) return;
    parts_.refusals.Log(ledger::event::kRefused, actor, "-", why, pae);
  };

  absl::StatusOr<std::optional<store::HeldRecord>> held = std::nullopt;
  if (!request.validate_only()) held = HeldAlready(pae);
  if (!held.ok()) return answer(held.status());
  absl::StatusOr<Offer> offer = held->has_value()
                                    ? OpenOnto(caller, request, **std::move(held), now)
                                    : OpenNew(caller, request, pae, now);
  if (!offer.ok()) {
    refuse(offer.status());
    return answer(offer.status());
  }
  if (request.validate_only()) return answer(ValidateOnly(offer->opened));

  auto shared_offer = std::make_shared<const Offer>(*std::move(offer));
  auto outcome = std::make_shared<Outcome>();
  auto shared_answer = std::make_shared<Answer>(std::move(answer));
  const absl::Status posted = parts_.committer.Post(
      [this, shared_offer, outcome](CommitScope& scope) {
        return shared_offer->onto.has_value() ? DecideOnto(scope, *shared_offer, *outcome)
                                              : Decide(scope, *shared_offer, *outcome);
      },
      [this, caller, shared_offer, outcome, shared_answer, refuse](const absl::Status& decided) {
        if (decided.ok() && outcome->again) {
          return Submit(caller, RequestOf(shared_offer->opened), std::move(*shared_answer));
        }
        if (decided.ok()) return (*shared_answer)(Respond(*outcome));
        refuse(decided);
        (*shared_answer)(decided);
      });
  if (!posted.ok()) (*shared_answer)(posted);
}

absl::StatusOr<Door::Offer> Door::OpenNew(const certs::Identity& caller,
                                          const v1::SubmitRequest& request,
                                          const certs::Digest& pae, absl::Time now) const {
  GATEPOST_ASSIGN_OR_RETURN(OpenedMessage opened, Open(request, pae, now));
  Offer offer{std::move(opened), std::nullopt, {}};
  absl::Status checked = MayHandIn(caller, offer.opened.author);
  if (checked.ok()) checked = CheckWithoutState(offer.opened, now);
  if (checked.ok()) return offer;
  // An answer that was given stands, though registers or rules have changed since; also for those
  // who signed for its release.
  if (!MayHandInForOne(caller, offer.opened.signers).ok()) return checked;
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> first, AcceptedBefore(pae));
  if (!first.has_value()) return checked;
  return offer;
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
absl::StatusOr<std::optional<store::MessageRecord>> Door::AcceptedBefore(
    const certs::Digest& pae) const {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader, parts_.store.Read());
  return reader->FindAccepted(pae);
}

// A repeat is signed by certificates that may have expired since: it is judged as of the moment
// when it first came (PROTOCOL.md 1 and 2).
absl::StatusOr<OpenedMessage> Door::Open(const v1::SubmitRequest& request, const certs::Digest& pae,
                                         absl::Time now) const {
  const std::vector<std::vector<std::string>> chains = ChainsOf(request.chains());
  absl::StatusOr<OpenedMessage> opened = parts_.intake.Open(request.envelope(), chains, now);
  if (opened.ok()) return opened;
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> first, AcceptedBefore(pae));
  if (!first.has_value()) return opened;
  return parts_.intake.Open(request.envelope(), chains, first->stored_at);
}

absl::Status Door::Decide(CommitScope& scope, const Offer& offer, Outcome& outcome) const {
  const OpenedMessage& opened = offer.opened;
  const v1::MessageHeader& header = opened.message.header();
  GATEPOST_ASSIGN_OR_RETURN(std::optional<store::MessageRecord> known,
                            scope.store.FindMessage(header.author(), header.message_id()));
  if (known.has_value()) {
    if (known->pae != opened.pae) return Reused(header.message_id(), known->pae, opened.pae);
    outcome.record = *std::move(known);
    return absl::OkStatus();
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::HeldRecord> held,
                            scope.store.FindHeld(header.author(), header.message_id()));
  if (held.has_value()) {
    if (held->pae != opened.pae) return Reused(header.message_id(), held->pae, opened.pae);
    outcome.again = true;
    return absl::OkStatus();
  }
  GATEPOST_RETURN_IF_ERROR(CheckNotDropped(scope.store, opened));
  GATEPOST_ASSIGN_OR_RETURN(OwnJudgement own,
                            JudgeOwn(scope.store, OwnRulesHere(), opened, scope.now));
  if (own.ruling.needed.empty()) return Accept(scope, opened, own, outcome);
  GATEPOST_RETURN_IF_ERROR(CheckRoomToHold(scope.store, opened));
  GATEPOST_ASSIGN_OR_RETURN(
      outcome.held, Hold(scope, parts_.node, opened, own.ruling.needed, parts_.authority.hold()));
  outcome.state = HeldStateOf(own.ruling.needed, outcome.held->drops_at);
  outcome.findings = std::move(own.judgement.findings);
  return absl::OkStatus();
}

absl::Status Door::Accept(CommitScope& scope, const OpenedMessage& opened, const OwnJudgement& own,
                          Outcome& outcome) const {
  const Accepting parts{parts_.node, parts_.gates, parts_.desks, own.ruling.countersign_within};
  GATEPOST_ASSIGN_OR_RETURN(outcome.record, AcceptAndQueue(scope, parts, opened, own.judgement));
  return LogWarnings(scope, opened, own.ruling);
}

absl::StatusOr<v1::SubmitResponse> Door::Respond(const Outcome& outcome) const {
  const store::MessageRecord& record = outcome.record;
  const bool held = outcome.held.has_value();
  GATEPOST_ASSIGN_OR_RETURN(
      ledger::Receipt receipt,
      parts_.log.ReceiptOf(held ? outcome.held->leaf_index : record.leaf_index));
  v1::SubmitResponse response;
  response.set_message_id(held ? outcome.held->message_id : record.message_id);
  response.set_short_reference(
      ReferenceText(parts_.node, held ? outcome.held->reference : record.reference));
  response.mutable_receipt()->set_leaf(std::move(receipt.leaf));
  response.mutable_receipt()->set_proof(std::move(receipt.proof));
  if (held) {
    *response.mutable_held() = outcome.state;
    for (const v1::Finding& finding : outcome.findings) *response.add_findings() = finding;
    return response;
  }
  storage::v1::StoredFindings stored;
  if (stored.ParseFromString(record.findings)) {
    response.mutable_findings()->Swap(stored.mutable_findings());
  }
  return response;
}

absl::StatusOr<v1::SubmitResponse> Door::ValidateOnly(const OpenedMessage& opened) const {
  const v1::MessageHeader& header = opened.message.header();
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<store::Reader> reader, parts_.store.Read());
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> known,
                            reader->FindMessage(header.author(), header.message_id()));
  if (known.has_value() && known->pae != opened.pae) {
    return Reused(header.message_id(), known->pae, opened.pae);
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::HeldRecord> held,
                            reader->FindHeld(header.author(), header.message_id()));
  if (held.has_value() && held->pae != opened.pae) {
    return Reused(header.message_id(), held->pae, opened.pae);
  }
  v1::SubmitResponse response;
  response.set_message_id(header.message_id());
  if (known.has_value()) return response;
  GATEPOST_RETURN_IF_ERROR(CheckNotDropped(*reader, opened));
  const absl::Time now = parts_.clock.Now();
  GATEPOST_ASSIGN_OR_RETURN(OwnJudgement own, JudgeOwn(*reader, OwnRulesHere(), opened, now));
  for (v1::Finding& finding : own.judgement.findings) *response.add_findings() = std::move(finding);
  if (!own.ruling.needed.empty()) {
    if (!held.has_value()) GATEPOST_RETURN_IF_ERROR(CheckRoomToHold(*reader, opened));
    *response.mutable_held() = HeldStateOf(own.ruling.needed, now + parts_.authority.hold());
  }
  return response;
}

}  // namespace gatepost::exchange
