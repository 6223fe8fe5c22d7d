#include "daemon/exchange/head_rounds.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr int kGroupsALook = 64;

}  // namespace

absl::StatusOr<News> FindNews(const store::Reader& store, uint64_t from, uint64_t size) {
  News news;
  news.looked_to = from;
  for (int groups = 0; groups < kGroupsALook && news.looked_to < size; ++groups) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::LeafGroup> group,
                              store.GroupOfLeaf(news.looked_to));
    if (!group.has_value()) break;
    for (uint64_t i = news.looked_to - group->first_index; i < group->leaves.size(); ++i) {
      GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(group->leaves[i]));
      if (leaf.event != ledger::event::kPeerHead) {
        news.found = true;
        news.index = group->first_index + i;
        return news;
      }
    }
    news.looked_to = group->first_index + group->leaves.size();
  }
  return news;
}

// After a start the last round is the newest head that a peer has cosigned.
absl::Status HeadRounds::Restore() {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader, store_.Read());
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::CosignedHeadRecord> cosigned,
                            reader->NewestCosignedHead(log_.origin()));
  if (cosigned.has_value() && cosigned->size <= log_.head().size) {
    GATEPOST_ASSIGN_OR_RETURN(const certs::Digest root, log_.RootAtSize(cosigned->size));
    round_ = Head{cosigned->size, root};
  }
  quiet_to_ = round_.size;
  restored_ = true;
  return absl::OkStatus();
}

absl::StatusOr<Head> HeadRounds::Current() {
  std::lock_guard lock(mutex_);
  if (!restored_) GATEPOST_RETURN_IF_ERROR(Restore());
  const absl::Time now = clock_.Now();
  begun_ = std::min(begun_, now);  // A machine's clock may step backwards.
  const Head newest = log_.head();
  if (newest.size <= quiet_to_ || now - begun_ < kRoundPace) return round_;
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader, store_.Read());
  GATEPOST_ASSIGN_OR_RETURN(const News news, FindNews(*reader, quiet_to_, newest.size));
  quiet_to_ = news.found ? newest.size : news.looked_to;
  if (news.found) {
    round_ = newest;
    begun_ = now;
  }
  return round_;
}

}  // namespace gatepost::exchange
