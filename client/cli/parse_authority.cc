// The commands about rosters and link agreements as they are typed.

#include <CLI/CLI.hpp>

#include "client/cli/authority_commands.h"
#include "client/cli/parse.h"
#include "client/cli/parse_command.h"
#include "client/render/text.h"

namespace gatepost::cli {
namespace {

using render::_;

void AddRoster(CLI::App& app, Parsed& parsed) {
  CLI::App* roster = app.add_subcommand("roster", _("who has which roles, on each side"));
  roster->require_subcommand(1);
  roster->fallthrough();
  CLI::App* publish = roster->add_subcommand(
      "publish", _("authorities: sign the own side's roster and send it to every peer"));
  const auto published = Command<RosterPublishOptions>(publish, parsed, RosterPublish);
  publish->add_option("--file", published->file, _("the roster as protobuf text format"))
      ->required();
  publish->add_flag("--dry-run", published->dry_run, _("show and check, send nothing"));
  publish->add_flag("--yes", published->yes, _("do not ask"));
  CLI::App* show = roster->add_subcommand("show", _("the roster that is in force"));
  const auto shown = Command<RosterShowOptions>(show, parsed, RosterShow);
  show->add_option("--domain", shown->domain, _("of this trust domain; default: the own one"));
}

void AddLink(CLI::App& app, Parsed& parsed) {
  CLI::App* link = app.add_subcommand("link", _("the link agreement of both sides"));
  link->require_subcommand(1);
  link->fallthrough();
  CLI::App* show =
      link->add_subcommand("show", _("what an agreement file says, and who signed it"));
  const auto shown = Command<LinkOptions>(show, parsed, LinkShow);
  CLI::App* sign = link->add_subcommand(
      "sign", _("authorities: add the own signature beside an agreement file"));
  const auto signing = Command<LinkOptions>(sign, parsed, LinkSign);
  sign->add_flag("--yes", signing->yes, _("do not ask"));
  for (const auto& [command, options] : {std::pair(show, shown), {sign, signing}}) {
    command->add_option("FILE", options->file, _("the agreement file"))->required();
    command->add_option("--signatures", options->signatures,
                        _("the file of signatures; default: FILE.signatures"));
    command->add_option("--root", options->roots,
                        _("a root certificate (PEM) that the agreement names, where none came "
                          "with the signatures"));
  }
  CLI::App* keys = link->add_subcommand(
      "keys", _("the keys that the node and its peers sign with, and those that come next"));
  Command<LinkKeysOptions>(keys, parsed, LinkKeys);
  CLI::App* announce = link->add_subcommand(
      "announce", _("authorities: say which key of the node's log or witness comes next"));
  const auto announced = Command<LinkAnnounceOptions>(announce, parsed, LinkAnnounce);
  announce->add_option("USE", announced->use, _("log or witness"))
      ->required()
      ->check(CLI::IsMember({"log", "witness"}));
  announce->add_option("--key", announced->key,
                       _("the key (vkey); default: the one in the node's file that was not "
                         "announced yet"));
  announce->add_option("--signs-from", announced->signs_from,
                       _("an instant; default: as soon as every peer has receipted it"));
  announce->add_flag("--dry-run", announced->dry_run, _("show and check, send nothing"));
  announce->add_flag("--yes", announced->yes, _("do not ask"));
}

}  // namespace

void AddAuthorityCommands(CLI::App& app, Parsed& parsed) {
  AddRoster(app, parsed);
  AddLink(app, parsed);
}

}  // namespace gatepost::cli
