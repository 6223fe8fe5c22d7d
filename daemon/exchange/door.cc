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
#include "daemon/exchange/naming.h"
#include "daemon/exchange/unreadable_hours.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
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
  GATEPOST_RETURN_IF_ERROR(MayAuthor(opened.author, opened.message));
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
  GATEPOST_ASSIGN_OR_RETURN(const Ruling ruling,
                            parts_.authority.Rule(scope.store, opened, scope.now));
  Judgement judgement;
  if (const Desk* desk = parts_.desks.For(opened); desk != nullptr) {
    GATEPOST_ASSIGN_OR_RETURN(judgement, desk->Judge(scope.store, opened, scope.now));
  }
  if (!ruling.needed.empty()) return Hold(opened, ruling);
  judgement.findings.insert(judgement.findings.end(), ruling.warnings.begin(),
                            ruling.warnings.end());
  GATEPOST_RETURN_IF_ERROR(Accept(scope, opened, judgement, accepted));
  return LogWarnings(scope, opened, ruling);
}

absl::Status Door::Hold(const OpenedMessage& opened, const Ruling& ruling) const {
  std::vector<std::string> missing;
  for (const domain::StillNeeded& one : ruling.needed) {
    missing.push_back(fmt::format("{} of {}", one.count, fmt::join(one.roles, " or ")));
  }
  std::vector<std::string> signers;
  for (const certs::Identity& signer : opened.signers) signers.push_back(signer.id.ToString());
  return system::Refuse(
      v1::REASON_SIGNATURES_MISSING, fmt::format("signatures also by {}", fmt::join(missing, ", ")),
      fmt::format("only by {}", fmt::join(signers, ", ")), "have them sign it as well");
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
  if (held.has_value()) return response;
  const absl::Time now = parts_.clock.Now();
  GATEPOST_ASSIGN_OR_RETURN(const Ruling ruling, parts_.authority.Rule(*reader, opened, now));
  if (const Desk* desk = parts_.desks.For(opened); desk != nullptr) {
    GATEPOST_ASSIGN_OR_RETURN(const Judgement judgement, desk->Judge(*reader, opened, now));
    for (const v1::Finding& finding : judgement.findings) *response.add_findings() = finding;
  }
  if (!ruling.needed.empty()) return Hold(opened, ruling);
  for (const v1::Finding& warning : ruling.warnings) *response.add_findings() = warning;
  return response;
}

}  // namespace gatepost::exchange
