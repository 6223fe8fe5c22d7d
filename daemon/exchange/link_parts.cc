#include "daemon/exchange/link_parts.h"

namespace gatepost::exchange {

std::vector<ledger::VerifierKey> LinkParts::KnownWitnesses() const {
  std::vector<ledger::LiveKeys> rings = {own_witness};
  for (const auto& [peer, terms] : links) rings.push_back(terms.peer_witness_keys);
  return ledger::AllKeys(rings);
}

}  // namespace gatepost::exchange
