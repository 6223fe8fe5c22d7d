#ifndef GATEPOST_CLIENT_HOURS_BEGINNINGS_H_
#define GATEPOST_CLIENT_HOURS_BEGINNINGS_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gatepost/v1/hours_service.pb.h"

namespace gatepost::client {

// Asks a node, as NodeClient::GetHours does.
using AskHours = std::function<absl::StatusOr<v1::GetHoursResponse>(const v1::GetHoursRequest&)>;

// A node's answer begins where the question does. This asks further back, as known at the same
// time, until it is known when what holds there began, and writes that into the first stretches of
// `hours`, the answer to `asked`: from then on a stretch is the same one whoever asks from when.
// Stretches about which nothing is known are left alone. No beginning before 2000 is looked for.
// Where the register has no such gate so far back, the earliest time that could be asked about
// stands. Errors of the call.
absl::Status FindBeginnings(const AskHours& ask, const v1::GetHoursRequest& asked,
                            v1::GetHoursResponse& hours);

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_HOURS_BEGINNINGS_H_
