// The gatepost command: what people and scripts type. See commands.h for what each command does.

#include <csignal>

#include "client/cli/parse.h"
#include "client/render/text.h"

int main(int argc, char** argv) {
  // A reader that stops early (`gatepost inbox | head`) ends us by an error of write, not by a
  // signal.
  std::signal(SIGPIPE, SIG_IGN);
  gatepost::render::UseLanguage(gatepost::cli::LanguageTyped(argc, argv));
  return gatepost::cli::ParseAndRun(argc, argv);
}
