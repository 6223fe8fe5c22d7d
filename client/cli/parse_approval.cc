// The commands of the second pair of eyes as they are typed.

#include <CLI/CLI.hpp>

#include "client/cli/approval_commands.h"
#include "client/cli/parse.h"
#include "client/cli/parse_command.h"
#include "client/render/text.h"

namespace gatepost::cli {
namespace {

using render::_;

}  // namespace

void AddApprovalCommands(CLI::App& app, Parsed& parsed) {
  CLI::App* approve = app.add_subcommand(
      "approve", _("read a message of your own side that is HELD, and sign for its release"));
  approve->alias("release");
  const auto options = Command<ApproveOptions>(approve, parsed, Approve);
  approve->add_option("REF", options->reference, _("short reference or message id"))->required();
  approve->add_flag("--yes", options->yes, _("sign without asking"));
  CLI::Option* reject =
      approve->add_flag("--reject", options->reject, _("drop it: it never leaves"));
  approve->add_option("--reason", options->reason, _("with --reject: why, for the log"))
      ->needs(reject);
  CLI::Option* countersign = approve->add_flag("--countersign", options->countersign,
                                               _("as gatepost countersign, for an emergency"));
  countersign->excludes(reject);
  approve->add_option("--remark", options->remark, _("with --countersign: a remark"))
      ->needs(countersign);

  CLI::App* after = app.add_subcommand(
      "countersign", _("sign that you have seen what your own side sent in an emergency"));
  const auto seen = Command<CountersignOptions>(after, parsed, Countersign);
  after->add_option("REF", seen->reference, _("short reference or message id"))->required();
  after->add_option("--remark", seen->remark, _("a remark"));
  after->add_flag("--yes", seen->yes, _("sign without asking"));
}

void AddEmergency(CLI::App* command, Parsed& parsed) {
  command->add_option("--emergency", parsed.global.emergency,
                      _("send it without the authority it needs, for this reason; somebody must "
                        "countersign it soon"));
}

}  // namespace gatepost::cli
