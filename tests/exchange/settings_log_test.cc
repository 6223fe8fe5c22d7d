#include "daemon/exchange/settings_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/support/two_nodes.h"

namespace gatepost::exchange {
namespace {

using ::gatepost::testing::Need;
using ::gatepost::testing::TwoNodes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A node whose settings are two files and a key.
class SettingsLogTest : public ::testing::Test {
 protected:
  SettingsLogTest() { files_ = {{"/node", "node 1"}, {"/link", "link 1"}}; }

  // The node starts with the files as they are.
  void Start() {
    log_ = std::make_unique<SettingsLog>(
        std::vector<Setting>{
            {"CONFIG", "config:node", certs::Sha256Of(files_["/node"]), "/node"},
            {"LINK", "link:cn-pingxiang", certs::Sha256Of(files_["/link"]), "/link"},
            {"KEY", "key:log", certs::Sha256Of("vkey"), ""}},
        [this](const std::string& file) -> absl::StatusOr<std::string> {
          const auto found = files_.find(file);
          if (found == files_.end()) return absl::NotFoundError(file);
          return found->second;
        },
        *world_.vn->committer, world_.clock);
    Need(log_->OnStart());
    world_.vn->Settle();
  }

  void Pass(absl::Duration time) {
    for (absl::Duration at; at < time; at += absl::Seconds(1)) {
      world_.clock.Advance(absl::Seconds(1));
      log_->OnTick();
      world_.vn->Settle();
    }
  }

  // What was logged since the last call: event, object, result.
  std::vector<std::string> Said() {
    const std::vector<ledger::Leaf> leaves = world_.vn->Leaves();
    std::vector<std::string> said;
    for (size_t i = seen_; i < leaves.size(); ++i) {
      said.push_back(leaves[i].event + " " + leaves[i].object + " " + leaves[i].result);
      last_detail_ = leaves[i].detail;
    }
    seen_ = leaves.size();
    return said;
  }

  TwoNodes world_;
  std::map<std::string, std::string> files_;
  std::unique_ptr<SettingsLog> log_;
  size_t seen_ = 0;
  std::string last_detail_;
};

TEST_F(SettingsLogTest, GoingBackToAnEarlierPolicyIsSaidAgain) {
  const auto start_with = [this](const std::string& id) {
    log_ = std::make_unique<SettingsLog>(
        std::vector<Setting>{{"POLICY", "policy:" + id, certs::Sha256Of(id), "", false, "policy"}},
        [](const std::string&) { return std::string(); }, *world_.vn->committer, world_.clock);
    Need(log_->OnStart());
    world_.vn->Settle();
  };
  for (const char* id : {"a", "a", "b", "a"}) start_with(id);
  EXPECT_THAT(Said(), ElementsAre("POLICY policy:a LOADED", "POLICY policy:b LOADED",
                                  "POLICY policy:a LOADED"));
}

TEST_F(SettingsLogTest, WhatTheStartLeftOutIsSaidWhenItIsTakenOver) {
  log_ = std::make_unique<SettingsLog>(
      std::vector<Setting>{{.event = "TRUST",
                            .object = "revocations:langson.practice.example:1",
                            .sha256 = certs::Sha256Of("older"),
                            .file = "/list",
                            .reloads = true,
                            .left_out = true}},
      [](const std::string&) { return std::string("newer"); }, *world_.vn->committer, world_.clock);
  Need(log_->OnStart());
  world_.vn->Settle();
  Pass(absl::Seconds(20));
  EXPECT_THAT(Said(), IsEmpty());
  log_->Reloaded("revocations:langson.practice.example:1");
  world_.vn->Settle();
  EXPECT_THAT(Said(), ElementsAre("TRUST revocations:langson.practice.example:1 LOADED"));
}

TEST_F(SettingsLogTest, WhatWasLoadedIsSaidOnceForAllStarts) {
  Start();
  EXPECT_THAT(Said(), ElementsAre("CONFIG config:node LOADED", "LINK link:cn-pingxiang LOADED",
                                  "KEY key:log LOADED"));
  EXPECT_EQ(last_detail_, "sha256:" + certs::ToHex(certs::Sha256Of("vkey")));
  Pass(absl::Minutes(1));
  Start();
  Pass(absl::Minutes(1));
  EXPECT_THAT(Said(), IsEmpty());
}

TEST_F(SettingsLogTest, AFileEditedByHandIsSaidWhileTheNodeRuns) {
  Start();
  Said();
  files_["/link"] = "link 2";
  Pass(absl::Minutes(1));
  EXPECT_THAT(Said(), ElementsAre("LINK link:cn-pingxiang EDITED"));
  EXPECT_EQ(last_detail_, "sha256:" + certs::ToHex(certs::Sha256Of("link 2")));
  files_["/link"] = "link 1";
  Pass(absl::Minutes(1));
  EXPECT_THAT(Said(), ElementsAre("LINK link:cn-pingxiang LOADED"));
  files_.erase("/link");
  Pass(absl::Minutes(1));
  EXPECT_THAT(Said(), ElementsAre("LINK link:cn-pingxiang UNREADABLE"));
}

TEST_F(SettingsLogTest, AnEditWhileTheNodeWasDownIsSaidAtTheStart) {
  Start();
  Said();
  log_ = nullptr;
  files_["/node"] = "node 2";
  Start();
  EXPECT_THAT(Said(), ElementsAre("CONFIG config:node LOADED"));
  EXPECT_EQ(last_detail_, "sha256:" + certs::ToHex(certs::Sha256Of("node 2")));
}

}  // namespace
}  // namespace gatepost::exchange
