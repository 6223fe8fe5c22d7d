// Keys of one node that several link agreements name.
#include "client/evidence/key_succession.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "daemon/domain/civil_time.h"
#include "daemon/ledger/cosignature.h"
#include "daemon/system/reason.h"
#include "tests/evidence/toy_log.h"

namespace gatepost::evidence {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kAuthority[] = "spiffe://one.example/agency/board/officer/01";

// A node with keys that follow each other, and two peers.
class Keys : public ::testing::Test {
 protected:
  static ledger::VerifierKey LogKey(const testing::ToyNode& node) {
    return ledger::VerifierOf(node.log).value();
  }
  // Of `node` with `peer`, agreed on that day of 2026. Only the log's keys differ.
  config::LinkAgreement Agreement(const testing::ToyNode& node, const testing::ToyNode& peer,
                                  std::optional<int> day = std::nullopt) const {
    config::LinkAgreement agreement;
    agreement.nodes.push_back(node.Agreed());
    agreement.nodes.push_back(peer.Agreed());
    agreement.nodes[0].witness = ledger::VerifierOf(first_.witness).value();
    agreement.nodes[0].stated.add_authorities(kAuthority);
    if (day.has_value()) {
      *agreement.file.value.mutable_agreed_on() =
          domain::ToCivilDate(absl::CivilDay(2026, 1, *day));
    }
    return agreement;
  }
  static Announcement Announced(const std::string& before, const std::string& next,
                                v1::KeyUse use = v1::KEY_USE_LOG) {
    Announcement announced{.where = "here", .author = kAuthority, .said = {}};
    announced.said.set_subject("spiffe://one.example/node/one");
    announced.said.set_use(use);
    announced.said.set_old_key(before);
    announced.said.set_new_key(next);
    announced.signers = {kAuthority};
    return announced;
  }
  static Announcement Announced(const testing::ToyNode& before, const testing::ToyNode& next) {
    return Announced(LogKey(before).Format(), LogKey(next).Format());
  }
  static v1::Reason Ordered(const LogKeys& keys) { return system::ReasonOf(keys.CheckOrdered()); }

  testing::ToyNode first_{"one"}, second_{"one"}, third_{"one"};
  testing::ToyNode b_{"b"}, c_{"c"};
};

TEST_F(Keys, OfTwoAgreementsAreJoinedByAnnouncements) {
  const Announcement to_second = Announced(first_, second_);
  const Announcement to_third = Announced(second_, third_);
  for (const bool later_first : {false, true}) {
    LogKeys keys;
    ASSERT_TRUE(keys.Add(Agreement(later_first ? third_ : first_, b_)).ok());
    ASSERT_TRUE(keys.Add(Agreement(later_first ? first_ : third_, c_)).ok());
    EXPECT_EQ(Ordered(keys), v1::REASON_BAD_CONFIG) << "nothing says which came first";
    const std::vector<Announcement> all = {to_third, to_second};
    EXPECT_THAT(keys.Announce(all), IsEmpty());
    EXPECT_TRUE(keys.CheckOrdered().ok()) << keys.CheckOrdered();
    EXPECT_THAT(keys.Log("one")->keys(),
                ElementsAre(LogKey(first_), LogKey(second_), LogKey(third_)));
    EXPECT_EQ(keys.AnnouncedIn(LogKey(second_)), "here");
    EXPECT_EQ(keys.AnnouncedIn(LogKey(third_)), "") << "an agreement names it";
    // The other way round would be a ring.
    const std::vector<Announcement> back = {Announced(third_, first_)};
    const std::vector<Finding> findings = keys.Announce(back);
    ASSERT_THAT(findings, SizeIs(1));
    EXPECT_EQ(system::ReasonOf(findings[0].why), v1::REASON_FIELD_CONFLICT);
  }
}

TEST_F(Keys, OfTwoAgreementsAreOrderedByTheirDays) {
  for (const bool later_first : {false, true}) {
    LogKeys keys;
    ASSERT_TRUE(keys.Add(later_first ? Agreement(second_, c_, 2) : Agreement(first_, b_, 1)).ok());
    ASSERT_TRUE(keys.Add(later_first ? Agreement(first_, b_, 1) : Agreement(second_, c_, 2)).ok());
    EXPECT_TRUE(keys.CheckOrdered().ok()) << keys.CheckOrdered();
    EXPECT_THAT(keys.Log("one")->keys(), ElementsAre(LogKey(first_), LogKey(second_)));
  }
  LogKeys same_day;
  ASSERT_TRUE(same_day.Add(Agreement(first_, b_, 1)).ok());
  ASSERT_TRUE(same_day.Add(Agreement(second_, c_, 1)).ok());
  EXPECT_EQ(Ordered(same_day), v1::REASON_BAD_CONFIG);
}

// A third key of a day between those of two that follow each other has no place.
TEST_F(Keys, ThatWereJoinedLeaveNoPlaceBetweenThem) {
  LogKeys keys;
  ASSERT_TRUE(keys.Add(Agreement(first_, b_, 1)).ok());
  ASSERT_TRUE(keys.Add(Agreement(second_, c_, 3)).ok());
  ASSERT_TRUE(keys.Add(Agreement(third_, c_, 2)).ok());
  ASSERT_TRUE(keys.CheckOrdered().ok());
  const std::vector<Announcement> all = {Announced(first_, second_)};
  EXPECT_THAT(keys.Announce(all), IsEmpty());
  EXPECT_EQ(Ordered(keys), v1::REASON_BAD_CONFIG);
}

TEST_F(Keys, OfAWitnessThatCosignedByBothAreOneCosigner) {
  testing::ToyNode next{"one"};
  LogKeys keys;
  ASSERT_TRUE(keys.Add(Agreement(first_, b_)).ok());
  const std::vector<Announcement> all = {
      Announced(ledger::VerifierOf(first_.witness).value().Format(),
                ledger::VerifierOf(next.witness).value().Format(), v1::KEY_USE_WITNESS)};
  ASSERT_THAT(keys.Announce(all), IsEmpty());
  testing::ToyLog log(b_);
  log.Grow(3);
  const std::string note = log.Head(3);
  const std::string body = note.substr(0, note.find("\n\n") + 1);
  const absl::Time early = absl::FromUnixSeconds(1'770'000'100);
  const absl::StatusOr<OpenedHead> head =
      keys.Open(note + ledger::Cosign(body, next.witness, early + absl::Minutes(1)).value() +
                ledger::Cosign(body, first_.witness, early).value());
  ASSERT_TRUE(head.ok()) << head.status();
  ASSERT_THAT(head->cosigned, SizeIs(1));
  EXPECT_EQ(head->cosigned[0].node, "one");
  EXPECT_EQ(head->cosigned[0].time, early);
}

}  // namespace
}  // namespace gatepost::evidence
