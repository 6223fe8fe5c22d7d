#ifndef GATEPOST_TESTS_FUZZ_CHOOSER_H_
#define GATEPOST_TESTS_FUZZ_CHOOSER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gatepost::fuzz {

// Reads a fuzzer's bytes as choices, from the front; when they are used up, everything is 0 or
// empty. For targets whose input is what to do with bytes that are signed anew in each run.
class Chooser {
 public:
  explicit Chooser(std::string_view bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }

  uint8_t Byte() {
    if (rest_.empty()) return 0;
    const uint8_t byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }

  // 0 to `count` - 1; 0 for a `count` of 0.
  size_t Below(size_t count) {
    size_t number = Byte();
    for (size_t most = 256; most < count; most *= 256) number = number * 256 + Byte();
    return count == 0 ? 0 : number % count;
  }

  uint64_t Number() {
    uint64_t number = 0;
    for (uint8_t bytes = std::min<uint8_t>(Byte(), 8); bytes > 0; --bytes) {
      number = number << 8 | Byte();
    }
    return number;
  }

  // A byte of length, then that many bytes.
  std::string_view Text() {
    const size_t stated = Byte();
    const size_t size = std::min(stated, rest_.size());
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return text;
  }

  std::string_view Rest() {
    const std::string_view rest = rest_;
    rest_ = {};
    return rest;
  }

 private:
  std::string_view rest_;
};

// `bytes` with one stretch of at most 8 bytes replaced: by as many others, fewer or more.
inline std::string Edited(std::string bytes, Chooser& choose) {
  const size_t at = choose.Below(bytes.size() + 1);
  const size_t cut = std::min<size_t>(choose.Below(9), bytes.size() - at);
  return bytes.replace(at, cut, choose.Text());
}

}  // namespace gatepost::fuzz

#endif  // GATEPOST_TESTS_FUZZ_CHOOSER_H_
