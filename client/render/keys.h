#ifndef GATEPOST_CLIENT_RENDER_KEYS_H_
#define GATEPOST_CLIENT_RENDER_KEYS_H_

#include <string>

#include "client/render/table.h"
#include "client/render/view.h"
#include "gatepost/v1/authority_service.pb.h"

namespace gatepost::render {

// The keys that a node knows: whose, what for, why it is trusted, since when, and how it stands
// with it. One row for each.
Table KeysTable(const v1::ListKeysResponse& keys, const View& view);

// The same for programs: the contract's names, times in UTC, empty where the node says none.
std::string KeysCsv(const v1::ListKeysResponse& keys);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_KEYS_H_
