#include "daemon/exchange/cosignature_alarms.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "daemon/exchange/head_rounds.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr absl::Duration kPace = absl::Seconds(10);
constexpr char kPending[] = "pending";

// Names the value that says whether an alarm about the link stands.
std::string MarkOf(std::string_view peer) { return fmt::format("cosignature/{}", peer); }

absl::StatusOr<bool> Stands(const store::Reader& store, std::string_view peer) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> mark, store.Meta(MarkOf(peer)));
  return mark == kPending;
}

}  // namespace

// Whether an entry that the peer has not cosigned is older than it should be. Looks at a bounded
// number of entries; what is quiet is not looked at again.
absl::StatusOr<bool> CosignatureAlarms::IsLate(const store::Reader& store, const std::string& peer,
                                               uint64_t cosigned, absl::Time now) {
  uint64_t& quiet_to = quiet_to_[peer];
  quiet_to = std::max(quiet_to, cosigned);
  GATEPOST_ASSIGN_OR_RETURN(const News news, FindNews(store, quiet_to, log_.head().size));
  quiet_to = news.found ? news.index : news.looked_to;
  if (!news.found) return false;
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::LeafGroup> group,
                            store.GroupOfLeaf(news.index));
  if (!group.has_value()) return false;
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf,
                            ledger::Leaf::Parse(group->leaves.at(news.index - group->first_index)));
  return now - leaf.time > kCosignedWithin;
}

absl::Status CosignatureAlarms::LookAt(const store::Reader& store, const std::string& peer,
                                       absl::Time now) {
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord link, store.Link(peer));
  // Of the epochs before, nothing more is asked for.
  const store::Epochs epochs = log_.epochs();
  const uint64_t cosigned =
      link.cosigned_epoch == epochs.newest() ? link.cosigned_size : epochs.newest_first();
  GATEPOST_ASSIGN_OR_RETURN(const bool late, IsLate(store, peer, cosigned, now));
  GATEPOST_ASSIGN_OR_RETURN(const bool stands, Stands(store, peer));
  return late == stands ? absl::OkStatus() : Say(peer, late);
}

absl::Status CosignatureAlarms::Say(const std::string& peer, bool pending) {
  ++at_work_;
  absl::Status posted = committer_.Post(
      [peer, pending](CommitScope& scope) -> absl::Status {
        GATEPOST_ASSIGN_OR_RETURN(const bool stands, Stands(scope.store, peer));
        if (stands == pending) return absl::OkStatus();
        const std::string name = system::ReasonName(v1::REASON_COSIGNATURE_PENDING);
        ledger::Leaf leaf;
        leaf.event = ledger::event::kAlarm;
        leaf.peer = peer;
        leaf.object = fmt::format("link:{}", peer);
        leaf.result = pending ? name : "CLEARED";
        leaf.detail = pending ? "" : "was:" + name;
        GATEPOST_RETURN_IF_ERROR(scope.log.Add(std::move(leaf)).status());
        return scope.store.PutMeta(MarkOf(peer), pending ? kPending : "");
      },
      [this](const absl::Status&) { --at_work_; });
  if (!posted.ok()) --at_work_;
  return posted;
}

absl::Status CosignatureAlarms::Look(absl::Time now) {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> store, store_.Read());
  for (const auto& [peer, terms] : links_) {
    GATEPOST_RETURN_IF_ERROR(LookAt(*store, peer, now));
  }
  return absl::OkStatus();
}

void CosignatureAlarms::OnTick() {
  const absl::Time now = clock_.Now();
  last_look_ = std::min(last_look_, now);  // A machine's clock may step backwards.
  if (at_work_ > 0 || now - last_look_ < kPace) return;
  last_look_ = now;
  // The store's trouble has alarms of its own; the next look tries again.
  Look(now).IgnoreError();
}

}  // namespace gatepost::exchange
