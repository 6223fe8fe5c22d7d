#ifndef GATEPOST_CLIENT_CLI_DOCTOR_H_
#define GATEPOST_CLIENT_CLI_DOCTOR_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "certs/trust.h"
#include "client/cli/check_machine.h"
#include "client/cli/checklist.h"
#include "daemon/config/text_file.h"
#include "daemon/system/clock.h"
#include "gatepost/config/v1/client.pb.h"

namespace gatepost::cli {

// What the examinations take from their surroundings.
struct DoctorParts {
  std::shared_ptr<const system::Clock> clock = std::make_shared<system::SystemClock>();
  // For each step that waits for somebody else.
  absl::Duration limit = absl::Seconds(5);
  Room room;
};

// Examines a client, its config file first, then all it names, this machine, the way to the node
// and the node itself. What fails hides nothing but what depends on it.
void ExamineClient(const std::string& config_path, const DoctorParts& parts, Checklist& list);

// Examines a node's config file with all it names, this machine, and the way to the peers that it
// dials. The node need not run.
void ExamineNode(const std::string& config_path, const DoctorParts& parts, Checklist& list);

// The part of ExamineClient about roots, keys and certificates. The roots as they can be used;
// nullopt when they cannot.
std::optional<certs::TrustStore> ExamineClientCredentials(
    const config::Parsed<config::v1::ClientConfig>& file, absl::Time now, Checklist& list);

// Adds the line about a config file that cannot be used, with the words of `why`.
void AddBadConfig(const std::string& path, const absl::Status& why, Checklist& list);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_DOCTOR_H_
