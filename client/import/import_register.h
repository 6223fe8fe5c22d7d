#ifndef GATEPOST_CLIENT_IMPORT_IMPORT_REGISTER_H_
#define GATEPOST_CLIENT_IMPORT_IMPORT_REGISTER_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "gatepost/v1/register.pb.h"

namespace gatepost::client {

// What a text stands for in the gate register.
struct ScopeOnDate {
  std::string id;
  v1::ScopeExtent extent = v1::SCOPE_EXTENT_UNSPECIFIED;  // OWN for a gate, YARD or GROUP.
};

// The cargo classes and splits of one date.
struct CargoOnDate {
  std::vector<v1::CargoClass> classes;
  std::vector<v1::CargoSplit> splits;
};

// What an import asks of the gate register: a node's (over the wire) or a file's (in tests). Dates
// are business dates. Not thread-safe.
class ImportRegister {
 public:
  virtual ~ImportRegister() = default;

  // The gate, yard or group that an id, alias or landmark stands for. REASON_UNKNOWN_GATE,
  // REASON_UNKNOWN_LANDMARK, REASON_GATE_NOT_VALID_ON_DATE; REASON_NOT_REACHABLE from a node.
  virtual absl::StatusOr<ScopeOnDate> Resolve(std::string_view text, absl::CivilDay day) = 0;

  // The classes and splits valid on `day`. The pointer lives as long as the register.
  virtual absl::StatusOr<const CargoOnDate*> Cargo(absl::CivilDay day) = 0;
};

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_IMPORT_IMPORT_REGISTER_H_
