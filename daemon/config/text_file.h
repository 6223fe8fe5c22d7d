#ifndef GATEPOST_DAEMON_CONFIG_TEXT_FILE_H_
#define GATEPOST_DAEMON_CONFIG_TEXT_FILE_H_

#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/system/status_macros.h"

namespace gatepost::config {

// Config files are protobuf text format. Whatever is wrong with one, its syntax or its meaning, is
// REASON_BAD_CONFIG that names file, line and field, so that the person who typed it finds the
// place.

// The largest config file, in bytes.
inline constexpr size_t kLargestConfigBytes = 16 * 1024 * 1024;

// A file that was parsed: its value, its exact bytes, and where each field stands in it.
template <typename T>
struct Parsed {
  // Absolute.
  std::string path;
  // As read, for digests.
  std::string bytes;
  T value;
  std::unique_ptr<google::protobuf::TextFormat::ParseInfoTree> places;
};

// Parses `bytes`, which came from `path`, into `value`, and notes in `places` where fields stand.
// REASON_BAD_CONFIG for broken syntax, unknown fields or enum values, a field given twice, and text
// that is not UTF-8. Neither pointer may be null.
absl::Status ParseText(const std::string& path, std::string_view bytes,
                       google::protobuf::Message* value,
                       google::protobuf::TextFormat::ParseInfoTree* places);

// Reads what ParseText parses. REASON_BAD_CONFIG also when the file cannot be read or is larger
// than kLargestConfigBytes.
absl::StatusOr<std::string> ReadConfigFile(const std::string& path);

// `path` as an absolute one. A relative one is relative to `folder`, which is absolute; an empty
// one stays empty. `..` and `.` are resolved by name, without looking at the disk.
std::string AbsolutePath(std::string_view path, const std::string& folder);

// The folder that the file at `path` lies in.
std::string FolderOf(const std::string& path);

// The file at `path` (relative: to the working directory) as a T.
template <typename T>
absl::StatusOr<Parsed<T>> ReadTextProto(const std::string& path) {
  Parsed<T> parsed;
  parsed.path = AbsolutePath(path, AbsolutePath(".", ""));
  GATEPOST_ASSIGN_OR_RETURN(parsed.bytes, ReadConfigFile(parsed.path));
  parsed.places = std::make_unique<google::protobuf::TextFormat::ParseInfoTree>();
  GATEPOST_RETURN_IF_ERROR(
      ParseText(parsed.path, parsed.bytes, &parsed.value, parsed.places.get()));
  return parsed;
}

// The line, from 1, on which `field` begins. `field` is a path of field names with indexes from 0,
// such as "links[1].dial". For a field that is absent: the line of the nearest field around it that
// is there; 1 when there is none.
int LineOf(const google::protobuf::Message& value,
           const google::protobuf::TextFormat::ParseInfoTree& places, std::string_view field);

// REASON_BAD_CONFIG about `field` of the file: wanted, came and what to do, with the place before
// what came, as in "node.textproto:12: links[1].dial: ...".
absl::Status BadField(const std::string& path, int line, std::string_view field,
                      std::string_view wanted, std::string_view came, std::string_view todo);

// The same for a parsed file; see LineOf for `field`.
template <typename T>
absl::Status FieldError(const Parsed<T>& file, std::string_view field, std::string_view wanted,
                        std::string_view came, std::string_view todo = "correct the file") {
  return BadField(file.path, LineOf(file.value, *file.places, field), field, wanted, came, todo);
}

// What a Status from elsewhere says about `field` of this file, as REASON_BAD_CONFIG; OK stays OK.
template <typename T>
absl::Status AtField(const Parsed<T>& file, std::string_view field, const absl::Status& status);

// The parts of a refusal, or the bare text of any other error, for AtField.
absl::Status PlacedError(const std::string& path, int line, std::string_view field,
                         const absl::Status& status);

template <typename T>
absl::Status AtField(const Parsed<T>& file, std::string_view field, const absl::Status& status) {
  if (status.ok()) return status;
  return PlacedError(file.path, LineOf(file.value, *file.places, field), field, status);
}

}  // namespace gatepost::config

#endif  // GATEPOST_DAEMON_CONFIG_TEXT_FILE_H_
