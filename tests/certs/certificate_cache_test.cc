#include "certs/certificate_cache.h"

#include "certs/bounded_cache.h"
#include "tests/certs/practice_world.h"

namespace gatepost::certs {
namespace {

class CertificateCacheTest : public ::testing::Test {
 protected:
  Identity Issue(const SpiffeId& id) {
    return Must(world_.Validate(world_.vn.IssueSigner(id), Usage::kSign));
  }

  PracticeWorld world_;
  CertificateCache cache_{2};
};

TEST_F(CertificateCacheTest, ReturnsWhatWasValidatedForThatUsageOnly) {
  const Identity clerk = Issue(world_.vn_clerk);
  EXPECT_FALSE(cache_.Find(clerk.certificate_sha256, Usage::kSign, world_.now).has_value());
  cache_.Put(Usage::kSign, clerk);
  ASSERT_TRUE(cache_.Find(clerk.certificate_sha256, Usage::kSign, world_.now).has_value());
  EXPECT_EQ(cache_.Find(clerk.certificate_sha256, Usage::kSign, world_.now)->id, world_.vn_clerk);
  EXPECT_FALSE(cache_.Find(clerk.certificate_sha256, Usage::kTlsClient, world_.now).has_value());
}

TEST_F(CertificateCacheTest, LooksAtTheClockOnEveryHit) {
  const Identity clerk = Issue(world_.vn_clerk);
  cache_.Put(Usage::kSign, clerk);
  auto at = [&](absl::Time now) {
    return cache_.Find(clerk.certificate_sha256, Usage::kSign, now).has_value();
  };
  EXPECT_TRUE(at(clerk.not_before));
  EXPECT_TRUE(at(clerk.not_after - absl::Nanoseconds(1)));
  EXPECT_FALSE(at(clerk.not_after));
  EXPECT_FALSE(at(clerk.not_before - absl::Nanoseconds(1)));
}

TEST_F(CertificateCacheTest, KeepsNoMoreThanItsCapacity) {
  const Identity clerk = Issue(world_.vn_clerk);
  const Identity officer = Issue(world_.vn_officer);
  const Identity service = Issue(world_.vn_service);
  cache_.Put(Usage::kSign, clerk);
  cache_.Put(Usage::kSign, officer);
  cache_.Find(clerk.certificate_sha256, Usage::kSign, world_.now);  // The officer is now older.
  cache_.Put(Usage::kSign, service);
  EXPECT_EQ(cache_.size(), 2u);
  EXPECT_TRUE(cache_.Find(clerk.certificate_sha256, Usage::kSign, world_.now).has_value());
  EXPECT_FALSE(cache_.Find(officer.certificate_sha256, Usage::kSign, world_.now).has_value());
}

TEST(BoundedCacheTest, ReplacesErasesAndKeepsNothingAtCapacityZero) {
  BoundedCache<int, std::string> cache(2);
  cache.Put(1, "one");
  cache.Put(1, "uno");
  EXPECT_EQ(cache.size(), 1u);
  EXPECT_EQ(cache.Find(1), "uno");
  cache.Put(2, "two");
  cache.EraseIf([](int key, const std::string&) { return key == 1; });
  EXPECT_EQ(cache.Find(1), std::nullopt);
  cache.Erase(2);
  EXPECT_EQ(cache.size(), 0u);
  BoundedCache<int, std::string> nothing(0);
  nothing.Put(1, "one");
  EXPECT_EQ(nothing.Find(1), std::nullopt);
}

}  // namespace
}  // namespace gatepost::certs
