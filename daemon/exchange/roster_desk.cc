#include "daemon/exchange/roster_desk.h"

#include <optional>
#include <utility>
#include <variant>

#include "certs/spiffe_id.h"
#include "daemon/domain/authority/roster_rules.h"
#include "daemon/domain/field_rules.h"
#include "daemon/exchange/held.h"
#include "daemon/exchange/link_rules.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

absl::Status CheckNames(const v1::Roster& roster) {
  for (int i = 0; i < roster.members_size(); ++i) {
    const absl::Status parsed = certs::SpiffeId::Parse(roster.members(i).spiffe_id()).status();
    if (!parsed.ok()) {
      return domain::AtField(fmt::format("members[{}].spiffe_id", i), parsed);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RosterDesk::CheckAlone(const OpenedMessage& opened, absl::Time now) const {
  const std::string_view domain = opened.author.id.trust_domain();
  GATEPOST_RETURN_IF_ERROR(
      domain::ValidateRoster(opened.message.roster(), opened.message.header(), domain));
  // Not by the clock of its own door (holding.h): a roster that one node took and the other refused
  // would part them.
  GATEPOST_RETURN_IF_ERROR(domain::CheckNotAhead(opened.message.roster(), now));
  GATEPOST_RETURN_IF_ERROR(CheckNames(opened.message.roster()));
  return CheckAuthority(links_, node_.spiffe_id.trust_domain(), opened);
}

// Several nodes of a peer's domain publish the same roster, each over its own link.
absl::StatusOr<bool> RosterDesk::IsHeldAlready(const store::Reader& store,
                                               const OpenedMessage& opened) const {
  const v1::Roster& came = opened.message.roster();
  if (came.trust_domain() == node_.spiffe_id.trust_domain()) return false;
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::RosterRecord> newest,
                            store.RosterAt(came.trust_domain(), absl::InfiniteFuture()));
  if (!newest.has_value() || newest->version != came.version()) return false;
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record,
                            MustHold(store, newest->message_row));
  GATEPOST_ASSIGN_OR_RETURN(const v1::Message held, MessageIn(record));
  return held.roster().SerializeAsString() == came.SerializeAsString();
}

absl::StatusOr<Judgement> RosterDesk::Judge(const store::Reader& store, const OpenedMessage& opened,
                                            absl::Time now) const {
  const v1::Roster& came = opened.message.roster();
  GATEPOST_ASSIGN_OR_RETURN(const uint32_t newest, store.NewestRosterVersion(came.trust_domain()));
  if (came.version() > newest && came.version() - newest <= domain::kMostVersionsAhead) {
    Judgement judgement;
    judgement.entry = store::RosterRecord{came.trust_domain(), came.version(), now, 0};
    return judgement;
  }
  GATEPOST_ASSIGN_OR_RETURN(const bool held, IsHeldAlready(store, opened));
  if (held) return Judgement{};
  return system::Refuse(v1::REASON_ROSTER_OUT_OF_ORDER,
                        fmt::format("a roster of {} above version {}, by at most {}",
                                    came.trust_domain(), newest, domain::kMostVersionsAhead),
                        fmt::format("version {}", came.version()),
                        "give it the next version and sign it again");
}

absl::Status RosterDesk::Record(CommitScope& scope, const store::MessageRecord& record,
                                const OpenedMessage& /*opened*/, const Judgement& judgement) const {
  const auto* entry = std::get_if<store::RosterRecord>(&judgement.entry);
  if (entry == nullptr) return absl::OkStatus();  // The same one, from another node.
  store::RosterRecord roster = *entry;
  roster.message_row = record.row;
  // What a peer gave back of this side's own is proved first now; of its side's, this node's lost
  // leaf says since when (restore/again_link.h).
  if (record.received_from.empty()) roster.since = record.stored_at;
  GATEPOST_RETURN_IF_ERROR(scope.store.PutRoster(roster));
  ledger::Leaf leaf;
  leaf.event = ledger::event::kRoster;
  leaf.actor = record.author;
  leaf.peer = record.received_from;
  leaf.object = fmt::format("roster:{}:{}", roster.trust_domain, roster.version);
  leaf.pae = record.pae;
  leaf.result = "IN_FORCE";
  leaf.detail = fmt::format(
      "since:{}", absl::FormatTime("%Y-%m-%d%ET%H:%M:%E6SZ", roster.since, absl::UTCTimeZone()));
  return scope.log.Add(std::move(leaf)).status();
}

}  // namespace gatepost::exchange
