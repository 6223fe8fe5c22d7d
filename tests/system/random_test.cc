#include "daemon/system/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "tests/support/seeded_random.h"

namespace gatepost::system {
namespace {

// Gives the numbers it was told, one for each Fill of eight bytes.
class ScriptedRandom : public Random {
 public:
  explicit ScriptedRandom(std::vector<uint64_t> numbers) : numbers_(std::move(numbers)) {}
  void Fill(std::span<uint8_t> bytes) override {
    ASSERT_EQ(bytes.size(), sizeof(uint64_t));
    ASSERT_LT(next_, numbers_.size());
    std::copy_n(reinterpret_cast<const uint8_t*>(&numbers_[next_++]), bytes.size(), bytes.data());
  }
  size_t drawn() const { return next_; }

 private:
  std::vector<uint64_t> numbers_;
  size_t next_ = 0;
};

TEST(RandomTest, SystemRandomFillsAllOfIt) {
  SystemRandom random;
  std::array<bool, 1000> changed{};
  // A byte that stays zero in twenty fills was not filled: chance would need 256^20 tries.
  for (int round = 0; round < 20; ++round) {
    std::array<uint8_t, 1000> bytes{};
    random.Fill(bytes);
    for (size_t at = 0; at < bytes.size(); ++at) changed[at] = changed[at] || bytes[at] != 0;
  }
  EXPECT_TRUE(std::all_of(changed.begin(), changed.end(), [](bool yes) { return yes; }));
  random.Fill({});
}

TEST(RandomTest, SystemRandomDoesNotRepeat) {
  SystemRandom random;
  std::array<uint8_t, 32> one{}, other{};
  random.Fill(one);
  random.Fill(other);
  EXPECT_NE(one, other);
}

TEST(RandomTest, UniformStaysBelowItsBoundAndReachesAllOfIt) {
  testing::SeededRandom random(7);
  std::map<uint64_t, int> seen;
  for (int i = 0; i < 7000; ++i) ++seen[random.Uniform(7)];
  ASSERT_EQ(seen.size(), 7u);
  EXPECT_EQ(seen.rbegin()->first, 6u);
  for (const auto& [number, times] : seen) EXPECT_NEAR(times, 1000, 200) << number;
  EXPECT_EQ(random.Uniform(1), 0u);
}

// 2^64 leaves 1 over 5, so the largest number would make 0 likelier: it must be drawn again.
TEST(RandomTest, UniformDrawsAgainWhatWouldFavourSmallNumbers) {
  ScriptedRandom biased({UINT64_MAX, 12});
  EXPECT_EQ(biased.Uniform(5), 2u);
  EXPECT_EQ(biased.drawn(), 2u);
  ScriptedRandom largest({UINT64_MAX - 1});
  EXPECT_EQ(largest.Uniform(5), 4u);
  ScriptedRandom power({UINT64_MAX});
  EXPECT_EQ(power.Uniform(8), 7u);
}

TEST(RandomTest, SeededRandomRepeatsItself) {
  testing::SeededRandom one(42), same(42), other(43);
  std::array<uint8_t, 64> a{}, b{}, c{};
  one.Fill(a);
  same.Fill(b);
  other.Fill(c);
  EXPECT_EQ(a, b);
  EXPECT_NE(a, c);
}

}  // namespace
}  // namespace gatepost::system
