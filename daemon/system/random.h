#ifndef GATEPOST_DAEMON_SYSTEM_RANDOM_H_
#define GATEPOST_DAEMON_SYSTEM_RANDOM_H_

#include <cstdint>
#include <span>

namespace gatepost::system {

// Where chance comes from. Handed to constructors, so that a test can repeat a run (STYLE.md 5).
// Callable from any thread.
class Random {
 public:
  virtual ~Random() = default;

  // Overwrites `bytes` with random ones.
  virtual void Fill(std::span<uint8_t> bytes) = 0;

  // A number in [0, bound), each equally likely. `bound` must be positive.
  uint64_t Uniform(uint64_t bound);
};

// The operating system's cryptographic source (getrandom(2)): for salts, nonces and jitter. Blocks
// only before the machine has gathered its first entropy. A machine without the call cannot run
// this program: it aborts.
class SystemRandom : public Random {
 public:
  void Fill(std::span<uint8_t> bytes) override;
};

}  // namespace gatepost::system

#endif  // GATEPOST_DAEMON_SYSTEM_RANDOM_H_
