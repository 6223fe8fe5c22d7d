#ifndef GATEPOST_CLIENT_RENDER_AUDIT_LOG_H_
#define GATEPOST_CLIENT_RENDER_AUDIT_LOG_H_

#include <string>

#include "client/evidence/log_reading.h"
#include "google/protobuf/struct.pb.h"

// What a check of a whole log has found.
namespace gatepost::render {

// Counts, heads, and what does not hold, the first bad entry first.
std::string LogVerdictText(const evidence::LogVerdict& verdict);

// For programs: one line for each finding; none when all holds.
std::string LogVerdictCsv(const evidence::LogVerdict& verdict);

google::protobuf::Struct LogVerdictJson(const evidence::LogVerdict& verdict);

// LEAF_CHANGED, GAP, ...; never translated.
std::string FaultWord(ledger::LogFault fault);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_AUDIT_LOG_H_
