#include "client/evidence/proof_path.h"

namespace gatepost::evidence {

std::vector<bool> StandsOnTheLeft(uint64_t index, uint64_t size, size_t hashes) {
  std::vector<bool> left;
  uint64_t here = index;
  uint64_t last = size == 0 ? 0 : size - 1;
  for (size_t i = 0; i < hashes; ++i) {
    left.push_back(here % 2 == 1 || here == last);
    if (left.back()) {
      while (here % 2 == 0 && here != 0) {
        here >>= 1;
        last >>= 1;
      }
    }
    here >>= 1;
    last >>= 1;
  }
  return left;
}

}  // namespace gatepost::evidence
