#ifndef GATEPOST_CLIENT_CLI_AUTHORITY_COMMANDS_H_
#define GATEPOST_CLIENT_CLI_AUTHORITY_COMMANDS_H_

#include <string>
#include <vector>

#include "client/cli/output.h"

// Who speaks for a side: rosters, and both sides' signatures on a link agreement.
namespace gatepost::cli {

// roster publish.
struct RosterPublishOptions {
  std::string file;
  bool dry_run = false;
  bool yes = false;
};
int RosterPublish(const Global& global, const RosterPublishOptions& options);

// roster show.
struct RosterShowOptions {
  std::string domain;
};
int RosterShow(const Global& global, const RosterShowOptions& options);

// link show and link sign.
struct LinkOptions {
  std::string file;
  std::string signatures;  // Empty: <file>.signatures.
  std::vector<std::string> roots;
  bool yes = false;
};
int LinkShow(const Global& global, const LinkOptions& options);
int LinkSign(const Global& global, const LinkOptions& options);

// link keys.
struct LinkKeysOptions {};
int LinkKeys(const Global& global, const LinkKeysOptions& options);

// link announce.
struct LinkAnnounceOptions {
  std::string use;         // log or witness.
  std::string key;         // A vkey; empty: the one that the node holds and nobody announced.
  std::string signs_from;  // As domain::ParseInstant reads it; empty: once it is receipted.
  bool dry_run = false;
  bool yes = false;
};
int LinkAnnounce(const Global& global, const LinkAnnounceOptions& options);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_AUTHORITY_COMMANDS_H_
