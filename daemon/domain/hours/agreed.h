#ifndef GATEPOST_DAEMON_DOMAIN_HOURS_AGREED_H_
#define GATEPOST_DAEMON_DOMAIN_HOURS_AGREED_H_

#include <algorithm>
#include <iterator>
#include <vector>

#include "daemon/domain/hours/in_force.h"

namespace gatepost::domain {

// Of all that was said, what both sides agreed on: nothing that one side said alone.
inline std::vector<SaidHours> AgreedOf(const std::vector<SaidHours>& said) {
  std::vector<SaidHours> agreed;
  std::ranges::copy_if(said, std::back_inserter(agreed), [](const SaidHours& one) {
    return one.layer == HoursLayer::kHoliday || one.layer == HoursLayer::kSchedule ||
           one.layer == HoursLayer::kRegular;
  });
  return agreed;
}

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_HOURS_AGREED_H_
