#ifndef GATEPOST_CLIENT_CLI_PRACTICE_FOLDER_H_
#define GATEPOST_CLIENT_CLI_PRACTICE_FOLDER_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/request.h"
#include "gatepost/config/v1/checks.pb.h"

namespace gatepost::cli {

// A practice CA in a folder of its own; nothing that it signs is ever real (certs/practice_ca.h).
//
//   root.pem, root.key    the root and its key (mode 0600)
//   issued.textproto      PracticeRegister: everything that was issued or revoked
//   issued/<sha256>.pem   the certificates
//   revoked.crl           the newest revocation list (PEM)
//
// One program at a time works in the folder. All functions: BAD_CONFIG when files cannot be read or
// written.
class PracticeFolder {
 public:
  // Makes the folder with a new root and an empty revocation list. BAD_ARGUMENT for a domain
  // outside
  // *.practice.example, or when there is a practice CA in the folder already.
  static absl::StatusOr<PracticeFolder> Create(const std::string& dir,
                                               std::string_view trust_domain, absl::Time now);
  // One that was made before.
  static absl::StatusOr<PracticeFolder> Open(const std::string& dir);

  // Issues what the request asks for, `days` long (0: a year) from an hour before `now`, and notes
  // it. The chain, PEM, leaf first. NOT_ALLOWED for a name outside the domain; BAD_ARGUMENT for
  // more days than the root has.
  absl::StatusOr<std::string> Issue(const certs::CertificateRequest& request, int days,
                                    absl::Time now);

  // Revokes a certificate that was issued here, as of `now`, and writes a new revocation list that
  // names all revoked ones. `sha256` may be cut to 8 digits or more. NOT_FOUND when none or several
  // begin so.
  absl::StatusOr<config::v1::PracticeCertificate> Revoke(std::string_view sha256, absl::Time now);

  // What was issued.
  const config::v1::PracticeRegister& issued() const { return register_; }
  std::string root_file() const { return dir_ + "/root.pem"; }
  std::string revocation_list_file() const { return dir_ + "/revoked.crl"; }

 private:
  explicit PracticeFolder(std::string dir) : dir_(std::move(dir)) {}
  absl::Status Save(absl::Time now) const;

  std::string dir_;
  config::v1::PracticeRegister register_;
};

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_PRACTICE_FOLDER_H_
