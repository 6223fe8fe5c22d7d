#include "daemon/node/ledger_keys.h"

#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "certs/ed25519.h"
#include "certs/key_file.h"
#include "daemon/exchange/key_exchange.h"
#include "daemon/exchange/key_times.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::node {

namespace {

// The number of leaves in the log.
absl::StatusOr<uint64_t> SizeOf(const store::Reader& store) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::LeafGroup> last, store.LastGroup());
  return last.has_value() ? last->first_index + last->leaves.size() : 0;
}

}  // namespace

absl::StatusOr<LedgerKeys> OpenLedgerKeys(const config::NodeSettings& settings,
                                          const exchange::NodeTerms& node,
                                          const exchange::LinkTermsByPeer& links,
                                          store::Store& store, absl::Time now) {
  GATEPOST_ASSIGN_OR_RETURN(config::NoteSigners log_held, config::LoadLogKeys(settings));
  GATEPOST_ASSIGN_OR_RETURN(config::NoteSigners witness_held, config::LoadWitnessKeys(settings));
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Transaction> transaction, store.Begin());
  bool exchanged = false;
  const auto choose =
      [&](v1::KeyUse use,
          const config::NoteSigners& held) -> absl::StatusOr<exchange::NoteSignerPtr> {
    GATEPOST_ASSIGN_OR_RETURN(exchange::SigningKey chosen,
                              exchange::KeyAtStart(*transaction, node, links, use, held, now));
    if (!chosen.instead_of.has_value()) return std::move(chosen.signer);
    GATEPOST_ASSIGN_OR_RETURN(const uint64_t size, SizeOf(*transaction));
    GATEPOST_ASSIGN_OR_RETURN(ledger::VerifierKey key, ledger::VerifierOf(*chosen.signer));
    GATEPOST_RETURN_IF_ERROR(
        exchange::AddKeyTime(*transaction, use, *chosen.instead_of, {size, std::move(key)}));
    exchanged = true;
    return std::move(chosen.signer);
  };
  GATEPOST_ASSIGN_OR_RETURN(exchange::NoteSignerPtr log, choose(v1::KEY_USE_LOG, log_held));
  GATEPOST_ASSIGN_OR_RETURN(exchange::NoteSignerPtr witness,
                            choose(v1::KEY_USE_WITNESS, witness_held));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<exchange::KeyTime> times,
                            exchange::ReadKeyTimes(*transaction, v1::KEY_USE_WITNESS));
  GATEPOST_ASSIGN_OR_RETURN(ledger::VerifierKey first, ledger::VerifierOf(*witness));
  ledger::KeyRing ring(times.empty() ? std::move(first) : times.front().key);
  std::vector<ledger::VerifierKey> others;
  for (const exchange::KeyTime& time : times) others.push_back(time.key);
  for (const auto& one : witness_held) {
    GATEPOST_ASSIGN_OR_RETURN(ledger::VerifierKey key, ledger::VerifierOf(*one));
    others.push_back(std::move(key));
  }
  for (ledger::VerifierKey& key : others) {
    if (!ring.PlaceOf(key).has_value()) GATEPOST_RETURN_IF_ERROR(ring.Add(std::move(key)));
  }
  if (exchanged) GATEPOST_RETURN_IF_ERROR(transaction->Commit());
  return LedgerKeys{std::move(log_held), std::move(witness_held), std::move(log),
                    std::move(witness), std::move(ring)};
}

absl::StatusOr<std::string> AddLedgerKey(const config::NodeSettings& settings, v1::KeyUse use) {
  const bool log = use == v1::KEY_USE_LOG;
  const std::string& path = log ? settings.log_key_file : settings.witness_key_file;
  GATEPOST_ASSIGN_OR_RETURN(const certs::SecretBytes held, certs::ReadPrivateKeyFile(path));
  GATEPOST_ASSIGN_OR_RETURN(const certs::Ed25519Key key, certs::Ed25519Key::Generate());
  GATEPOST_ASSIGN_OR_RETURN(const std::string pem, key.ToPem());
  certs::SecretBytes both(held.size() + 1 + pem.size());
  std::string_view(held.Reveal()).copy(both.data(), held.size());
  both.data()[held.size()] = '\n';
  pem.copy(both.data() + held.size() + 1, pem.size());
  GATEPOST_ASSIGN_OR_RETURN(
      const ledger::VerifierKey verifier,
      ledger::VerifierKey::Create(
          log ? config::LogKeyName(settings.node) : config::WitnessKeyName(settings.node),
          log ? ledger::kEd25519Type : ledger::kEd25519CosignatureType, key.public_key()));
  GATEPOST_RETURN_IF_ERROR(certs::WritePrivateKeyFile(path, both.Reveal()));
  return verifier.Format();
}

}  // namespace gatepost::node
