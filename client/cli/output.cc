#include "client/cli/output.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "client/render/errors.h"
#include "client/render/json.h"

namespace gatepost::cli {
namespace {

void Write(std::FILE* file, const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), file);
  std::fflush(file);
}

}  // namespace

void Print(const Global& global, const google::protobuf::Message& response,
           const std::function<std::string()>& text, const std::function<std::string()>& csv) {
  switch (global.output) {
    case Output::kTable:
      return Write(stdout, text());
    case Output::kJson:
      return Write(stdout, render::JsonText(response));
    case Output::kCsv:
      return Write(stdout, csv());
  }
}

int Fail(const Global& global, const absl::Status& status) {
  Write(stderr, global.output == Output::kJson ? render::JsonText(render::ErrorDetail(status))
                                               : render::ErrorText(status));
  return render::ExitCode(status);
}

void Note(const Global& global, const std::string& text) {
  if (global.output == Output::kTable) Write(stderr, text);
}

bool CanAsk() { return isatty(STDIN_FILENO) != 0 && isatty(STDERR_FILENO) != 0; }

bool Ask(const std::string& question, std::string& answer) {
  if (!CanAsk()) return false;
  Write(stderr, question);
  return static_cast<bool>(std::getline(std::cin, answer));
}

}  // namespace gatepost::cli
