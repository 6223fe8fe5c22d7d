#ifndef GATEPOST_CLIENT_RENDER_SANDBOX_H_
#define GATEPOST_CLIENT_RENDER_SANDBOX_H_

#include <string>

#include "gatepost/config/v1/sandbox.pb.h"

namespace gatepost::render {

// The sandbox as people see it: nodes, link, clients, and what to type next.
std::string SandboxText(const config::v1::Sandbox& sandbox);

// The clients for programs: one line each with node, address and config file.
std::string SandboxCsv(const config::v1::Sandbox& sandbox);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_SANDBOX_H_
