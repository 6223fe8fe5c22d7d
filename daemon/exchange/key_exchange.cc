#include "daemon/exchange/key_exchange.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "certs/digest.h"
#include "daemon/exchange/announced_keys.h"
#include "daemon/exchange/key_times.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace gatepost::exchange {

namespace {

NoteSignerPtr Find(const std::vector<NoteSignerPtr>& held, const ledger::VerifierKey& key) {
  const auto is = [&key](const NoteSignerPtr& one) {
    const absl::StatusOr<ledger::VerifierKey> its = ledger::VerifierOf(*one);
    return its.ok() && *its == key;
  };
  const auto at = std::ranges::find_if(held, is);
  return at == held.end() ? nullptr : *at;
}

std::vector<std::string> VkeysOf(const std::vector<NoteSignerPtr>& keys) {
  std::vector<std::string> vkeys;
  for (const NoteSignerPtr& one : keys) {
    const absl::StatusOr<ledger::VerifierKey> key = ledger::VerifierOf(*one);
    if (key.ok()) vkeys.push_back(key->Format());
  }
  return vkeys;
}

absl::Status NotAmong(const ledger::VerifierKey& signing, const std::vector<NoteSignerPtr>& held) {
  return system::Refuse(
      v1::REASON_KEY_NOT_ANNOUNCED,
      fmt::format("a file with {}, which signs now, or with one that every peer has receipted",
                  signing.Format()),
      fmt::format("{}", fmt::join(VkeysOf(held), ", ")),
      "keep the key that signs in the file beside the next one, until that one signs");
}

// What one look at the store says about the keys of a node.
struct Asked {
  const store::Reader& store;
  const NodeTerms& node;
  const LinkTermsByPeer& links;
  v1::KeyUse use;
  absl::Time now;
};

// The keys of that use that have signed, and all that are known, `signing` among them.
struct Known {
  std::vector<KeyTime> times;
  ledger::KeyRing ring;
  ledger::VerifierKey signing;
};

// Whether `key` may sign instead of the one that does, and how late it was announced; nullopt: it
// may not.
absl::StatusOr<std::optional<size_t>> MayFollow(const Asked& asked, const Known& known,
                                                const ledger::VerifierKey& key) {
  if (std::ranges::find(known.times, key, &KeyTime::key) != known.times.end()) return std::nullopt;
  const std::optional<size_t> place = known.ring.PlaceOf(key);
  if (place.has_value() && *place <= *known.ring.PlaceOf(known.signing)) return std::nullopt;
  GATEPOST_ASSIGN_OR_RETURN(
      const std::optional<store::AnnouncedKeyRecord> announced,
      AnnouncementOf(asked.store, asked.node.spiffe_id.ToString(), asked.use, key.Format()));
  if (announced.has_value() && announced->since > asked.now) return std::nullopt;
  GATEPOST_ASSIGN_OR_RETURN(
      const std::vector<std::string> awaited,
      AwaitedPeers(asked.store, asked.links, asked.use, key.Format(), announced));
  if (!awaited.empty()) return std::nullopt;
  // A node without links owes nobody an announcement, but its own order of keys.
  if (asked.links.empty() && !announced.has_value()) return std::nullopt;
  return place.value_or(known.ring.keys().size());
}

// The newest of `held` that may sign instead of `signing`; null: none.
absl::StatusOr<NoteSignerPtr> NewestReady(const Asked& asked, const ledger::VerifierKey& signing,
                                          const std::vector<NoteSignerPtr>& held) {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<KeyTime> times, ReadKeyTimes(asked.store, asked.use));
  GATEPOST_ASSIGN_OR_RETURN(
      ledger::KeyRing ring,
      RingOf(asked.store, asked.node.spiffe_id.ToString(), asked.use, signing));
  const Known known{std::move(times), std::move(ring), signing};
  NoteSignerPtr newest;
  size_t newest_place = 0;
  for (const NoteSignerPtr& one : held) {
    GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey key, ledger::VerifierOf(*one));
    if (key == signing) continue;
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<size_t> place, MayFollow(asked, known, key));
    if (!place.has_value() || (newest != nullptr && *place < newest_place)) continue;
    newest = one;
    newest_place = *place;
  }
  return newest;
}

// The key that signed until now: as it was written down, or as the first agreement named it.
absl::StatusOr<std::optional<ledger::VerifierKey>> SignedLast(const store::Reader& store,
                                                              const NodeTerms& node,
                                                              v1::KeyUse use) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<KeyTime> times, ReadKeyTimes(store, use));
  if (!times.empty()) return times.back().key;
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<ledger::VerifierKey> agreed,
                            AgreedKeys(store, node.spiffe_id.ToString(), use));
  if (agreed.empty()) return std::nullopt;
  return agreed.front();
}

}  // namespace

absl::StatusOr<SigningKey> KeyAtStart(const store::Reader& store, const NodeTerms& node,
                                      const LinkTermsByPeer& links, v1::KeyUse use,
                                      const std::vector<NoteSignerPtr>& held, absl::Time now) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<ledger::VerifierKey> last,
                            SignedLast(store, node, use));
  if (!last.has_value()) return SigningKey{held.front(), std::nullopt};
  GATEPOST_ASSIGN_OR_RETURN(NoteSignerPtr ready,
                            NewestReady({store, node, links, use, now}, *last, held));
  if (ready != nullptr) return SigningKey{std::move(ready), last};
  if (NoteSignerPtr signer = Find(held, *last); signer != nullptr) {
    return SigningKey{std::move(signer), std::nullopt};
  }
  return NotAmong(*last, held);
}

absl::StatusOr<ledger::VerifierKey> KeyExchange::Signing(v1::KeyUse use) const {
  if (use == v1::KEY_USE_LOG) return parts_.log.verifier_key();
  return ledger::VerifierOf(parts_.witness);
}

absl::Status KeyExchange::Hold(v1::KeyUse use, std::vector<NoteSignerPtr> keys) {
  GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey signing, Signing(use));
  if (Find(keys, signing) == nullptr) return NotAmong(signing, keys);
  const std::lock_guard lock(mutex_);
  for (const NoteSignerPtr& other : (use == v1::KEY_USE_LOG ? witness_ : log_).held) {
    for (const NoteSignerPtr& one : keys) {
      if (one->public_key() != other->public_key()) continue;
      return system::Refuse(v1::REASON_FIELD_CONFLICT, "keys of one use each",
                            fmt::format("{}, which is also {}'s", one->name(), other->name()),
                            "make a key for each use");
    }
  }
  (use == v1::KEY_USE_LOG ? log_ : witness_).held = std::move(keys);
  return absl::OkStatus();
}

std::vector<std::string> KeyExchange::Held(v1::KeyUse use) const {
  const std::lock_guard lock(mutex_);
  return VkeysOf((use == v1::KEY_USE_LOG ? log_ : witness_).held);
}

void KeyExchange::OnTick() {
  // A store that fails now is looked at again in a second; whoever needs it says so loudly.
  Look(log_).IgnoreError();
  Look(witness_).IgnoreError();
}

absl::Status KeyExchange::Look(Use& use) {
  std::vector<NoteSignerPtr> held;
  {
    const std::lock_guard lock(mutex_);
    if (use.posted || use.held.size() < 2) return absl::OkStatus();
    held = use.held;
  }
  GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey signing, Signing(use.use));
  NoteSignerPtr ready;
  {
    GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader, parts_.store.Read());
    GATEPOST_ASSIGN_OR_RETURN(
        ready, NewestReady({*reader, parts_.node, parts_.links, use.use, parts_.clock.Now()},
                           signing, held));
  }
  if (ready == nullptr) return absl::OkStatus();
  {
    const std::lock_guard lock(mutex_);
    use.posted = true;
  }
  const auto exchanged = std::make_shared<bool>(false);
  // On the committer's thread, before the next commit: until then the key before cosigns.
  const auto done = [this, &use, ready, exchanged](const absl::Status& committed) {
    if (committed.ok() && *exchanged && use.use == v1::KEY_USE_WITNESS) {
      parts_.witness.Switch(ready);
    }
    const std::lock_guard lock(mutex_);
    use.posted = false;
  };
  absl::Status posted = parts_.committer.Post(
      [this, of = use.use, ready, exchanged](CommitScope& scope) -> absl::Status {
        GATEPOST_ASSIGN_OR_RETURN(*exchanged, Exchange(scope, of, ready));
        return absl::OkStatus();
      },
      done);
  if (!posted.ok()) done(posted);
  return posted;
}

absl::StatusOr<bool> KeyExchange::Exchange(CommitScope& scope, v1::KeyUse use,
                                           const NoteSignerPtr& next) const {
  GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey before, Signing(use));
  GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey key, ledger::VerifierOf(*next));
  const std::vector<std::string> held = Held(use);
  const bool is_held = std::ranges::find(held, key.Format()) != held.end();
  if (key == before || !is_held) return false;
  ledger::Leaf leaf;
  leaf.event = ledger::event::kKey;
  leaf.object = fmt::format("key:{}", KeyUseName(use));
  leaf.result = "EXCHANGED";
  leaf.detail = fmt::format("sha256:{}", certs::ToHex(certs::Sha256Of(key.Format())));
  if (use == v1::KEY_USE_LOG) {
    GATEPOST_RETURN_IF_ERROR(scope.log.ExchangeKey(scope.store, next));
  } else {
    GATEPOST_RETURN_IF_ERROR(parts_.own_witness.Add(key));
    GATEPOST_RETURN_IF_ERROR(AddKeyTime(scope.store, use, before, {scope.log.head().size, key}));
  }
  GATEPOST_RETURN_IF_ERROR(scope.log.Add(std::move(leaf)).status());
  return true;
}

}  // namespace gatepost::exchange
