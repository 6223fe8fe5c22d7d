#ifndef GATEPOST_DAEMON_EXCHANGE_LINK_HELLO_H_
#define GATEPOST_DAEMON_EXCHANGE_LINK_HELLO_H_

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/exchange/link_parts.h"
#include "gatepost/v1/link_service.pb.h"

namespace gatepost::exchange {

inline constexpr uint32_t kLinkProtocolVersion = 1;
inline constexpr absl::Duration kMostClockSkew = absl::Seconds(60);
inline constexpr size_t kLargestHelloBytes = 16 * 1024;
inline constexpr int kMostRegisterEntries = 16 * 1024;

// What this node says of itself now. `proposed_fencing` is larger than any it has seen.
absl::StatusOr<v1::LinkHello> MakeHello(const LinkParts& parts, uint64_t proposed_fencing);

// The number of the session in which both Hellos were said: larger than every earlier one, and
// never the same for a stream that either side dialled. PROTOCOL.md 6.
uint64_t AgreedFencing(const v1::LinkHello& ours, const v1::LinkHello& theirs,
                       bool dialled_by_smaller_id);

// What stops the session at once: PROTOCOL_VERSION, WRONG_NODE, AGREEMENT_DIFFERS,
// UNKNOWN_PAYLOAD_TYPE, BAD_FRAME for fields of impossible form. Histories are compared by
// LinkSender::Start and LinkReceiver::Start.
absl::Status CheckHelloTerms(const LinkParts& parts, const v1::LinkHello& ours,
                             const v1::LinkHello& theirs);

// What differs without stopping the link, one sentence each, for people on this side.
std::vector<std::string> DifferencesNamed(const LinkParts& parts, const v1::LinkHello& ours,
                                          const v1::LinkHello& theirs, absl::Time now);

// The peer's clock minus ours.
absl::Duration ClockSkew(const v1::LinkHello& theirs, absl::Time now);

// The digests of all register entries, to be compared when the registers differ.
v1::LinkRegister MakeRegister(const domain::GateRegister& gates);

// The ids of entries that are not the same on both sides.
std::set<std::string> DifferingIds(const domain::GateRegister& gates,
                                   const v1::LinkRegister& theirs);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_LINK_HELLO_H_
