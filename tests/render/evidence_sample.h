#ifndef GATEPOST_TESTS_RENDER_EVIDENCE_SAMPLE_H_
#define GATEPOST_TESTS_RENDER_EVIDENCE_SAMPLE_H_

#include <string>

#include "client/evidence/verdict.h"

namespace gatepost::render {

// A result as the check of a bundle makes it: vn-langson, which decides, proposed holiday hours,
// cn-pingxiang accepted them, and vn-langson told of a closure that began before the other side
// knew, which an officer there acknowledged. The answer is VALID, by PEER.
evidence::Verdict SampleVerdict();

// The same with a finding of each kind, INVALID, of practice, and the closure's proof pending.
evidence::Verdict SampleInvalid();

// A text with everything that could become markup, steer a terminal or turn a line around: tags,
// quotes, NUL, an escape, U+202E, a byte that is no UTF-8.
std::string HostileText();

// A verdict with HostileText in every place where bytes from outside can stand.
evidence::Verdict HostileVerdict();

}  // namespace gatepost::render

#endif  // GATEPOST_TESTS_RENDER_EVIDENCE_SAMPLE_H_
