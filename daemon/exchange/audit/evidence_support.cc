#include "daemon/exchange/audit/evidence_support.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "certs/spiffe_id.h"
#include "daemon/domain/authority/roster_roles.h"
#include "daemon/exchange/held.h"
#include "daemon/exchange/rosters.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

class Support {
 public:
  Support(const store::Reader& store, const NodeTerms& node, const LinkTermsByPeer& links,
          const std::set<std::string, std::less<>>& crossed, const MessagesByRow& asked)
      : store_(store), node_(node), links_(links), crossed_(crossed), asked_(asked) {}

  absl::Status AddAnnouncements() {
    GATEPOST_RETURN_IF_ERROR(AddAnnouncementsOf(node_.spiffe_id));
    for (const std::string& peer : crossed_) {
      const auto link = links_.find(peer);
      if (link == links_.end()) continue;
      GATEPOST_RETURN_IF_ERROR(AddAnnouncementsOf(link->second.peer_spiffe_id));
    }
    return absl::OkStatus();
  }

  // For each message, those that were added too.
  absl::Status AddRosters() {
    std::vector<store::MessageRecord> open;
    for (const MessagesByRow* records : {&asked_, &std::as_const(added_)}) {
      for (const auto& [row, record] : *records) open.push_back(record);
    }
    while (!open.empty()) {
      const store::MessageRecord record = std::move(open.back());
      open.pop_back();
      GATEPOST_ASSIGN_OR_RETURN(const bool wants, WantsRoster(record));
      if (!wants) continue;
      GATEPOST_ASSIGN_OR_RETURN(const std::optional<int64_t> row, RosterBefore(record));
      if (!row.has_value()) continue;
      GATEPOST_ASSIGN_OR_RETURN(const bool added, Add(*row));
      if (added) open.push_back(added_.at(*row));
    }
    return absl::OkStatus();
  }

  MessagesByRow Take() { return std::move(added_); }

 private:
  // Whether it was not there.
  absl::StatusOr<bool> Add(int64_t row) {
    if (asked_.contains(row) || added_.contains(row)) return false;
    GATEPOST_ASSIGN_OR_RETURN(added_[row], MustHold(store_, row));
    return true;
  }

  absl::Status AddAnnouncementsOf(const certs::SpiffeId& subject) {
    GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::AnnouncedKeyRecord> keys,
                              store_.AnnouncedKeys(subject.ToString()));
    for (const store::AnnouncedKeyRecord& key : keys) {
      if (key.use != v1::KEY_USE_LOG && key.use != v1::KEY_USE_WITNESS) continue;
      GATEPOST_RETURN_IF_ERROR(Add(key.message_row).status());
    }
    return absl::OkStatus();
  }

  // Rosters follow each other without end: those before one count only where somebody must judge
  // by them whether it was released.
  absl::StatusOr<bool> WantsRoster(const store::MessageRecord& record) const {
    if (record.envelope.empty()) return true;  // Purged; rosters never are.
    GATEPOST_ASSIGN_OR_RETURN(const v1::Message message, MessageIn(record));
    if (!message.has_roster()) return true;
    GATEPOST_ASSIGN_OR_RETURN(certs::SpiffeId author, certs::SpiffeId::Parse(record.author));
    const bool own = author.trust_domain() == node_.spiffe_id.trust_domain();
    return std::ranges::any_of(crossed_, [&](const std::string& peer) {
      const auto link = links_.find(peer);
      if (link == links_.end() || link->second.rules == nullptr) return false;
      const std::string& country = own ? node_.country : link->second.peer_country;
      return !domain::NeededBy(*link->second.rules, {message, NamedBy(author), country, {}},
                               nullptr, record.stored_at)
                  .empty();
    });
  }

  // The message of the roster that was in force when this one came.
  absl::StatusOr<std::optional<int64_t>> RosterBefore(const store::MessageRecord& record) const {
    // An envelope that could not be opened has no author that anybody knows.
    const absl::StatusOr<certs::SpiffeId> author = certs::SpiffeId::Parse(record.author);
    if (!author.ok()) return std::nullopt;
    // One that came in the same instant, after it, was not in force; nor is a roster by itself.
    for (const absl::Time at : {record.stored_at, record.stored_at - absl::Microseconds(1)}) {
      GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::RosterRecord> roster,
                                store_.RosterAt(author->trust_domain(), at));
      if (!roster.has_value()) return std::nullopt;
      if (roster->message_row < record.row) return roster->message_row;
    }
    return std::nullopt;
  }

  const store::Reader& store_;
  const NodeTerms& node_;
  const LinkTermsByPeer& links_;
  const std::set<std::string, std::less<>>& crossed_;
  const MessagesByRow& asked_;
  MessagesByRow added_;
};

}  // namespace

absl::StatusOr<MessagesByRow> SupportFor(const store::Reader& store, const NodeTerms& node,
                                         const LinkTermsByPeer& links,
                                         const std::set<std::string, std::less<>>& crossed,
                                         const MessagesByRow& asked) {
  Support support(store, node, links, crossed, asked);
  GATEPOST_RETURN_IF_ERROR(support.AddAnnouncements());
  GATEPOST_RETURN_IF_ERROR(support.AddRosters());
  return support.Take();
}

}  // namespace gatepost::exchange
