#include "client/sandbox_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "absl/time/clock.h"
#include "certs/signer.h"
#include "certs/suites.h"
#include "daemon/config/agreement_signatures.h"
#include "daemon/config/client_settings.h"
#include "daemon/config/node_settings.h"
#include "tests/certs/practice_world.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_files.h"

namespace gatepost::client {
namespace {

using certs::IsOk;
using certs::Must;
using certs::RefusedAs;

class SandboxFilesTest : public ::testing::Test {
 protected:
  SandboxFilesTest() : sandbox_(Must(MakeSandbox(folder_.Under("s"), absl::Now()))) {
    EXPECT_THAT(WriteSandboxConfigs(
                    {.vn = 21001, .cn = 21002, .relay = 21003},
                    std::string(GATEPOST_SOURCE_DIR) + "/daemon/domain/register/gates.textproto",
                    &sandbox_),
                IsOk());
  }

  testing::TemporaryFolder folder_;
  config::v1::Sandbox sandbox_;
};

TEST_F(SandboxFilesTest, BothNodeConfigsAreGoodAndHoldOneAgreement) {
  config::NodeSettings vn = Must(config::LoadNodeSettings(sandbox_.nodes(0).config_file()));
  config::NodeSettings cn = Must(config::LoadNodeSettings(sandbox_.nodes(1).config_file()));
  EXPECT_THAT(config::CheckTlsIdentity(vn, absl::Now()), IsOk());
  EXPECT_THAT(config::CheckTlsIdentity(cn, absl::Now()), IsOk());
  EXPECT_TRUE(vn.practice && cn.practice);
  EXPECT_EQ(vn.zone_name, "Asia/Ho_Chi_Minh");
  EXPECT_EQ(cn.zone_name, "Asia/Shanghai");
  EXPECT_EQ(vn.reference_prefix, "LS");
  EXPECT_EQ(cn.reference_prefix, "PX");
  EXPECT_EQ(vn.links.at(0).agreement_sha256, cn.links.at(0).agreement_sha256);
  EXPECT_EQ(vn.links.at(0).dial, "127.0.0.1:21003");
  EXPECT_EQ(cn.links.at(0).dial, "");
  EXPECT_EQ(sandbox_.relay().target(), cn.listen);
}

TEST_F(SandboxFilesTest, EveryRoleOfBothSidesHasAGoodConfig) {
  ASSERT_EQ(sandbox_.clients_size(), 8);
  for (const config::v1::SandboxClient& client : sandbox_.clients()) {
    config::ClientSettings settings = Must(config::LoadClientSettings(client.config_file()));
    EXPECT_EQ(settings.origin_node, client.node());
    EXPECT_EQ(settings.recipient_nodes.size(), 1u);
    EXPECT_EQ(settings.signing_key_file.empty(), client.name().ends_with("auditor"));
  }
  EXPECT_EQ(sandbox_.clients(0).config_file(), folder_.Under("s/clients/vn-clerk.textproto"));
  EXPECT_EQ(sandbox_.clients(1).spiffe_id(),
            "spiffe://langson.practice.example/agency/board/officer/shift-lead-1");
  EXPECT_EQ(sandbox_.clients(6).spiffe_id(),
            "spiffe://pingxiang.practice.example/agency/port-office/service/feeder");
  EXPECT_EQ(sandbox_.clients(7).spiffe_id(), "spiffe://pingxiang.practice.example/auditor/desk-1");
}

TEST_F(SandboxFilesTest, TheChineseOfficerSignsWithSm2AndBothNodesLetHim) {
  for (const config::v1::SandboxClient& client : sandbox_.clients()) {
    if (client.signing_key_file().empty()) continue;
    const auto signer = Must(
        certs::Signer::FromFiles(client.signing_key_file(), client.signing_certificate_file()));
    EXPECT_EQ(signer->suite(),
              client.name() == "cn-officer" ? certs::kSm2Sm3 : certs::kEcdsaP256Sha256)
        << client.name();
  }
  for (const config::v1::SandboxNode& node : sandbox_.nodes()) {
    const config::NodeSettings settings = Must(config::LoadNodeSettings(node.config_file()));
    for (const certs::TrustDomain& domain : settings.trust_domains) {
      EXPECT_EQ(std::ranges::count(domain.allowed_suites, certs::kSm2Sm3),
                domain.country == "CN" ? 1 : 0);
    }
    const config::LinkAgreement agreement =
        Must(config::ReadLinkAgreement(sandbox_.agreement_file()));
    const auto trust = Must(certs::TrustStore::Create(settings.trust_domains));
    EXPECT_EQ(
        Must(config::CheckAgreementSigned(
                 agreement, config::SignaturesPathOf(sandbox_.agreement_file()), trust, false))
            .size(),
        2u);
  }
}

TEST_F(SandboxFilesTest, OnlyTheOwnerReadsAnyKey) {
  int keys = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(sandbox_.dir())) {
    if (entry.path().extension() != ".key") continue;
    ++keys;
    struct stat info{};
    ASSERT_EQ(stat(entry.path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u) << entry.path();
  }
  EXPECT_EQ(keys, 2 * 4 + 8 + 6);
}

TEST_F(SandboxFilesTest, ListIsReadBackAsWritten) {
  EXPECT_EQ(Must(ReadSandbox(folder_.Under("s"))).SerializeAsString(),
            sandbox_.SerializeAsString());
}

TEST(SandboxFolderTest, ForeignFolderIsLeftAlone) {
  testing::TemporaryFolder folder;
  testing::WriteTestFile(folder.Under("thesis.txt"), "mine");
  EXPECT_THAT(MakeSandbox(folder.path(), absl::Now()), RefusedAs(v1::REASON_BAD_ARGUMENT));
  EXPECT_EQ(testing::ReadTestFile(folder.Under("thesis.txt")), "mine");
  EXPECT_FALSE(std::filesystem::exists(folder.Under("run")));
}

TEST(SandboxFolderTest, MissingSandboxIsNotFound) {
  testing::TemporaryFolder folder;
  EXPECT_THAT(ReadSandbox(folder.path()), RefusedAs(v1::REASON_NOT_FOUND));
}

}  // namespace
}  // namespace gatepost::client
