#include "client/cli/parse.h"

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <string_view>

#include "client/cli/commands.h"
#include "client/render/text.h"

namespace gatepost::cli {
namespace {

using render::_;

constexpr int kWrongUse = 2;

// Options that every command has, before or after its name.
void AddGlobalOptions(CLI::App& app, Global& global) {
  app.add_option("--client-config", global.client_config,
                 _("the identity and node to use (a client config file); default: "
                   "GATEPOST_CONFIG, or gatepost/client.textproto in your config folder"));
  static const std::map<std::string, Output> kOutputs = {
      {"table", Output::kTable}, {"json", Output::kJson}, {"csv", Output::kCsv}};
  app.add_option("--output", global.output, _("how answers are printed: table, json or csv"))
      ->transform(CLI::CheckedTransformer(kOutputs).description(""));
  app.add_option("--lang", global.language, _("language of texts: vi, zh or en"))
      ->check(CLI::IsMember({"vi", "zh", "en"}).description(""));
  app.add_option("--time-zone", global.time_zone,
                 _("zones times are shown in: both, hanoi or beijing"))
      ->check(CLI::IsMember({"both", "hanoi", "beijing"}).description(""));
}

}  // namespace

std::string LanguageTyped(int argc, char** argv) {
  constexpr std::string_view kName = "--lang";
  for (int i = 1; i < argc; ++i) {
    const std::string_view typed = argv[i];
    if (typed == kName && i + 1 < argc) return argv[i + 1];
    if (typed.starts_with("--lang=")) return std::string(typed.substr(kName.size() + 1));
  }
  return "";
}

int ParseAndRun(int argc, char** argv) {
  CLI::App app(_("Gatepost: yard counts between the two sides of a border, signed and receipted"),
               "gatepost");
  Parsed parsed;
  app.set_version_flag("--version", "gatepost " GATEPOST_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  AddGlobalOptions(app, parsed.global);
  AddYardCommands(app, parsed);
  AddHoursCommands(app, parsed);
  AddAgreementCommands(app, parsed);
  AddMessageCommands(app, parsed);
  AddApprovalCommands(app, parsed);
  AddAuditCommands(app, parsed);
  AddOperationCommands(app, parsed);
  AddCertCommands(app, parsed);
  AddAuthorityCommands(app, parsed);
  app.footer(
      _("exit codes: 0 done, 1 refused by a rule, 2 wrong use, 3 not reachable, 4 not "
        "allowed, 5 evidence does not verify"));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrongUse;
  }
  return parsed.run(parsed.global);
}

}  // namespace gatepost::cli
