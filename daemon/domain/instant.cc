#include "daemon/domain/instant.h"

#include <cstdint>

#include "daemon/system/reason.h"
#include "fmt/format.h"

namespace gatepost::domain {

namespace {

// The first second of year 1, and the last one of year 9999.
constexpr int64_t kEarliestSecond = -62'135'596'800;
constexpr int64_t kLatestSecond = 253'402'300'799;
constexpr int32_t kNanosPerSecond = 1'000'000'000;

}  // namespace

absl::StatusOr<absl::Time> InstantIn(std::string_view field,
                                     const google::protobuf::Timestamp& stamp) {
  if (stamp.seconds() >= kEarliestSecond && stamp.seconds() <= kLatestSecond &&
      stamp.nanos() >= 0 && stamp.nanos() < kNanosPerSecond) {
    return absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos());
  }
  return system::Refuse(v1::REASON_BAD_TIME,
                        fmt::format("{}: an instant of the years 1 to 9999", field),
                        fmt::format("{} s, {} ns", stamp.seconds(), stamp.nanos()), "correct it");
}

}  // namespace gatepost::domain
