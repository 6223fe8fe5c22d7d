#include "daemon/exchange/ledger_keys.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "daemon/exchange/announced_keys.h"
#include "daemon/exchange/key_exchange.h"
#include "daemon/exchange/key_times.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace gatepost::exchange {

namespace {

// The number of leaves in the log.
absl::StatusOr<uint64_t> SizeOf(const store::Reader& store) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::LeafGroup> last, store.LastGroup());
  return last.has_value() ? last->first_index + last->leaves.size() : 0;
}

// `keys`, and after them those of `held` in the order of their file; each once, where it came
// first.
absl::StatusOr<ledger::KeyRing> RingOver(std::vector<ledger::VerifierKey> keys,
                                         const std::vector<NoteSignerPtr>& held) {
  for (const NoteSignerPtr& one : held) {
    GATEPOST_ASSIGN_OR_RETURN(ledger::VerifierKey key, ledger::VerifierOf(*one));
    keys.push_back(std::move(key));
  }
  ledger::KeyRing ring(keys.front());
  for (ledger::VerifierKey& key : keys) {
    if (!ring.PlaceOf(key).has_value()) GATEPOST_RETURN_IF_ERROR(ring.Add(std::move(key)));
  }
  return ring;
}

// All keys that ever cosigned, and those that are held.
absl::StatusOr<ledger::KeyRing> WitnessRing(const store::Reader& store,
                                            const std::vector<NoteSignerPtr>& held) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<KeyTime> times,
                            ReadKeyTimes(store, v1::KEY_USE_WITNESS));
  std::vector<ledger::VerifierKey> keys;
  for (const KeyTime& time : times) keys.push_back(time.key);
  return RingOver(std::move(keys), held);
}

// All keys that were agreed or announced for the log, and those that are held; `signing` now.
absl::StatusOr<ledger::KeyRing> LogRing(const store::Reader& store, const NodeTerms& node,
                                        const ledger::NoteSigner& signing,
                                        const std::vector<NoteSignerPtr>& held) {
  GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey now, ledger::VerifierOf(signing));
  GATEPOST_ASSIGN_OR_RETURN(const ledger::KeyRing known,
                            RingOf(store, node.spiffe_id.ToString(), v1::KEY_USE_LOG, now));
  return RingOver(known.keys(), held);
}

// An agreement may name an earlier key of this node, or the next one, but none of a stranger.
absl::Status CheckAgreedKeys(const store::Reader& store, const NodeTerms& node,
                             const LinkTermsByPeer& links, v1::KeyUse use,
                             const std::vector<NoteSignerPtr>& held) {
  std::set<std::string> own;
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<KeyTime> times, ReadKeyTimes(store, use));
  for (const KeyTime& time : times) own.insert(time.key.Format());
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<ledger::VerifierKey> before,
                            AgreedKeys(store, node.spiffe_id.ToString(), use));
  for (const ledger::VerifierKey& key : before) own.insert(key.Format());
  for (const NoteSignerPtr& one : held) {
    GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey key, ledger::VerifierOf(*one));
    own.insert(key.Format());
  }
  for (const auto& [peer, link] : links) {
    const std::string& agreed = use == v1::KEY_USE_LOG ? link.own_log_vkey : link.own_witness_vkey;
    if (agreed.empty() || own.contains(agreed)) continue;
    GATEPOST_ASSIGN_OR_RETURN(const auto announced,
                              AnnouncementOf(store, node.spiffe_id.ToString(), use, agreed));
    if (announced.has_value()) continue;
    return system::Refuse(
        v1::REASON_BAD_CONFIG,
        fmt::format("{}: the key {} of the agreement with {}",
                    use == v1::KEY_USE_LOG ? "log_key_file" : "witness_key_file", agreed, peer),
        fmt::format("{}", fmt::join(own, ", ")), "name the agreed key, or agree on this one");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<LedgerKeys> OpenLedgerKeys(store::Store& store, const NodeTerms& node,
                                          const LinkTermsByPeer& links,
                                          const std::vector<NoteSignerPtr>& log_held,
                                          const std::vector<NoteSignerPtr>& witness_held,
                                          absl::Time now) {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Transaction> transaction, store.Begin());
  GATEPOST_RETURN_IF_ERROR(CheckAgreedKeys(*transaction, node, links, v1::KEY_USE_LOG, log_held));
  GATEPOST_RETURN_IF_ERROR(
      CheckAgreedKeys(*transaction, node, links, v1::KEY_USE_WITNESS, witness_held));
  GATEPOST_ASSIGN_OR_RETURN(bool written, LoadAgreedKeys(*transaction, node, links));
  const auto choose = [&](v1::KeyUse use,
                          const std::vector<NoteSignerPtr>& held) -> absl::StatusOr<NoteSignerPtr> {
    GATEPOST_ASSIGN_OR_RETURN(SigningKey chosen,
                              KeyAtStart(*transaction, node, links, use, held, now));
    if (!chosen.instead_of.has_value()) return std::move(chosen.signer);
    GATEPOST_ASSIGN_OR_RETURN(const uint64_t size, SizeOf(*transaction));
    GATEPOST_ASSIGN_OR_RETURN(ledger::VerifierKey key, ledger::VerifierOf(*chosen.signer));
    GATEPOST_RETURN_IF_ERROR(
        AddKeyTime(*transaction, use, *chosen.instead_of, {size, std::move(key)}));
    written = true;
    return std::move(chosen.signer);
  };
  GATEPOST_ASSIGN_OR_RETURN(NoteSignerPtr log, choose(v1::KEY_USE_LOG, log_held));
  GATEPOST_ASSIGN_OR_RETURN(NoteSignerPtr witness, choose(v1::KEY_USE_WITNESS, witness_held));
  GATEPOST_ASSIGN_OR_RETURN(ledger::KeyRing ring, WitnessRing(*transaction, witness_held));
  GATEPOST_ASSIGN_OR_RETURN(ledger::KeyRing log_keys, LogRing(*transaction, node, *log, log_held));
  if (written) GATEPOST_RETURN_IF_ERROR(transaction->Commit());
  return LedgerKeys{std::move(log), std::move(witness), std::move(log_keys), std::move(ring)};
}

}  // namespace gatepost::exchange
