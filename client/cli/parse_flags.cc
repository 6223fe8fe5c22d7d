#include "client/cli/parse_flags.h"

#include "client/render/text.h"

namespace gatepost::cli {

using render::_;

void AddTrafficFlag(CLI::App* command, std::string& traffic) {
  command->add_option("--traffic", traffic, _("all (default), goods, passengers, rail or waterway"))
      ->check(CLI::IsMember({"all", "goods", "passengers", "rail", "waterway"}).description(""));
}

void AddPaperFlags(CLI::App* command, PaperOptions& options) {
  command
      ->add_option("--reason", options.reason,
                   _("holiday, epidemic, force-majeure, technical, security, infrastructure, "
                     "peak, counterpart or unknown"))
      ->check(CLI::IsMember({"holiday", "epidemic", "force-majeure", "technical", "security",
                             "infrastructure", "peak", "counterpart", "unknown"})
                  .description(""));
  command->add_option("--letter", options.letter, _("number of the letter behind it"));
  command->add_option("--issuer", options.issuer, _("who issued the letter"));
  command->add_option("--dated", options.dated, _("date on the letter, e.g. 2025-04-11"));
  command->add_option("--received", options.received, _("the day the letter came"));
  command->add_option("--published", options.published, _("the day it was made public"));
}

CLI::Option* AddGateFlags(CLI::App* command, SpanOptions& options) {
  auto* gates =
      command
          ->add_option(
              "--gate", options.gates,
              _("a gate with all below it, or a group: id, alias or landmark; may be repeated"))
          ->allow_extra_args(false);
  AddTrafficFlag(command, options.traffic);
  command->add_option("--direction", options.direction, _("export, import or both (default)"));
  return gates;
}

CLI::Option* AddSpanFlags(CLI::App* command, SpanOptions& options) {
  command->add_option("--cargo", options.cargo, _("only this cargo class; may be repeated"))
      ->allow_extra_args(false);
  command->add_option("--vehicles", options.vehicle_country, _("only vehicles of VN or of CN"));
  auto* from = command->add_option(
      "--from", options.from,
      _("first day or time, with its zone: 2026-02-15H, '2026-02-15 09:10H', 09:10B"));
  auto* until =
      command->add_option("--until", options.until,
                          _("last day (included) or time, likewise; without it the end is open"));
  command
      ->add_option("--estimated", options.estimated, _("the same, where the end is only expected"))
      ->excludes(until);
  return from;
}

void AddRelativeFlags(CLI::App* command, RelativeOptions& options) {
  command->add_option("--opens", options.opens,
                      _("opens at 07:00, or +30 or -60 minutes from before; closes as before"));
  command->add_option("--closes", options.closes,
                      _("closes at 20:00, or +30 or -60 minutes from before; opens as before"));
  command->add_option("--shift", options.shift, _("the whole day so many minutes later: +60, -60"));
  command->add_flag("--without-break", options.without_break,
                    _("no break between the day's opening and closing, e.g. through lunch"));
  command
      ->add_option("--add-window", options.add_windows,
                   _("further hours beside those before, e.g. 12:00-13:00; may be repeated"))
      ->allow_extra_args(false);
  command
      ->add_option("--remove-window", options.remove_windows,
                   _("hours taken out of those before; may be repeated"))
      ->allow_extra_args(false);
}

void AddRuleFlags(CLI::App* command, TermsOptions& options) {
  AddGateFlags(command, options);
  AddSpanFlags(command, options);
  command->add_option("--load", options.load, _("only loaded, or only empty vehicles"))
      ->check(CLI::IsMember({"loaded", "empty"}).description(""));
  command
      ->add_option("--weekday", options.weekdays,
                   _("only this day of the week, or a span such as mon-fri; may be repeated"))
      ->allow_extra_args(false);
  command->add_option("--holidays", options.holidays,
                      _("also, not or only on holidays, and by whose calendar: not:VN, only:CN, "
                        "also:either, not:both"));
  command->add_flag("--make-up-days", options.make_up_days,
                    _("with --holidays: a make-up working day counts as a weekday"));
  command
      ->add_option("--regime", options.regime,
                   _("normal (default), closed, preregistered, passengers, empties, intake-stop, "
                     "shortened, extended, pilot or as-before"))
      ->check(CLI::IsMember({"normal", "closed", "preregistered", "passengers", "empties",
                             "intake-stop", "shortened", "extended", "pilot", "as-before"})
                  .description(""));
  auto* window = command
                     ->add_option("--window", options.windows,
                                  _("hours, e.g. 08:00-12:00; may be repeated; default: as before"))
                     ->allow_extra_args(false);
  command
      ->add_option("--last-entry", options.last_entries,
                   _("last entry within a window, perhaps for one direction: 17:30, export=17:00; "
                     "may be repeated"))
      ->allow_extra_args(false);
  command->add_flag("--all-day", options.all_day, _("round the clock"))->excludes(window);
  AddRelativeFlags(command, options.relative);
}

void AddTermsFlags(CLI::App* command, TermsOptions& options) {
  AddRuleFlags(command, options);
  command
      ->add_option("--rule", options.rules,
                   _("one of several rules, by the flags above without their dashes, e.g. "
                     "'from=2027-02-05H until=2027-02-06H regime=closed'; flags outside of it hold "
                     "for each rule that does not say otherwise; may be repeated"))
      ->allow_extra_args(false);
  command->add_option("--file", options.file,
                      _("terms from a file (a Proposal in text format), instead of the flags"));
  AddPaperFlags(command, options);
}

void AddSendFlags(CLI::App* command, SendOptions& options, bool with_recipient) {
  if (with_recipient) {
    command->add_option("--to", options.to, _("the other node; default: the only one there is"));
  }
  command->add_option("--answer-by", options.answer_by,
                      _("until when it may be accepted, e.g. '2027-01-20 17:00H'; default: until "
                        "it would begin"));
  command->add_option("--package", options.package,
                      _("part of one document to several nodes: 1/3 begins it, 2/3:REF is the next "
                        "part beside the proposal REF"));
  command
      ->add_option("--ends", options.ends,
                   _("an agreement in force that gives way to it; may be repeated"))
      ->allow_extra_args(false);
  command->add_flag("--dry-run", options.dry_run,
                    _("show the hours now and then, check, send nothing"));
  command->add_flag("--yes", options.yes, _("send without asking"));
}

}  // namespace gatepost::cli
