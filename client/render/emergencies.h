#ifndef GATEPOST_CLIENT_RENDER_EMERGENCIES_H_
#define GATEPOST_CLIENT_RENDER_EMERGENCIES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "client/render/view.h"
#include "gatepost/v1/exchange_service.pb.h"
#include "google/protobuf/struct.pb.h"

// Messages that left in an emergency and that nobody has countersigned yet.
namespace gatepost::render {

struct OpenEmergency {
  std::string reference;  // This node's short reference.
  std::string message_id;
  std::string author;  // SPIFFE id.
  std::string subject;
  std::string reason;             // The author's words.
  absl::Time sent;                // When this node made it durable.
  std::optional<absl::Time> due;  // Until when somebody must countersign; none: not known here.
};

// Those among messages that were submitted at one node which are an emergency that no other of them
// countersigns; in the order given, without `due`.
std::vector<OpenEmergency> OpenEmergenciesIn(const std::vector<v1::StoredMessage>& submitted);

// As an overview under a heading, with what is overdue at `now`.
std::string EmergenciesText(const std::vector<OpenEmergency>& open, absl::Time now,
                            const View& view);

// The same for programs: times in UTC, empty where not known.
std::string EmergenciesCsv(const std::vector<OpenEmergency>& open);
google::protobuf::Struct EmergenciesJson(const std::vector<OpenEmergency>& open);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_EMERGENCIES_H_
