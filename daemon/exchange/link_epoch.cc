#include "daemon/exchange/link_epoch.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>
#include <vector>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/leaf.h"
#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

std::string OpenedKey(std::string_view peer, uint64_t epoch) {
  return fmt::format("opened/{}/{}", peer, epoch);
}

std::string AdmittedKey(std::string_view peer) { return fmt::format("admitted/{}", peer); }

uint64_t NumberAt(std::string_view text) {
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// The number after `name:` in a leaf's detail.
uint64_t FirstIn(std::string_view detail) {
  constexpr std::string_view kName = "first:";
  return detail.starts_with(kName) ? NumberAt(detail.substr(kName.size())) : 0;
}

std::string Text(store::Epochs::Start start) {
  return fmt::format("{}:{}", start.epoch, start.first);
}

// An officer has seen which epoch he admits, and from which leaf on.
absl::Status CheckAdmitted(const store::Reader& store, const std::string& peer,
                           store::Epochs::Start start, uint64_t held_size) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> admitted,
                            store.Meta(AdmittedKey(peer)));
  if (admitted == Text(start)) return absl::OkStatus();
  return system::Refuse(
      v1::REASON_EPOCH_NOT_ADMITTED,
      fmt::format("an epoch of {}'s log that an officer of this side admitted", peer),
      fmt::format("epoch {}, from entry {} on: it was restored from an older copy; this side holds "
                  "proofs up to size {}",
                  start.epoch, start.first, held_size),
      fmt::format("ask what was lost; then have gatepostd --admit-epoch {}:{} run here", peer,
                  Text(start)));
}

// The newest head of the peer's log that this side said it holds.
absl::StatusOr<NamedHead> HeldIn(const LinkParts& parts, const v1::LinkHello& ours) {
  if (ours.peer_head().empty()) return NamedHead{};
  GATEPOST_ASSIGN_OR_RETURN(
      const ledger::OpenedCheckpoint held,
      ledger::OpenCheckpoint(ours.peer_head(), parts.link.peer_log_keys.Now()));
  return NamedHead{EpochInOrigin(held.checkpoint.origin), held.checkpoint.size,
                   held.checkpoint.root};
}

}  // namespace

std::string EpochDetail(uint64_t first, const NamedHead& head) {
  if (head.size == 0) return fmt::format("first:{},head:-", first);
  return fmt::format("first:{},head:{}:{}:{}", first, head.epoch, head.size,
                     certs::ToHex(head.root));
}

std::string EpochObject(uint64_t epoch) { return fmt::format("epoch:{}", epoch); }

uint64_t EpochInOrigin(std::string_view origin) {
  const size_t slash = origin.rfind('/');
  return slash == std::string_view::npos ? 0 : NumberAt(origin.substr(slash + 1));
}

absl::Status PutOpened(store::Transaction& store, std::string_view peer, uint64_t epoch,
                       uint64_t leaf_index, uint64_t earlier_size) {
  return store.PutMeta(OpenedKey(peer, epoch), fmt::format("{} {}", leaf_index, earlier_size));
}

absl::StatusOr<std::optional<v1::LinkEpoch>> OpenedFor(const LinkParts& parts,
                                                       const store::Reader& reader) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> kept,
                            reader.Meta(OpenedKey(parts.link.peer_node, parts.log.epoch())));
  if (!kept.has_value()) return std::nullopt;
  const std::string_view text = *kept;
  const size_t space = std::min(text.find(' '), text.size() - 1);
  v1::LinkEpoch opened;
  opened.set_leaf_index(NumberAt(text));
  opened.set_earlier_size(NumberAt(text.substr(space + 1)));
  GATEPOST_ASSIGN_OR_RETURN(ProvedLeaf proved, parts.log.Prove(opened.leaf_index()));
  GATEPOST_ASSIGN_OR_RETURN(*opened.mutable_head(), parts.log.Checkpoint(proved.head));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<certs::Digest> consistency,
                            parts.log.Consistency(opened.earlier_size(), proved.head.size));
  opened.set_leaf(std::move(proved.leaf));
  for (const certs::Digest& hash : proved.path) opened.add_path(std::string(certs::AsView(hash)));
  for (const certs::Digest& hash : consistency) {
    opened.add_consistency(std::string(certs::AsView(hash)));
  }
  return opened;
}

absl::Status AdmitEpoch(CommitScope& scope, const std::string& peer, store::Epochs::Start start) {
  GATEPOST_ASSIGN_OR_RETURN(const store::Epochs known,
                            store::ReadEpochs(scope.store, store::PeerEpochs(peer)));
  if (start.epoch <= known.newest()) {
    return system::Refuse(
        v1::REASON_BAD_ARGUMENT, fmt::format("an epoch of {} after {}", peer, known.newest()),
        fmt::format("{}", start.epoch), "name the epoch that the link was refused for");
  }
  ledger::Leaf leaf;
  leaf.event = ledger::event::kEpoch;
  leaf.peer = peer;
  leaf.object = EpochObject(start.epoch);
  leaf.result = "ADMITTED";
  leaf.detail = fmt::format("first:{}", start.first);
  GATEPOST_RETURN_IF_ERROR(scope.log.Add(std::move(leaf)).status());
  return scope.store.PutMeta(AdmittedKey(peer), Text(start));
}

absl::StatusOr<AdmittedEpoch> CheckOpened(const LinkParts& parts, const store::Epochs& known,
                                          const v1::LinkHello& ours, const v1::LinkHello& theirs) {
  const std::string& peer = parts.link.peer_node;
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader, parts.store.Read());
  if (!theirs.has_opened() && ours.peer_head().empty() && ours.last_received() == 0 &&
      ours.last_receipted() == 0) {
    return AdmittedEpoch{{theirs.epoch(), 0}, {}};  // Nothing is held that could contradict it.
  }
  const v1::LinkEpoch& opened = theirs.opened();
  GATEPOST_ASSIGN_OR_RETURN(const NamedHead held, HeldIn(parts, ours));
  const absl::StatusOr<ledger::Leaf> said = ledger::Leaf::Parse(opened.leaf());  // Checked below.
  GATEPOST_RETURN_IF_ERROR(CheckAdmitted(
      *reader, peer, {theirs.epoch(), said.ok() ? FirstIn(said->detail) : 0}, held.size));
  GATEPOST_ASSIGN_OR_RETURN(const ledger::OpenedCheckpoint head,
                            ledger::OpenCheckpoint(opened.head(), parts.link.peer_log_keys.Now()));
  const ledger::Checkpoint& first_head = head.checkpoint;
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(opened.leaf()));
  const uint64_t first = FirstIn(leaf.detail);
  if (first_head.origin != ledger::LogOrigin(peer, theirs.epoch()) ||
      leaf.event != ledger::event::kEpoch || leaf.epoch != theirs.epoch() ||
      leaf.peer != parts.node.node || leaf.object != EpochObject(theirs.epoch()) ||
      first > opened.leaf_index()) {
    return BadReceipt(
        fmt::format("an EPOCH leaf of epoch {} for {}", theirs.epoch(), parts.node.node),
        fmt::format("{} for {}, {}, under {}", leaf.event, leaf.peer, leaf.object,
                    first_head.origin));
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<certs::Digest> path, DigestsOf(opened.path()));
  GATEPOST_RETURN_IF_ERROR(ledger::VerifyInclusion(opened.leaf_index(), first_head.size,
                                                   ledger::LeafHash(opened.leaf()), path,
                                                   first_head.root));
  if (leaf.detail != EpochDetail(first, held)) {
    return Diverged(
        fmt::format("an epoch that names the head held here: {}", EpochDetail(first, held)),
        leaf.detail);
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::PeerHeadRecord> earlier,
                            HeldUpTo(*reader, peer, known, first));
  const KnownHead from =
      earlier.has_value() ? KnownHead{earlier->size, earlier->root} : KnownHead{};
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<certs::Digest> proof,
                            DigestsOf(opened.consistency()));
  if (opened.earlier_size() != from.size ||
      (from.size > 0 &&
       !ledger::VerifyConsistency(from.size, first_head.size, from.root, first_head.root, proof)
            .ok())) {
    return Diverged(fmt::format("an epoch that continues the head of size {}", from.size),
                    fmt::format("one that does not, from size {} on", opened.earlier_size()));
  }
  return AdmittedEpoch{{theirs.epoch(), first},
                       {{first_head.size, first_head.root}, opened.head(), theirs.epoch()}};
}

absl::Status Continue(CommitScope& scope, store::LinkRecord& link, const AdmittedEpoch& epoch) {
  GATEPOST_RETURN_IF_ERROR(store::PutEpoch(scope.store, store::PeerEpochs(link.peer), epoch.start));
  if (epoch.head.head.size == 0) return absl::OkStatus();
  ledger::Leaf leaf;
  leaf.event = ledger::event::kEpoch;
  leaf.peer = link.peer;
  leaf.object = EpochObject(epoch.start.epoch);
  leaf.result = "CONTINUED";
  leaf.detail = EpochDetail(epoch.start.first,
                            {epoch.start.epoch, epoch.head.head.size, epoch.head.head.root});
  GATEPOST_RETURN_IF_ERROR(scope.log.Add(std::move(leaf)).status());
  return KeepPeerHead(scope.store, link, epoch.start.epoch, epoch.head);
}

absl::StatusOr<std::optional<store::PeerHeadRecord>> HeldUpTo(const store::Reader& store,
                                                              const std::string& peer,
                                                              const store::Epochs& known,
                                                              uint64_t size) {
  while (size > 0) {
    const store::Epochs::Start start = known.StartOf(size);
    GATEPOST_ASSIGN_OR_RETURN(std::optional<store::PeerHeadRecord> held,
                              store.PeerHeadUpTo(peer, start.epoch, size));
    if (held.has_value() && held->size > start.first) return held;
    size = start.first;
  }
  return std::nullopt;
}

}  // namespace gatepost::exchange
