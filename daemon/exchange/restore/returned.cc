#include "daemon/exchange/restore/returned.h"

#include <charconv>
#include <string>
#include <utility>

#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

std::string Key(std::string_view peer, std::string_view what) {
  return fmt::format("returned/{}/{}", peer, what);
}

std::string Key(std::string_view peer, ReturnedKind kind, uint64_t number) {
  switch (kind) {
    case ReturnedKind::kSent:
      return Key(peer, fmt::format("sent/{}", number));
    case ReturnedKind::kReceived:
      return Key(peer, fmt::format("received/{}", number));
    case ReturnedKind::kRung:
      return Key(peer, fmt::format("rung/{}", number));
    case ReturnedKind::kDecision:
      return Key(peer, fmt::format("decision/{}", number));
  }
  return "";
}

std::string LostReceiptKey(std::string_view peer, uint64_t sequence) {
  return fmt::format("lost_receipt/{}/{}", peer, sequence);
}

std::string LostDecisionKey(std::string_view peer, uint64_t number) {
  return fmt::format("lost_decision/{}/{}", peer, number);
}

template <typename Message>
absl::StatusOr<std::optional<Message>> Parsed(const store::Reader& store, const std::string& key) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> kept, store.Meta(key));
  if (!kept.has_value() || kept->empty()) return std::nullopt;
  Message message;
  if (message.ParseFromString(*kept)) return message;
  return system::Refuse(v1::REASON_LEDGER_DAMAGED, fmt::format("what is kept as {}", key),
                        "unreadable bytes", "restore the store again");
}

}  // namespace

std::pair<const std::string&, uint64_t> LeafOf(const v1::LinkGiveBack& thing) {
  if (thing.has_message()) {
    return {thing.message().receipt().leaf(), thing.message().receipt().leaf_index()};
  }
  if (thing.has_rung()) return {thing.rung().leaf(), thing.rung().leaf_index()};
  return {thing.decision().leaf(), thing.decision().leaf_index()};
}

v1::LinkRestored HeldBefore(const store::LinkRecord& link) {
  v1::LinkRestored held;
  held.set_last_sent(link.last_queued);
  held.set_last_received(link.last_received);
  held.set_last_rung_given(link.last_rung_given);
  held.set_last_decision(link.last_decision);
  return held;
}

absl::StatusOr<absl::Time> EndOfLog(const store::Reader& store) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::LeafGroup> last, store.LastGroup());
  if (!last.has_value() || last->leaves.empty()) return absl::InfinitePast();
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(last->leaves.back()));
  return leaf.time;
}

absl::StatusOr<v1::LinkRestored> HeldSoFar(const store::Reader& store,
                                           const store::LinkRecord& link, uint64_t size) {
  GATEPOST_ASSIGN_OR_RETURN(std::optional<v1::LinkRestored> counted,
                            Parsed<v1::LinkRestored>(store, Key(link.peer, "so_far")));
  if (counted.has_value()) return *std::move(counted);
  v1::LinkRestored so_far = HeldBefore(link);
  so_far.set_size(size);
  return so_far;
}

uint64_t Count(ReturnedKind kind, v1::LinkRestored& so_far) {
  switch (kind) {
    case ReturnedKind::kSent:
      so_far.set_last_sent(so_far.last_sent() + 1);
      return so_far.last_sent();
    case ReturnedKind::kReceived:
      so_far.set_last_received(so_far.last_received() + 1);
      return so_far.last_received();
    case ReturnedKind::kRung:
      so_far.set_last_rung_given(so_far.last_rung_given() + 1);
      return so_far.last_rung_given();
    case ReturnedKind::kDecision:
      so_far.set_last_decision(so_far.last_decision() + 1);
      return so_far.last_decision();
  }
  return 0;
}

absl::Status PutReturned(store::Transaction& store, std::string_view peer, ReturnedKind kind,
                         uint64_t number, const v1::LinkGiveBack& thing,
                         const v1::LinkRestored& so_far) {
  GATEPOST_RETURN_IF_ERROR(store.PutMeta(Key(peer, kind, number), thing.SerializeAsString()));
  return store.PutMeta(Key(peer, "so_far"), so_far.SerializeAsString());
}

absl::StatusOr<std::optional<v1::LinkGiveBack>> FindReturned(const store::Reader& store,
                                                             std::string_view peer,
                                                             ReturnedKind kind, uint64_t number) {
  return Parsed<v1::LinkGiveBack>(store, Key(peer, kind, number));
}

absl::StatusOr<v1::LinkGiveBack> MustHoldReturned(const store::Reader& store, std::string_view peer,
                                                  ReturnedKind kind, uint64_t number) {
  GATEPOST_ASSIGN_OR_RETURN(std::optional<v1::LinkGiveBack> thing,
                            FindReturned(store, peer, kind, number));
  if (thing.has_value()) return *std::move(thing);
  return system::Refuse(v1::REASON_LEDGER_DAMAGED,
                        fmt::format("{}, given back", Key(peer, kind, number)), "none",
                        "restore the store again");
}

absl::StatusOr<uint64_t> CountPlaceOnly(const store::Reader& store, std::string_view peer) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> kept,
                            store.Meta(Key(peer, "place_only")));
  uint64_t count = 0;
  if (kept.has_value()) std::from_chars(kept->data(), kept->data() + kept->size(), count);
  return count;
}

absl::Status PutPlaceOnly(store::Transaction& store, std::string_view peer, uint64_t count) {
  return store.PutMeta(Key(peer, "place_only"), fmt::format("{}", count));
}

absl::Status PutReturnedHeads(store::Transaction& store, std::string_view peer,
                              const v1::LinkHeldHeads& heads) {
  return store.PutMeta(Key(peer, "heads"), heads.SerializeAsString());
}

absl::StatusOr<std::optional<v1::LinkHeldHeads>> ReturnedHeads(const store::Reader& store,
                                                               std::string_view peer) {
  return Parsed<v1::LinkHeldHeads>(store, Key(peer, "heads"));
}

absl::Status PutGaveBack(store::Transaction& store, std::string_view peer, bool all) {
  return store.PutMeta(Key(peer, "all"), all ? "yes" : "");
}

absl::StatusOr<bool> GaveBack(const store::Reader& store, std::string_view peer) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> all, store.Meta(Key(peer, "all")));
  return all.has_value() && !all->empty();
}

namespace {

absl::Status Empty(store::Transaction& store, std::string_view peer, const v1::LinkRestored& from,
                   const v1::LinkRestored& to) {
  const auto empty = [&](ReturnedKind kind, uint64_t after, uint64_t last) -> absl::Status {
    for (uint64_t number = after + 1; number <= last; ++number) {
      GATEPOST_RETURN_IF_ERROR(store.PutMeta(Key(peer, kind, number), ""));
    }
    return absl::OkStatus();
  };
  GATEPOST_RETURN_IF_ERROR(empty(ReturnedKind::kSent, from.last_sent(), to.last_sent()));
  GATEPOST_RETURN_IF_ERROR(
      empty(ReturnedKind::kReceived, from.last_received(), to.last_received()));
  GATEPOST_RETURN_IF_ERROR(
      empty(ReturnedKind::kRung, from.last_rung_given(), to.last_rung_given()));
  GATEPOST_RETURN_IF_ERROR(
      empty(ReturnedKind::kDecision, from.last_decision(), to.last_decision()));
  GATEPOST_RETURN_IF_ERROR(store.PutMeta(Key(peer, "so_far"), ""));
  GATEPOST_RETURN_IF_ERROR(store.PutMeta(Key(peer, "heads"), ""));
  GATEPOST_RETURN_IF_ERROR(PutPlaceOnly(store, peer, 0));
  return PutGaveBack(store, peer, false);
}

}  // namespace

absl::Status ForgetReturned(store::Transaction& store, std::string_view peer,
                            const v1::LinkRestored& from, const v1::LinkRestored& to) {
  for (uint64_t number = from.last_received() + 1; number <= to.last_received(); ++number) {
    GATEPOST_ASSIGN_OR_RETURN(v1::LinkGiveBack thing,
                              MustHoldReturned(store, peer, ReturnedKind::kReceived, number));
    thing.mutable_message()->clear_envelope();  // The message is held where it belongs.
    thing.mutable_message()->clear_chains();
    GATEPOST_RETURN_IF_ERROR(
        store.PutMeta(LostReceiptKey(peer, number), thing.message().SerializeAsString()));
  }
  for (uint64_t number = from.last_decision() + 1; number <= to.last_decision(); ++number) {
    GATEPOST_ASSIGN_OR_RETURN(const v1::LinkGiveBack thing,
                              MustHoldReturned(store, peer, ReturnedKind::kDecision, number));
    GATEPOST_RETURN_IF_ERROR(
        store.PutMeta(LostDecisionKey(peer, number), thing.decision().SerializeAsString()));
  }
  return Empty(store, peer, from, to);
}

absl::Status DropReturned(store::Transaction& store, const store::LinkRecord& link) {
  GATEPOST_ASSIGN_OR_RETURN(const v1::LinkRestored to, HeldSoFar(store, link, 0));
  return Empty(store, link.peer, HeldBefore(link), to);
}

absl::StatusOr<std::optional<v1::LinkReturnedMessage>> LostReceipt(const store::Reader& store,
                                                                   std::string_view peer,
                                                                   uint64_t sequence) {
  return Parsed<v1::LinkReturnedMessage>(store, LostReceiptKey(peer, sequence));
}

absl::StatusOr<std::optional<v1::LinkDecision>> LostDecision(const store::Reader& store,
                                                             std::string_view peer,
                                                             uint64_t number) {
  return Parsed<v1::LinkDecision>(store, LostDecisionKey(peer, number));
}

}  // namespace gatepost::exchange
