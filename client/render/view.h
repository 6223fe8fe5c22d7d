#ifndef GATEPOST_CLIENT_RENDER_VIEW_H_
#define GATEPOST_CLIENT_RENDER_VIEW_H_

#include <string>

#include "client/render/times.h"

namespace gatepost::render {

// Who reads: decides in whose words directions and times are said.
struct View {
  // The reader's side, VN or CN: `export` leaves it.
  std::string country = "VN";
  // The zones times are shown in.
  ZoneChoice zones = ZoneChoice::kBothHanoiFirst;
};

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_VIEW_H_
