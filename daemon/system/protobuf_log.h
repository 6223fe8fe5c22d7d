#ifndef GATEPOST_DAEMON_SYSTEM_PROTOBUF_LOG_H_
#define GATEPOST_DAEMON_SYSTEM_PROTOBUF_LOG_H_

namespace gatepost::system {

// Keeps the protobuf library from writing to stderr in this process: it does so for each message
// that cannot be read, so that strangers could fill the log beyond every limit. What is refused is
// said and logged by who refuses it. Call it before threads are started.
void SilenceProtobufLog();

}  // namespace gatepost::system

#endif  // GATEPOST_DAEMON_SYSTEM_PROTOBUF_LOG_H_
