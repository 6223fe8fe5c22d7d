#include "client/sandbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include "absl/time/clock.h"
#include "client/message_builder.h"
#include "client/node_client.h"
#include "client/process.h"
#include "daemon/config/client_settings.h"
#include "tests/certs/practice_world.h"
#include "tests/config/practice_files.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_files.h"

namespace gatepost::client {
namespace {

using certs::IsOk;
using certs::RefusedAs;
// Throws, so that TearDown still ends the nodes.
using ::testing::HasSubstr;
using testing::Must;

// Two real nodes; ended with the test, whatever happens.
class SandboxTest : public ::testing::Test {
 protected:
  void TearDown() override { SandboxDown(dir_).IgnoreError(); }

  std::unique_ptr<NodeClient> ClientOf(const config::v1::Sandbox& sandbox,
                                       const std::string& name) {
    for (const config::v1::SandboxClient& client : sandbox.clients()) {
      if (client.name() != name) continue;
      settings_.push_back(Must(config::LoadClientSettings(client.config_file())));
      return Must(NodeClient::Create(settings_.back()));
    }
    ADD_FAILURE() << "no client " << name;
    return nullptr;
  }

  bool LinkStands(NodeClient& client) { return Must(client.GetNode()).links(0).connected(); }

  // Asks until the link is as wanted, at most 30 s.
  bool WaitForLink(NodeClient& client, bool connected) {
    for (absl::Time until = absl::Now() + absl::Seconds(30); absl::Now() < until;) {
      if (LinkStands(client) == connected) return true;
      poll(nullptr, 0, 20);
    }
    return false;
  }

  // Asks until the ladder of the message ends on `rung` or higher, at most 30 s.
  bool WaitForRung(NodeClient& client, const std::string& id, v1::Rung rung) {
    v1::GetStatusRequest request;
    request.set_reference(id);
    for (absl::Time until = absl::Now() + absl::Seconds(30); absl::Now() < until;) {
      if (Must(client.GetStatus(request)).ladders(0).rung() >= rung) return true;
      poll(nullptr, 0, 20);
    }
    return false;
  }

  testing::TemporaryFolder folder_;
  const std::string dir_ = folder_.Under("sandbox");
  const SandboxOptions options_ = {.gatepostd = std::string(GATEPOST_BIN_DIR) + "/gatepostd",
                                   .relay = {GATEPOST_RELAY_PROGRAM},
                                   .register_file = {}};
  std::vector<config::ClientSettings> settings_;
  system::SystemClock clock_;
  system::SystemRandom random_;
};

TEST_F(SandboxTest, IsUpWithinTenSecondsAndGoneAfterwards) {
  const absl::Time begin = absl::Now();
  config::v1::Sandbox sandbox = Must(SandboxUp(dir_, options_));
  EXPECT_LT(absl::Now() - begin, absl::Seconds(10));
  EXPECT_TRUE(sandbox.nodes(0).running() && sandbox.nodes(1).running() &&
              sandbox.relay().running());
  EXPECT_TRUE(LinkStands(*ClientOf(sandbox, "vn-auditor")));
  EXPECT_TRUE(LinkStands(*ClientOf(sandbox, "cn-auditor")));
  config::v1::Sandbox down = Must(SandboxDown(dir_));
  EXPECT_FALSE(down.nodes(0).running() || down.nodes(1).running() || down.relay().running());
  EXPECT_NE(kill(sandbox.nodes(0).pid(), 0), 0);
}

TEST_F(SandboxTest, SecondUpStartsOnlyWhatIsMissing) {
  config::v1::Sandbox first = Must(SandboxUp(dir_, options_));
  ASSERT_EQ(kill(first.nodes(1).pid(), SIGKILL), 0);
  config::v1::Sandbox second = Must(SandboxUp(dir_, options_));
  EXPECT_EQ(second.nodes(0).pid(), first.nodes(0).pid());
  EXPECT_NE(second.nodes(1).pid(), first.nodes(1).pid());
  EXPECT_EQ(second.nodes(1).port(), first.nodes(1).port());
  EXPECT_EQ(second.nodes(1).log_vkey(), first.nodes(1).log_vkey());
}

TEST_F(SandboxTest, CutLinkHoldsMessagesBackAndRestoredLinkDeliversThem) {
  config::v1::Sandbox sandbox = Must(SandboxUp(dir_, options_));
  auto client = ClientOf(sandbox, "vn-clerk");
  ASSERT_THAT(CutLink(dir_), IsOk());
  EXPECT_TRUE(WaitForLink(*client, false));
  EXPECT_THAT(CutLink(dir_), RefusedAs(v1::REASON_BAD_ARGUMENT));

  auto signer = Must(LoadSigner(client->settings()));
  MessageBuilder builder(MessageBuilder::SenderOf(client->settings(), signer->id()), clock_,
                         random_);
  const std::string id = Must(client->Submit(Must(Sign(builder.Ping("x"), *signer)))).message_id();
  EXPECT_TRUE(WaitForRung(*client, id, v1::RUNG_ACCEPTED));
  EXPECT_FALSE(LinkStands(*client));
  v1::GetStatusRequest request;
  request.set_reference(id);
  EXPECT_EQ(Must(client->GetStatus(request)).ladders(0).rung(), v1::RUNG_ACCEPTED);

  ASSERT_THAT(RestoreLink(dir_, options_), IsOk());
  EXPECT_TRUE(WaitForRung(*client, id, v1::RUNG_DELIVERED));
}

TEST_F(SandboxTest, FailedUpEndsWhatItStartedAndShowsTheLog) {
  SandboxOptions broken = options_;
  broken.register_file = folder_.Under("gates.textproto");
  testing::WriteTestFile(broken.register_file, "version: \"\"\n");
  absl::Status status = SandboxUp(dir_, broken).status();
  EXPECT_THAT(status, RefusedAs(v1::REASON_NOT_REACHABLE));
  EXPECT_THAT(std::string(status.message()), HasSubstr("BAD_CONFIG"));
  config::v1::Sandbox after = Must(SandboxStatus(dir_));
  EXPECT_FALSE(after.nodes(0).running() || after.nodes(1).running() || after.relay().running());
}

TEST_F(SandboxTest, MissingProgramIsNamed) {
  SandboxOptions broken = options_;
  broken.gatepostd = folder_.Under("gatepostd");
  EXPECT_THAT(SandboxUp(dir_, broken), RefusedAs(v1::REASON_NOT_FOUND));
  EXPECT_FALSE(Must(SandboxStatus(dir_)).relay().running());
}

TEST_F(SandboxTest, DownAndStatusNeedASandbox) {
  EXPECT_THAT(SandboxDown(dir_), RefusedAs(v1::REASON_NOT_FOUND));
  EXPECT_THAT(SandboxStatus(dir_), RefusedAs(v1::REASON_NOT_FOUND));
}

}  // namespace
}  // namespace gatepost::client
