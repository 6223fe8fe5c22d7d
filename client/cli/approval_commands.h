#ifndef GATEPOST_CLIENT_CLI_APPROVAL_COMMANDS_H_
#define GATEPOST_CLIENT_CLI_APPROVAL_COMMANDS_H_

#include <string>

#include "client/cli/output.h"

// The second pair of eyes: what was typed, and the functions that do it (commands.h).
namespace gatepost::cli {

struct ApproveOptions {
  std::string reference;
  bool yes = false;
  bool reject = false;
  std::string reason;  // reject: why.
  bool countersign = false;
  std::string remark;  // countersign.
};
int Approve(const Global& global, const ApproveOptions& options);

struct CountersignOptions {
  std::string reference;
  std::string remark;
  bool yes = false;
};
int Countersign(const Global& global, const CountersignOptions& options);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_APPROVAL_COMMANDS_H_
