#ifndef GATEPOST_DAEMON_CONFIG_RETENTION_H_
#define GATEPOST_DAEMON_CONFIG_RETENTION_H_

#include "absl/status/statusor.h"
#include "daemon/config/node_settings.h"
#include "daemon/config/text_file.h"
#include "daemon/domain/gate_register.h"
#include "gatepost/config/v1/node.pb.h"

namespace gatepost::config {

// The rules of retention in a node's config file. BAD_CONFIG, naming the field, for a family that
// has no rule (agreements and AUTHORITY are kept for ever: what came later rests on them), one
// named twice, days out of 30 to 36,500, an empty reference in the legal hold, or an id there that
// the register never had: a hold that holds nothing.
absl::StatusOr<RetentionSettings> ReadRetention(const Parsed<v1::NodeConfig>& file,
                                                const domain::GateRegister& gates);

}  // namespace gatepost::config

#endif  // GATEPOST_DAEMON_CONFIG_RETENTION_H_
