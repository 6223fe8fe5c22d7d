#ifndef GATEPOST_CLIENT_CLI_CERT_COMMANDS_H_
#define GATEPOST_CLIENT_CLI_CERT_COMMANDS_H_

#include <string>
#include <vector>

#include "client/cli/output.h"

// What `gatepost cert` and `gatepost doctor` do. Each returns the exit code of output.h.
namespace gatepost::cli {

struct CertRequestOptions {
  std::string id;
  std::string use;  // tls, sign or node.
  std::string suite = "ecdsa-p256-sha256";
  std::string key_file;
  std::string out_file;
  std::vector<std::string> dns_names;
  bool force = false;  // Replace files that are there.
};
// Makes a key in `key_file` (mode 0600) and a request for its certificate in `out_file`.
int CertRequest(const Global& global, const CertRequestOptions& options);

struct CertShowOptions {
  std::vector<std::string> files;
};
// Describes what files of certificates and keys hold.
int CertShow(const Global& global, const CertShowOptions& options);

struct CertCheckOptions {
  std::string file;  // Empty: all that the client config names.
  std::string key_file;
  std::vector<std::string> root_files;
  std::string use;  // tls, sign or node; empty: what the certificate was issued for.
};
// Judges certificates as a node would, a line for each thing.
int CertCheck(const Global& global, const CertCheckOptions& options);

struct CertExpiringOptions {
  int days = 60;
  std::string node_config;  // Empty: the client config.
};
// Lists what ends soon; exit 1 when something has ended.
int CertExpiring(const Global& global, const CertExpiringOptions& options);

struct CertCaOptions {
  std::string dir;
  std::string domain;    // init.
  std::string csr_file;  // issue, for a key made elsewhere.
  std::string id;        // issue, for a key made here.
  std::string use;
  std::string key_file;
  std::vector<std::string> dns_names;
  std::string out_file;  // issue.
  int days = 0;          // issue; 0: a year.
  std::string revoked;   // revoke: a certificate file, or its SHA-256.
};
// The practice CA in a folder (practice_folder.h).
int CertCaInit(const Global& global, const CertCaOptions& options);
int CertCaIssue(const Global& global, const CertCaOptions& options);
int CertCaRevoke(const Global& global, const CertCaOptions& options);
int CertCaList(const Global& global, const CertCaOptions& options);

struct DoctorOptions {
  std::string node_config;  // Empty: the client.
};
// Looks for every usual trouble of a client or a node.
int Doctor(const Global& global, const DoctorOptions& options);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_CERT_COMMANDS_H_
