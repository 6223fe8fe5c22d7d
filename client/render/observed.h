#ifndef GATEPOST_CLIENT_RENDER_OBSERVED_H_
#define GATEPOST_CLIENT_RENDER_OBSERVED_H_

#include <string>

#include "client/render/view.h"
#include "gatepost/v1/hours_service.pb.h"

// Agreed hours beside observed ones, and lead times.
namespace gatepost::render {

// A line for each gate and day: agreed, seen, and whether both fit; below it a line for each gate
// with the sums of the days on which everything was seen.
std::string ObservedText(const v1::ListObservedDaysResponse& list, const View& view);

// The same for programs: a line for each gate and day.
std::string ObservedCsv(const v1::ListObservedDaysResponse& list);

// A line for each gate and change of hours; below it a line for each gate with the shortest and the
// median lead time.
std::string LeadTimesText(const v1::ListLeadTimesResponse& list, const View& view);

// The same for programs, without the sums.
std::string LeadTimesCsv(const v1::ListLeadTimesResponse& list);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_OBSERVED_H_
