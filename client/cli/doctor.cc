#include "client/cli/doctor.h"

#include "client/cli/cert_commands.h"
#include "client/cli/session.h"
#include "daemon/config/client_settings.h"
#include "gatepost/config/v1/node.pb.h"

namespace gatepost::cli {
namespace {

// The side of whoever reads, as far as the config says it: times are shown in its zone first.
std::string CountryIn(const std::string& path, bool node) {
  if (node) {
    const auto file = config::ReadTextProto<config::v1::NodeConfig>(path);
    return file.ok() && file->value.zone() == "Asia/Shanghai" ? "CN" : "VN";
  }
  const auto file = config::ReadTextProto<config::v1::ClientConfig>(path);
  return file.ok() ? file->value.country() : "VN";
}

}  // namespace

int Doctor(const Global& global, const DoctorOptions& options) {
  const bool node = !options.node_config.empty();
  const absl::StatusOr<std::string> path = node ? absl::StatusOr<std::string>(options.node_config)
                                                : config::ClientConfigPath(global.client_config);
  if (!path.ok()) return Fail(global, path.status());
  Checklist list(global, ViewOf(global, CountryIn(*path, node)), /*print=*/true);
  if (node) {
    ExamineNode(*path, {}, list);
  } else {
    ExamineClient(*path, {}, list);
  }
  return list.Finish();
}

}  // namespace gatepost::cli
