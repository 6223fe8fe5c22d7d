#ifndef GATEPOST_DAEMON_CONFIG_INSTALLED_FILE_H_
#define GATEPOST_DAEMON_CONFIG_INSTALLED_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

// Data files that come with the programs.
namespace gatepost::config {

// A data file: what it is, as error texts say it (`the gate register`), its path in the source tree
// (`daemon/domain/register/gates.textproto`), and the config field that names another.
struct DataFile {
  std::string_view what;
  std::string_view source_path;
  std::string_view field;
};

// Where the file that belongs to this program lies, absolute. A program that runs from its build
// tree takes the source tree's; any other the one installed with it: `../share/gatepost/` and the
// file's name from its own folder, or else the one under the configured install prefix. BAD_CONFIG,
// naming every place looked at, when there is none.
absl::StatusOr<std::string> FindInstalled(const DataFile& file);

// The folder of the running program, absolute; empty when the system does not say.
std::string ProgramFolder();

}  // namespace gatepost::config

#endif  // GATEPOST_DAEMON_CONFIG_INSTALLED_FILE_H_
