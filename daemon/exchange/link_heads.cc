#include "daemon/exchange/link_heads.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "daemon/exchange/link_epoch.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

// A checkpoint with many cosignatures; it is kept as it came.
constexpr size_t kLargestHead = 16 * 1024;

}  // namespace

absl::Status Diverged(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_LINK_DIVERGED, wanted, came,
                        "compare both nodes' logs (audit compare); one of them lost or changed "
                        "history");
}

absl::Status BadReceipt(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_BAD_RECEIPT, wanted, came,
                        "have the peer's operator look at its log; nothing was taken");
}

absl::Status KeepPeerHead(store::Transaction& store, store::LinkRecord& link, uint64_t epoch,
                          const CheckedHead& head) {
  GATEPOST_RETURN_IF_ERROR(store.PutPeerHead(
      store::PeerHeadRecord{link.peer, epoch, head.head.size, head.head.root, head.note}));
  if (std::pair(epoch, head.head.size) < std::pair(link.peer_head_epoch, link.peer_head_size)) {
    return absl::OkStatus();
  }
  link.peer_head_epoch = epoch;
  link.peer_head_size = head.head.size;
  return absl::OkStatus();
}

std::string Joined(const HashList& path) {
  std::string joined;
  for (const std::string& hash : path) joined += hash;
  return joined;
}

absl::StatusOr<std::vector<certs::Digest>> DigestsOf(const HashList& path) {
  std::vector<certs::Digest> digests;
  for (const std::string& bytes : path) {
    const std::optional<certs::Digest> digest = certs::DigestFromBytes(bytes);
    if (!digest.has_value() || digests.size() >= 64) {
      return BadReceipt("a proof of at most 64 hashes of 32 bytes",
                        fmt::format("{} hashes, one of {} bytes", path.size(), bytes.size()));
    }
    digests.push_back(*digest);
  }
  return digests;
}

absl::Status ShownHeads::Start(const std::string& held_by_peer, const v1::LinkEpoch& opened) {
  ledger::Checkpoint head;
  if (!held_by_peer.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const ledger::OpenedCheckpoint held,
                              ledger::OpenCheckpoint(held_by_peer, log_.keys().Now()));
    head = held.checkpoint;
  }
  if (!opened.head().empty() && EpochInOrigin(head.origin) < log_.epoch()) {
    // The peer has not gone on in this epoch yet: it does so from the first head, or refuses it.
    GATEPOST_ASSIGN_OR_RETURN(const ledger::OpenedCheckpoint first,
                              ledger::OpenCheckpoint(opened.head(), log_.keys().Now()));
    shown_ = KnownHead{first.checkpoint.size, first.checkpoint.root};
    return absl::OkStatus();
  }
  if (held_by_peer.empty()) return absl::OkStatus();
  if (head.size <= log_.head().size && head.origin == log_.Origin(head.size)) {
    GATEPOST_ASSIGN_OR_RETURN(const certs::Digest root, log_.RootAtSize(head.size));
    if (root == head.root) {
      shown_ = KnownHead{head.size, head.root};
      return absl::OkStatus();
    }
  }
  if (EpochInOrigin(head.origin) < log_.epoch()) {
    return Diverged(fmt::format("a peer that was named in epoch {}", log_.epoch()),
                    fmt::format("one that holds {}, size {}", head.origin, head.size));
  }
  return system::Refuse(
      v1::REASON_NODE_RESTORED,
      fmt::format("a head of {} up to size {}", log_.Origin(log_.head().size), log_.head().size),
      fmt::format("a peer holds one of {}, size {}, root {}, signed by this node", head.origin,
                  head.size, certs::ToHex(head.root)),
      "let the links give back what they hold, then open a new epoch with gatepostd --open-epoch");
}

absl::StatusOr<std::vector<std::string>> ShownHeads::ConsistencyWith(const Head& head) const {
  GATEPOST_ASSIGN_OR_RETURN(
      const std::vector<certs::Digest> proof,
      log_.Consistency(std::min(shown_.size, head.size), std::max(shown_.size, head.size)));
  std::vector<std::string> hashes;
  for (const certs::Digest& hash : proof) hashes.emplace_back(certs::AsView(hash));
  return hashes;
}

PeerHeads::PeerHeads(const LinkParts& parts, OnFork on_fork)
    : parts_(parts), on_fork_(std::move(on_fork)) {}

// The head of the peer that we said we hold, against the newest that it says it has.
absl::Status PeerHeads::Start(const v1::LinkHello& ours, const v1::LinkHello& theirs) {
  {
    GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader, parts_.store.Read());
    GATEPOST_ASSIGN_OR_RETURN(epochs_,
                              store::ReadEpochs(*reader, store::PeerEpochs(parts_.link.peer_node)));
  }
  if (theirs.epoch() < epochs_.newest()) {
    return Diverged(fmt::format("epoch {} of the peer's log, or a later one", epochs_.newest()),
                    fmt::format("epoch {}", theirs.epoch()));
  }
  if (theirs.epoch() > epochs_.newest()) {
    GATEPOST_ASSIGN_OR_RETURN(admitted_, CheckOpened(parts_, epochs_, ours, theirs));
    GATEPOST_RETURN_IF_ERROR(epochs_.Add(admitted_->start));
  }
  const ledger::KeyRing keys = parts_.link.peer_log_keys.Now();
  const std::vector<ledger::VerifierKey> witnesses = parts_.KnownWitnesses();
  const auto take = [&](const std::string& note, CheckedHead& head) -> absl::Status {
    if (note.empty()) return absl::OkStatus();
    GATEPOST_ASSIGN_OR_RETURN(const ledger::CheckedNote checked,
                              ledger::CheckNote(note, keys, witnesses));
    const ledger::Checkpoint& came = checked.opened.checkpoint;
    const std::string origin = OriginOf(came.size);
    if (came.origin != origin) return Diverged(fmt::format("a head of {}", origin), came.origin);
    head = CheckedHead{{came.size, came.root}, checked.note, epochs_.OfHead(came.size)};
    return absl::OkStatus();
  };
  if (admitted_.has_value()) {
    known_ = admitted_->head;
  } else {
    GATEPOST_RETURN_IF_ERROR(take(ours.peer_head(), known_));
  }
  GATEPOST_RETURN_IF_ERROR(take(theirs.head(), hello_));
  if (hello_.head.size < known_.head.size) {
    // A Hello may be older than a head that another stream brought; a rolled-back log says it
    // again.
    return Diverged(fmt::format("a log of size {} or more, the newest head held", known_.head.size),
                    fmt::format("a head of size {}", hello_.head.size));
  }
  if (hello_.head.size == known_.head.size && hello_.head.root != known_.head.root) {
    return Forked(known_, hello_);
  }
  return CheckKeyGoesOn(hello_, keys, keys.NamedIn(hello_.note));
}

// Who steals a key that was given up can sign nothing new with it.
absl::Status PeerHeads::CheckKeyGoesOn(const CheckedHead& head, const ledger::KeyRing& keys,
                                       const ledger::VerifierKey& came) const {
  if (known_.head.size == 0 || head.head.size <= known_.head.size) return absl::OkStatus();
  const ledger::VerifierKey& before = keys.NamedIn(known_.note);
  if (keys.PlaceOf(came) >= keys.PlaceOf(before)) return absl::OkStatus();
  return system::Refuse(v1::REASON_BAD_HEAD_SIGNATURE,
                        fmt::format("a head of size {} signed by {} or a key announced after it",
                                    head.head.size, before.Format()),
                        fmt::format("one signed by {}, which was given up", came.Format()),
                        "have the peer's operator look at who holds that key");
}

std::string PeerHeads::OriginOf(uint64_t size) const {
  return ledger::LogOrigin(parts_.link.peer_node, epochs_.OfHead(size));
}

absl::Status PeerHeads::Forked(const CheckedHead& held, const CheckedHead& came) const {
  absl::Status fork =
      system::Refuse(v1::REASON_HEAD_FORKED,
                     fmt::format("a head that agrees with the one of size {}", held.head.size),
                     fmt::format("a signed head of size {} that does not", came.head.size),
                     "keep both heads as evidence; the peer's log was forked");
  on_fork_(Fork{fork, held.note, came.note, held.head.size == came.head.size});
  return fork;
}

absl::StatusOr<CheckedHead> PeerHeads::Check(const std::string& note, uint64_t shown_size,
                                             const HashList& consistency) {
  if (note.size() > kLargestHead) {
    return system::Refuse(v1::REASON_TOO_LARGE,
                          fmt::format("a head of at most {} bytes", kLargestHead),
                          fmt::format("{} bytes", note.size()), "repair the peer's software");
  }
  const ledger::KeyRing keys = parts_.link.peer_log_keys.Now();
  GATEPOST_ASSIGN_OR_RETURN(const ledger::CheckedNote opened,
                            ledger::CheckNote(note, keys, parts_.KnownWitnesses()));
  const ledger::Checkpoint& head = opened.opened.checkpoint;
  const std::string origin = OriginOf(head.size);
  if (head.origin != origin) return BadReceipt(fmt::format("a head of {}", origin), head.origin);
  CheckedHead checked{KnownHead{head.size, head.root}, opened.note, epochs_.OfHead(head.size),
                      opened.had_unknown_lines ? note : ""};
  for (const CheckedHead* held : {&known_, &hello_}) {
    if (held->head.size == head.size && held->head.root != head.root) {
      return Forked(*held, checked);
    }
  }
  if (known_.head.size == 0) return checked;  // The first head ever shown.
  GATEPOST_RETURN_IF_ERROR(CheckKeyGoesOn(checked, keys, opened.log_key));
  if (shown_size != known_.head.size) {
    return BadReceipt(fmt::format("consistency with the head of size {}", known_.head.size),
                      fmt::format("with size {}", shown_size));
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<certs::Digest> proof, DigestsOf(consistency));
  const bool older = head.size < known_.head.size;  // A first receipt that is repeated.
  const KnownHead& from = older ? checked.head : known_.head;
  const KnownHead& to = older ? known_.head : checked.head;
  if (!ledger::VerifyConsistency(from.size, to.size, from.root, to.root, proof).ok()) {
    return Forked(known_, checked);
  }
  return checked;
}

void PeerHeads::Take(const CheckedHead& head) {
  if (head.head.size >= known_.head.size) known_ = head;
}

}  // namespace gatepost::exchange
