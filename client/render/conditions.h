#ifndef GATEPOST_CLIENT_RENDER_CONDITIONS_H_
#define GATEPOST_CLIENT_RENDER_CONDITIONS_H_

#include <string>
#include <vector>

#include "gatepost/v1/timetable.pb.h"

namespace gatepost::render {

// The terms of passing, one text for each that is stated: `one owner per vehicle`.
std::vector<std::string> ConditionTexts(const v1::Conditions& conditions);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_CONDITIONS_H_
