// The commands about messages, nodes, gates and the sandbox as they are typed.

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <utility>

#include "client/cli/commands.h"
#include "client/cli/parse.h"
#include "client/cli/parse_command.h"
#include "client/render/text.h"

namespace gatepost::cli {
namespace {

using render::_;

CLI::App* Group(CLI::App& app, const char* name, const char* help) {
  CLI::App* group = app.add_subcommand(name, help);
  group->require_subcommand(1);
  group->fallthrough();
  return group;
}

void AddList(CLI::App& app, Parsed& parsed, const char* name, const char* help,
             int (*run)(const Global&, const ListOptions&)) {
  CLI::App* command = app.add_subcommand(name, help);
  const auto options = Command<ListOptions>(command, parsed, run);
  command->add_flag("--follow", options->follow, _("show what happens as it happens"));
  command->add_option("--cursor", options->cursor,
                      _("with --follow: resume after this event; 0: from the beginning"));
  command->add_option("--count", options->count, _("with --follow: stop after so many events"));
  command->add_option("--scope", options->scope, _("only about this gate, yard or group"));
  command->add_option("--author", options->author, _("only of this author"));
  command->add_option("--page-size", options->page_size, _("how many, 1 to 500"));
  command->add_option("--page-token", options->page_token, _("go on where a page ended"));
  // A list of its own: what the others say is about messages.
  CLI::Option* const emergencies =
      command->add_flag("--emergencies", options->emergencies,
                        _("only emergencies of the own side that await a countersignature"));
  for (CLI::Option* option : command->get_options()) {
    if (option != emergencies && option != command->get_help_ptr()) emergencies->excludes(option);
  }
}

void AddSandbox(CLI::App& app, Parsed& parsed) {
  CLI::App* sandbox =
      Group(app, "sandbox", _("two practice nodes on this machine, with clients of every role"));
  struct Action {
    const char* name;
    const char* help;
    int (*run)(const Global&, const SandboxOptions&);
  };
  const Action actions[] = {
      {"up", _("make and start them; what is there already is kept"), SandboxUp},
      {"down", _("stop them; the folder stays"), SandboxDown},
      {"status", _("ports, processes, files"), SandboxStatus},
      {"cut", _("cut the link between the two nodes"), SandboxCut},
      {"restore", _("join the link again"), SandboxRestore}};
  for (const Action& action : actions) {
    CLI::App* command = sandbox->add_subcommand(action.name, action.help);
    const auto options = Command<SandboxOptions>(command, parsed, action.run);
    command->add_option("--dir", options->dir, _("the sandbox's folder"))->required();
    if (action.run == SandboxUp || action.run == SandboxRestore) {
      command->add_option("--gatepostd", options->gatepostd,
                          _("the node's program; default: beside this one"));
    }
    if (action.run == SandboxCut) {
      command->add_flag("--silent", options->silent,
                        _("let nothing pass, but break no connection"));
    }
  }
  // What `sandbox up` starts between the nodes; nobody types it.
  CLI::App* relay = app.add_subcommand("sandbox-relay")->group("");
  const auto relayed = Command<RelayOptions>(relay, parsed, SandboxRelay);
  relay->add_option("--listen", relayed->listen)->required();
  relay->add_option("--target", relayed->target)->required();
}

}  // namespace

void AddMessageCommands(CLI::App& app, Parsed& parsed) {
  AddList(app, parsed, "inbox", _("what came from the other side"), Inbox);
  AddList(app, parsed, "outbox", _("what was sent, and how far it came"), Outbox);
  CLI::App* show = app.add_subcommand("show", _("one message with everything in it"));
  const auto shown = Command<ReferenceOptions>(show, parsed, ShowMessage);
  show->add_option("--save", shown->save_dir,
                   _("also write what was signed, signatures, certificates, leaf and proof into "
                     "this folder, for other tools"));
  CLI::App* status = app.add_subcommand("status", _("how far a message came: its ladder"));
  const auto laddered = Command<ReferenceOptions>(status, parsed, ShowStatus);
  status->add_option("--wait", laddered->wait_for,
                     _("wait until every recipient has reached this rung, e.g. APPLIED"));
  status->add_option("--timeout", laddered->timeout_seconds, _("seconds to wait; default 30"));
  for (const auto& [command, options] : {std::pair(show, shown), {status, laddered}}) {
    command->add_option("REF", options->reference, _("short reference or message id"))->required();
    command->add_option("--author", options->author,
                        _("where several authors used the same message id"));
  }
}

void AddOperationCommands(CLI::App& app, Parsed& parsed) {
  CLI::App* gates = Group(app, "gates", _("the gate register"));
  CLI::App* list = gates->add_subcommand("list", _("gates, yards and groups"));
  const auto listed = Command<GateOptions>(list, parsed, GatesList);
  list->add_option("--below", listed->below, _("only below this gate or group"));
  CLI::App* resolve =
      gates->add_subcommand("resolve", _("what an id, name, alias or landmark stands for"));
  const auto resolved = Command<GateOptions>(resolve, parsed, GatesResolve);
  resolve->add_option("TEXT", resolved->text, _("e.g. LS-HN, Lung Vai or 1088/2-1089"))->required();
  for (const auto& [command, options] : {std::pair(list, listed), {resolve, resolved}}) {
    command->add_option("--on", options->on, _("the date; default: today"));
  }

  CLI::App* node = Group(app, "node", _("one's own node"));
  CLI::App* node_status = node->add_subcommand("status", _("its log, its links, its alarms"));
  node_status->fallthrough();
  node_status->callback([&parsed] { parsed.run = NodeStatus; });

  CLI::App* peer = Group(app, "peer", _("the other side"));
  CLI::App* ping = peer->add_subcommand(
      "ping", _("a line check, step by step: dial, TLS, authority, sign, durable, receipt"));
  const auto pinged = Command<PingOptions>(ping, parsed, PeerPing);
  ping->add_option("--timeout", pinged->timeout_seconds, _("seconds to wait; default 15"));

  AddSandbox(app, parsed);
}

}  // namespace gatepost::cli
