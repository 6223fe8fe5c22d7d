// An auditor of the other side sees what crossed his link, and cannot tell what else there is.
#include <gmock/gmock.h>

#include <set>

#include "daemon/exchange/naming.h"
#include "daemon/system/reason.h"
#include "tests/exchange/audit_case.h"

namespace gatepost::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr char kOtherAuditor[] = "spiffe://other.practice.example/auditor/a-1";

// vn-langson has a second link, to cn-other of another trust domain, over which one ping came.
class AuditViews : public AuditCase {
 protected:
  AuditViews() {
    report_ = Report();
    exchange::LinkTerms other = world_.vn->setup.link;
    other.peer_node = "cn-other";
    other.peer_spiffe_id = Named("spiffe://other.practice.example/node/cn-other").id;
    other.agreement_bytes = "agreement with cn-other";
    Links(*world_.vn).emplace("cn-other", other);
    elsewhere_ = world_.NewPing(world_.cn_clerk(), "elsewhere");
    Need(world_.vn->committer->Post([this](exchange::CommitScope& scope) { return Receive(scope); },
                                    [](const absl::Status& done) { Need(done); }));
    world_.vn->Settle();
  }

  // The ping comes from cn-other.
  absl::Status Receive(exchange::CommitScope& scope) {
    const v1::Envelope envelope = world_.Sign(world_.cn_clerk(), elsewhere_);
    store::MessageRecord record;
    record.reference.year = 2027;
    record.author = elsewhere_.header().author();
    record.message_id = elsewhere_.header().message_id();
    record.pae = certs::Sha256Of("elsewhere");
    record.envelope = envelope.SerializeAsString();
    record.origin_node = record.received_from = "cn-other";
    record.incoming_sequence = 1;
    record.stored_at = scope.now;
    record.standing = v1::RUNG_APPLIED;
    ledger::Leaf leaf;
    leaf.event = ledger::event::kDelivered;
    leaf.actor = record.author;
    leaf.peer = "cn-other";
    leaf.object = exchange::MessageObject(record.message_id);
    leaf.sequence = 1;
    leaf.pae = record.pae;
    leaf.result = "APPLIED";
    record.leaf_index = Need(scope.log.Add(std::move(leaf)));
    return scope.store.InsertMessage(std::move(record)).status();
  }

  // The events of all entries that the auditor is shown, one by one.
  std::vector<std::string> Shown(const std::string& auditor) {
    std::vector<std::string> shown;
    const uint64_t size = world_.vn->head().size;
    for (uint64_t index = 0; index < size; ++index) {
      v1::ProveEntryRequest request;
      request.set_index(index);
      const auto answer = Queries(*world_.vn).ProveEntry(Named(auditor), request);
      if (!answer.ok()) {
        EXPECT_EQ(system::ReasonOf(answer.status()), v1::REASON_NOT_FOUND);
        continue;
      }
      shown.push_back(Need(ledger::Leaf::Parse(answer->response.entry().leaf())).event);
    }
    return shown;
  }

  v1::Message report_;
  v1::Message elsewhere_;
};

TEST_F(AuditViews, TheOwnSideSeesEverything) {
  EXPECT_TRUE(Evidence(*world_.vn, kVnAuditor, report_.header().message_id()).ok());
  EXPECT_TRUE(Evidence(*world_.vn, kVnAuditor, elsewhere_.header().message_id()).ok());
  EXPECT_THAT(Shown(kVnAuditor), SizeIs(world_.vn->head().size));
}

TEST_F(AuditViews, TheOtherSideSeesItsLinkOnly) {
  const auto answer = Evidence(*world_.vn, kCnAuditor, report_.header().message_id());
  const v1::GetEvidenceResponse told = Told(*world_.vn, Named(kCnAuditor), answer);
  EXPECT_THAT(Proved(told.messages(0)),
              ElementsAre("vn-langson ACCEPTED:APPLIED", "vn-langson RECEIPT:APPLIED",
                          "cn-pingxiang DELIVERED:APPLIED"));
  EXPECT_THAT(told.link_agreements(), ElementsAre("agreement"));
  EXPECT_THAT(told.heads(), SizeIs(2));
  EXPECT_THAT(Shown(kCnAuditor), ElementsAre("ACCEPTED", "RECEIPT"));
  EXPECT_THAT(Shown(kOtherAuditor), ElementsAre("DELIVERED"));

  const v1::GetEvidenceResponse other =
      Told(*world_.vn, Named(kOtherAuditor),
           Evidence(*world_.vn, kOtherAuditor, elsewhere_.header().message_id()));
  EXPECT_THAT(other.link_agreements(), ElementsAre("agreement with cn-other"));
}

// The same words for what is not there and for what is not his.
TEST_F(AuditViews, WhatIsNotHisIsNotThere) {
  const auto without = [](const absl::Status& status, const std::string& name) {
    std::string text(status.message());
    const size_t at = text.find(name);
    return at == std::string::npos ? text : text.replace(at, name.size(), "NAME");
  };
  const std::string hidden = elsewhere_.header().message_id();
  const std::string absent = "0194e1a2-7c00-7000-8000-0123456789ab";
  EXPECT_EQ(without(Evidence(*world_.vn, kCnAuditor, hidden).status(), hidden),
            without(Evidence(*world_.vn, kCnAuditor, absent).status(), absent));
  EXPECT_EQ(without(Evidence(*world_.vn, kCnAuditor, "LS/2027/00002").status(), "LS/2027/00002"),
            without(Evidence(*world_.vn, kCnAuditor, "LS/2027/00003").status(), "LS/2027/00003"));
  const auto prove = [&](uint64_t index) {
    v1::ProveEntryRequest request;
    request.set_index(index);
    request.set_size(99);
    return without(Queries(*world_.vn).ProveEntry(Named(kCnAuditor), request).status(),
                   std::to_string(index));
  };
  EXPECT_EQ(prove(2), prove(99)) << "the ping's entry, and none";
}

// What auditors of the own side look at stays there.
TEST_F(AuditViews, WhatAuditorsReadIsNotShownToTheOtherSide) {
  Told(*world_.vn, Named(kVnAuditor),
       Evidence(*world_.vn, kVnAuditor, report_.header().message_id()));
  const ledger::Leaf leaf = world_.vn->Leaves().back();
  EXPECT_EQ(leaf.event, "AUDIT_READ");
  EXPECT_EQ(leaf.peer, "cn-pingxiang");
  EXPECT_THAT(Shown(kCnAuditor), ElementsAre("ACCEPTED", "RECEIPT"));
}

}  // namespace
}  // namespace gatepost::testing
