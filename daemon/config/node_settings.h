#ifndef GATEPOST_DAEMON_CONFIG_NODE_SETTINGS_H_
#define GATEPOST_DAEMON_CONFIG_NODE_SETTINGS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/digest.h"
#include "certs/spiffe_id.h"
#include "certs/trust.h"
#include "daemon/config/agreement_signatures.h"
#include "daemon/config/link_agreement.h"
#include "daemon/config/node_limits.h"
#include "daemon/config/policy.h"
#include "daemon/domain/gate_register.h"
#include "daemon/domain/holiday_calendar.h"
#include "daemon/ledger/note.h"
#include "gatepost/config/v1/node.pb.h"

namespace gatepost::config {

// One link of a node, seen from the node.
struct LinkSettings {
  // The agreement file, absolute, its bytes and SHA-256 of them.
  std::string agreement_file;
  std::string agreement_bytes;
  certs::Digest agreement_sha256{};
  v1::LinkAgreement agreement;
  // Who signed it, checked; empty for a practice node without signatures.
  std::vector<AgreementSigner> agreement_signers = {};
  AgreedNode own;
  AgreedNode peer;
  // Where to dial, host:port; empty: the peer dials.
  std::string dial;
  // Whether this node decides the threads of the link (PROTOCOL.md 5).
  bool own_decides = false;
};

// A file of revocation lists, absolute, and where the node's config names it.
struct RevocationFile {
  std::string path;
  std::string field;
  int line = 0;
};

// The revocation lists of one trust domain; read by LoadTrust (revocations.h).
struct RevocationSettings {
  std::string trust_domain;
  std::vector<RevocationFile> files;
  // How long a list serves on after its next update was due.
  absl::Duration grace;
};

// When bodies are purged, and what never is.
struct RetentionSettings {
  std::map<std::string, int, std::less<>> keep_days;  // By family.
  std::set<std::string, std::less<>> held_references;
  std::set<std::string, std::less<>> held_scopes;
};

// A node's configuration, checked: nobody checks again. All paths are absolute.
struct NodeSettings {
  NodeSettings(certs::SpiffeId id, domain::GateRegister gates)
      : spiffe_id(std::move(id)), gate_register(std::move(gates)) {}

  // The file it came from, and SHA-256 of its bytes.
  std::string file;
  certs::Digest file_sha256{};
  std::string node;
  certs::SpiffeId spiffe_id;
  // host:port; port 0 takes a free one.
  std::string listen;
  // Where the port in use is written after start; empty: nowhere.
  std::string port_file;
  std::string data_dir;
  // What remembers how far the log was signed; not under data_dir.
  std::string guard_file;
  std::string tls_certificate_file;
  std::string tls_key_file;
  std::string log_key_file;
  std::string witness_key_file;
  // For TrustStore::Create, which accepted them once already.
  std::vector<certs::TrustDomain> trust_domains;
  // The files of their roots, absolute: trust domain and path.
  std::vector<std::pair<std::string, std::string>> root_files;
  // The domains that have lists. Empty path: nobody is denied.
  std::vector<RevocationSettings> revocations;
  std::string deny_list_file;
  std::vector<LinkSettings> links;
  // The gate register file, that of the config or the installed one, and what it holds.
  std::string register_file;
  domain::GateRegister gate_register;
  // The official calendars' file, that of the config or the installed one, and what it holds.
  std::string calendars_file;
  domain::HolidayCalendars calendars;
  // The policy, that of the config or the installed one.
  PolicyFile policy;
  // Prefix of short references, e.g. LS.
  std::string reference_prefix;
  std::string zone_name;
  absl::TimeZone zone;
  bool practice = false;
  NodeLimits limits;
  RetentionSettings retention;
};

// Reads and checks a node's config file with everything it names, the register, the calendars
// and the policy included; only whom the TLS pair names, and its dates, are left to
// CheckTlsIdentity. BAD_CONFIG, with file, line and field, for anything that would make the node
// fail or lie later: a malformed value, a file that cannot be read, a private key that others can
// read, roots that are for practice when the node is not or the other way round, a link agreement
// that names other roots, suites, countries or keys than this node has, two links to one peer.
absl::StatusOr<NodeSettings> LoadNodeSettings(const std::string& path);

// OK when the TLS certificate of `settings` names this node, belongs to its key, and stands for
// client and server alike at `now` under the node's own roots. BAD_CONFIG, or the refusal of
// certs::TrustStore::Validate.
absl::Status CheckTlsIdentity(const NodeSettings& settings, absl::Time now);

// The same for a chain (DER, leaf first) that was loaded with its key.
absl::Status CheckTlsChain(const NodeSettings& settings, const std::vector<std::string>& chain_der,
                           absl::Time now);

// Private keys of one file, in its order; at least one.
using NoteSigners = std::vector<std::shared_ptr<const ledger::NoteSigner>>;

// The node's log keys (C2SP type 0x01): the one that signs, and those before and after it. Which
// one signs, the exchange knows (daemon/exchange/key_exchange.h). BAD_CONFIG when the file cannot
// be read, others may read it, or it holds anything but Ed25519 keys.
absl::StatusOr<NoteSigners> LoadLogKeys(const NodeSettings& settings);

// The node's witness keys (C2SP type 0x04); as LoadLogKeys.
absl::StatusOr<NoteSigners> LoadWitnessKeys(const NodeSettings& settings);

}  // namespace gatepost::config

#endif  // GATEPOST_DAEMON_CONFIG_NODE_SETTINGS_H_
