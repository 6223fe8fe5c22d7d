#include "daemon/rpc/live_calls.h"

#include <optional>
#include <thread>

#include "certs/pem.h"
#include "tests/certs/practice_world.h"
#include "tests/support/manual_clock.h"

namespace gatepost::rpc {
namespace {

using certs::Must;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A node's streams, with a clerk, an officer and the peer node at their other ends.
class LiveCallsTest : public ::testing::Test {
 protected:
  struct Cuts {
    std::vector<v1::Reason> reasons;
    std::vector<bool> at_once;
  };

  LiveCallsTest() { live_.Tick(); }

  LiveCall Keep(const certs::IssuedCertificate& issued, Cuts& cuts,
                certs::Usage usage = certs::Usage::kTlsClient) {
    return live_.Keep({certs::DerFromPem(issued.certificate_chain_pem), usage, "spiffe://who",
                       "WatchMessages", [&cuts](const absl::Status& why, bool at_once) {
                         cuts.reasons.push_back(system::ReasonOf(why));
                         cuts.at_once.push_back(at_once);
                       }});
  }

  void Revoke(const certs::IssuedCertificate& issued, absl::Time since) {
    const std::string pem = Must(world_.vn.IssueRevocationList(
        {{issued.certificate_chain_pem, since}}, world_.now, world_.now + absl::Hours(24 * 400)));
    trust_->Publish(std::make_shared<certs::TrustSnapshot>(
        roots_,
        Must(certs::RevocationBook::Create(*roots_,
                                           {{.trust_domain = world_.vn.trust_domain(),
                                             .lists = {Must(certs::RevocationList::Parse(pem))}}},
                                           {}))));
  }

  certs::PracticeWorld world_;
  const certs::IssuedCertificate clerk_ = Must(world_.vn.IssueClient(world_.vn_clerk));
  const certs::IssuedCertificate officer_ = Must(world_.vn.IssueClient(world_.vn_officer));
  const certs::IssuedCertificate node_ = Must(world_.vn.IssueNode(world_.vn_node));
  std::shared_ptr<testing::ManualClock> clock_ = std::make_shared<testing::ManualClock>(world_.now);
  std::shared_ptr<const certs::TrustStore> roots_ =
      std::make_shared<certs::TrustStore>(Must(certs::TrustStore::Create(world_.Domains())));
  std::shared_ptr<certs::LiveTrust> trust_ =
      std::make_shared<certs::LiveTrust>(std::make_shared<certs::TrustSnapshot>(roots_));
  certs::PeerJudge judge_{trust_, clock_};
  std::vector<v1::Reason> told_;
  LiveCalls live_{*trust_, judge_, *clock_,
                  [this](const LiveCalls::Stream&, const absl::Status& why) {
                    told_.push_back(system::ReasonOf(why));
                  }};
  Cuts clerk_cuts_, officer_cuts_, node_cuts_;
};

TEST_F(LiveCallsTest, RevokedIsCutAtTheNextTickAndOthersGoOn) {
  const LiveCall clerk = Keep(clerk_, clerk_cuts_);
  const LiveCall officer = Keep(officer_, officer_cuts_);
  const LiveCall node = Keep(node_, node_cuts_, certs::Usage::kTlsServer);
  live_.Tick();
  EXPECT_THAT(told_, IsEmpty());
  Revoke(officer_, world_.now);
  live_.Tick();  // No time has gone by.
  EXPECT_THAT(told_, ElementsAre(v1::REASON_CERTIFICATE_REVOKED));
  EXPECT_THAT(officer_cuts_.reasons, ElementsAre(v1::REASON_CERTIFICATE_REVOKED));
  EXPECT_THAT(officer_cuts_.at_once, ElementsAre(false));
  Revoke(node_, world_.now);
  live_.Tick();
  EXPECT_THAT(node_cuts_.reasons, ElementsAre(v1::REASON_CERTIFICATE_REVOKED));
  EXPECT_THAT(clerk_cuts_.reasons, IsEmpty());
}

TEST_F(LiveCallsTest, OneThatStaysIsToldOnceAndCancelledASecondLater) {
  const LiveCall officer = Keep(officer_, officer_cuts_);
  Revoke(officer_, world_.now);
  live_.Tick();
  clock_->Advance(absl::Milliseconds(250));
  live_.Tick();
  EXPECT_THAT(officer_cuts_.at_once, ElementsAre(false));
  clock_->Advance(absl::Milliseconds(750));
  live_.Tick();
  EXPECT_THAT(officer_cuts_.at_once, ElementsAre(false, true));
  EXPECT_EQ(told_.size(), 1u);
}

TEST_F(LiveCallsTest, RevocationToComeAndExpiryCutWithinASecondOfTheirTime) {
  const LiveCall clerk = Keep(clerk_, clerk_cuts_);
  const LiveCall officer = Keep(officer_, officer_cuts_);
  Revoke(officer_, world_.now + absl::Minutes(1));
  live_.Tick();
  clock_->Advance(absl::Minutes(1) - absl::Seconds(1));
  live_.Tick();
  EXPECT_THAT(told_, IsEmpty());
  clock_->Advance(absl::Seconds(1));
  live_.Tick();
  EXPECT_THAT(told_, ElementsAre(v1::REASON_CERTIFICATE_REVOKED));
  clock_->Advance(absl::Hours(24 * 365));
  live_.Tick();
  EXPECT_THAT(clerk_cuts_.reasons, ElementsAre(v1::REASON_CERTIFICATE_EXPIRED));
}

TEST_F(LiveCallsTest, ClockThatIsSetBackDoesNotKeepAnybodyIn) {
  const LiveCall officer = Keep(officer_, officer_cuts_);
  Revoke(officer_, world_.now - absl::Minutes(30));
  clock_->Advance(-absl::Minutes(20));
  live_.Tick();
  EXPECT_THAT(officer_cuts_.reasons, ElementsAre(v1::REASON_CERTIFICATE_REVOKED));
}

// A roster that drops somebody says so at the next look; others go on.
TEST_F(LiveCallsTest, WhoMayNotAnyMoreIsCutWithinASecond) {
  absl::Status may;
  const LiveCall clerk = Keep(clerk_, clerk_cuts_);
  const LiveCall officer = live_.Keep({certs::DerFromPem(officer_.certificate_chain_pem),
                                       certs::Usage::kTlsClient, "spiffe://who", "WatchMessages",
                                       [this](const absl::Status& why, bool) {
                                         officer_cuts_.reasons.push_back(system::ReasonOf(why));
                                       },
                                       [&may] { return may; }});
  clock_->Advance(absl::Seconds(1));
  live_.Tick();
  EXPECT_THAT(told_, IsEmpty());
  may = system::Refuse(v1::REASON_NOT_IN_ROSTER, "a name in the roster", "another", "publish one");
  clock_->Advance(absl::Seconds(1));
  live_.Tick();
  EXPECT_THAT(told_, ElementsAre(v1::REASON_NOT_IN_ROSTER));
  EXPECT_THAT(officer_cuts_.reasons, ElementsAre(v1::REASON_NOT_IN_ROSTER));
  EXPECT_THAT(clerk_cuts_.reasons, IsEmpty());
}

TEST_F(LiveCallsTest, WhatEndedIsForgotten) {
  std::optional<LiveCall> officer = Keep(officer_, officer_cuts_);
  EXPECT_EQ(live_.size(), 1u);
  officer.reset();
  EXPECT_EQ(live_.size(), 0u);
  Revoke(officer_, world_.now);
  live_.Tick();
  EXPECT_THAT(officer_cuts_.reasons, IsEmpty());
  EXPECT_THAT(told_, IsEmpty());
}

// Streams come and go on gRPC's threads while the ticker judges: none is cut after it went.
TEST_F(LiveCallsTest, NoneIsCutOnceItWent) {
  Revoke(officer_, world_.now);
  std::atomic<bool> over = false;
  std::atomic<int> cut_late = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        auto there = std::make_shared<std::atomic<bool>>(true);
        LiveCall call = live_.Keep({certs::DerFromPem(officer_.certificate_chain_pem),
                                    certs::Usage::kTlsClient, "spiffe://who", "WatchMessages",
                                    [there, &cut_late](const absl::Status&, bool) {
                                      if (!*there) ++cut_late;
                                    }});
        call = LiveCall();
        *there = false;
      }
    });
  }
  std::thread ticker([&] {
    while (!over) {
      clock_->Advance(absl::Seconds(1));
      live_.Tick();
    }
  });
  for (std::thread& thread : threads) thread.join();
  over = true;
  ticker.join();
  EXPECT_EQ(cut_late, 0);
  EXPECT_EQ(live_.size(), 0u);
}

}  // namespace
}  // namespace gatepost::rpc
