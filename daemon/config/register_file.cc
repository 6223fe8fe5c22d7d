#include "daemon/config/register_file.h"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include "daemon/config/text_file.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "gatepost/config/v1/register.pb.h"

namespace gatepost::config {
namespace {

// Set by CMake: where this build lies, the register of its source tree, and the install prefix's.
constexpr std::string_view kBuildFolder = GATEPOST_BUILD_FOLDER;
constexpr std::string_view kSourceRegister = GATEPOST_SOURCE_REGISTER;
constexpr std::string_view kInstalledRegister = GATEPOST_INSTALLED_REGISTER;

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

absl::StatusOr<std::string> InstalledRegisterFile() {
  std::vector<std::string> places;
  std::string folder = ProgramFolder();
  if (folder.starts_with(std::string(kBuildFolder) + "/")) {
    places.emplace_back(kSourceRegister);
  }
  if (!folder.empty()) {
    places.push_back(AbsolutePath("../share/gatepost/gates.textproto", folder));
  }
  places.emplace_back(kInstalledRegister);
  for (const std::string& place : places) {
    if (IsFile(place)) return place;
  }
  return system::Refuse(gatepost::v1::REASON_BAD_CONFIG, "the gate register",
                        fmt::format("none of {}", fmt::join(places, ", ")),
                        "install it, or name it as register_file");
}

absl::StatusOr<domain::GateRegister> LoadGateRegister(const std::string& path) {
  GATEPOST_ASSIGN_OR_RETURN(Parsed<v1::GateRegister> file, ReadTextProto<v1::GateRegister>(path));
  absl::StatusOr<domain::GateRegister> gates = domain::GateRegister::FromProto(file.value);
  if (!gates.ok()) return AtField(file, "version", gates.status());
  return gates;
}

}  // namespace gatepost::config
