#include "daemon/exchange/delivery.h"

#include <optional>
#include <string>
#include <utility>

#include "daemon/exchange/access.h"
#include "daemon/exchange/link_rules.h"
#include "daemon/exchange/link_sender.h"
#include "daemon/exchange/naming.h"
#include "daemon/exchange/unreadable_hours.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"
#include "gatepost/storage/v1/findings.pb.h"

namespace gatepost::exchange {

namespace {

// Whether the message may cross this link at all, whatever it says.
absl::Status CheckAddress(const LinkParts& parts, const OpenedMessage& opened) {
  const v1::MessageHeader& header = opened.message.header();
  bool addressed = false;
  for (const std::string& node : header.recipient_nodes()) addressed |= node == parts.node.node;
  if (!addressed || header.origin_node() != parts.link.peer_node) {
    return system::Refuse(
        v1::REASON_NOT_ADDRESSED_HERE,
        fmt::format("a message from {} to {}", parts.link.peer_node, parts.node.node),
        fmt::format("one from {}", header.origin_node()), "send it over the link it is meant for");
  }
  if (opened.author.id.trust_domain() != parts.link.peer_spiffe_id.trust_domain()) {
    return system::Refuse(v1::REASON_CROSS_DOMAIN,
                          fmt::format("an author of {}", parts.link.peer_spiffe_id.trust_domain()),
                          opened.author.id.ToString(),
                          "messages cross from the author's own side only");
  }
  return absl::OkStatus();
}

// The receiving node's own judgement: OK means applied.
absl::StatusOr<Judgement> JudgeHere(const CommitScope& scope, const LinkParts& parts,
                                    const OpenedMessage& opened) {
  GATEPOST_RETURN_IF_ERROR(CheckAddress(parts, opened));
  GATEPOST_RETURN_IF_ERROR(MayAuthor(opened));
  GATEPOST_RETURN_IF_ERROR(CheckAgreed(parts.rosters, scope.store, parts.link, opened, scope.now));
  GATEPOST_RETURN_IF_ERROR(parts.blocked.Check(parts.link.peer_node, opened.message));
  const Desk* desk = parts.desks.For(opened);
  if (desk == nullptr) return Judgement{};
  GATEPOST_RETURN_IF_ERROR(desk->CheckAlone(opened, scope.now));
  return desk->Judge(scope.store, opened, scope.now);
}

absl::Status CheckNew(const CommitScope& scope, const OpenedMessage& opened) {
  const v1::MessageHeader& header = opened.message.header();
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> held,
                            scope.store.FindMessage(header.author(), header.message_id()));
  if (!held.has_value()) return absl::OkStatus();
  return system::Refuse(v1::REASON_MESSAGE_ID_REUSED,
                        fmt::format("message {} once", header.message_id()),
                        "the same author and id again under a new sequence number",
                        "an honest node answers a repeat itself; look at the peer");
}

std::string ResultOf(const OpenedMessage* opened, const absl::Status& refusal,
                     const Judgement& judgement) {
  if (!refusal.ok() || opened == nullptr)
    return fmt::format("REFUSED:{}", system::ReasonName(system::ReasonOf(refusal)));
  return ResultWord(*opened, judgement);
}

}  // namespace

absl::StatusOr<Verdict> JudgeDelivered(const CommitScope& scope, const LinkParts& parts,
                                       const ReceivedEnvelope& received) {
  Verdict verdict;
  verdict.refusal = received.opened.status();
  if (!received.opened.ok()) return verdict;
  absl::StatusOr<Judgement> judged = JudgeHere(scope, parts, *received.opened);
  if (system::ReasonOf(judged.status()) == v1::REASON_STORE_FAILED) return judged.status();
  verdict.refusal = judged.status();
  if (judged.ok()) verdict.judgement = *std::move(judged);
  return verdict;
}

std::string ResultOf(const ReceivedEnvelope& received, const Verdict& verdict) {
  return ResultOf(received.opened.ok() ? &*received.opened : nullptr, verdict.refusal,
                  verdict.judgement);
}

absl::StatusOr<uint64_t> DeliverMessage(CommitScope& scope, const LinkParts& parts,
                                        uint64_t fencing, uint64_t sequence,
                                        const ReceivedEnvelope& received) {
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord link, scope.store.Link(parts.link.peer_node));
  GATEPOST_RETURN_IF_ERROR(CheckNotFenced(link, fencing));
  if (sequence != link.last_received + 1) {
    return system::Refuse(v1::REASON_SEQUENCE_GAP,
                          fmt::format("sequence {}", link.last_received + 1),
                          fmt::format("sequence {}", sequence), "resume from the last durable one");
  }
  if (received.opened.ok()) GATEPOST_RETURN_IF_ERROR(CheckNew(scope, *received.opened));
  GATEPOST_ASSIGN_OR_RETURN(const Verdict verdict, JudgeDelivered(scope, parts, received));
  return EnterDelivered(scope, parts, sequence, received, verdict, "");
}

absl::StatusOr<uint64_t> EnterDelivered(CommitScope& scope, const LinkParts& parts,
                                        uint64_t sequence, const ReceivedEnvelope& received,
                                        const Verdict& verdict, std::string detail) {
  GATEPOST_ASSIGN_OR_RETURN(store::LinkRecord link, scope.store.Link(parts.link.peer_node));
  const OpenedMessage* opened = received.opened.ok() ? &*received.opened : nullptr;
  const absl::Status& refusal = verdict.refusal;
  const Judgement& judgement = verdict.judgement;
  ledger::Leaf leaf;
  leaf.event = ledger::event::kDelivered;
  leaf.peer = parts.link.peer_node;
  leaf.sequence = sequence;
  leaf.pae = received.pae;
  leaf.signatures = received.signatures;
  leaf.result = ResultOf(opened, refusal, judgement);
  leaf.detail = std::move(detail);
  // Before the signatures hold, the only author that is known is the node that sent it.
  leaf.actor =
      opened != nullptr ? opened->message.header().author() : parts.link.peer_spiffe_id.ToString();
  leaf.object = opened != nullptr ? MessageObject(opened->message.header().message_id())
                                  : EnvelopeObject(received.pae);
  GATEPOST_ASSIGN_OR_RETURN(const uint64_t leaf_index, scope.log.Add(std::move(leaf)));

  store::MessageRecord record;
  if (opened != nullptr) {
    record = RecordOf(*opened, parts.node, scope.now);
  } else {
    // Nothing of an unverified envelope is kept but its digests and its place.
    record.message_id = EnvelopeObject(received.pae);
    record.author = fmt::format("{}#{}", parts.link.peer_spiffe_id.ToString(), sequence);
    record.pae = received.pae;
    record.signatures = received.signatures;
    record.origin_node = parts.link.peer_node;
    record.stored_at = scope.now;
    record.reference.year =
        static_cast<int32_t>(absl::ToCivilYear(scope.now, absl::UTCTimeZone()).year());
  }
  record.received_from = parts.link.peer_node;
  record.incoming_sequence = sequence;
  record.leaf_index = leaf_index;
  record.standing = !refusal.ok()          ? v1::RUNG_REFUSED
                    : opened->newer_schema ? v1::RUNG_CARRIED
                                           : v1::RUNG_APPLIED;
  record.reason = refusal.ok() ? v1::REASON_UNSPECIFIED : system::ReasonOf(refusal);
  record.replaces_row = judgement.replaces_row;
  storage::v1::StoredFindings findings;
  for (const v1::Finding& finding : judgement.findings) *findings.add_findings() = finding;
  if (!refusal.ok()) {
    const std::optional<system::Refusal> why = system::RefusalOf(refusal);
    v1::Finding* finding = findings.add_findings();
    finding->set_severity(v1::SEVERITY_FATAL);
    finding->set_reason(record.reason);
    finding->set_text(why.has_value() ? fmt::format("wanted {}; came {}", why->wanted, why->came)
                                      : std::string(refusal.message()));
    finding->set_figure_index(-1);
  }
  record.findings = findings.SerializeAsString();

  if (opened != nullptr) {
    for (const std::vector<std::string>& chain : opened->chains) {
      GATEPOST_RETURN_IF_ERROR(scope.store.PutChain(certs::Sha256Of(chain.front()), chain));
    }
  }
  GATEPOST_ASSIGN_OR_RETURN(record, scope.store.InsertMessage(std::move(record)));
  const Desk* desk = refusal.ok() ? parts.desks.For(*opened) : nullptr;
  if (desk != nullptr) {
    GATEPOST_RETURN_IF_ERROR(desk->Record(scope, record, *opened, judgement));
    GATEPOST_ASSIGN_OR_RETURN(link,
                              scope.store.Link(parts.link.peer_node));  // It may have decided.
  }
  if (refusal.ok()) {
    GATEPOST_RETURN_IF_ERROR(EnterCarried(scope, parts.gates, *opened, record));
  }
  link.last_received = sequence;
  link.received_digest = NextRunningDigest(link.received_digest, received.pae);
  GATEPOST_RETURN_IF_ERROR(
      scope.store.PutIncomingDigest(parts.link.peer_node, sequence, link.received_digest));
  GATEPOST_RETURN_IF_ERROR(scope.store.PutLink(link));
  return leaf_index;
}

}  // namespace gatepost::exchange
