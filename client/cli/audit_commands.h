#ifndef GATEPOST_CLIENT_CLI_AUDIT_COMMANDS_H_
#define GATEPOST_CLIENT_CLI_AUDIT_COMMANDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "client/cli/output.h"

// The commands of auditors; as in commands.h.
namespace gatepost::cli {

// The link agreements by which evidence is judged; empty: agreement_files of the client config.
struct AgreementOptions {
  std::vector<std::string> agreements;
};

struct AuditListOptions {
  std::string scope;
  std::string from;           // First day that a message is about, 2026-02-01.
  std::string to;             // Last day.
  std::string logged_from;    // An instant, or a day with its zone.
  std::string logged_before;  // Likewise.
  std::string post;           // A SPIFFE id or its last parts.
  std::string family;         // report, agreement, notice, acknowledgement, transcript or ping.
  std::string result;
  std::vector<std::string> events;
  std::string thread;
  bool missing_ack = false;
  std::string lead_below;  // 90, `90 min`, `6 h` or `2 days`.
  bool overridden = false;
  uint64_t limit = 100;
  bool all = false;  // Every entry that fits.
};
int AuditList(const Global& global, const AuditListOptions& options);

struct AuditShowOptions : AgreementOptions {
  std::string reference;  // A message's, or #812 for an entry.
  std::string entry;      // 812.
  std::string author;
  bool thread = false;
};
int AuditShow(const Global& global, const AuditShowOptions& options);

struct AuditProveOptions : AgreementOptions {
  std::string reference;
  std::string entry;
  std::string author;
  std::string out;                    // Folder; empty: only checked.
  std::vector<uint64_t> consistency;  // Old size, and perhaps the new one.
};
int AuditProve(const Global& global, const AuditProveOptions& options);

// A bundle, and what its reader brings along (client/evidence/verify_bundle.h).
struct BundleOptions : AgreementOptions {
  std::string bundle;             // File.
  std::vector<std::string> crls;  // Revocation lists beside those of the bundle.
  bool practice = false;          // Evidence of practice may be VALID too.
};

// What to verify: at most one of a bundle and these; none is the node's whole log, read on line.
struct AuditVerifyOptions : BundleOptions {
  std::string store;    // Data folder of a node, or a copy.
  std::string archive;  // Folder that `audit archive` has written.
  // Of --store: files with roots that the agreements pin, beside those of the client config.
  std::vector<std::string> roots;
};
int AuditVerify(const Global& global, const AuditVerifyOptions& options);
int AuditVerifyLog(const Global& global, const AuditVerifyOptions& options);

// The result of a check as one HTML page, in `out` or on standard output.
struct AuditReportOptions : BundleOptions {
  std::string out;
};
int AuditReport(const Global& global, const AuditReportOptions& options);

struct AuditExportOptions : AgreementOptions {
  std::string reference;
  std::string author;
  bool thread = false;
  std::string out;  // File, or a folder to put it in; empty: the suggested name, here.
};
// One message's evidence as one file.
int AuditExport(const Global& global, const AuditExportOptions& options);

struct AuditArchiveOptions : AgreementOptions {
  std::string out;  // Folder, new or empty.
  bool without_bodies = false;
};
// The whole log as static files, with the bodies.
int AuditArchive(const Global& global, const AuditArchiveOptions& options);

struct AuditCompareOptions : AgreementOptions {
  std::string save;
  std::vector<std::string> with;
};
int AuditCompare(const Global& global, const AuditCompareOptions& options);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_AUDIT_COMMANDS_H_
