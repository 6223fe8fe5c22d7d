#ifndef GATEPOST_CLIENT_CLI_NODE_REGISTER_H_
#define GATEPOST_CLIENT_CLI_NODE_REGISTER_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "client/import/import_register.h"
#include "client/node_client.h"

namespace gatepost::cli {

// The gate register of one's own node, asked once for each date and kept for the length of a
// command.
class NodeRegister final : public client::ImportRegister {
 public:
  // `node` must outlive this object.
  explicit NodeRegister(client::NodeClient& node) : node_(node) {}

  absl::StatusOr<client::ScopeOnDate> Resolve(std::string_view text, absl::CivilDay day) override;
  absl::StatusOr<const client::CargoOnDate*> Cargo(absl::CivilDay day) override;

 private:
  struct Known {
    std::map<std::string, v1::ScopeExtent, std::less<>> ids;
    client::CargoOnDate cargo;
  };
  absl::StatusOr<const Known*> On(absl::CivilDay day);

  client::NodeClient& node_;
  std::map<absl::CivilDay, Known> days_;
};

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_NODE_REGISTER_H_
