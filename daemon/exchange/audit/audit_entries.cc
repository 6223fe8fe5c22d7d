// AuditQueries::ListEntries.
#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/exchange/audit/audit_queries.h"
#include "daemon/exchange/audit/audit_subject.h"
#include "daemon/exchange/audit/entry_filter.h"
#include "daemon/exchange/audit/leaf_subject.h"
#include "daemon/exchange/queries.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr uint64_t kMostEntries = 20'000;
constexpr int kMostMessages = 4'000;

// `<epoch>.<index>`: the page goes on below that index. One of an earlier epoch names entries that
// a restored node may not have.
absl::StatusOr<uint64_t> EndOf(std::string_view token, uint64_t epoch, uint64_t size) {
  if (token.empty()) return size;
  const std::string prefix = fmt::format("{}.", epoch);
  uint64_t index = 0;
  if (token.starts_with(prefix)) {
    const char* const end = token.data() + token.size();
    const auto [at, error] = std::from_chars(token.data() + prefix.size(), end, index);
    if (error == std::errc() && at == end && index > 0 && index <= size) return index;
  }
  return system::Refuse(v1::REASON_BAD_CURSOR, "the page token of the answer before", token,
                        "start from the first page");
}

absl::Status Gap(uint64_t index) {
  return system::Refuse(v1::REASON_LEDGER_DAMAGED,
                        fmt::format("a group that holds entry {}", index), "none does",
                        "check the store against its ledger");
}

// How many of the first `end` entries were logged before `time`; times never decrease.
absl::StatusOr<uint64_t> LoggedBefore(const store::Reader& store, absl::Time time, uint64_t end) {
  uint64_t from = 0;
  while (from < end) {
    const uint64_t middle = from + (end - from) / 2;
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<ledger::Leaf> leaf, LeafAt(store, middle));
    if (!leaf.has_value()) return Gap(middle);
    if (leaf->time < time) {
      from = middle + 1;
    } else {
      end = middle;
    }
  }
  return from;
}

// The facts of messages, each found out once.
class FactsCache {
 public:
  FactsCache(const NodeTerms& node, const LinkTermsByPeer& links, const store::Reader& store)
      : node_(node), links_(links), store_(store) {}

  // nullptr for a leaf that is about no held message. Lives as long as the cache.
  absl::StatusOr<const SubjectFacts*> Of(const ledger::Leaf& leaf) {
    ++looked_at_;
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> record,
                              SubjectOf(store_, leaf));
    if (!record.has_value()) return nullptr;
    auto known = facts_.find(record->row);
    if (known == facts_.end()) {
      absl::StatusOr<SubjectFacts> facts = FactsOf(node_, links_, store_, *record);
      if (!facts.ok()) return nullptr;  // A damaged message hides no entry.
      known = facts_.emplace(record->row, *std::move(facts)).first;
    }
    return &known->second;
  }

  int looked_at() const { return looked_at_; }

 private:
  const NodeTerms& node_;
  const LinkTermsByPeer& links_;
  const store::Reader& store_;
  std::map<int64_t, SubjectFacts> facts_;  // By row.
  int looked_at_ = 0;
};

// What was asked, without saying it: pages of one question have the same.
std::string DetailOf(v1::ListEntriesRequest request) {
  request.clear_page_token();
  const certs::Digest digest = certs::Sha256Of(request.SerializeAsString());
  return fmt::format("query:{}", certs::ToHex(digest).substr(0, 16));
}

}  // namespace

absl::StatusOr<Audited<v1::ListEntriesResponse>> AuditQueries::ListEntries(
    const v1::ListEntriesRequest& request) const {
  GATEPOST_ASSIGN_OR_RETURN(const size_t page_size, PageSize(request.page_size(), 50));
  const uint64_t size = parts_.log.head().size;
  GATEPOST_ASSIGN_OR_RETURN(uint64_t end, EndOf(request.page_token(), parts_.log.epoch(), size));
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> store, parts_.store.Read());
  std::optional<int64_t> thread_row;
  if (!request.thread().empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record,
                              Find(*store, AuditView(), request.thread(), ""));
    GATEPOST_ASSIGN_OR_RETURN(thread_row, ThreadRowOf(*store, record));
  }
  GATEPOST_ASSIGN_OR_RETURN(const EntryFilter filter, EntryFilter::Of(request, thread_row));
  uint64_t begin = 0;  // No entry before it can fit.
  if (request.has_logged_from()) {
    GATEPOST_ASSIGN_OR_RETURN(begin, LoggedBefore(*store, filter.logged_from(), end));
  }
  if (request.has_logged_before()) {
    GATEPOST_ASSIGN_OR_RETURN(end, LoggedBefore(*store, filter.logged_before(), end));
  }
  begin = std::min(begin, end);

  Audited<v1::ListEntriesResponse> answer;
  v1::ListEntriesResponse& response = answer.response;
  FactsCache cache(parts_.node, parts_.links, *store);
  std::optional<store::LeafGroup> group;
  uint64_t next = end;  // Entries from here on have been looked at.
  while (next > begin && end - next < kMostEntries && cache.looked_at() < kMostMessages &&
         static_cast<size_t>(response.entries_size()) < page_size) {
    const uint64_t index = next - 1;
    if (!group.has_value() || index < group->first_index) {
      GATEPOST_ASSIGN_OR_RETURN(group, store->GroupOfLeaf(index));
      if (!group.has_value()) return Gap(index);
    }
    const std::string& bytes = group->leaves[index - group->first_index];
    GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(bytes));
    next = index;
    if (!filter.FitsLeaf(leaf)) continue;
    GATEPOST_ASSIGN_OR_RETURN(const SubjectFacts* const facts, cache.Of(leaf));
    if (facts == nullptr ? filter.asks_about_message() : !filter.FitsMessage(index, *facts)) {
      continue;
    }
    v1::AuditEntry* entry = response.add_entries();
    entry->set_index(index);
    entry->set_leaf(bytes);
    if (facts != nullptr) *entry->mutable_subject() = facts->subject;
  }
  if (next > begin) response.set_next_page_token(fmt::format("{}.{}", parts_.log.epoch(), next));
  if (next < end) answer.trace.object = fmt::format("entries:{}-{}", next, end - 1);
  answer.trace.detail = DetailOf(request);
  return answer;
}

}  // namespace gatepost::exchange
