#include "daemon/exchange/log_book.h"

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

#include "daemon/exchange/key_times.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/proof.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

// 128 Ki nodes are about 12 MB; the proofs of a busy day's receipts stay within them.
constexpr size_t kMostNodesRemembered = size_t{1} << 17;

// The name of the store's meta value: why the log was found restored.
constexpr char kRestored[] = "restored";

absl::Status Damaged(uint64_t index, std::string_view came) {
  return system::Refuse(
      v1::REASON_LEDGER_DAMAGED, fmt::format("the group at leaf {} to match its own hashes", index),
      came, "do not start this node; copy the store, compare it with the last backup and the peer");
}

}  // namespace

LogBook::LogBook(const store::Store& store, std::string node, ledger::LiveKeys keys,
                 std::vector<Signing> signing, system::Random& random)
    : store_(store),
      node_(std::move(node)),
      keys_(std::move(keys)),
      random_(random),
      signing_(std::move(signing)) {}

absl::StatusOr<std::unique_ptr<LogBook>> LogBook::Open(const store::Store& store, std::string node,
                                                       NoteSignerPtr signer, system::Random& random,
                                                       std::vector<NoteSignerPtr> held,
                                                       std::optional<ledger::KeyRing> keys) {
  GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey now, ledger::VerifierOf(*signer));
  held.push_back(std::move(signer));
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader, store.Read());
  GATEPOST_ASSIGN_OR_RETURN(std::vector<KeyTime> times, ReadKeyTimes(*reader, v1::KEY_USE_LOG));
  if (times.empty()) times.push_back({0, now});
  const ledger::LiveKeys ring(keys.has_value() ? *std::move(keys)
                                               : ledger::KeyRing(times.front().key));
  for (const KeyTime& time : times) GATEPOST_RETURN_IF_ERROR(ring.Add(time.key));
  std::map<std::string, NoteSignerPtr> by_key;
  for (NoteSignerPtr& one : held) {
    GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey key, ledger::VerifierOf(*one));
    GATEPOST_RETURN_IF_ERROR(ring.Add(key));
    by_key.emplace(key.Format(), std::move(one));
  }
  std::vector<Signing> signing;
  NoteSignerPtr later;
  for (auto time = times.rbegin(); time != times.rend(); ++time) {
    const auto own = by_key.find(time->key.Format());
    if (own != by_key.end()) later = own->second;
    if (later == nullptr) {
      return system::Refuse(v1::REASON_KEY_NOT_ANNOUNCED,
                            fmt::format("the log's key {}, which signs now", time->key.Format()),
                            fmt::format("keys without it, among them {}", now.Format()),
                            "keep it in log_key_file beside its successor, until that one signs");
    }
    signing.insert(signing.begin(), Signing{time->after, later});
  }
  std::unique_ptr<LogBook> book(
      new LogBook(store, std::move(node), ring, std::move(signing), random));
  GATEPOST_RETURN_IF_ERROR(book->Restore());
  return book;
}

absl::Status LogBook::ExchangeKey(store::Transaction& transaction, NoteSignerPtr signer) {
  GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey key, ledger::VerifierOf(*signer));
  if (!keys_.Now().PlaceOf(key).has_value()) GATEPOST_RETURN_IF_ERROR(keys_.Add(key));
  const ledger::VerifierKey now = verifier_key();
  GATEPOST_RETURN_IF_ERROR(
      AddKeyTime(transaction, v1::KEY_USE_LOG, now, {draft_.first_index, key}));
  draft_signing_ = Signing{draft_.first_index, std::move(signer)};
  return absl::OkStatus();
}

ledger::VerifierKey LogBook::verifier_key() const {
  NoteSignerPtr signer;
  {
    const std::lock_guard lock(mutex_);
    signer = signing_.back().signer;
  }
  return *ledger::VerifierOf(*signer);  // Open and ExchangeKey have tried it.
}

NoteSignerPtr LogBook::SignerOf(uint64_t size) const {
  const std::lock_guard lock(mutex_);
  auto of = signing_.rbegin();
  while (of + 1 != signing_.rend() && size <= of->after) ++of;
  return of->signer;
}

absl::Status LogBook::Restore() {
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<store::Reader> reader, store_.ReadForProof());
  GATEPOST_ASSIGN_OR_RETURN(std::optional<store::LeafGroup> last, reader->LastGroup());
  GATEPOST_ASSIGN_OR_RETURN(store::Epochs epochs, store::ReadEpochs(*reader, store::OwnEpochs()));
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> restored, reader->Meta(kRestored));
  reader.reset();
  {
    std::lock_guard lock(mutex_);
    draft_epoch_ = epochs.newest();
    epochs_ = std::move(epochs);
    restored_ = restored.value_or("");
  }
  if (!last.has_value()) return absl::OkStatus();
  const uint64_t first = last->first_index;
  const uint64_t size = first + last->leaves.size();
  if (last->leaves.empty() ||
      last->nodes.size() != ledger::NodeCount(size) - ledger::NodeCount(first)) {
    return Damaged(first,
                   fmt::format("{} leaves with {} nodes", last->leaves.size(), last->nodes.size()));
  }

  // Everything before the group, from its stored subtrees; then the group again, leaf by leaf.
  GATEPOST_ASSIGN_OR_RETURN(ledger::CompactRange range, ledger::CompactRangeAt(first, *this));
  std::vector<certs::Digest> nodes;
  for (const std::string& leaf : last->leaves) range.Append(ledger::LeafHash(leaf), &nodes);
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i] != last->nodes[i]) {
      return Damaged(first, fmt::format("node {} differs from the leaves under it",
                                        ledger::NodeCount(first) + i));
    }
  }
  if (range.Root() != last->root) {
    return Damaged(first, fmt::format("root {} stored, {} computed", certs::ToHex(last->root),
                                      certs::ToHex(range.Root())));
  }
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf newest, ledger::Leaf::Parse(last->leaves.back()));
  last_time_ = newest.time;
  draft_range_ = range;
  std::lock_guard lock(mutex_);
  range_ = std::move(range);
  newest_ = std::make_shared<const store::LeafGroup>(*std::move(last));
  return absl::OkStatus();
}

void LogBook::Draft(absl::Time now) {
  draft_ = store::LeafGroup{};
  draft_.first_index = draft_range_.size();
  // Leaves hold whole microseconds, and time never decreases within a log (PROTOCOL.md 3).
  draft_time_ = std::max(absl::FromUnixMicros(absl::ToUnixMicros(now)), last_time_);
}

absl::Status LogBook::OpenEpoch(store::Transaction& transaction, uint64_t epoch) {
  if (!draft_.leaves.empty()) {
    return system::Refuse(v1::REASON_INTERNAL, "an epoch that begins with its EPOCH leaf",
                          "leaves of the one before in the same group", "report this");
  }
  const store::Epochs::Start start{epoch, draft_.first_index};
  store::Epochs with = epochs();
  GATEPOST_RETURN_IF_ERROR(with.Add(start));
  GATEPOST_RETURN_IF_ERROR(store::PutEpoch(transaction, store::OwnEpochs(), start));
  GATEPOST_RETURN_IF_ERROR(RememberRestored(transaction, ""));
  draft_epoch_ = epoch;
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> LogBook::Add(ledger::Leaf leaf) {
  leaf.time = draft_time_;
  leaf.epoch = draft_epoch_;
  random_.Fill(leaf.nonce);
  GATEPOST_ASSIGN_OR_RETURN(std::string bytes, leaf.Encode());
  draft_range_.Append(ledger::LeafHash(bytes), &draft_.nodes);
  draft_.leaves.push_back(std::move(bytes));
  return draft_range_.size() - 1;
}

absl::Status LogBook::Write(store::Transaction& transaction) {
  if (draft_.leaves.empty()) return absl::OkStatus();
  draft_.leaf_count = draft_.leaves.size();
  draft_.root = draft_range_.Root();
  return transaction.AppendGroup(draft_);
}

void LogBook::Publish() {
  if (draft_.leaves.empty()) return;
  last_time_ = draft_time_;
  auto group = std::make_shared<const store::LeafGroup>(std::move(draft_));
  draft_ = store::LeafGroup{};
  std::lock_guard lock(mutex_);
  if (draft_epoch_ != epochs_.newest()) {
    epochs_.Add({draft_epoch_, group->first_index}).IgnoreError();  // OpenEpoch has tried it.
    restored_.clear();
  }
  Remember(ledger::NodeCount(group->first_index), group->nodes);
  range_ = draft_range_;
  newest_ = std::move(group);
  if (draft_signing_.has_value()) signing_.push_back(*std::exchange(draft_signing_, std::nullopt));
}

void LogBook::Discard() {
  draft_ = store::LeafGroup{};
  draft_signing_.reset();
  std::lock_guard lock(mutex_);
  draft_range_ = range_;
  draft_epoch_ = epochs_.newest();
}

store::Epochs LogBook::epochs() const {
  std::lock_guard lock(mutex_);
  return epochs_;
}

std::string LogBook::Origin(uint64_t size) const {
  std::lock_guard lock(mutex_);
  return ledger::LogOrigin(node_, epochs_.OfHead(size));
}

void LogBook::StopSigning(const std::string& why) {
  std::lock_guard lock(mutex_);
  if (restored_.empty()) restored_ = why;
}

std::string LogBook::restored() const {
  std::lock_guard lock(mutex_);
  return restored_;
}

absl::Status LogBook::CheckMaySign() const {
  const std::string why = restored();
  if (why.empty()) return absl::OkStatus();
  return system::Refuse(v1::REASON_NODE_RESTORED, "a node that holds everything it has signed", why,
                        "let the links give back what they hold, then open a new epoch with "
                        "gatepostd --open-epoch");
}

Head LogBook::head() const {
  std::lock_guard lock(mutex_);
  if (newest_ == nullptr) return Head{};
  return Head{range_.size(), newest_->root};
}

void LogBook::Remember(uint64_t first_ordinal, const std::vector<certs::Digest>& nodes) const {
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (nodes_.emplace(first_ordinal + i, nodes[i]).second) {
      nodes_order_.push_back(first_ordinal + i);
    }
  }
  while (nodes_order_.size() > kMostNodesRemembered) {
    nodes_.erase(nodes_order_.front());
    nodes_order_.pop_front();
  }
}

absl::StatusOr<certs::Digest> LogBook::Node(int level, uint64_t index) const {
  const uint64_t ordinal = ledger::NodeOrdinal(level, index);
  {
    std::lock_guard lock(mutex_);
    if (const auto known = nodes_.find(ordinal); known != nodes_.end()) return known->second;
  }
  const uint64_t made_by = ((index + 1) << level) - 1;
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<store::Reader> reader, store_.ReadForProof());
  GATEPOST_ASSIGN_OR_RETURN(std::optional<store::LeafGroup> group, reader->NodesOfLeaf(made_by));
  if (!group.has_value()) return Damaged(made_by, "no group holds it");
  const uint64_t first = ledger::NodeCount(group->first_index);
  if (ordinal < first || ordinal - first >= group->nodes.size()) {
    return Damaged(group->first_index, fmt::format("node {} is missing", ordinal));
  }
  const certs::Digest node = group->nodes[ordinal - first];
  std::lock_guard lock(mutex_);
  Remember(ordinal, {node});
  return node;
}

absl::StatusOr<certs::Digest> LogBook::RootAtSize(uint64_t size) const {
  const Head newest = head();
  if (size == newest.size) return newest.root;
  if (size > newest.size) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, fmt::format("a size up to {}", newest.size),
                          fmt::format("{}", size), "ask for a size that the log has reached");
  }
  return ledger::RootAt(size, *this);
}

absl::StatusOr<std::string> LogBook::Checkpoint(const Head& head) const {
  GATEPOST_RETURN_IF_ERROR(CheckMaySign());
  {
    std::lock_guard lock(mutex_);
    if (head.size == checkpoint_size_ && !checkpoint_.empty()) return checkpoint_;
  }
  GATEPOST_ASSIGN_OR_RETURN(
      std::string note,
      ledger::SignCheckpoint(ledger::Checkpoint{Origin(head.size), head.size, head.root},
                             *SignerOf(head.size)));
  std::lock_guard lock(mutex_);
  checkpoint_size_ = head.size;
  checkpoint_ = note;
  return note;
}

absl::StatusOr<std::vector<ProvedLeaf>> LogBook::ProveInGroup(
    const std::vector<uint64_t>& indices) const {
  if (indices.empty()) return std::vector<ProvedLeaf>();
  std::shared_ptr<const store::LeafGroup> group;
  {
    std::lock_guard lock(mutex_);
    if (newest_ != nullptr && indices.front() >= newest_->first_index) group = newest_;
  }
  if (group == nullptr) {
    GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<store::Reader> reader, store_.ReadForProof());
    GATEPOST_ASSIGN_OR_RETURN(std::optional<store::LeafGroup> stored,
                              reader->GroupOfLeaf(indices.front()));
    if (stored.has_value()) {
      group = std::make_shared<const store::LeafGroup>(*std::move(stored));
    }
  }
  std::vector<ProvedLeaf> proved;
  proved.reserve(indices.size());
  for (const uint64_t index : indices) {
    if (group == nullptr || index < group->first_index ||
        index - group->first_index >= group->leaves.size()) {
      return system::Refuse(v1::REASON_NOT_FOUND, "a leaf of this log",
                            fmt::format("index {}", index), "ask for a leaf that the log holds");
    }
    const Head head{group->first_index + group->leaves.size(), group->root};
    GATEPOST_ASSIGN_OR_RETURN(std::vector<certs::Digest> path,
                              ledger::InclusionProof(index, head.size, *this));
    proved.push_back(
        ProvedLeaf{group->leaves[index - group->first_index], index, std::move(path), head});
  }
  return proved;
}

absl::StatusOr<ProvedLeaf> LogBook::Prove(uint64_t index) const {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<ProvedLeaf> proved, ProveInGroup({index}));
  return std::move(proved.front());
}

absl::StatusOr<ProvedLeaf> LogBook::ProveUnder(uint64_t index, uint64_t size) const {
  GATEPOST_ASSIGN_OR_RETURN(ProvedLeaf proved, Prove(index));
  if (proved.head.size == size) return proved;
  GATEPOST_ASSIGN_OR_RETURN(proved.head.root, RootAtSize(size));
  proved.head.size = size;
  GATEPOST_ASSIGN_OR_RETURN(proved.path, ledger::InclusionProof(index, size, *this));
  return proved;
}

absl::StatusOr<ledger::Receipt> LogBook::ReceiptOf(uint64_t index) const {
  GATEPOST_ASSIGN_OR_RETURN(ProvedLeaf proved, Prove(index));
  if (!restored().empty()) return ledger::Receipt{std::move(proved.leaf), ""};
  GATEPOST_ASSIGN_OR_RETURN(const std::string checkpoint, Checkpoint(proved.head));
  const ledger::TlogProof proof{proved.index, std::move(proved.path), checkpoint, std::nullopt};
  return ledger::Receipt{std::move(proved.leaf), proof.Format()};
}

absl::StatusOr<std::vector<certs::Digest>> LogBook::Consistency(uint64_t old_size,
                                                                uint64_t new_size) const {
  return ledger::ConsistencyProof(old_size, new_size, *this);
}

absl::Status RememberRestored(store::Transaction& transaction, const std::string& why) {
  return transaction.PutMeta(kRestored, why);
}

}  // namespace gatepost::exchange
