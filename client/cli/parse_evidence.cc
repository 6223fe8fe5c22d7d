// The commands that read and write files of evidence, as they are typed.

#include <CLI/CLI.hpp>

#include "client/cli/audit_commands.h"
#include "client/cli/parse.h"
#include "client/cli/parse_command.h"
#include "client/render/text.h"

namespace gatepost::cli {
namespace {

using render::_;

// Returns the option that names the bundle.
CLI::Option* AddBundle(CLI::App* command, BundleOptions& options) {
  CLI::Option* bundle =
      command->add_option("BUNDLE", options.bundle, _("a bundle of evidence, a .zip file"));
  command
      ->add_option("--crl", options.crls,
                   _("a revocation list (X.509, DER or PEM) beside those of the bundle; may be "
                     "repeated"))
      ->allow_extra_args(false)
      ->needs(bundle);
  command
      ->add_flag("--practice", options.practice,
                 _("evidence of practice nodes may hold too; it proves nothing in earnest"))
      ->needs(bundle);
  AddAgreements(command, options);
  return bundle;
}

void AddVerify(CLI::App* audit, Parsed& parsed) {
  CLI::App* verify = audit->add_subcommand(
      "verify", _("a bundle, a data folder or an archive, without network or node; with none of "
                  "them the node's whole log: every entry, and every head that others hold of it"));
  const auto options = Command<AuditVerifyOptions>(verify, parsed, AuditVerify);
  CLI::Option* bundle = AddBundle(verify, *options);
  CLI::Option* store = verify->add_option("--store", options->store,
                                          _("the data folder of a node, or a copy of it"));
  verify->add_option("--archive", options->archive, _("a folder of audit archive"))
      ->excludes(store)
      ->excludes(bundle);
  store->excludes(bundle);
  verify
      ->add_option("--root", options->roots,
                   _("a root certificate (PEM) that the link agreement pins, for the signatures "
                     "and announced keys of a data folder; without all of them it is INCOMPLETE; "
                     "may be repeated"))
      ->allow_extra_args(false)
      ->needs(store);
}

void AddReport(CLI::App* audit, Parsed& parsed) {
  CLI::App* report = audit->add_subcommand(
      "report",
      _("check a bundle offline and write the result as one HTML page to open and print"));
  const auto options = Command<AuditReportOptions>(report, parsed, AuditReport);
  AddBundle(report, *options)->required();
  report->add_option("--out", options->out, _("the page's file; default: standard output"));
}

void AddExport(CLI::App* audit, Parsed& parsed) {
  CLI::App* command = audit->add_subcommand(
      "export", _("a message's evidence, or a thread's, as one file that anybody can check"));
  const auto options = Command<AuditExportOptions>(command, parsed, AuditExport);
  command->add_option("REF", options->reference, _("short reference or message id"))->required();
  command->add_option("--author", options->author,
                      _("where several authors used the same message id"));
  command->add_flag("--thread", options->thread, _("with all messages of its thread"));
  command->add_option("--out", options->out, _("the file, or a folder to put it in"));
  AddAgreements(command, *options);
}

void AddArchive(CLI::App* audit, Parsed& parsed) {
  CLI::App* command = audit->add_subcommand(
      "archive", _("the whole log as static files (c2sp.org/tlog-tiles) with the bodies, checked"));
  const auto options = Command<AuditArchiveOptions>(command, parsed, AuditArchive);
  command->add_option("--out", options->out, _("a new or empty folder"))->required();
  command->add_flag("--without-bodies", options->without_bodies, _("the log alone"));
  AddAgreements(command, *options);
}

}  // namespace

void AddEvidenceCommands(CLI::App* audit, Parsed& parsed) {
  AddVerify(audit, parsed);
  AddReport(audit, parsed);
  AddExport(audit, parsed);
  AddArchive(audit, parsed);
}

}  // namespace gatepost::cli
