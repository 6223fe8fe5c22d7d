#ifndef GATEPOST_CLIENT_RENDER_MATRIX_H_
#define GATEPOST_CLIENT_RENDER_MATRIX_H_

#include <string>

#include "client/render/view.h"
#include "gatepost/v1/hours_service.pb.h"

namespace gatepost::render {

// Gate by day: on top what each day is on both sides (off/on), below it the hours of each gate in
// the reader's first zone; after the table every window in the second zone too, and the messages
// that the hours rest on. Days are those of `days`, seven side by side; gates of which nothing is
// known on any of them are only counted.
std::string MatrixText(const v1::ListDaysResponse& days, const v1::GetHoursResponse& hours,
                       const View& view);

// The same for programs: one line for each gate, kind of traffic and day, in both zones.
std::string MatrixCsv(const v1::ListDaysResponse& days, const v1::GetHoursResponse& hours,
                      const View& view);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_MATRIX_H_
