#ifndef GATEPOST_CLIENT_RENDER_JSON_H_
#define GATEPOST_CLIENT_RENDER_JSON_H_

#include <string>

#include "google/protobuf/message.h"

namespace gatepost::render {

// The protobuf JSON of a response: camelCase names, bytes in base64, 64-bit numbers as strings, on
// one line ended by LF, so that several answers are JSON lines. `pretty` breaks it into lines.
std::string JsonText(const google::protobuf::Message& message, bool pretty = false);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_JSON_H_
