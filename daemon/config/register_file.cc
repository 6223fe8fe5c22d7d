#include "daemon/config/register_file.h"

#include "daemon/config/installed_file.h"
#include "daemon/config/text_file.h"
#include "daemon/system/status_macros.h"
#include "gatepost/config/v1/register.pb.h"

namespace gatepost::config {

absl::StatusOr<std::string> InstalledRegisterFile() {
  return FindInstalled(
      {"the gate register", "daemon/domain/register/gates.textproto", "register_file"});
}

absl::StatusOr<domain::GateRegister> LoadGateRegister(const std::string& path) {
  GATEPOST_ASSIGN_OR_RETURN(Parsed<v1::GateRegister> file, ReadTextProto<v1::GateRegister>(path));
  absl::StatusOr<domain::GateRegister> gates = domain::GateRegister::FromProto(file.value);
  if (!gates.ok()) return AtField(file, "version", gates.status());
  return gates;
}

}  // namespace gatepost::config
