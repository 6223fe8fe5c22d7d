#include "daemon/node/reloader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/two_nodes.h"

namespace gatepost::node {
namespace {

using ::gatepost::testing::Need;
using ::gatepost::testing::TwoNodes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A node with one setting that is two files; what they say is taken when both say the same.
class ReloaderTest : public ::testing::Test {
 protected:
  ReloaderTest() {
    Need(log_.OnStart());
    world_.vn->Settle();
    seen_ = world_.vn->Leaves().size();
  }

  bool Write(const std::string& name, const std::string& text) {
    Need(system::WriteFileAtomically(folder_.Under(name), text));
    return true;
  }

  void Look(int times = 1) {
    for (int i = 0; i < times; ++i) reloader_.OnTick();
    world_.vn->Settle();
  }

  absl::Status Load() {
    ++loads_;
    const std::string a = Need(system::ReadFile(folder_.Under("a")));
    const std::string b = Need(system::ReadFile(folder_.Under("b")));
    if (a != b) return system::Refuse(v1::REASON_BAD_CONFIG, a, b, "write both");
    taken_ = a;
    return absl::OkStatus();
  }

  // What was logged since the last call: event, object, result.
  std::vector<std::string> Said() {
    const std::vector<ledger::Leaf> leaves = world_.vn->Leaves();
    std::vector<std::string> said;
    for (; seen_ < leaves.size(); ++seen_) {
      const ledger::Leaf& leaf = leaves[seen_];
      said.push_back(leaf.event + " " + leaf.object + " " + leaf.result);
    }
    return said;
  }

  TwoNodes world_;
  testing::TemporaryFolder folder_;
  const bool written_ = Write("a", "one") && Write("b", "one");  // Before they are looked at.
  std::string taken_ = "one";
  int loads_ = 0;
  size_t seen_ = 0;
  exchange::SettingsLog log_{{{"KEY", "key:tls", certs::Sha256Of("one"), folder_.Under("a"), true}},
                             [](const std::string& file) { return system::ReadFile(file); },
                             *world_.vn->committer,
                             world_.clock};
  exchange::StandingAlarms alarms_{*world_.vn->committer};
  Reloader reloader_{{{"key:tls",
                       {"key:tls"},
                       {folder_.Under("a"), folder_.Under("b")},
                       [this] { return Load(); }}},
                     log_,
                     alarms_};
};

TEST_F(ReloaderTest, NothingIsLoadedThatDidNotChange) {
  Look(5);
  EXPECT_EQ(loads_, 0);
  EXPECT_THAT(Said(), IsEmpty());
}

// It waits for one quiet look, so that a set which is being written is not read half.
TEST_F(ReloaderTest, AChangeIsTakenOnceItIsStill) {
  Write("a", "two");
  Look();
  EXPECT_EQ(loads_, 0);
  Write("b", "two");
  Look();
  EXPECT_EQ(loads_, 0);
  Look(3);
  EXPECT_EQ(loads_, 1);
  EXPECT_EQ(taken_, "two");
  EXPECT_THAT(Said(), ElementsAre("KEY key:tls LOADED"));
}

TEST_F(ReloaderTest, ABadSetIsRefusedWithAnAlarmUntilAGoodOneComes) {
  Write("a", "two");
  Look(4);
  EXPECT_EQ(taken_, "one");
  EXPECT_EQ(loads_, 1);
  EXPECT_THAT(Said(), ElementsAre("ALARM key:tls RELOAD_REFUSED"));
  Write("b", "two");
  Look(2);
  EXPECT_EQ(taken_, "two");
  EXPECT_THAT(Said(), ElementsAre("KEY key:tls LOADED", "ALARM key:tls CLEARED"));
}

// The cause may be gone though the files look as before: a list whose time has come.
TEST_F(ReloaderTest, WhatWasRefusedIsTriedAgainAfterAWhile) {
  Write("a", "two");
  Look(4);
  EXPECT_EQ(loads_, 1);
  Look(25);
  EXPECT_EQ(loads_, 1);
  Look(6);
  EXPECT_EQ(loads_, 2);
  EXPECT_THAT(Said(), ElementsAre("ALARM key:tls RELOAD_REFUSED"));
}

// SIGHUP: also what looks as before.
TEST_F(ReloaderTest, AllIsLoadedAnewOnDemand) {
  reloader_.ReloadAll();
  Look();
  EXPECT_EQ(loads_, 1);
  EXPECT_THAT(Said(), IsEmpty());
}

}  // namespace
}  // namespace gatepost::node
