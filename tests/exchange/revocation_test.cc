// Whom a published list revokes, signs nothing any more at either node; what was logged before
// stands (PROTOCOL.md 2).
#include <gtest/gtest.h>

#include "certs/pem.h"
#include "daemon/system/reason.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

class Revocation : public ::testing::Test {
 protected:
  // From now on `node` knows that the Vietnamese root revoked `person` at `since`.
  void Revoke(TestNode& node, const certs::Signer& person, absl::Time since) {
    const absl::Time now = world_.clock.Now();
    const std::string pem = Need(world_.vn_ca.IssueRevocationList(
        {{certs::PemFromDer(person.certificate_chain_der()), since}}, now, now + absl::Hours(24)));
    node.live_trust.Publish(std::make_shared<certs::TrustSnapshot>(
        node.live_trust.Current()->store(),
        Need(certs::RevocationBook::Create(*node.live_trust.Current()->store(),
                                           {{.trust_domain = world_.vn_ca.trust_domain(),
                                             .lists = {Need(certs::RevocationList::Parse(pem))}}},
                                           {}))));
  }

  v1::Envelope Signed(const std::string& text) {
    return world_.Sign(world_.vn_clerk(), world_.NewPing(world_.vn_clerk(), text));
  }
  absl::StatusOr<v1::SubmitResponse> Submit(const v1::Envelope& envelope) {
    return world_.vn->Submit(world_.vn_clerk(), envelope);
  }
  // What the newest leaf of that event in the log of `node` says.
  static std::string LastResult(const TestNode& node, const std::string& event) {
    std::string result;
    for (const ledger::Leaf& leaf : node.Leaves()) {
      if (leaf.event == event) result = leaf.result;
    }
    return result;
  }

  TwoNodes world_;
};

TEST_F(Revocation, NewSignatureIsRefusedAtTheDoorAndLogged) {
  Revoke(*world_.vn, world_.vn_clerk(), world_.clock.Now());
  EXPECT_EQ(system::ReasonOf(Submit(Signed("after")).status()), v1::REASON_CERTIFICATE_REVOKED);
  EXPECT_EQ(LastResult(*world_.vn, ledger::event::kRefused), "REFUSED:CERTIFICATE_REVOKED");
  // Others go on.
  EXPECT_TRUE(world_.vn
                  ->Submit(world_.vn_officer(),
                           world_.Sign(world_.vn_officer(),
                                       world_.NewPing(world_.vn_officer(), "still here")))
                  .ok());
}

TEST_F(Revocation, DateBeforeTheListCameRefusesASignatureThatNobodyLogged) {
  const v1::Envelope signed_before = Signed("written a day before the list came");
  world_.clock.Advance(absl::Hours(24));
  Revoke(*world_.vn, world_.vn_clerk(), world_.clock.Now() - absl::Hours(1));
  EXPECT_EQ(system::ReasonOf(Submit(signed_before).status()), v1::REASON_CERTIFICATE_REVOKED);
}

TEST_F(Revocation, WhatWasAcceptedBeforeGetsItsFirstAnswer) {
  const v1::Envelope envelope = Signed("before");
  const auto first = Submit(envelope);
  ASSERT_TRUE(first.ok()) << first.status();
  world_.clock.Advance(absl::Hours(1));
  Revoke(*world_.vn, world_.vn_clerk(), world_.clock.Now());
  const auto again = Submit(envelope);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
}

TEST_F(Revocation, ReceiverRefusesWhatItDidNotLogBeforeAndSaysWhy) {
  // Accepted while the link is cut; the receiver hears of the revocation first.
  ASSERT_TRUE(Submit(Signed("on its way")).ok());
  world_.clock.Advance(absl::Minutes(5));
  Revoke(*world_.cn, world_.vn_clerk(), world_.clock.Now() - absl::Minutes(1));
  world_.Connect();
  world_.Run();
  EXPECT_EQ(LastResult(*world_.cn, ledger::event::kDelivered), "REFUSED:CERTIFICATE_REVOKED");
  // It used its sequence number, and the origin holds the proof.
  EXPECT_EQ(world_.cn->LinkRecord().last_received, 1u);
  EXPECT_EQ(world_.vn->LinkRecord().last_receipted, 1u);
}

TEST_F(Revocation, WhatTheReceiverLoggedBeforeKeepsItsReceipt) {
  ASSERT_TRUE(Submit(Signed("in time")).ok());
  world_.Connect();
  world_.Run();
  EXPECT_EQ(LastResult(*world_.cn, ledger::event::kDelivered), "APPLIED");
  const exchange::Head before = world_.cn->head();
  world_.clock.Advance(absl::Minutes(5));
  Revoke(*world_.cn, world_.vn_clerk(), world_.clock.Now());
  world_.KillAndRestart(/*vn=*/true);
  world_.Connect();
  world_.Run();
  EXPECT_EQ(world_.vn->LinkRecord().last_receipted, 1u);
  EXPECT_GE(world_.cn->head().size, before.size);
  EXPECT_EQ(LastResult(*world_.cn, ledger::event::kDelivered), "APPLIED");
}

}  // namespace
}  // namespace gatepost::testing
