// The file that remembers how far a log was signed.
#include "daemon/store/guard_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>

#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "tests/support/temporary_folder.h"

namespace gatepost::store {
namespace {

class Guard : public ::testing::Test {
 protected:
  std::unique_ptr<GuardFile> Open(const std::string& node = "vn-langson") {
    absl::StatusOr<std::unique_ptr<GuardFile>> opened = GuardFile::Open(path_, node);
    EXPECT_TRUE(opened.ok()) << opened.status();
    return opened.ok() ? *std::move(opened) : nullptr;
  }
  static GuardRecord Head(uint64_t epoch, uint64_t size) {
    return {epoch, size, certs::Sha256Of(std::to_string(size))};
  }

  testing::TemporaryFolder folder_;
  const std::string path_ = folder_.Under("vn-langson.guard");
};

TEST_F(Guard, RemembersTheNewestHeadAcrossStarts) {
  EXPECT_FALSE(Open()->found().has_value());
  ASSERT_TRUE(Open()->Raise(Head(1, 7)).ok());
  ASSERT_TRUE(Open()->Raise(Head(1, 4'000'000'000'000)).ok());
  EXPECT_EQ(Open()->found(), Head(1, 4'000'000'000'000));
}

TEST_F(Guard, IsNeverLowered) {
  ASSERT_TRUE(Open()->Raise(Head(2, 7)).ok());
  ASSERT_TRUE(Open()->Raise(Head(1, 900)).ok());
  ASSERT_TRUE(Open()->Raise(Head(2, 6)).ok());
  EXPECT_EQ(Open()->found(), Head(2, 7));
  const std::unique_ptr<GuardFile> guard = Open();
  ASSERT_TRUE(guard->Raise(Head(3, 2)).ok());  // A later epoch is later, whatever its size.
  ASSERT_TRUE(guard->Sync().ok());
  EXPECT_EQ(Open()->found(), Head(3, 2));
}

TEST_F(Guard, EachChangedByteIsNoticed) {
  ASSERT_TRUE(Open()->Raise(Head(1, 7)).ok());
  const std::string good = *system::ReadFile(path_);
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bad;
    EXPECT_FALSE(Open()->found().has_value()) << "byte " << i;
  }
  std::ofstream(path_, std::ios::binary | std::ios::trunc) << good.substr(0, good.size() - 1);
  EXPECT_FALSE(Open()->found().has_value());
}

TEST_F(Guard, AnotherNodesFileIsRefused) {
  ASSERT_TRUE(Open()->Raise(Head(1, 7)).ok());
  EXPECT_EQ(system::ReasonOf(GuardFile::Open(path_, "cn-pingxiang").status()),
            v1::REASON_BAD_CONFIG);
}

TEST_F(Guard, AFolderThatIsMissingIsNamed) {
  const absl::Status why = GuardFile::Open(folder_.Under("none/guard"), "vn-langson").status();
  EXPECT_EQ(system::ReasonOf(why), v1::REASON_STORE_FAILED);
  EXPECT_NE(why.message().find("none/guard"), absl::string_view::npos);
}

}  // namespace
}  // namespace gatepost::store
