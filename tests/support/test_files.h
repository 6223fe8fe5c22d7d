#ifndef GATEPOST_TESTS_SUPPORT_TEST_FILES_H_
#define GATEPOST_TESTS_SUPPORT_TEST_FILES_H_

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace gatepost::testing {

// Replaces the file at `path` by `bytes`, making its folder where it is missing.
inline void WriteTestFile(const std::string& path, const std::string& bytes) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// The bytes of the file at `path`; empty when there is none.
inline std::string ReadTestFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// `text` with the first `from` replaced by `to`; throws when there is none, so that a test cannot
// change nothing unnoticed.
inline std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  size_t at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("no '" + from + "' to replace");
  return text.replace(at, from.size(), to);
}

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_SUPPORT_TEST_FILES_H_
