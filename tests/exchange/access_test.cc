// Who may call what, and who may say what: deny by default.
#include "daemon/exchange/access.h"

#include <gtest/gtest.h>

#include "daemon/system/reason.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

using exchange::Act;

class Access : public ::testing::Test {
 protected:
  static certs::Identity Named(const std::string& id) {
    return certs::Identity{.id = Need(certs::SpiffeId::Parse(id)),
                           .country = "",
                           .certificate_sha256 = {},
                           .not_before = absl::InfinitePast(),
                           .not_after = absl::InfiniteFuture(),
                           .key = {},
                           .practice = true};
  }
  static certs::Identity Vn(const std::string& path) {
    return Named("spiffe://langson.practice.example" + path);
  }
  static certs::Identity Cn(const std::string& path) {
    return Named("spiffe://pingxiang.practice.example" + path);
  }
  v1::Reason May(const certs::Identity& caller, Act act) const {
    return system::ReasonOf(world_.vn->rights->MayCall(caller, act));
  }

  TwoNodes world_;
};

constexpr v1::Reason kYes = v1::REASON_UNSPECIFIED;
constexpr v1::Reason kNo = v1::REASON_NOT_ALLOWED;

TEST_F(Access, WritersReadAndSubmit) {
  for (const char* role : {"clerk", "service", "officer"}) {
    const certs::Identity writer = Vn(std::string("/agency/board/") + role + "/1");
    EXPECT_EQ(May(writer, Act::kRead), kYes) << role;
    EXPECT_EQ(May(writer, Act::kSubmit), kYes) << role;
    EXPECT_EQ(May(writer, Act::kLink), kNo) << role;
  }
}

TEST_F(Access, AuditorsOnlyRead) {
  const certs::Identity auditor = Vn("/auditor/board-1");
  EXPECT_EQ(May(auditor, Act::kRead), kYes);
  EXPECT_EQ(May(auditor, Act::kSubmit), kNo);
  EXPECT_EQ(May(auditor, Act::kLink), kNo);
}

TEST_F(Access, AuditorsAndOfficersAudit) {
  for (const Act act : {Act::kAudit, Act::kAuditLink}) {
    EXPECT_EQ(May(Vn("/auditor/board-1"), act), kYes);
    EXPECT_EQ(May(Vn("/agency/board/officer/1"), act), kYes);
    EXPECT_EQ(May(Vn("/agency/board/clerk/1"), act), kNo);
    EXPECT_EQ(May(Vn("/agency/board/service/1"), act), kNo);
    EXPECT_EQ(May(Vn("/node/vn-langson"), act), kNo);
    EXPECT_EQ(May(Cn("/node/cn-pingxiang"), act), kNo);
    EXPECT_EQ(May(Cn("/agency/port-office/officer/1"), act), kNo);
    EXPECT_EQ(May(Named("spiffe://other.practice.example/auditor/1"), act), kNo);
  }
}

TEST_F(Access, APeersAuditorsAuditTheirLinkOnly) {
  EXPECT_EQ(May(Cn("/auditor/port-office-1"), Act::kAuditLink), kYes);
  EXPECT_EQ(May(Cn("/auditor/port-office-1"), Act::kAudit), kNo);
}

TEST_F(Access, NodesOnlyLinkAndOnlyConfiguredPeers) {
  EXPECT_EQ(May(Cn("/node/cn-pingxiang"), Act::kLink), kYes);
  EXPECT_EQ(May(Cn("/node/cn-pingxiang"), Act::kRead), kNo);
  EXPECT_EQ(May(Cn("/node/cn-pingxiang"), Act::kSubmit), kNo);
  EXPECT_EQ(May(Cn("/node/cn-other"), Act::kLink), kNo);
  EXPECT_EQ(May(Vn("/node/vn-langson"), Act::kLink), kNo);
  EXPECT_EQ(May(Vn("/node/vn-langson"), Act::kRead), kNo);
  EXPECT_EQ(May(Vn("/node/cn-pingxiang"), Act::kLink), kNo) << "the right name in a wrong domain";
}

TEST_F(Access, TheOtherDomainsPeopleMayNothing) {
  for (const char* path :
       {"/agency/port-office/clerk/1", "/agency/port-office/officer/1", "/auditor/port-office-1"}) {
    EXPECT_EQ(May(Cn(path), Act::kRead), kNo) << path;
    EXPECT_EQ(May(Cn(path), Act::kSubmit), kNo) << path;
    EXPECT_EQ(May(Cn(path), Act::kLink), kNo) << path;
  }
}

TEST_F(Access, OnlyWritersAreAuthorsAndOnlyOfficersOverride) {
  v1::Message report = world_.OneFigureReport(world_.vn_clerk(), "LS-HN", 0, 1);
  v1::Message overriding = report;
  overriding.mutable_yard_report()->mutable_override()->set_reason("r");
  const auto author = [&](const char* path, const v1::Message& message) {
    return system::ReasonOf(exchange::MayAuthor(Vn(path), message));
  };
  EXPECT_EQ(author("/agency/board/clerk/1", report), kYes);
  EXPECT_EQ(author("/agency/board/service/1", report), kYes);
  EXPECT_EQ(author("/auditor/board-1", report), kNo);
  EXPECT_EQ(author("/node/vn-langson", report), kNo);
  EXPECT_EQ(author("/agency/board/clerk/1", overriding), v1::REASON_OVERRIDE_NOT_ALLOWED);
  EXPECT_EQ(author("/agency/board/service/1", overriding), v1::REASON_OVERRIDE_NOT_ALLOWED);
  EXPECT_EQ(author("/agency/board/officer/1", overriding), kYes);
}

TEST_F(Access, MessagesAreHandedInWithinOneAgency) {
  const auto hand_in = [&](const certs::Identity& caller, const certs::Identity& author) {
    return system::ReasonOf(exchange::MayHandIn(caller, author));
  };
  const certs::Identity clerk = Vn("/agency/board/clerk/1");
  EXPECT_EQ(hand_in(clerk, clerk), kYes);
  EXPECT_EQ(hand_in(Vn("/agency/board/service/1"), clerk), kYes);
  EXPECT_EQ(hand_in(Vn("/agency/customs/clerk/1"), clerk), kNo);
  EXPECT_EQ(hand_in(Cn("/agency/board/clerk/1"), clerk), kNo);
}

}  // namespace
}  // namespace gatepost::testing
