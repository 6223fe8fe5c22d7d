// The commands about agreements as they are typed.

#include <CLI/CLI.hpp>
#include <memory>

#include "client/cli/agreement_commands.h"
#include "client/cli/parse.h"
#include "client/cli/parse_command.h"
#include "client/cli/parse_flags.h"
#include "client/render/text.h"

namespace gatepost::cli {
namespace {

using render::_;

void AddReference(CLI::App* command, std::string& reference) {
  command->add_option("REF", reference, _("short reference or message id"))->required();
}

void AddOccasion(CLI::App* command, TermsOptions& options) {
  command->add_option("--occasion", options.occasion,
                      _("the holiday by its code in the calendars, e.g. tet, spring_festival, "
                        "national_day"));
}

void AddRegular(CLI::App* command, TermsOptions& options) {
  command->add_flag("--regular", options.regular,
                    _("the timetable that holds where nothing else is agreed"));
}

void AddLooking(CLI::App* agreement, Parsed& parsed) {
  CLI::App* list =
      agreement->add_subcommand("list", _("threads, the one that was last moved first"));
  const auto listed = Command<AgreementListOptions>(list, parsed, AgreementList);
  list->add_flag("--to-answer", listed->to_answer, _("only those that wait for our answer"));
  list->add_option("--state", listed->states,
                   _("only in this state: open, in-force, awaiting-decision, countered, rejected, "
                     "withdrawn, expired, lapsed, superseded, ended or refused; may be repeated"))
      ->allow_extra_args(false);
  list->add_option("--peer", listed->peer, _("only with this node"));
  list->add_option("--page-size", listed->page_size, _("how many, 1 to 200"));
  list->add_option("--page-token", listed->page_token, _("go on where a page ended"));

  CLI::App* show = agreement->add_subcommand(
      "show", _("one thread: who signed what, when each side knew, what was decided"));
  const auto shown = Command<AgreementShowOptions>(show, parsed, AgreementShow);
  AddReference(show, shown->reference);

  CLI::App* diff = agreement->add_subcommand("diff", _("what differs between two proposals"));
  const auto compared = Command<AgreementShowOptions>(diff, parsed, AgreementDiff);
  AddReference(diff, compared->reference);
  diff->add_option("OTHER", compared->other, _("the second proposal, likewise"))->required();
}

void AddProposing(CLI::App* agreement, Parsed& parsed) {
  struct Kind {
    const char* name;
    const char* help;
    int (*run)(const Global&, const ProposeOptions&);
  };
  const Kind kinds[] = {
      {"counter", _("propose other terms instead of an open proposal of the other side"),
       AgreementCounter},
      {"amend", _("propose terms that change an agreement in force; the rest of it stays"),
       AgreementAmend}};
  for (const Kind& kind : kinds) {
    CLI::App* command = agreement->add_subcommand(kind.name, kind.help);
    const auto options = Command<ProposeOptions>(command, parsed, kind.run);
    AddReference(command, options->reference);
    AddTermsFlags(command, options->terms);
    AddOccasion(command, options->terms);
    AddSendFlags(command, options->send, /*with_recipient=*/false);
  }

  CLI::App* terminate = agreement->add_subcommand(
      "terminate", _("propose that an agreement in force ends, with nothing in its place"));
  const auto ended = Command<TerminateOptions>(terminate, parsed, AgreementTerminate);
  AddReference(terminate, ended->reference);
  terminate
      ->add_option("--effective", ended->effective,
                   _("from when on, e.g. 2027-03-01H (its beginning) or '2027-03-01 08:00B'"))
      ->required();
  AddPaperFlags(terminate, *ended);
  AddSendFlags(terminate, ended->send, /*with_recipient=*/false);
}

void AddAnswering(CLI::App* agreement, Parsed& parsed) {
  CLI::App* accept = agreement->add_subcommand(
      "accept", _("take a proposal of the other side: from then on it binds"));
  const auto accepted = Command<AnswerOptions>(accept, parsed, AgreementAccept);
  AddReference(accept, accepted->reference);
  accept->add_flag("--yes", accepted->yes, _("sign without asking"));
  accept->add_flag("--dry-run", accepted->dry_run, _("show and check, send nothing"));

  CLI::App* reject =
      agreement->add_subcommand("reject", _("do not take a proposal of the other side"));
  const auto rejected = Command<AnswerOptions>(reject, parsed, AgreementReject);
  AddReference(reject, rejected->reference);
  reject->add_option("--remark", rejected->remark,
                     _("free remark, never translated, up to 500 characters"));
  reject->add_flag("--dry-run", rejected->dry_run, _("show and check, send nothing"));

  CLI::App* withdraw =
      agreement->add_subcommand("withdraw", _("take one's own open proposal back"));
  const auto withdrawn = Command<AnswerOptions>(withdraw, parsed, AgreementWithdraw);
  AddReference(withdraw, withdrawn->reference);
  withdraw->add_flag("--dry-run", withdrawn->dry_run, _("show and check, send nothing"));
}

}  // namespace

void AddHolidayAgreements(CLI::App* holiday, Parsed& parsed) {
  CLI::App* propose =
      holiday->add_subcommand("propose", _("propose hours of some days around a holiday"));
  const auto proposed = Command<ProposeOptions>(propose, parsed, HolidayPropose);
  AddTermsFlags(propose, proposed->terms);
  AddOccasion(propose, proposed->terms);
  AddSendFlags(propose, proposed->send, /*with_recipient=*/true);

  CLI::App* matrix = holiday->add_subcommand(
      "matrix", _("gate by day: hours in force, below what each day is on both sides"));
  const auto shown = Command<MatrixOptions>(matrix, parsed, HolidayMatrix);
  matrix->add_option("SCOPE", shown->scopes,
                     _("gates or groups: ids, aliases or landmarks; default: every gate"));
  matrix->add_option("--from", shown->from, _("first day, e.g. 2026-02-10; default: today"));
  matrix->add_option("--to", shown->to, _("last day, included; default: a week in all"));
  AddTrafficFlag(matrix, shown->traffic);
  matrix->add_option("--as-known-at", shown->as_known_at,
                     _("as this node knew it then, e.g. '2025-04-13 12:00H'"));
}

void AddAgreementCommands(CLI::App& app, Parsed& parsed) {
  CLI::App* schedule = app.add_subcommand("schedule", _("hours that both sides agree on"));
  schedule->require_subcommand(1);
  schedule->fallthrough();
  CLI::App* propose = schedule->add_subcommand(
      "propose", _("propose hours that change for a time, or until they are changed again"));
  const auto proposed = Command<ProposeOptions>(propose, parsed, SchedulePropose);
  AddTermsFlags(propose, proposed->terms);
  AddRegular(propose, proposed->terms);
  AddSendFlags(propose, proposed->send, /*with_recipient=*/true);
  AddEmergency(propose, parsed);

  CLI::App* agreement =
      app.add_subcommand("agreement", _("proposals, answers and agreements of both sides"));
  agreement->require_subcommand(1);
  agreement->fallthrough();
  AddLooking(agreement, parsed);
  AddProposing(agreement, parsed);
  AddAnswering(agreement, parsed);
}

}  // namespace gatepost::cli
