#ifndef GATEPOST_DAEMON_CONFIG_LINK_AGREEMENT_H_
#define GATEPOST_DAEMON_CONFIG_LINK_AGREEMENT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "certs/digest.h"
#include "certs/spiffe_id.h"
#include "daemon/config/text_file.h"
#include "daemon/ledger/note.h"
#include "gatepost/config/v1/link_agreement.pb.h"

namespace gatepost::config {

// One side of a link as the agreement states it, checked.
struct AgreedNode {
  // As in the file.
  v1::AgreedNode stated;
  certs::SpiffeId spiffe_id;
  // SHA-256 of the DER of each pinned root, ascending.
  std::vector<certs::Digest> roots;
  // The keys of its log (C2SP type 0x01) and of its witness (0x04).
  ledger::VerifierKey log;
  ledger::VerifierKey witness;
};

// What both sides agreed about their link (PROTOCOL.md 7), read from a file that is the same, byte
// for byte, on both sides.
struct LinkAgreement {
  Parsed<v1::LinkAgreement> file;
  // SHA-256 of the file's bytes: what Hello compares.
  certs::Digest sha256{};
  // Exactly two, in the order of the file.
  std::vector<AgreedNode> nodes;
};

// The name of a node's log key: "<node>/audit" (FORMATS.md 4).
std::string LogKeyName(std::string_view node);

// The name of a node's witness key: "<node>/witness".
std::string WitnessKeyName(std::string_view node);

// Reads and checks an agreement by itself. BAD_CONFIG, with file, line and field, when a required
// field is missing, it does not have exactly two different nodes of two domains, a name, key,
// suite, family, time or digest is malformed, the two share a key, the sequencer or the side of a
// report duty is neither of them, a duty stands twice, or CheckAgreementRules refuses.
absl::StatusOr<LinkAgreement> ReadLinkAgreement(const std::string& path);

// The same for a file's bytes; `path` is only how errors name it.
absl::StatusOr<LinkAgreement> ParseLinkAgreement(const std::string& path, std::string bytes);

}  // namespace gatepost::config

#endif  // GATEPOST_DAEMON_CONFIG_LINK_AGREEMENT_H_
