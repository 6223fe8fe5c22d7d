// The yard commands as they are typed.

#include <CLI/CLI.hpp>
#include <iterator>
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

void AddTableOptions(CLI::App* command, TableOptions& table) {
  command->add_option("--from-csv", table.csv_file,
                      _("read figures from a table (CSV in UTF-8 or GB 18030) in the shape of "
                        "daily-reports.csv; one report for each business date and side"));
  command->add_option("--mapping", table.mapping_file,
                      _("how to read a table of another shape (a CsvMapping file)"));
  command->add_option("--as-of", table.as_of,
                      _("the time the figures hold, with its zone: 20:00H (Hanoi), 21:00B "
                        "(Beijing) or RFC 3339; without it the link agreement's cut-off, marked "
                        "assumed"));
}

void AddFigureOptions(CLI::App* command, FigureOptions& figures) {
  command
      ->add_option("--figure,--set", figures.assignments,
                   _("one figure, e.g. LS-ALL/export/waiting/fruit=155 or 'LS-HN own export "
                     "waiting all = 312'; values: 312, ~1700 about, >=500, <=90, 70-90, 'avg "
                     "69', - not reported, x not operating"))
      ->allow_extra_args(false);
}

// --waiting and its like: figures of the one --gate.
void AddShortFlags(CLI::App* command, FigureOptions& figures) {
  command->add_option("--gate", figures.gates, _("the gate, yard or group of the flags below"))
      ->allow_extra_args(false);
  command->add_option("--direction", figures.direction,
                      _("export, import or both (default), for the flags below"));
  struct Flag {
    const char* name;
    const char* measure;
    const char* help;
  };
  const Flag flags[] = {
      {"--waiting", "waiting", _("waiting, e.g. 312, or export/fruit=155; may be repeated")},
      {"--cleared", "cleared", _("crossings cleared, likewise")},
      {"--arrived", "arrived", _("arrived from the interior")},
      {"--turned-back", "turned_back", _("turned back to the interior")},
      {"--moved", "moved", _("moved to another gate")},
      {"--two-way", "two_way_loaded", _("loaded both ways")},
      {"--weight", "weight", _("weight of the goods cleared, in tonnes")},
      {"--registered", "registered", _("registered beforehand")}};
  figures.shorts.reserve(std::size(flags));  // Options point into it.
  for (const Flag& flag : flags) {
    FigureOptions::Short& added = figures.shorts.emplace_back();
    added.measure = flag.measure;
    command->add_option(flag.name, added.values, flag.help)->allow_extra_args(false);
  }
  command->add_flag("--not-operating", figures.not_operating,
                    _("say that each --gate did not operate"));
}

void AddSend(CLI::App* yard, Parsed& parsed, const char* name, const char* help) {
  CLI::App* command = yard->add_subcommand(name, help);
  const auto options = Command<YardSendOptions>(command, parsed, YardSend);
  AddTableOptions(command, options->table);
  AddShortFlags(command, options->figures);
  AddFigureOptions(command, options->figures);
  command->add_option("--date", options->date,
                      _("business date, e.g. 2026-01-31; default: today. With --from-csv: only "
                        "this date"));
  command->add_flag("--like-yesterday", options->like_yesterday,
                    _("yesterday's lines with today's numbers: from --set, or asked for on the "
                      "terminal; what nobody fills in is sent as not reported"));
  command->add_flag("--dry-run", options->dry_run, _("check everything, send nothing"));
  command->add_option("--override", options->override_reason,
                      _("officers: pass failed sums, with the reason"));
  command->add_flag("--practice", options->practice, _("mark the figures as made up"));
  command->add_option("--remark", options->remark, _("free remark, never translated"));
  AddEmergency(command, parsed);
  command->add_flag("--yes", options->yes, _("do not ask"));
}

void AddRevisions(CLI::App* yard, Parsed& parsed) {
  CLI::App* correct =
      yard->add_subcommand("correct", _("change one figure of a report; shows the difference"));
  const auto correction = Command<YardReviseOptions>(correct, parsed, YardCorrect);
  correct->add_option("REF", correction->reference, _("short reference or message id"))->required();
  correct
      ->add_option("--set", correction->figures.assignments,
                   _("FIELD=VALUE, e.g. LS-ALL/export/waiting/fruit=156"))
      ->allow_extra_args(false)
      ->required();
  CLI::App* revise =
      yard->add_subcommand("revise", _("replace a report as a whole; shows the difference"));
  const auto revision = Command<YardReviseOptions>(revise, parsed, YardRevise);
  revise->add_option("REF", revision->reference, _("short reference or message id"))->required();
  AddTableOptions(revise, revision->table);
  AddFigureOptions(revise, revision->figures);
  revise->add_flag("--practice", revision->practice, _("mark the figures as made up"));
  for (const auto& [command, options] : {std::pair(correct, correction), {revise, revision}}) {
    command->add_option("--reason", options->reason, _("why the report changes"))->required();
    AddEmergency(command, parsed);
    command->add_option("--override", options->override_reason,
                        _("officers: pass failed sums, with the reason"));
    command->add_flag("--dry-run", options->dry_run, _("show and check, send nothing"));
    command->add_flag("--yes", options->yes, _("do not ask"));
  }
}

void AddReading(CLI::App* yard, Parsed& parsed) {
  CLI::App* show = yard->add_subcommand("show", _("the figures in force for a business date"));
  const auto picture = Command<YardShowOptions>(show, parsed, YardShow);
  CLI::App* history =
      yard->add_subcommand("history", _("all versions of a report, with what each changed"));
  const auto versions = Command<YardShowOptions>(history, parsed, YardHistory);
  history->add_option("REF", versions->reference, _("any version's reference; default: by date"));
  for (const auto& [command, options] : {std::pair(show, picture), {history, versions}}) {
    command->add_option("--date", options->date, _("business date; default: today"));
    command->add_option("--scope", options->scope, _("only this gate, yard or group"));
    command->add_option("--side", options->side, _("only this side's reports: VN or CN"))
        ->check(CLI::IsMember({"VN", "CN"}).description(""));
  }
}

void AddMissing(CLI::App* yard, Parsed& parsed) {
  CLI::App* missing = yard->add_subcommand(
      "missing", _("gates and days without a report in time, each with why one was expected"));
  const auto options = Command<YardMissingOptions>(missing, parsed, YardMissing);
  missing->add_option("SCOPE", options->scopes,
                      _("only these gates or groups: ids, aliases or landmarks"));
  missing->add_option("--from", options->from,
                      _("first business date; default: 30 days before the last"));
  missing->add_option("--to", options->to, _("last business date; default: today"));
  missing->add_option("--side", options->side, _("only this side's reports: VN or CN"))
      ->check(CLI::IsMember({"VN", "CN"}).description(""));
  missing->add_flag("--all", options->all, _("also what was reported in time"));
}

}  // namespace

void AddYardCommands(CLI::App& app, Parsed& parsed) {
  CLI::App* yard = app.add_subcommand("yard", _("daily yard counts"));
  yard->require_subcommand(1);
  yard->fallthrough();
  AddSend(yard, parsed, "send", _("send a report"));
  AddRevisions(yard, parsed);
  AddReading(yard, parsed);
  AddMissing(yard, parsed);
  AddSend(&app, parsed, "report", _("the same as yard send"));
}

}  // namespace gatepost::cli
