#ifndef GATEPOST_CLIENT_CLI_OUTPUT_H_
#define GATEPOST_CLIENT_CLI_OUTPUT_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace gatepost::cli {

// For people, or for programs.
enum class Output { kTable, kJson, kCsv };

// What holds for every command.
struct Global {
  std::string client_config;  // --client-config; empty: the usual places.
  Output output = Output::kTable;
  std::string language;
  std::string time_zone = "both";  // both, hanoi or beijing.
  std::string emergency;           // Why what is written now cannot wait; empty: it is none.
};

// Prints an answer on standard output in the chosen form: `response` as protobuf JSON on one line,
// else what the chosen function makes. Several answers of one command are several JSON lines.
void Print(const Global& global, const google::protobuf::Message& response,
           const std::function<std::string()>& text, const std::function<std::string()>& csv);

// Prints an error on standard error: as text, or as one line of JSON (RefusalDetail). Returns the
// exit code.
int Fail(const Global& global, const absl::Status& status);

// Prints a note for people on standard error; programs that asked for JSON or CSV get none.
void Note(const Global& global, const std::string& text);

// Asks a question on the terminal and reads one line; false when input and errors are not both a
// terminal, or the input ended.
bool Ask(const std::string& question, std::string& answer);

// True when somebody can be asked.
bool CanAsk();

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_OUTPUT_H_
