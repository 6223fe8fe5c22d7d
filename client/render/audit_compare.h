#ifndef GATEPOST_CLIENT_RENDER_AUDIT_COMPARE_H_
#define GATEPOST_CLIENT_RENDER_AUDIT_COMPARE_H_

#include <string>

#include "client/evidence/compare.h"
#include "google/protobuf/struct.pb.h"

// What a comparison of histories has found.
namespace gatepost::render {

// The findings, with both signed notes where there are two; what is the same; what is missing for
// more.
std::string ComparisonText(const evidence::Comparison& comparison);

// For programs: one line for each finding, sameness and gap.
std::string ComparisonCsv(const evidence::Comparison& comparison);

google::protobuf::Struct ComparisonJson(const evidence::Comparison& comparison);

// FORK, NOT_CONTINUED, ...; never translated.
std::string DifferenceWord(evidence::Difference what);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_AUDIT_COMPARE_H_
