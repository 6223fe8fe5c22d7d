#include "daemon/node/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "certs/revocation_list.h"
#include "tests/config/practice_files.h"
#include "tests/support/test_files.h"

namespace gatepost::node {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Key;
using testing::Must;
using ::testing::Not;
using ::testing::Pair;

// A node with a revocation list of each side.
class SettingsTest : public ::testing::Test {
 protected:
  SettingsTest() {
    for (const certs::PracticeCa* ca : {&files_.vn(), &files_.cn()}) {
      const std::string list = Must(
          ca->IssueRevocationList({}, absl::Now() - absl::Hours(1), absl::Now() + absl::Hours(1)));
      lists_.push_back(Must(certs::RevocationList::Parse(list)).sha256());
      testing::WriteTestFile(files_ / (ca->trust_domain() + ".crl"), list);
      const std::string name = "name: \"" + ca->trust_domain() + "\"";
      files_.Change("node.textproto", name,
                    name + " revocation_list_files: \"" + ca->trust_domain() + ".crl\"");
    }
  }

  // What is logged of the start, by object: whether it was left out.
  std::map<std::string, bool> Logged(const LeftOut& left_out) {
    const config::NodeSettings settings = Must(config::LoadNodeSettings(files_ / "node.textproto"));
    std::map<std::string, bool> logged;
    for (const exchange::Setting& setting :
         Must(SettingsToLog(settings, *Must(config::LoadLogKeys(settings)).at(0),
                            *Must(config::LoadWitnessKeys(settings)).at(0), left_out))) {
      logged.emplace(setting.object, setting.left_out);
    }
    return logged;
  }

  testing::PracticeFiles files_;
  std::vector<certs::Digest> lists_;
};

TEST_F(SettingsTest, OfWhatWasLeftOutItIsNotSaidThatItWasLoaded) {
  EXPECT_THAT(Logged({}), AllOf(Contains(Pair("revocations:langson.practice.example:1", false)),
                                Contains(Pair("revocations:pingxiang.practice.example:1", false)),
                                Contains(Pair("link:cn-pingxiang", false))));
  EXPECT_THAT(Logged({.lists = {lists_[0]}, .links = {}}),
              AllOf(Contains(Pair("revocations:langson.practice.example:1", true)),
                    Contains(Pair("revocations:pingxiang.practice.example:1", false))));
  EXPECT_THAT(Logged({.lists = {}, .links = {{"cn-pingxiang", absl::CancelledError()}}}),
              Not(Contains(Key("link:cn-pingxiang"))));
}

}  // namespace
}  // namespace gatepost::node
