#ifndef GATEPOST_DAEMON_CONFIG_CLIENT_SETTINGS_H_
#define GATEPOST_DAEMON_CONFIG_CLIENT_SETTINGS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/spiffe_id.h"
#include "certs/trust.h"

namespace gatepost::config {

// A client's configuration, checked. All paths are absolute.
struct ClientSettings {
  explicit ClientSettings(certs::SpiffeId node) : node_spiffe_id(std::move(node)) {}

  // The file it came from.
  std::string file;
  // host:port.
  std::string node_address;
  // Who must answer there.
  certs::SpiffeId node_spiffe_id;
  // The node's trust domain with its pinned roots; its country is the reporting side's.
  certs::TrustDomain trust_domain;
  std::string tls_certificate_file;
  std::string tls_key_file;
  // Both empty for who only reads.
  std::string signing_certificate_file;
  std::string signing_key_file;
  // The own node and the nodes that messages go to.
  std::string origin_node;
  std::vector<std::string> recipient_nodes;
  // Reporting side, ISO 3166-1 alpha-2.
  std::string country;
  std::string zone_name;
  absl::TimeZone zone;
  // Where envelopes are kept before the first send.
  std::string outbox_dir;
  // Link agreements by which this user judges evidence; the files are not looked at.
  std::vector<std::string> agreement_files;
  // Longest time for one call.
  absl::Duration deadline = absl::Seconds(10);
};

// Where the client's config file is: `flag` when it is not empty, else the environment variable
// GATEPOST_CONFIG, else gatepost/client.textproto in XDG_CONFIG_HOME or ~/.config. BAD_CONFIG when
// none of them is set.
absl::StatusOr<std::string> ClientConfigPath(const std::string& flag);

// Reads and checks a client's config file with the roots and key pairs that it names. BAD_CONFIG,
// with file, line and field, for a malformed value, a file that cannot be read, a key that others
// can read or that does not fit its certificate, or a signing certificate without its key.
absl::StatusOr<ClientSettings> LoadClientSettings(const std::string& path);

}  // namespace gatepost::config

#endif  // GATEPOST_DAEMON_CONFIG_CLIENT_SETTINGS_H_
