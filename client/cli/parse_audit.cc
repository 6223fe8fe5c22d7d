// The commands of auditors as they are typed.

#include <CLI/CLI.hpp>
#include <memory>

#include "client/cli/audit_commands.h"
#include "client/cli/parse.h"
#include "client/cli/parse_command.h"
#include "client/render/text.h"

namespace gatepost::cli {

using render::_;

void AddAgreements(CLI::App* command, AgreementOptions& options) {
  command
      ->add_option("--agreement", options.agreements,
                   _("your own copy of a link agreement, which names the keys that count; may be "
                     "repeated; default: agreement_files of the client config"))
      ->allow_extra_args(false);
}

namespace {

template <typename Options>
void AddSubject(CLI::App* command, Options& options) {
  command->add_option("REF", options.reference,
                      _("short reference or message id; or '#812' for an entry of the log"));
  command->add_option("--entry", options.entry, _("an entry of the log by its number"));
  command->add_option("--author", options.author,
                      _("where several authors used the same message id"));
  AddAgreements(command, options);
}

void AddList(CLI::App* audit, Parsed& parsed) {
  CLI::App* list = audit->add_subcommand(
      "list", _("entries of the node's log, the newest first; filters add up"));
  const auto options = Command<AuditListOptions>(list, parsed, AuditList);
  list->add_option("--gate,--scope", options->scope,
                   _("only about messages of this gate, yard or group"));
  list->add_option("--from", options->from,
                   _("only about messages whose days reach to this one or later, e.g. 2026-02-01"));
  list->add_option("--to", options->to, _("likewise: this one or earlier"));
  list->add_option("--logged-from", options->logged_from,
                   _("only logged then or later: 2026-02-15H, '2026-02-15 09:10B', RFC 3339"));
  list->add_option("--logged-before", options->logged_before, _("only logged before, likewise"));
  list->add_option("--post", options->post,
                   _("only by this SPIFFE id, or its last parts, e.g. clerk/desk-1"));
  list->add_option("--family", options->family,
                   _("only about these: report, agreement, notice, acknowledgement, transcript or "
                     "ping"));
  list->add_option("--result", options->result,
                   _("only with this result, e.g. APPLIED; REFUSED stands for every reason"));
  list->add_option("--event", options->events,
                   _("only this event, e.g. DELIVERED or AUDIT_READ; may be repeated"))
      ->allow_extra_args(false);
  list->add_option("--thread", options->thread, _("only about the thread of this message"));
  list->add_flag("--missing-ack", options->missing_ack,
                 _("only messages that ask for an acknowledgement and have none"));
  list->add_option("--lead-below", options->lead_below,
                   _("only messages about hours that were known less than this before they began: "
                     "minutes, or '6 h', '2 days'"));
  list->add_flag("--overridden", options->overridden,
                 _("only messages whose failed checks an officer overrode"));
  auto* limit = list->add_option("--limit", options->limit, _("how many; default 100"));
  list->add_flag("--all", options->all, _("every one that fits"))->excludes(limit);
}

void AddProofs(CLI::App* audit, Parsed& parsed) {
  CLI::App* show = audit->add_subcommand(
      "show", _("what proves a message: signatures, entries of both logs, cosignatures"));
  const auto shown = Command<AuditShowOptions>(show, parsed, AuditShow);
  AddSubject(show, *shown);
  show->add_flag("--thread", shown->thread, _("with all messages of its thread"));

  CLI::App* prove = audit->add_subcommand(
      "prove", _("check the proofs of a message's entries, or of one entry, and write them down"));
  const auto proved = Command<AuditProveOptions>(prove, parsed, AuditProve);
  AddSubject(prove, *proved);
  prove->add_option("--out", proved->out,
                    _("write leaves, proofs, keys and a script for stock tools into this folder"));
  prove
      ->add_option("--consistency", proved->consistency,
                   _("instead: that the log of one size is the beginning of that of another: OLD, "
                     "and perhaps NEW"))
      ->expected(1, 2);
}

void AddCompare(CLI::App* audit, Parsed& parsed) {
  CLI::App* compare = audit->add_subcommand(
      "compare", _("whether all sides were shown one history, and the same messages"));
  const auto compared = Command<AuditCompareOptions>(compare, parsed, AuditCompare);
  AddAgreements(compare, *compared);
  compare->add_option("--save", compared->save,
                      _("write what this node holds into this file, for another node"));
  compare
      ->add_option("--with", compared->with,
                   _("a file that was saved at another node; may be repeated"))
      ->allow_extra_args(false);
}

}  // namespace

void AddAuditCommands(CLI::App& app, Parsed& parsed) {
  CLI::App* audit = app.add_subcommand("audit", _("evidence: what was logged, and what proves it"));
  audit->require_subcommand(1);
  audit->fallthrough();
  AddList(audit, parsed);
  AddProofs(audit, parsed);
  AddCompare(audit, parsed);
  AddEvidenceCommands(audit, parsed);
}

}  // namespace gatepost::cli
