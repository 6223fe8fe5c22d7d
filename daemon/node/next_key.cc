#include "daemon/node/next_key.h"

#include <string_view>

#include "certs/ed25519.h"
#include "certs/key_file.h"
#include "daemon/system/status_macros.h"

namespace gatepost::node {

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
