#ifndef GATEPOST_TESTS_SUPPORT_SEEDED_RANDOM_H_
#define GATEPOST_TESTS_SUPPORT_SEEDED_RANDOM_H_

#include <cstdint>
#include <mutex>
#include <random>
#include <span>

#include "daemon/system/random.h"

namespace gatepost::testing {

// The same numbers for the same seed, so that a failing run can be repeated. Callable from any
// thread; the order of calls decides who gets what. Not for secrets.
class SeededRandom : public system::Random {
 public:
  explicit SeededRandom(uint64_t seed) : engine_(seed) {}

  void Fill(std::span<uint8_t> bytes) override {
    std::lock_guard lock(mutex_);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(engine_());
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;  // Guarded by mutex_.
};

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_SUPPORT_SEEDED_RANDOM_H_
