#include "daemon/exchange/holding.h"

#include <algorithm>
#include <utility>

#include "certs/dsse.h"
#include "daemon/domain/authority/roster_rules.h"
#include "daemon/domain/civil_time.h"
#include "daemon/exchange/access.h"
#include "daemon/exchange/fault.h"
#include "daemon/exchange/link_rules.h"
#include "daemon/exchange/naming.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

// That the message may wait, if it has to.
absl::Status CheckMayWait(const OpenedMessage& opened, const Ruling& ruling) {
  if (ruling.needed.empty()) return absl::OkStatus();
  if (opened.newer_schema) {
    return system::Refuse(v1::REASON_NEWER_SCHEMA, "a message that people here can read in full",
                          "one of a newer schema, which needs a release",
                          "bring this node's software up to date first");
  }
  if (opened.batched) {
    return system::Refuse(v1::REASON_SIGNATURES_MISSING,
                          "a message with signatures of its own, which can wait for others",
                          "one of a batch", "send it by itself");
  }
  return absl::OkStatus();
}

// What the own side publishes, it publishes in order and to all: the next roster, and none of a
// later time. The first one here may have any version, since other nodes of the side may have had
// some before. Only the door asks this: what came back to a restored node left by the links of
// then.
absl::Status CheckPublished(const store::Reader& store, const LinkTermsByPeer& links,
                            const OpenedMessage& opened, absl::Time now) {
  if (!opened.message.has_roster() || opened.newer_schema) return absl::OkStatus();
  GATEPOST_RETURN_IF_ERROR(CheckReachesAll(
      links, opened, [](const LinkTerms& link) { return !link.own_authorities.empty(); },
      "every peer that takes rosters of this side", "nobody may be left with an older roster"));
  const v1::Roster& roster = opened.message.roster();
  if (domain::ValidFrom(roster) > now) {
    return system::Refuse(v1::REASON_BAD_TIME, "valid_from: not after now",
                          absl::FormatTime(domain::ValidFrom(roster), absl::UTCTimeZone()),
                          "publish it when it is to hold, or leave valid_from out");
  }
  GATEPOST_ASSIGN_OR_RETURN(const uint32_t newest,
                            store.NewestRosterVersion(roster.trust_domain()));
  if (newest == 0) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const uint32_t next, domain::NextRosterVersion(newest));
  if (roster.version() == next) return absl::OkStatus();
  return system::Refuse(
      v1::REASON_ROSTER_OUT_OF_ORDER, fmt::format("version {}, the one after the newest", next),
      fmt::format("version {}", roster.version()), "give it the next version and sign it again");
}

absl::StatusOr<Ruling> RuleByPolicy(const store::Reader& store, const Authority& authority,
                                    const OpenedMessage& opened, absl::Time now) {
  GATEPOST_ASSIGN_OR_RETURN(const bool first, IsFirstRoster(store, opened));
  if (first) return Ruling{};
  return authority.Rule(store, opened, now);
}

absl::Status AddLinkRules(const store::Reader& store, const Rosters& rosters, const LinkTerms& link,
                          const OpenedMessage& opened, absl::Time now, Ruling& ruling) {
  GATEPOST_RETURN_IF_ERROR(MayCross(rosters, store, link, opened, now));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<domain::StillNeeded> agreed,
                            AgreedNeeds(rosters, store, link, opened, now));
  domain::AddNeeded(ruling.needed, agreed);
  domain::AddNeeded(ruling.needed, AuthorityNeeds(link, opened));
  return absl::OkStatus();
}

ledger::Leaf LeafAbout(std::string_view event, const OpenedMessage& opened, std::string actor) {
  ledger::Leaf leaf;
  leaf.event = std::string(event);
  leaf.actor = std::move(actor);
  leaf.object = MessageObject(opened.message.header().message_id());
  leaf.pae = opened.pae;
  leaf.signatures = opened.signatures;
  return leaf;
}

absl::StatusOr<uint64_t> LogHeld(CommitScope& scope, const OpenedMessage& opened, std::string actor,
                                 const std::vector<domain::StillNeeded>& needed) {
  int count = 0;
  for (const domain::StillNeeded& missing : needed) count += missing.count;
  ledger::Leaf leaf = LeafAbout(ledger::event::kHeld, opened, std::move(actor));
  leaf.result = fmt::format("NEEDS:{}", count);
  return scope.log.Add(std::move(leaf));
}

absl::Status KeepChains(CommitScope& scope, const OpenedMessage& opened) {
  for (const std::vector<std::string>& chain : opened.chains) {
    GATEPOST_RETURN_IF_ERROR(scope.store.PutChain(certs::Sha256Of(chain.front()), chain));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Ruling> RuleOwn(const store::Reader& store, const OwnRules& rules,
                               const OpenedMessage& opened, absl::Time now) {
  GATEPOST_ASSIGN_OR_RETURN(Ruling ruling, RuleByPolicy(store, rules.authority, opened, now));
  for (const std::string& recipient : opened.message.header().recipient_nodes()) {
    const auto found = rules.links.find(recipient);
    if (found == rules.links.end()) {  // The link was there when the message was held.
      return system::Refuse(v1::REASON_UNKNOWN_RECIPIENT, "recipients that this node has a link to",
                            recipient, "drop it, and write it anew to others");
    }
    GATEPOST_RETURN_IF_ERROR(
        AddLinkRules(store, rules.rosters, found->second, opened, now, ruling));
  }
  return ruling;
}

absl::StatusOr<Ruling> CheckOwnOverLink(const store::Reader& store, const Authority& authority,
                                        const Rosters& rosters, const LinkTerms& link,
                                        const OpenedMessage& opened, absl::Time now) {
  GATEPOST_ASSIGN_OR_RETURN(Ruling ruling, RuleByPolicy(store, authority, opened, now));
  GATEPOST_RETURN_IF_ERROR(AddLinkRules(store, rosters, link, opened, now, ruling));
  if (ruling.needed.empty()) return ruling;
  return system::Refuse(v1::REASON_SIGNATURES_MISSING, "the signatures that release it",
                        domain::NeededText(ruling.needed), "have them sign it too");
}

absl::StatusOr<OwnJudgement> JudgeOwn(const store::Reader& store, const OwnRules& rules,
                                      const OpenedMessage& opened, absl::Time now) {
  OwnJudgement own;
  GATEPOST_ASSIGN_OR_RETURN(own.ruling, RuleOwn(store, rules, opened, now));
  GATEPOST_RETURN_IF_ERROR(CheckPublished(store, rules.links, opened, now));
  if (const Desk* desk = rules.desks.For(opened); desk != nullptr) {
    GATEPOST_ASSIGN_OR_RETURN(own.judgement, desk->Judge(store, opened, now));
  }
  GATEPOST_RETURN_IF_ERROR(CheckMayWait(opened, own.ruling));
  for (const v1::Finding& warning : own.ruling.warnings) {
    own.judgement.findings.push_back(warning);
  }
  return own;
}

absl::StatusOr<std::vector<domain::StillNeeded>> NeededNow(const store::Reader& store,
                                                           const OwnRules& rules,
                                                           const OpenedMessage& opened,
                                                           absl::Time now) {
  absl::StatusOr<Ruling> ruling = RuleOwn(store, rules, opened, now);
  if (ruling.ok()) return std::move(ruling->needed);
  if (IsFault(ruling.status())) return ruling.status();
  return std::vector<domain::StillNeeded>{};
}

absl::Status MayHandInForOne(const certs::Identity& caller,
                             const std::vector<certs::Identity>& signers) {
  absl::Status may = absl::OkStatus();
  for (const certs::Identity& signer : signers) {
    may = MayHandIn(caller, signer);
    if (may.ok()) break;
  }
  return may;
}

v1::HeldState HeldStateOf(const std::vector<domain::StillNeeded>& needed, absl::Time drops_at) {
  v1::HeldState state;
  for (const domain::StillNeeded& missing : needed) {
    v1::NeededSignatures* told = state.add_needed();
    told->mutable_roles()->Assign(missing.roles.begin(), missing.roles.end());
    told->set_count(static_cast<uint32_t>(missing.count));
  }
  *state.mutable_drops_at() = domain::ToTimestamp(drops_at);
  return state;
}

absl::Status CheckNotDropped(const store::Reader& store, const OpenedMessage& opened) {
  GATEPOST_ASSIGN_OR_RETURN(const bool dropped, store.WasDropped(opened.pae));
  if (!dropped) return absl::OkStatus();
  return system::Refuse(
      v1::REASON_NOT_RELEASED, "a message that was not dropped at this node",
      fmt::format("message {}, which was", opened.message.header().message_id()),
      "write it anew, with a new message id; what was signed before counts no more");
}

absl::Status CheckRoomToHold(const store::Reader& store, const OpenedMessage& opened) {
  GATEPOST_ASSIGN_OR_RETURN(const store::HeldCount held,
                            store.CountHeld(opened.message.header().author()));
  if (held.of_author >= kMostHeldOfAuthor) {
    return system::Refuse(v1::REASON_TOO_MANY_OPEN,
                          fmt::format("at most {} messages of one author that wait for signatures",
                                      kMostHeldOfAuthor),
                          fmt::format("one more beside {}", held.of_author),
                          "have some of them released or dropped");
  }
  if (held.all >= kMostHeld) {
    return system::Refuse(
        v1::REASON_TOO_MANY_OPEN,
        fmt::format("at most {} messages at this node that wait for signatures", kMostHeld),
        fmt::format("one more beside {}", held.all), "have some of them released or dropped");
  }
  return absl::OkStatus();
}

absl::StatusOr<store::HeldRecord> Hold(CommitScope& scope, const NodeTerms& node,
                                       const OpenedMessage& opened,
                                       const std::vector<domain::StillNeeded>& needed,
                                       absl::Duration hold) {
  const v1::MessageHeader& header = opened.message.header();
  store::HeldRecord held;
  held.reference.year = RecordOf(opened, node, scope.now).reference.year;
  held.author = header.author();
  held.message_id = header.message_id();
  held.pae = opened.pae;
  held.held_at = scope.now;
  held.drops_at = scope.now + hold;
  held.envelope = opened.envelope_bytes;
  GATEPOST_ASSIGN_OR_RETURN(held.leaf_index, LogHeld(scope, opened, header.author(), needed));
  GATEPOST_RETURN_IF_ERROR(KeepChains(scope, opened));
  return scope.store.HoldMessage(std::move(held));
}

absl::Status HoldOn(CommitScope& scope, store::HeldRecord& held, const OpenedMessage& opened,
                    const std::vector<certs::Identity>& added,
                    const std::vector<domain::StillNeeded>& needed) {
  for (const certs::Identity& signer : added) {
    GATEPOST_RETURN_IF_ERROR(LogHeld(scope, opened, signer.id.ToString(), needed).status());
  }
  GATEPOST_RETURN_IF_ERROR(KeepChains(scope, opened));
  held.envelope = opened.envelope_bytes;
  return scope.store.HoldMessage(held).status();
}

absl::Status LogRelease(CommitScope& scope, const OpenedMessage& opened, std::string actor) {
  return scope.log.Add(LeafAbout(ledger::event::kReleased, opened, std::move(actor))).status();
}

absl::StatusOr<uint64_t> Drop(CommitScope& scope, const store::HeldRecord& held, std::string actor,
                              std::string detail) {
  v1::Envelope envelope;
  if (!envelope.ParseFromString(held.envelope)) {
    return system::Refuse(v1::REASON_LEDGER_DAMAGED, "a held message that can be read",
                          fmt::format("message {}", held.message_id),
                          "check the store against its ledger");
  }
  ledger::Leaf leaf;
  leaf.event = ledger::event::kRefused;
  leaf.actor = std::move(actor);
  leaf.object = MessageObject(held.message_id);
  leaf.pae = held.pae;
  leaf.signatures = certs::SignaturesDigest(envelope);
  leaf.result = system::ReasonName(v1::REASON_NOT_RELEASED);
  leaf.detail = std::move(detail);
  GATEPOST_ASSIGN_OR_RETURN(const uint64_t index, scope.log.Add(std::move(leaf)));
  GATEPOST_RETURN_IF_ERROR(scope.store.PutDropped(held.pae));
  GATEPOST_RETURN_IF_ERROR(scope.store.RemoveHeld(held.row));
  return index;
}

absl::StatusOr<std::optional<store::HeldRecord>> FindHeldNamed(const store::Reader& store,
                                                               const NodeTerms& node,
                                                               std::string_view reference,
                                                               std::string_view author) {
  if (const auto number = ParseReference(node, reference); number.has_value()) {
    return store.HeldByReference(*number);
  }
  if (!author.empty()) return store.FindHeld(author, reference);
  GATEPOST_ASSIGN_OR_RETURN(std::vector<store::HeldRecord> held, store.FindHeldById(reference));
  if (held.empty()) return std::nullopt;
  if (held.size() > 1) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "one message",
                          fmt::format("{} authors used the id {}", held.size(), reference),
                          "name the author, or use the short reference");
  }
  return std::move(held.front());
}

}  // namespace gatepost::exchange
