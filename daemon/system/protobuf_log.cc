#include "daemon/system/protobuf_log.h"

#include "google/protobuf/stubs/logging.h"

namespace gatepost::system {

void SilenceProtobufLog() { google::protobuf::SetLogHandler(nullptr); }

}  // namespace gatepost::system
