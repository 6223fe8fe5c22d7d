#include "daemon/node/agreement_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "certs/inspect.h"
#include "certs/pem.h"
#include "certs/practice_ca.h"
#include "daemon/exchange/settings_log.h"
#include "daemon/ledger/leaf.h"
#include "daemon/ledger/merkle.h"
#include "daemon/store/sqlite/sqlite_store.h"
#include "daemon/system/reason.h"
#include "tests/config/practice_files.h"
#include "tests/support/temporary_folder.h"

namespace gatepost::node {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Key;
using testing::Must;

constexpr char kOfficer[] = "spiffe://langson.practice.example/agency/board/officer/1";

// A link whose agreement an officer of the Vietnamese side signed, that side with revocation lists.
class AgreementCheckTest : public ::testing::Test {
 protected:
  AgreementCheckTest() { Sign(officer_); }

  void Sign(const certs::IssuedCertificate& officer) {
    config::AgreementSigner signer{.id = Must(certs::SpiffeId::Parse(kOfficer)), .path = {}};
    Must(trust_->Validate(certs::DerFromPem(officer.certificate_chain_pem), certs::Usage::kSign,
                          now_, &signer.path));
    settings_.links[0].agreement_signers.push_back(std::move(signer));
  }
  // What the node goes by: lists in which `officer_` is revoked since then, and whom it denies.
  certs::TrustSnapshot Trust(std::optional<absl::Time> revoked,
                             std::vector<certs::DeniedIdentity> denied = {}) {
    std::vector<std::pair<std::string, absl::Time>> entries;
    if (revoked.has_value()) entries.emplace_back(officer_.certificate_chain_pem, *revoked);
    const std::string list = Must(
        files_.vn().IssueRevocationList(entries, now_ - absl::Hours(1), now_ + absl::Hours(24)));
    return With({Must(certs::RevocationList::Parse(list))}, std::move(denied));
  }
  certs::TrustSnapshot With(std::vector<certs::RevocationList> lists,
                            std::vector<certs::DeniedIdentity> denied = {}) {
    return certs::TrustSnapshot(
        trust_,
        Must(certs::RevocationBook::Create(
            *trust_, {{.trust_domain = "langson.practice.example", .lists = std::move(lists)}},
            std::move(denied))));
  }
  static certs::DeniedIdentity Officer() {
    return {.id = Must(certs::SpiffeId::Parse(kOfficer)), .reason = "left the service"};
  }

  // What stands against the one link.
  absl::Status Check(const certs::TrustSnapshot& trust, absl::Time at) {
    const std::map<std::string, absl::Status> refused =
        Must(CheckAgreementSigners(*store_, settings_.links, trust, at));
    const auto found = refused.find(Peer());
    return found == refused.end() ? absl::OkStatus() : found->second;
  }
  std::string Peer() const { return settings_.links[0].peer.stated.node(); }
  // The store is of a node that ran before it kept when signatures were taken, and whose log began
  // at `began`.
  void RanBefore(absl::Time began, const std::function<absl::Status(store::Transaction&)>& left) {
    ledger::Leaf first;
    first.event = "CONFIG";
    first.time = began;
    const std::string leaf = Must(first.Encode());
    const std::unique_ptr<store::Transaction> transaction = Must(store_->Begin());
    store::LeafGroup group{.leaves = {leaf}, .nodes = {ledger::LeafHash(leaf)}, .leaf_count = 1};
    group.root = group.nodes[0];
    ASSERT_TRUE(transaction->AppendGroup(group).ok());
    ASSERT_TRUE(left(*transaction).ok());
    ASSERT_TRUE(transaction->Commit().ok());
  }
  absl::Status WentBy(store::Transaction& store, const certs::Digest& agreement) {
    return store.PutMeta("setting/link:" + Peer(), exchange::SaidOfLoaded(agreement));
  }
  void ExpectNotSigned(const absl::Status& status, const std::string& why) {
    EXPECT_EQ(system::ReasonOf(status), v1::REASON_AGREEMENT_NOT_SIGNED) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(why));
    EXPECT_THAT(std::string(status.message()), HasSubstr(kOfficer));
  }

  const absl::Time now_ = absl::Now();
  testing::PracticeFiles files_;
  const std::shared_ptr<const certs::TrustStore> trust_ = std::make_shared<const certs::TrustStore>(
      Must(certs::TrustStore::Create({{.name = "langson.practice.example",
                                       .country = "VN",
                                       .root_pems = {files_.vn().root_pem()}}})));
  const certs::IssuedCertificate officer_ =
      Must(files_.vn().IssueSigner(Must(certs::SpiffeId::Parse(kOfficer))));
  config::NodeSettings settings_ = Must(config::LoadNodeSettings(files_ / "node.textproto"));
  testing::TemporaryFolder folder_;
  const std::unique_ptr<store::Store> store_ =
      Must(store::OpenSqliteStore(folder_.Under("store"), {.durable = false}));
};

// However early a day the agreement says: its writer chooses it.
TEST_F(AgreementCheckTest, ANewSignatureOfSomebodyWhoWasRevokedIsRefused) {
  ExpectNotSigned(Check(Trust(now_ - absl::Minutes(1)), now_), "CERTIFICATE_REVOKED");
  ExpectNotSigned(Check(Trust(std::nullopt, {Officer()}), now_), "IDENTITY_DENIED");
  ExpectNotSigned(Check(With({}), now_), "REVOCATION_UNKNOWN");
  EXPECT_TRUE(Check(Trust(std::nullopt), now_).ok());
}

TEST_F(AgreementCheckTest, WhoIsRevokedOrDeniedAfterItWasTakenSignedAllTheSame) {
  ASSERT_TRUE(Check(Trust(std::nullopt), now_).ok());
  const absl::Time later = now_ + absl::Hours(2);
  EXPECT_TRUE(Check(Trust(now_ + absl::Hours(1)), later).ok());
  EXPECT_TRUE(Check(Trust(std::nullopt, {Officer()}), later).ok());
  EXPECT_TRUE(Check(With({}), later).ok());
}

TEST_F(AgreementCheckTest, ARevocationThatBeganBeforeItWasTakenUndoesItLater) {
  ASSERT_TRUE(Check(Trust(std::nullopt), now_).ok());
  ExpectNotSigned(Check(Trust(now_ - absl::Minutes(1)), now_ + absl::Hours(2)),
                  "CERTIFICATE_REVOKED");
  // Also when he is denied as well.
  ExpectNotSigned(Check(Trust(now_ - absl::Minutes(1), {Officer()}), now_ + absl::Hours(2)),
                  "CERTIFICATE_REVOKED");
}

TEST_F(AgreementCheckTest, ASignatureThatComesLaterIsANewOne) {
  ASSERT_TRUE(Check(Trust(std::nullopt), now_).ok());
  Sign(Must(files_.vn().IssueSigner(Must(certs::SpiffeId::Parse(kOfficer)))));
  ExpectNotSigned(Check(Trust(std::nullopt, {Officer()}), now_ + absl::Hours(1)),
                  "IDENTITY_DENIED");
  // So is one on other bytes.
  settings_.links[0].agreement_signers.pop_back();
  settings_.links[0].agreement_sha256 = certs::Sha256Of("another agreement");
  ExpectNotSigned(Check(Trust(std::nullopt, {Officer()}), now_ + absl::Hours(1)),
                  "IDENTITY_DENIED");
}

TEST_F(AgreementCheckTest, WhatWasRefusedWasNotTaken) {
  ExpectNotSigned(Check(Trust(std::nullopt, {Officer()}), now_), "IDENTITY_DENIED");
  ExpectNotSigned(Check(Trust(std::nullopt, {Officer()}), now_), "IDENTITY_DENIED");
}

TEST_F(AgreementCheckTest, AnAgreementThatServedBeforeTheUpgradeServesOn) {
  RanBefore(now_ - absl::Hours(48), [this](store::Transaction& store) {
    return WentBy(store, settings_.links[0].agreement_sha256);
  });
  EXPECT_TRUE(Check(Trust(now_ - absl::Hours(1), {Officer()}), now_).ok());
  // From now on it was taken then; a signature that is added is a new one.
  EXPECT_TRUE(Check(With({}, {Officer()}), now_ + absl::Hours(1)).ok());
  Sign(Must(files_.vn().IssueSigner(Must(certs::SpiffeId::Parse(kOfficer)))));
  ExpectNotSigned(Check(Trust(std::nullopt, {Officer()}), now_), "IDENTITY_DENIED");
}

TEST_F(AgreementCheckTest, WhoWasRevokedBeforeTheLogBeganDidNotSignAnAgreementThatServed) {
  RanBefore(now_ - absl::Hours(48), [this](store::Transaction& store) {
    return WentBy(store, settings_.links[0].agreement_sha256);
  });
  ExpectNotSigned(Check(Trust(now_ - absl::Hours(49)), now_), "CERTIFICATE_REVOKED");
}

TEST_F(AgreementCheckTest, WhereNoSettingsWereLoggedTheLinksMessagesSayThatItServed) {
  RanBefore(now_ - absl::Hours(48), [this](store::Transaction& store) {
    return store.PutLink({.peer = Peer(), .last_received = 1, .alarm = {}});
  });
  EXPECT_TRUE(Check(Trust(now_ - absl::Hours(1)), now_).ok());
}

// Messages wait in the outbox of a link that is left down, too.
TEST_F(AgreementCheckTest, AnotherAgreementThanTheOneThatServedIsANewOne) {
  RanBefore(now_ - absl::Hours(48), [this](store::Transaction& store) {
    const absl::Status put =
        store.PutLink({.peer = Peer(), .last_queued = 1, .last_received = 1, .alarm = {}});
    return put.ok() ? WentBy(store, certs::Sha256Of("another agreement")) : put;
  });
  ExpectNotSigned(Check(Trust(now_ - absl::Hours(1)), now_), "CERTIFICATE_REVOKED");
}

TEST_F(AgreementCheckTest, ALinkOnWhichNothingCrossedYetHasANewAgreement) {
  RanBefore(now_ - absl::Hours(48), [this](store::Transaction& store) {
    return store.PutLink({.peer = Peer(), .last_queued = 1, .alarm = {}});
  });
  ExpectNotSigned(Check(Trust(now_ - absl::Hours(1)), now_), "CERTIFICATE_REVOKED");
}

TEST_F(AgreementCheckTest, AnAgreementThatIsNotInForceLeavesTheOtherLinksAlone) {
  config::LinkSettings other = settings_.links[0];
  other.peer.stated.set_node("cn-dongxing");
  other.agreement_sha256 = certs::Sha256Of("another agreement");
  other.agreement_signers[0].path.clear();
  const auto signer = Must(files_.vn().IssueSigner(Must(certs::SpiffeId::Parse(kOfficer))));
  Must(trust_->Validate(certs::DerFromPem(signer.certificate_chain_pem), certs::Usage::kSign, now_,
                        &other.agreement_signers[0].path));
  settings_.links.push_back(std::move(other));
  const std::map<std::string, absl::Status> refused =
      Must(CheckAgreementSigners(*store_, settings_.links, Trust(now_ - absl::Minutes(1)), now_));
  EXPECT_THAT(refused, ElementsAre(Key(Peer())));
  // The other one was taken.
  settings_.links.erase(settings_.links.begin());
  EXPECT_TRUE(Check(Trust(std::nullopt, {Officer()}), now_ + absl::Hours(1)).ok());
}

}  // namespace
}  // namespace gatepost::node
