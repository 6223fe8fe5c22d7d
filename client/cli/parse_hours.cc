// The commands about hours as they are typed.

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "client/cli/commands.h"
#include "client/cli/parse.h"
#include "client/cli/parse_command.h"
#include "client/cli/parse_flags.h"
#include "client/render/text.h"

namespace gatepost::cli {
namespace {

using render::_;

// What every notice may say.
void AddPapers(CLI::App* command, NoticeOptions& options) {
  command
      ->add_option("--confirms", options.confirms,
                   _("the other side's transcript that this confirms; may be repeated"))
      ->allow_extra_args(false);
  AddPaperFlags(command, options);
  command->add_flag("--dry-run", options.dry_run, _("show and check, send nothing"));
}

void AddGates(CLI::App* command, NoticeOptions& options) {
  AddGateFlags(command, options)->required();
}

// Which vehicles and days, of notices that hold a timetable.
void AddSpan(CLI::App* command, NoticeOptions& options) {
  AddGates(command, options);
  AddSpanFlags(command, options)->required();
  command->add_option("--replaces", options.reference,
                      _("the notice of the same kind that this one replaces"));
}

// What was heard of the other side.
void AddTranscript(CLI::App& app, Parsed& parsed) {
  CLI::App* transcript =
      app.add_subcommand("transcript", _("what was only heard of the other side: UNCONFIRMED"));
  const auto heard = Command<NoticeOptions>(transcript, parsed, SendTranscript);
  AddSpan(transcript, *heard);
  transcript
      ->add_option("--channel", heard->channel, _("letter, call, consulate, meeting or press"))
      ->check(CLI::IsMember({"letter", "call", "consulate", "meeting", "press"}).description(""))
      ->required();
  transcript->add_option("--heard-at", heard->seen_at, _("when, e.g. 09:10H"))->required();
  transcript
      ->add_option("--regime", heard->regime,
                   _("normal (default), closed, preregistered, passengers, empties, shortened, "
                     "extended or as-before"))
      ->check(CLI::IsMember({"normal", "closed", "preregistered", "passengers", "empties",
                             "shortened", "extended", "as-before"})
                  .description(""));
  transcript
      ->add_option("--window", heard->windows,
                   _("hours, e.g. 08:00-12:00; may be repeated; default: as before"))
      ->allow_extra_args(false);
  AddRelativeFlags(transcript, heard->relative);
  transcript->add_flag("--hours-not-stated", heard->hours_not_stated,
                       _("nothing was said of the hours, or they are not known"));
  AddPapers(transcript, *heard);
}

void AddAcknowledge(CLI::App& app, Parsed& parsed) {
  CLI::App* ack =
      app.add_subcommand("ack", _("sign that you have read a message of the other side"));
  const auto options = Command<AcknowledgeOptions>(ack, parsed, Acknowledge);
  ack->add_option("REF", options->reference, _("short reference or message id"))->required();
  ack->add_option("--answer-by", options->answer_by, _("an answer follows by then, e.g. 17:00H"));
  ack->add_option("--disputed", options->disputed,
                  _("it is disputed: facts, authority, not-agreed or decision"))
      ->check(CLI::IsMember({"facts", "authority", "not-agreed", "decision"}).description(""));
  ack->add_option("--remark", options->remark, _("free remark, never translated"));
}

CLI::App* AddKind(CLI::App* notice, const char* name, const char* help) {
  return notice->add_subcommand(name, help);
}

void AddNotices(CLI::App* notice, Parsed& parsed) {
  CLI::App* closed = AddKind(notice, "closed", _("gates are or will be closed"));
  const auto closure = Command<NoticeOptions>(closed, parsed, NoticeClosed);
  AddSpan(closed, *closure);
  AddPapers(closed, *closure);

  CLI::App* stop = AddKind(notice, "stop-intake", _("nothing new is accepted from the interior"));
  const auto intake = Command<NoticeOptions>(stop, parsed, NoticeStopIntake);
  AddSpan(stop, *intake);
  AddPapers(stop, *intake);

  CLI::App* resume = AddKind(notice, "resume", _("what was closed opens again"));
  const auto resumption = Command<NoticeOptions>(resume, parsed, NoticeResume);
  AddSpan(resume, *resumption);
  resume
      ->add_option("--ends", resumption->ends,
                   _("the closure or intake stop that ends; may be "
                     "repeated"))
      ->allow_extra_args(false)
      ->required();
  resume
      ->add_option("--regime", resumption->regime,
                   _("normal (default), preregistered, passengers, empties or shortened"))
      ->check(CLI::IsMember({"normal", "preregistered", "passengers", "empties", "shortened"})
                  .description(""));
  resume
      ->add_option("--window", resumption->windows,
                   _("hours, e.g. 08:00-12:00; may be repeated; default: as before"))
      ->allow_extra_args(false);
  AddRelativeFlags(resume, resumption->relative);
  AddPapers(resume, *resumption);

  CLI::App* observed =
      AddKind(notice, "observed", _("a gate was seen closed, and no notice was received"));
  const auto seen = Command<NoticeOptions>(observed, parsed, NoticeObserved);
  AddGates(observed, *seen);
  observed->add_option("--since", seen->seen_at, _("since when, e.g. 09:10H"))->required();
  observed->add_option("--answer-by", seen->answer_by, _("until when an answer is asked for"));
  AddPapers(observed, *seen);

  CLI::App* hours = AddKind(notice, "seen", _("a gate was seen to open or close"));
  const auto event = Command<NoticeOptions>(hours, parsed, NoticeOpenedClosed);
  AddGates(hours, *event);
  hours->add_option("--at", event->seen_at, _("when, e.g. 07:12H"))->required();
  hours->add_flag("--opened,!--closed", event->opened, _("it opened, or it closed"))->required();
  hours->add_option("--ends", event->stop, _("the stop that we saw, and that ends with it"));
  AddPapers(hours, *event);

  CLI::App* service = AddKind(notice, "service", _("something beside the gate works or stopped"));
  const auto state = Command<NoticeOptions>(service, parsed, NoticeService);
  service
      ->add_option("SERVICE", state->service, _("appointments, laboratory, inspection or customs"))
      ->check(
          CLI::IsMember({"appointments", "laboratory", "inspection", "customs"}).description(""))
      ->required();
  AddGates(service, *state);
  service->add_option("--since", state->seen_at, _("since when, e.g. 09:10H"))->required();
  service->add_flag("--working,!--stopped", state->working, _("it works again, or it stopped"))
      ->required();
  AddPapers(service, *state);

  CLI::App* cancel = AddKind(notice, "cancel", _("an earlier notice is void"));
  const auto cancelled = Command<NoticeOptions>(cancel, parsed, NoticeCancel);
  cancel->add_option("REF", cancelled->reference, _("short reference or message id"))->required();
  cancel
      ->add_option("--outcome", cancelled->outcome,
                   _("as-before (default), new-notice (one follows) or postponed (no new date)"))
      ->check(CLI::IsMember({"as-before", "new-notice", "postponed"}).description(""));
  AddPapers(cancel, *cancelled);

  CLI::App* file =
      AddKind(notice, "send", _("send a notice from a file (a Notice in text format)"));
  const auto from_file = Command<NoticeOptions>(file, parsed, NoticeFile);
  file->add_option("FILE", from_file->file, _("the file"))->required();
  file->add_option("--replaces", from_file->reference,
                   _("the notice of the same kind that this one replaces"));
  file->add_flag("--dry-run", from_file->dry_run, _("show and check, send nothing"));
}

// What was agreed beside what came of it: which gates and days.
void AddReview(CLI::App* command, ReviewOptions& options) {
  command->add_option("SCOPE", options.scopes, _("gates or groups: ids, aliases or landmarks"))
      ->required();
  auto* month = command->add_option("--month", options.month, _("the days of a month: 2026-02"));
  command->add_option("--from", options.from, _("first day; default: the first of the month"))
      ->excludes(month);
  command->add_option("--to", options.to, _("last day; default: today"))->excludes(month);
}

void AddHours(CLI::App& app, Parsed& parsed) {
  CLI::App* hours = app.add_subcommand("hours", _("what is in force at gates"));
  const auto options = std::make_shared<HoursOptions>();
  hours->fallthrough();
  auto* scopes =
      hours->add_option("SCOPE", options->scopes, _("gates or groups: ids, aliases or landmarks"));
  auto* at = hours->add_option("--at", options->at, _("at this time, e.g. '2025-04-15 15:45H'"));
  hours->add_option("--day", options->day, _("on this day; default: today"))->excludes(at);
  hours->add_flag("--week", options->week, _("for seven days from there"))->excludes(at);
  hours->add_option("--as-known-at", options->as_known_at,
                    _("as this node knew it then, e.g. '2025-04-13 12:00H'"));
  AddTrafficFlag(hours, options->traffic);

  CLI::App* calendar = hours->add_subcommand(
      "calendar", _("what is in force as iCalendar, for calendar programs to subscribe to"));
  const auto asked = Command<CalendarOptions>(calendar, parsed, HoursCalendar);
  calendar->add_option("SCOPE", asked->scopes, _("gates or groups: ids, aliases or landmarks"))
      ->required();
  calendar->add_option("--from", asked->from, _("first day, e.g. 2026-02-10; default: today"));
  calendar->add_option("--days", asked->days, _("how many, 1 to 62; default: 31"))
      ->check(CLI::Range(1, 62).description(""));
  AddTrafficFlag(calendar, asked->traffic);
  calendar->add_option("--out", asked->out,
                       _("write this file, or update the one that this command wrote; default: "
                         "standard output"));

  CLI::App* observed =
      hours->add_subcommand("observed", _("agreed hours beside what was seen, day by day"));
  const auto compared = Command<ReviewOptions>(observed, parsed, HoursObserved);
  AddReview(observed, *compared);
  observed
      ->add_option("--traffic", compared->traffic,
                   _("goods (default), passengers, rail, waterway or all"))
      ->check(CLI::IsMember({"all", "goods", "passengers", "rail", "waterway"}).description(""));
  CLI::App* lead_times = hours->add_subcommand(
      "lead-times", _("how long before it began each change of hours was known"));
  AddReview(lead_times, *Command<ReviewOptions>(lead_times, parsed, HoursLeadTimes));
  // Their callbacks come before that of `hours`, which is about the hours alone.
  for (CLI::App* part : {calendar, observed, lead_times}) {
    for (CLI::Option* option : hours->get_options()) {
      if (option != hours->get_help_ptr()) part->excludes(option);
    }
  }
  hours->callback([&parsed, options, hours, scopes] {
    if (!hours->get_subcommands().empty()) return;
    if (scopes->empty()) throw CLI::RequiredError(scopes->get_name());
    parsed.run = [options](const Global& global) { return ShowHours(global, *options); };
  });
}

}  // namespace

void AddHoursCommands(CLI::App& app, Parsed& parsed) {
  AddHours(app, parsed);

  CLI::App* holiday = app.add_subcommand("holiday", _("holidays of both sides"));
  holiday->require_subcommand(1);
  holiday->fallthrough();
  CLI::App* days = holiday->add_subcommand(
      "days", _("days off and working days of both sides, with their lunar dates"));
  const auto span = Command<DaysOptions>(days, parsed, HolidayDays);
  days->add_option("--from", span->from, _("first day, e.g. 2026-02-10; default: today"));
  days->add_option("--days", span->days, _("how many, 1 to 400; default: 31"))
      ->check(CLI::Range(1, 400).description(""));

  AddHolidayAgreements(holiday, parsed);

  CLI::App* notice = app.add_subcommand("notice", _("one-sided news about hours"));
  notice->require_subcommand(1);
  notice->fallthrough();
  AddEmergency(notice, parsed);
  AddNotices(notice, parsed);
  AddTranscript(app, parsed);
  AddAcknowledge(app, parsed);
}

}  // namespace gatepost::cli
