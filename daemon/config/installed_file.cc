#include "daemon/config/installed_file.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <vector>

#include "daemon/config/text_file.h"
#include "daemon/system/reason.h"

namespace gatepost::config {
namespace {

// Set by CMake: where this build and its source tree lie, and the install prefix's data folder.
constexpr std::string_view kBuildFolder = GATEPOST_BUILD_FOLDER;
constexpr std::string_view kSourceFolder = GATEPOST_SOURCE_FOLDER;
constexpr std::string_view kInstalledFolder = GATEPOST_INSTALLED_FOLDER;

bool IsFile(const std::string& path) {
  std::error_code unused;
  return std::filesystem::is_regular_file(path, unused);
}

}  // namespace

std::string ProgramFolder() {
  std::error_code error;
  std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::string() : program.parent_path().string();
}

absl::StatusOr<std::string> FindInstalled(const DataFile& file) {
  std::string_view name = file.source_path.substr(file.source_path.rfind('/') + 1);
  std::vector<std::string> places;
  std::string folder = ProgramFolder();
  if (folder.starts_with(std::string(kBuildFolder) + "/")) {
    places.push_back(fmt::format("{}/{}", kSourceFolder, file.source_path));
  }
  if (!folder.empty()) {
    places.push_back(AbsolutePath(fmt::format("../share/gatepost/{}", name), folder));
  }
  places.push_back(fmt::format("{}/{}", kInstalledFolder, name));
  for (const std::string& place : places) {
    if (IsFile(place)) return place;
  }
  return system::Refuse(gatepost::v1::REASON_BAD_CONFIG, file.what,
                        fmt::format("none of {}", fmt::join(places, ", ")),
                        fmt::format("install it, or name it as {}", file.field));
}

}  // namespace gatepost::config
