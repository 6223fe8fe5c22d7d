#ifndef GATEPOST_CLIENT_RENDER_GATES_H_
#define GATEPOST_CLIENT_RENDER_GATES_H_

#include <string>

#include "gatepost/v1/register_service.pb.h"

namespace gatepost::render {

// Gates as a tree in the order given, then yards and groups.
std::string GateListText(const v1::ListGatesResponse& list);

// The same for programs: one line for each gate, yard and group.
std::string GateListCsv(const v1::ListGatesResponse& list);

// What a text stands for, with everything the register says of it.
std::string ResolvedText(const v1::ResolveGateResponse& resolved);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_GATES_H_
