#include "daemon/config/text_file.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/tokenizer.h>

#include <charconv>
#include <filesystem>
#include <optional>
#include <system_error>

#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/utf8.h"

namespace gatepost::config {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::TextFormat;

// Keeps the first error: later ones are mostly its echoes.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (seen_) return;
    seen_ = true;
    line_ = line;
    column_ = column;
    message_ = message;
  }

  int line() const { return line_; }      // From 0; -1: not known.
  int column() const { return column_; }  // From 0.
  const std::string& message() const { return message_; }

 private:
  bool seen_ = false;
  int line_ = -1;
  int column_ = 0;
  std::string message_;
};

// The text of one line, counted from 0.
std::string_view LineText(std::string_view bytes, int line) {
  for (; line > 0 && !bytes.empty(); --line) {
    size_t end = bytes.find('\n');
    bytes = end == std::string_view::npos ? std::string_view() : bytes.substr(end + 1);
  }
  return bytes.substr(0, bytes.find('\n'));
}

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The last word before `column` that a ':' or '{' follows: the field whose value is being read. The
// first word of the line when there is none such.
std::string_view FieldOnLine(std::string_view line, size_t column) {
  std::string_view field;
  for (size_t begin = 0; begin < line.size();) {
    if (line[begin] == '#') break;
    if (!IsWord(line[begin])) {
      ++begin;
      continue;
    }
    size_t end = begin;
    while (end < line.size() && IsWord(line[end])) ++end;
    size_t next = line.find_first_not_of(' ', end);
    bool names = next != std::string_view::npos && (line[next] == ':' || line[next] == '{');
    if (field.empty() || (names && begin <= column)) field = line.substr(begin, end - begin);
    begin = end;
  }
  return field;
}

// One step of a field path: "links[1]" is name "links", index 1.
struct Step {
  std::string name;
  int index = -1;
};

std::optional<Step> TakeStep(std::string_view* path) {
  if (path->empty()) return std::nullopt;
  size_t dot = path->find('.');
  std::string_view text = path->substr(0, dot);
  *path = dot == std::string_view::npos ? std::string_view() : path->substr(dot + 1);
  Step step;
  size_t bracket = text.find('[');
  step.name = std::string(text.substr(0, bracket));
  if (bracket != std::string_view::npos) {
    std::from_chars(text.data() + bracket + 1, text.data() + text.size(), step.index);
  }
  return step;
}

}  // namespace

absl::Status BadField(const std::string& path, int line, std::string_view field,
                      std::string_view wanted, std::string_view came, std::string_view todo) {
  return system::Refuse(gatepost::v1::REASON_BAD_CONFIG, wanted,
                        fmt::format("{}:{}: {}: {}", path, line, field, came), todo);
}

absl::Status PlacedError(const std::string& path, int line, std::string_view field,
                         const absl::Status& status) {
  std::optional<system::Refusal> refusal = system::RefusalOf(status);
  if (refusal) {
    return BadField(path, line, field, refusal->wanted, refusal->came, refusal->todo);
  }
  return BadField(path, line, field, "a usable value", std::string(status.message()),
                  "correct the file");
}

absl::StatusOr<std::string> ReadConfigFile(const std::string& path) {
  absl::StatusOr<std::string> bytes = system::ReadFile(path, kLargestConfigBytes);
  if (bytes.ok()) return bytes;
  return system::Refuse(gatepost::v1::REASON_BAD_CONFIG, "a config file that can be read",
                        std::string(bytes.status().message()),
                        "check the path and the permissions");
}

absl::Status ParseText(const std::string& path, std::string_view bytes,
                       google::protobuf::Message* value, TextFormat::ParseInfoTree* places) {
  if (!system::IsUtf8(bytes)) {
    int line = 1;
    while (!bytes.empty()) {
      system::Utf8Character character = system::FirstUtf8Character(bytes);
      if (character.size_bytes == 0) break;
      if (character.code_point == '\n') ++line;
      bytes.remove_prefix(character.size_bytes);
    }
    return BadField(path, line, "(file)", "text in UTF-8", "bytes that are no UTF-8",
                    "save the file as UTF-8");
  }
  FirstError error;
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  parser.WriteLocationsTo(places);
  if (parser.ParseFromString(std::string(bytes), value)) return absl::OkStatus();
  std::string_view field;
  if (error.line() >= 0) {
    field = FieldOnLine(LineText(bytes, error.line()), static_cast<size_t>(error.column()));
  }
  return BadField(path, error.line() + 1, field.empty() ? "(file)" : field,
                  fmt::format("a {} in protobuf text format", value->GetDescriptor()->name()),
                  fmt::format("column {}: {}", error.column() + 1, error.message()),
                  "correct the file");
}

std::string AbsolutePath(std::string_view path, const std::string& folder) {
  if (path.empty()) return {};
  std::filesystem::path result{std::string(path)};
  if (result.is_relative() && !folder.empty()) result = std::filesystem::path(folder) / result;
  if (result.is_relative()) {
    // A working directory that was deleted leaves the path relative; opening it then says why.
    std::error_code unused;
    result = std::filesystem::absolute(result, unused);
  }
  std::string normal = result.lexically_normal().string();
  if (normal.size() > 1 && normal.back() == '/') normal.pop_back();
  return normal;
}

std::string FolderOf(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

int LineOf(const google::protobuf::Message& value, const TextFormat::ParseInfoTree& places,
           std::string_view field) {
  int line = 1;
  const google::protobuf::Descriptor* type = value.GetDescriptor();
  const TextFormat::ParseInfoTree* tree = &places;
  while (std::optional<Step> step = TakeStep(&field)) {
    const FieldDescriptor* descriptor = type->FindFieldByName(step->name);
    if (descriptor == nullptr) break;
    int index = descriptor->is_repeated() ? step->index : -1;
    if (descriptor->is_repeated() && index < 0) index = 0;
    int found = tree->GetLocation(descriptor, index).line;
    if (found < 0) break;
    line = found + 1;
    if (descriptor->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) break;
    tree = tree->GetTreeForNested(descriptor, index);
    if (tree == nullptr) break;
    type = descriptor->message_type();
  }
  return line;
}

}  // namespace gatepost::config
