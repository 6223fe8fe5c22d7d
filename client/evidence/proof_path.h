#ifndef GATEPOST_CLIENT_EVIDENCE_PROOF_PATH_H_
#define GATEPOST_CLIENT_EVIDENCE_PROOF_PATH_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gatepost::evidence {

// How an inclusion path of that many hashes leads from leaf `index` of a tree of `size` up to its
// root (RFC 9162, 2.1.3.2), for texts that say it step by step: whether each hash stands on the
// left of what was hashed so far. Judges nothing.
std::vector<bool> StandsOnTheLeft(uint64_t index, uint64_t size, size_t hashes);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_PROOF_PATH_H_
