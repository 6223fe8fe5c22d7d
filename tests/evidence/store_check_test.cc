#include "client/evidence/store_check.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "daemon/system/reason.h"
#include "tests/evidence/store_world.h"

namespace gatepost::testing {
namespace {

using evidence::Answer;
using evidence::StoreVerdict;

class StoreCheckTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { world_ = new StoreWorld(); }
  static void TearDownTestSuite() {
    delete world_;
    world_ = nullptr;
  }
  static std::string Told(const StoreVerdict& verdict) {
    std::string told;
    for (const auto& [where, why] : verdict.findings) {
      told += fmt::format("{}: {}\n", where, std::string(why.message()));
    }
    return told;
  }

  static StoreWorld* world_;
};

StoreWorld* StoreCheckTest::world_ = nullptr;

TEST_F(StoreCheckTest, WhatHonestNodesKeepIsValid) {
  for (const bool vn : {true, false}) {
    const DatabaseCopy copy(world_->FolderOf(vn));
    const StoreVerdict verdict = Need(evidence::CheckStore(copy.folder(), world_->OptionsOf(vn)));
    EXPECT_EQ(verdict.answer, Answer::kValid) << Told(verdict);
    EXPECT_EQ(verdict.log_size, world_->Node(vn).head().size);
    EXPECT_EQ(verdict.log_root, world_->Node(vn).head().root);
    EXPECT_EQ(verdict.counts.entries, verdict.log_size);
    const auto& counts = verdict.counts;
    EXPECT_EQ(counts.envelopes_verified + (vn ? 0 : 1), counts.messages);
    EXPECT_GE(counts.messages, 15u);
    EXPECT_GT(counts.receipts, 4u);
    EXPECT_GT(counts.rungs, 3u);
    EXPECT_GT(counts.decisions, 4u);
    EXPECT_EQ(counts.cosigned_heads, 2u);
  }
}

TEST_F(StoreCheckTest, RunningNodesFolderCanBeReadAndIsNotWritten) {
  const std::string file = world_->FolderOf(true) + "/gatepost.db";
  const auto before = std::filesystem::last_write_time(file);
  EXPECT_EQ(Need(evidence::CheckStore(world_->FolderOf(true), world_->OptionsOf(true))).answer,
            Answer::kValid);
  EXPECT_EQ(std::filesystem::last_write_time(file), before);
}

TEST_F(StoreCheckTest, CopyInAFolderThatCannotBeWrittenIsReadAndLeftAsItIs) {
  const DatabaseCopy copy(world_->FolderOf(true));
  std::filesystem::permissions(copy.folder() + "/gatepost.db", std::filesystem::perms::owner_read);
  std::filesystem::permissions(
      copy.folder(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  EXPECT_EQ(Need(evidence::CheckStore(copy.folder(), world_->OptionsOf(true))).answer,
            Answer::kValid);
  std::filesystem::permissions(copy.folder(), std::filesystem::perms::owner_all);
  int files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(copy.folder())) {
    ++files;
  }
  EXPECT_EQ(files, 1);
}

TEST_F(StoreCheckTest, WithoutThePeersKeysTheCheckIsIncomplete) {
  const DatabaseCopy copy(world_->FolderOf(true));
  evidence::StoreCheckOptions options = world_->OptionsOf(true);
  options.peers.clear();
  const StoreVerdict verdict = Need(evidence::CheckStore(copy.folder(), options));
  EXPECT_EQ(verdict.answer, Answer::kIncomplete) << Told(verdict);
}

// Once for each side, however many messages: more findings than are kept would be INVALID.
TEST_F(StoreCheckTest, WithoutRootsSignaturesAreMissingOnceForEachDomain) {
  const DatabaseCopy copy(world_->FolderOf(true));
  evidence::StoreCheckOptions options = world_->OptionsOf(true);
  options.most_findings = 2;
  std::vector<certs::TrustDomain> domains;
  for (const certs::TrustDomain* domain : world_->trust->Domains()) domains.push_back(*domain);
  ASSERT_EQ(domains.size(), 2u);
  for (const certs::TrustDomain& domain : domains) {
    const certs::TrustStore alone = Need(certs::TrustStore::Create({domain}));
    options.trust = &alone;
    const std::string other = domains[domain.name == domains[0].name ? 1 : 0].name;
    options.without_roots = {other};
    const StoreVerdict verdict = Need(evidence::CheckStore(copy.folder(), options));
    EXPECT_EQ(verdict.answer, Answer::kIncomplete) << Told(verdict);
    EXPECT_EQ(verdict.finding_count, 1u) << Told(verdict);
    EXPECT_GT(verdict.counts.envelopes_verified, 0u);
    EXPECT_LT(verdict.counts.envelopes_verified, verdict.counts.messages);
    // Whoever says that he has them all, and has not, is told so at each message.
    options.without_roots.clear();
    EXPECT_EQ(Need(evidence::CheckStore(copy.folder(), options)).answer, Answer::kInvalid);
  }
  options.trust = nullptr;
  options.without_roots = {domains[0].name, domains[1].name};
  const StoreVerdict none = Need(evidence::CheckStore(copy.folder(), options));
  EXPECT_EQ(none.answer, Answer::kIncomplete) << Told(none);
  EXPECT_EQ(none.finding_count, 2u) << Told(none);
}

TEST_F(StoreCheckTest, AnotherNodesKeysDoNotFit) {
  const DatabaseCopy copy(world_->FolderOf(true));
  evidence::StoreCheckOptions options = world_->OptionsOf(true);
  std::swap(options.own.log, options.peers[0].log);
  EXPECT_EQ(Need(evidence::CheckStore(copy.folder(), options)).answer, Answer::kInvalid);
}

TEST_F(StoreCheckTest, FolderWithoutAStoreIsAnError) {
  const TemporaryFolder folder;
  EXPECT_EQ(system::ReasonOf(evidence::CheckStore(folder.path(), world_->OptionsOf(true)).status()),
            v1::REASON_STORE_FAILED);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(StoreCheckTest, FindingsAreBoundedAndAllCounted) {
  DatabaseCopy copy(world_->FolderOf(true));
  copy.Do("UPDATE message SET stored_at = stored_at + 1");
  evidence::StoreCheckOptions options = world_->OptionsOf(true);
  options.most_findings = 3;
  const StoreVerdict verdict = Need(evidence::CheckStore(copy.folder(), options));
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_EQ(verdict.findings.size(), 3u);
  EXPECT_EQ(verdict.finding_count, verdict.counts.messages);
}

}  // namespace
}  // namespace gatepost::testing
