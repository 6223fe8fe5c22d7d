#include "daemon/exchange/expiry_alarms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/two_nodes.h"

namespace gatepost::exchange {
namespace {

using ::gatepost::testing::TwoNodes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(WarningReached, IsTheNewestOfTheDaysBeforeTheEnd) {
  const absl::Time ends = absl::FromUnixSeconds(1'000'000'000);
  const auto before = [&](absl::Duration time) { return WarningReached(ends, ends - time); };
  EXPECT_EQ(before(absl::Hours(24 * 60) + absl::Seconds(1)), -1);
  EXPECT_EQ(before(absl::Hours(24 * 60)), 60);
  EXPECT_EQ(before(absl::Hours(24 * 15)), 30);
  EXPECT_EQ(before(absl::Hours(36)), 2);
  EXPECT_EQ(before(absl::Seconds(1)), 1);
  EXPECT_EQ(before(absl::ZeroDuration()), 0);
  EXPECT_EQ(before(-absl::Hours(9000)), 0);
  EXPECT_EQ(WarningReached(absl::InfiniteFuture(), ends), -1);
}

// Alarms of one node about a certificate whose end a test sets.
class ExpiryAlarmsTest : public ::testing::Test {
 protected:
  ExpiryAlarmsTest() { seen_ = world_.vn->Leaves().size(); }

  void Pass(int days) {
    for (int day = 0; day < days; ++day) {
      world_.clock.Advance(absl::Hours(24));
      alarms_.OnTick();
      world_.vn->Settle();
    }
  }

  std::vector<std::string> Said() {
    const std::vector<ledger::Leaf> leaves = world_.vn->Leaves();
    std::vector<std::string> said;
    for (; seen_ < leaves.size(); ++seen_) {
      if (leaves[seen_].event != ledger::event::kAlarm) continue;
      const std::string& detail = leaves[seen_].detail;
      said.push_back(leaves[seen_].result + " " + detail.substr(detail.rfind(',') + 1));
    }
    return said;
  }

  TwoNodes world_;
  absl::Time ends_ = world_.clock.Now() + absl::Hours(24 * 63);
  StandingAlarms standing_{*world_.vn->committer};
  ExpiryAlarms alarms_{[this] { return std::vector<Ending>{{"key:tls", ends_}}; }, standing_,
                       world_.clock};
  size_t seen_ = 0;
};

TEST_F(ExpiryAlarmsTest, EachWarningIsSaidOnceAndTakenBackByANewCertificate) {
  Pass(2);
  EXPECT_THAT(Said(), IsEmpty());
  Pass(31);
  EXPECT_THAT(Said(), ElementsAre("CERTIFICATE_EXPIRING days:60", "CERTIFICATE_EXPIRING days:30"));
  ends_ += absl::Hours(24 * 365);
  Pass(1);
  EXPECT_THAT(Said(), ElementsAre("CLEARED was:CERTIFICATE_EXPIRING"));
  Pass(30);
  EXPECT_THAT(Said(), IsEmpty());
}

// What was said is in the store: a node that is started again does not repeat it.
TEST_F(ExpiryAlarmsTest, AWarningIsNotRepeatedByTheNextStart) {
  Pass(4);
  EXPECT_THAT(Said(), ElementsAre("CERTIFICATE_EXPIRING days:60"));
  StandingAlarms standing(*world_.vn->committer);
  ExpiryAlarms again([this] { return std::vector<Ending>{{"key:tls", ends_}}; }, standing,
                     world_.clock);
  again.OnTick();
  world_.vn->Settle();
  EXPECT_THAT(Said(), IsEmpty());
}

}  // namespace
}  // namespace gatepost::exchange
