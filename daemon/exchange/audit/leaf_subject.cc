#include "daemon/exchange/audit/leaf_subject.h"

#include <utility>
#include <vector>

#include "daemon/exchange/naming.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

// An envelope whose signatures did not hold is kept under what its leaf calls it (delivery.cc).
bool IsUnverified(std::string_view object) { return object.starts_with("envelope:"); }

}  // namespace

absl::StatusOr<std::optional<store::MessageRecord>> SubjectOf(const store::Reader& store,
                                                              const ledger::Leaf& leaf) {
  if (leaf.event == ledger::event::kDelivered && leaf.sequence.has_value()) {
    return store.MessageBySequence(leaf.peer, *leaf.sequence);
  }
  const std::optional<std::string> id =
      IsUnverified(leaf.object) ? leaf.object : MessageIdOf(leaf.object);
  if (!id.has_value()) return std::nullopt;
  GATEPOST_ASSIGN_OR_RETURN(std::vector<store::MessageRecord> held, store.FindMessagesById(*id));
  for (store::MessageRecord& record : held) {
    if (leaf.pae.has_value() ? record.pae == *leaf.pae : held.size() == 1) {
      return std::move(record);
    }
  }
  return std::nullopt;
}

std::string ObjectOf(const store::MessageRecord& record) {
  return IsUnverified(record.message_id) ? record.message_id : MessageObject(record.message_id);
}

absl::StatusOr<std::optional<ledger::Leaf>> LeafAt(const store::Reader& store, uint64_t index) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::LeafGroup> group, store.GroupOfLeaf(index));
  if (!group.has_value()) return std::nullopt;
  return ledger::Leaf::Parse(group->leaves[index - group->first_index]);
}

}  // namespace gatepost::exchange
