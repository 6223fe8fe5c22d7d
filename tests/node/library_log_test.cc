// What gRPC says in the daemon's log: counted, bounded, and nothing of a stranger's that harms it.
#include "daemon/node/library_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/certs/practice_world.h"
#include "tests/support/manual_clock.h"

namespace gatepost::node {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kFailed[] =
    "Handshake failed with fatal error SSL_ERROR_SSL: error:0A00:SSL routines::";

class LibraryLogTest : public ::testing::Test {
 protected:
  const std::shared_ptr<testing::ManualClock> clock_ =
      std::make_shared<testing::ManualClock>(certs::At("2026-01-01T08:00:00Z"));
  std::vector<std::string> lines_;
  LibraryLog log_{clock_, [this](const std::string& line) { lines_.push_back(line); }};
};

TEST_F(LibraryLogTest, HandshakesThatTlsEndedAreCountedByWhetherACertificateWasShown) {
  log_.Say(std::string(kFailed) + "peer did not return a certificate.");
  log_.Say(std::string(kFailed) + "unsupported protocol.");
  log_.Say("something else");
  EXPECT_THAT(lines_,
              ElementsAre("handshake ended by TLS: NO_CERTIFICATE: the caller showed none (1 since "
                          "the start, 1 of them without certificate)",
                          "handshake ended by TLS: unsupported protocol (2 since the start, 1 of "
                          "them without certificate)",
                          "gRPC: something else"));
  EXPECT_EQ(log_.ended().handshakes, 2);
  EXPECT_EQ(log_.ended().without_certificate, 1);
}

TEST_F(LibraryLogTest, AFloodIsCountedWholeAndWrittenWithinALimit) {
  for (int i = 0; i < 10'000; ++i) {
    log_.Say(std::string(kFailed) + "peer did not return a certificate.");
  }
  EXPECT_THAT(lines_, SizeIs(100));
  EXPECT_EQ(log_.ended().without_certificate, 10'000);
  clock_->Advance(absl::Seconds(1));
  log_.Say("x");
  EXPECT_THAT(lines_.back(), HasSubstr("gRPC: x; before it, 9900 lines of gRPC were left out"));
}

TEST_F(LibraryLogTest, ALineStaysOneLineAndShort) {
  log_.Say("one\ntwo" + std::string(5000, 'x'));
  ASSERT_THAT(lines_, SizeIs(1));
  EXPECT_EQ(lines_[0].find('\n'), std::string::npos);
  EXPECT_LT(lines_[0].size(), 1000u);
}

}  // namespace
}  // namespace gatepost::node
