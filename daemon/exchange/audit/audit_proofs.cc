// AuditQueries::ProveEntry, ProveConsistency and ReadLog: the log itself.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/exchange/audit/audit_queries.h"
#include "daemon/exchange/audit/head_notes.h"
#include "daemon/exchange/audit/leaf_subject.h"
#include "daemon/ledger/proof.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr size_t kLogBytesAtOnce = 1 << 20;

absl::Status NoEntry(uint64_t index) {
  return system::Refuse(v1::REASON_NOT_FOUND, "an entry of this log",
                        fmt::format("index {}", index), "ask for an entry that the log holds");
}

}  // namespace

bool AuditQueries::SeesAll(const certs::Identity& caller) const {
  return AuditView(parts_.node, parts_.links, caller).whole();
}

absl::StatusOr<Audited<v1::ProveEntryResponse>> AuditQueries::ProveEntry(
    const certs::Identity& caller, const v1::ProveEntryRequest& request) const {
  const AuditView view(parts_.node, parts_.links, caller);
  const uint64_t index = request.index();
  if (index >= parts_.log.head().size) return NoEntry(index);
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> store, parts_.store.Read());
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<ledger::Leaf> leaf, LeafAt(*store, index));
  if (!leaf.has_value()) return NoEntry(index);
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> about,
                            SubjectOf(*store, *leaf));
  GATEPOST_ASSIGN_OR_RETURN(const bool seen,
                            view.SeesLeaf(*store, *leaf, about.has_value() ? &*about : nullptr));
  if (!seen) return NoEntry(index);

  Audited<v1::ProveEntryResponse> answer;
  GATEPOST_ASSIGN_OR_RETURN(*answer.response.mutable_entry(),
                            ProveOwn(*store, parts_.log, parts_.node, index, request.size()));
  GATEPOST_ASSIGN_OR_RETURN(const ledger::TlogProof proof,
                            ledger::TlogProof::Parse(answer.response.entry().proof()));
  for (std::string& node : CosignersOf(proof.checkpoint)) {
    answer.response.add_cosigned_by(std::move(node));
  }
  answer.trace.object = fmt::format("entry:{}", index);
  answer.trace.peer = leaf->peer;
  return answer;
}

absl::StatusOr<Audited<v1::ProveConsistencyResponse>> AuditQueries::ProveConsistency(
    const v1::ProveConsistencyRequest& request) const {
  const uint64_t newest = parts_.log.head().size;
  const uint64_t old_size = request.old_size();
  const uint64_t new_size = request.new_size() == 0 ? newest : request.new_size();
  if (old_size == 0 || old_size > new_size || new_size > newest) {
    return system::Refuse(
        v1::REASON_BAD_ARGUMENT, fmt::format("sizes from 1 to {}, the old one first", newest),
        fmt::format("{} and {}", old_size, new_size), "ask for sizes that the log has reached");
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> store, parts_.store.Read());
  Audited<v1::ProveConsistencyResponse> answer;
  v1::ProveConsistencyResponse& response = answer.response;
  GATEPOST_ASSIGN_OR_RETURN(*response.mutable_old_head(), OwnNote(*store, parts_.log, old_size));
  GATEPOST_ASSIGN_OR_RETURN(*response.mutable_new_head(), OwnNote(*store, parts_.log, new_size));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<certs::Digest> proof,
                            parts_.log.Consistency(old_size, new_size));
  for (const certs::Digest& hash : proof) {
    response.add_consistency(std::string(certs::AsView(hash)));
  }
  answer.trace.object = "heads";
  answer.trace.detail = fmt::format("sizes:{}-{}", old_size, new_size);
  return answer;
}

absl::StatusOr<Audited<v1::ReadLogResponse>> AuditQueries::ReadLog(
    const v1::ReadLogRequest& request) const {
  // The head first: what is committed meanwhile lies beyond it.
  const Head head = parts_.log.head();
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> store, parts_.store.Read());
  Audited<v1::ReadLogResponse> answer;
  v1::ReadLogResponse& response = answer.response;
  uint64_t next = request.from();
  size_t bytes = 0;
  while (next < head.size && bytes < kLogBytesAtOnce) {
    GATEPOST_ASSIGN_OR_RETURN(std::optional<store::LeafGroup> group, store->GroupOfLeaf(next));
    if (!group.has_value()) {
      return system::Refuse(v1::REASON_LEDGER_DAMAGED,
                            fmt::format("a group that holds entry {}", next), "none does",
                            "check the store against its ledger");
    }
    v1::LogGroup* added = response.add_groups();
    added->set_first_index(group->first_index);
    added->set_root(std::string(certs::AsView(group->root)));
    for (std::string& leaf : group->leaves) {
      bytes += leaf.size();
      added->add_leaves(std::move(leaf));
    }
    next = group->first_index + group->leaf_count;
  }
  if (head.size > 0) {
    GATEPOST_ASSIGN_OR_RETURN(*response.mutable_head(), OwnNote(*store, parts_.log, head.size));
  }
  if (!response.groups().empty()) {
    answer.trace.object = fmt::format("entries:{}-{}", response.groups(0).first_index(), next - 1);
  }
  return answer;
}

}  // namespace gatepost::exchange
