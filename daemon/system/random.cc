#include "daemon/system/random.h"

#include <sys/random.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace gatepost::system {

uint64_t Random::Uniform(uint64_t bound) {
  assert(bound > 0);
  // Numbers at the incomplete end of the range would make small results likelier: draw again.
  const uint64_t incomplete = (std::numeric_limits<uint64_t>::max() % bound + 1) % bound;
  const uint64_t largest = std::numeric_limits<uint64_t>::max() - incomplete;
  while (true) {
    std::array<uint8_t, sizeof(uint64_t)> bytes;
    Fill(bytes);
    uint64_t number = 0;
    std::memcpy(&number, bytes.data(), bytes.size());
    if (number <= largest) return number % bound;
  }
}

void SystemRandom::Fill(std::span<uint8_t> bytes) {
  while (!bytes.empty()) {
    ssize_t filled = getrandom(bytes.data(), bytes.size(), 0);
    if (filled < 0 && errno == EINTR) continue;
    if (filled <= 0) {
      std::perror("gatepost: getrandom");
      std::abort();
    }
    bytes = bytes.subspan(static_cast<size_t>(filled));
  }
}

}  // namespace gatepost::system
