#ifndef GATEPOST_CLIENT_CLI_COMMANDS_H_
#define GATEPOST_CLIENT_CLI_COMMANDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "client/cli/output.h"

// What was typed, command by command, and the functions that do it. Texts are kept as typed: the
// command that uses one reads it, so that every wrong one is refused in the same words. Each
// function prints its answer and returns the exit code (DESIGN.md 13).
namespace gatepost::cli {

// How a report is made from what was typed.
struct FigureOptions {
  std::vector<std::string> gates;        // --gate; for the short flags and --not-operating.
  std::string direction;                 // --direction, for the short flags.
  std::vector<std::string> assignments;  // --figure and --set, PATH=VALUE.
  // Short flags as `measure` and what was typed: [WORDS=]VALUE.
  struct Short {
    std::string measure;
    std::vector<std::string> values;
  };
  std::vector<Short> shorts;
  bool not_operating = false;
};

// What `yard send` and `yard revise` read tables with.
struct TableOptions {
  std::string csv_file;
  std::string mapping_file;
  std::string as_of;
};

struct YardSendOptions {
  FigureOptions figures;
  TableOptions table;
  std::string date;
  bool like_yesterday = false;
  bool dry_run = false;
  bool practice = false;
  bool yes = false;
  std::string override_reason;
  std::string remark;
};
int YardSend(const Global& global, const YardSendOptions& options);

// yard correct (one `--set`) and yard revise.
struct YardReviseOptions {
  std::string reference;
  FigureOptions figures;
  TableOptions table;
  std::string reason;
  std::string override_reason;
  bool practice = false;
  bool dry_run = false;
  bool yes = false;
};
int YardCorrect(const Global& global, const YardReviseOptions& options);
int YardRevise(const Global& global, const YardReviseOptions& options);

struct YardShowOptions {
  std::string reference;  // Of history only.
  std::string date;
  std::string scope;
  std::string side;
};
int YardShow(const Global& global, const YardShowOptions& options);
int YardHistory(const Global& global, const YardShowOptions& options);

struct ListOptions {
  bool follow = false;
  std::string cursor;
  int count = 0;  // Events after which a follower stops; 0: never.
  std::string scope;
  std::string author;
  int page_size = 0;
  std::string page_token;
};
int Inbox(const Global& global, const ListOptions& options);
int Outbox(const Global& global, const ListOptions& options);

struct ReferenceOptions {
  std::string reference;
  std::string author;
  std::string save_dir;      // show: where to write the bytes for stock tools.
  std::string wait_for;      // status: a rung.
  int timeout_seconds = 30;  // status: how long to wait for it.
};
int ShowMessage(const Global& global, const ReferenceOptions& options);
int ShowStatus(const Global& global, const ReferenceOptions& options);

struct GateOptions {
  std::string text;
  std::string below;
  std::string on;
};
int GatesList(const Global& global, const GateOptions& options);
int GatesResolve(const Global& global, const GateOptions& options);

int NodeStatus(const Global& global);

struct PingOptions {
  int timeout_seconds = 15;
};
int PeerPing(const Global& global, const PingOptions& options);

struct SandboxOptions {
  std::string dir;
  std::string gatepostd;  // up, restore: the node's program; empty: beside this one.
  bool silent = false;    // cut: nothing passes, and nobody is told.
};
int SandboxUp(const Global& global, const SandboxOptions& options);
int SandboxDown(const Global& global, const SandboxOptions& options);
int SandboxStatus(const Global& global, const SandboxOptions& options);
int SandboxCut(const Global& global, const SandboxOptions& options);
int SandboxRestore(const Global& global, const SandboxOptions& options);

// The sandbox's line between its nodes, a process that `sandbox up` starts.
struct RelayOptions {
  uint16_t listen = 0;
  uint16_t target = 0;
};
int SandboxRelay(const Global& global, const RelayOptions& options);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_COMMANDS_H_
