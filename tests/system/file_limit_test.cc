#include "daemon/system/file_limit.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace gatepost::system {
namespace {

TEST(FileLimitTest, SoftLimitBecomesTheHardOne) {
  rlimit limit = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlim_t hard = limit.rlim_max;
  ASSERT_GT(hard, 64u);
  limit.rlim_cur = 64;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  const auto raised = RaiseFileLimit();
  ASSERT_TRUE(raised.ok()) << raised.status();
  EXPECT_EQ(*raised, hard);
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(limit.rlim_cur, hard);
  EXPECT_EQ(*RaiseFileLimit(), hard);
}

}  // namespace
}  // namespace gatepost::system
