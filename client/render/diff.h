#ifndef GATEPOST_CLIENT_RENDER_DIFF_H_
#define GATEPOST_CLIENT_RENDER_DIFF_H_

#include <cstddef>
#include <string>

#include "client/render/view.h"
#include "gatepost/v1/yard_report.pb.h"

namespace gatepost::render {

// What differs between two versions of a report, figure by figure (`-` was, `+` is), and their
// as-of where it differs. A line saying so where nothing does. Begun by `indent` spaces.
std::string DiffText(const v1::YardReport& before, const v1::YardReport& after, const View& view,
                     size_t indent = 0);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_DIFF_H_
