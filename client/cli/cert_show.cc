// cert show and cert expiring: what files of certificates and keys hold, and what of it ends soon.

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "client/cli/cert_commands.h"
#include "client/cli/credential_files.h"
#include "client/cli/session.h"
#include "client/render/credentials.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "daemon/config/client_settings.h"
#include "daemon/system/status_macros.h"

namespace gatepost::cli {
namespace {

using config::v1::Credential;
using config::v1::CredentialList;
using render::Say;

// All that ends in the files that a config names, the soonest first, each once.
absl::StatusOr<CredentialList> Ending(const Global& global, const CertExpiringOptions& options) {
  absl::StatusOr<std::vector<NamedFile>> files;
  if (options.node_config.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const std::string path,
                              config::ClientConfigPath(global.client_config));
    files = EndingFilesOfClient(path);
  } else {
    files = EndingFilesOfNode(options.node_config);
  }
  GATEPOST_RETURN_IF_ERROR(files.status());
  CredentialList all;
  std::set<std::pair<std::string, std::string>> seen;
  for (const NamedFile& file : *files) {
    GATEPOST_ASSIGN_OR_RETURN(const CredentialList found, ReadCredentials(file.path, file.role));
    for (const Credential& one : found.credentials()) {
      if (one.has_not_after() && seen.emplace(file.path, one.sha256()).second) {
        *all.add_credentials() = one;
      }
    }
  }
  std::stable_sort(all.mutable_credentials()->begin(), all.mutable_credentials()->end(),
                   [](const Credential& a, const Credential& b) {
                     return a.not_after().seconds() < b.not_after().seconds();
                   });
  return all;
}

}  // namespace

int CertShow(const Global& global, const CertShowOptions& options) {
  CredentialList all;
  for (const std::string& file : options.files) {
    const absl::StatusOr<CredentialList> found = ReadCredentials(file, "");
    if (!found.ok()) return Fail(global, found.status());
    all.MergeFrom(*found);
  }
  const render::View view = ViewOf(global, "VN");
  Print(
      global, all, [&] { return render::CredentialsText(all, view, absl::Now()); },
      [&] { return render::CredentialsCsv(all); });
  return 0;
}

int CertExpiring(const Global& global, const CertExpiringOptions& options) {
  const absl::StatusOr<CredentialList> ending = Ending(global, options);
  if (!ending.ok()) return Fail(global, ending.status());
  const absl::Time now = absl::Now();
  CredentialList soon;
  bool ended = false;
  for (const Credential& one : ending->credentials()) {
    const absl::Time end = render::TimeOf(one.not_after());
    ended = ended || end <= now;
    if (end <= now + absl::Hours(24) * options.days) *soon.add_credentials() = one;
  }
  const render::View view = ViewOf(global, "VN");
  const auto text = [&] {
    if (!soon.credentials().empty()) return render::ExpiringText(soon, view, now);
    std::string none = Say("nothing ends within {0} days", options.days);
    if (!ending->credentials().empty()) {
      none += Say("; the next is {0}, on {1}", ending->credentials(0).file(),
                  render::TimeText(render::TimeOf(ending->credentials(0).not_after()), view.zones));
    }
    return none + "\n";
  };
  Print(global, soon, text, [&] { return render::CredentialsCsv(soon); });
  return ended ? 1 : 0;
}

}  // namespace gatepost::cli
