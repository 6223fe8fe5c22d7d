#ifndef GATEPOST_CLIENT_CLI_PARSE_COMMAND_H_
#define GATEPOST_CLIENT_CLI_PARSE_COMMAND_H_

#include <CLI/CLI.hpp>
#include <memory>

#include "client/cli/parse.h"

// For the files parse*.cc only: it costs what CLI11 costs.
namespace gatepost::cli {

// Makes `command` run `run` with options of its own, which live as long as the command.
template <typename Options>
std::shared_ptr<Options> Command(CLI::App* command, Parsed& parsed,
                                 int (*run)(const Global&, const Options&)) {
  auto options = std::make_shared<Options>();
  command->fallthrough();
  command->callback([&parsed, options, run] {
    parsed.run = [options, run](const Global& global) { return run(global, *options); };
  });
  return options;
}

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_PARSE_COMMAND_H_
