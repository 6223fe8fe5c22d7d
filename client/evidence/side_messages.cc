#include "client/evidence/side_messages.h"

#include <google/protobuf/stubs/logging.h>

namespace gatepost::evidence {

bool SpeaksForSide(const v1::Message& message) {
  return message.has_roster() || message.has_key_announcement();
}

bool SpeaksForSide(const v1::Envelope& envelope) {
  const google::protobuf::LogSilencer quiet;
  v1::Message message;
  return message.ParseFromString(envelope.payload()) && SpeaksForSide(message);
}

std::vector<int> AskedMessages(const v1::GetEvidenceResponse& evidence) {
  std::vector<int> asked;
  std::vector<int> all;
  for (int i = 0; i < evidence.messages_size(); ++i) {
    all.push_back(i);
    if (!SpeaksForSide(evidence.messages(i).envelope())) asked.push_back(i);
  }
  return asked.empty() ? all : asked;
}

}  // namespace gatepost::evidence
