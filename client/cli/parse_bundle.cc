// The commands that look at a bundle of evidence, as they are typed.

#include <CLI/CLI.hpp>

#include "client/cli/bundle_check.h"
#include "client/cli/parse.h"
#include "client/cli/parse_command.h"
#include "client/render/text.h"

namespace gatepost::cli {
namespace {

using render::_;

// The group of commands that auditors have, made by whoever adds to it first.
CLI::App* AuditGroup(CLI::App& app) {
  const auto made =
      app.get_subcommands([](const CLI::App* command) { return command->get_name() == "audit"; });
  if (!made.empty()) return made.front();
  CLI::App* audit = app.add_subcommand("audit", _("evidence: what was logged, and what proves it"));
  audit->require_subcommand(1);
  audit->fallthrough();
  return audit;
}

void AddBundleFlags(CLI::App* command, BundleOptions& options) {
  command->add_option("BUNDLE", options.bundle, _("a bundle of evidence, a .zip file"))->required();
  command
      ->add_option(
          "--agreement", options.agreements,
          _("your own side's copy of the link agreement that evidence is judged by; may be "
            "repeated"))
      ->allow_extra_args(false);
  command
      ->add_option("--crl", options.crls,
                   _("a revocation list (X.509, DER or PEM) beside those of the bundle; may be "
                     "repeated"))
      ->allow_extra_args(false);
  command->add_flag("--practice", options.practice,
                    _("evidence of practice nodes may hold too; it proves nothing in earnest"));
}

}  // namespace

void AddBundleCommands(CLI::App& app, Parsed& parsed) {
  CLI::App* report = AuditGroup(app)->add_subcommand(
      "report",
      _("check a bundle offline and write the result as one HTML page to open and print"));
  const auto options = Command<AuditReportOptions>(report, parsed, AuditReport);
  AddBundleFlags(report, *options);
  report->add_option("--out", options->out, _("the page's file; default: standard output"));
}

}  // namespace gatepost::cli
