// Every usual trouble of a client's files and clock, and of a node's, is made, and doctor's line
// for it is there.

#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "tests/client/cli/doctor_fixture.h"
#include "tests/support/manual_clock.h"

namespace gatepost::cli {
namespace {

TEST_F(DoctorTest, WhereAllIsWellNothingFails) {
  Serve();
  for (const Check& check : Examine().checks()) {
    EXPECT_NE(check.result(), CHECK_RESULT_FAILED) << check.DebugString();
  }
  EXPECT_EQ(Line("handshake").result(), CHECK_RESULT_OK);
  EXPECT_EQ(Line("authority").result(), CHECK_RESULT_OK);
  EXPECT_EQ(Line("link").result(), CHECK_RESULT_OK);
  EXPECT_EQ(ExitCodeOf(list_->report()), 0);
}

TEST_F(DoctorTest, AConfigThatCannotBeReadIsNamedWithItsLine) {
  files_.Change("client.textproto", "origin_node", "origin_mode");
  Examine();
  ExpectFailed("config", v1::REASON_BAD_CONFIG, "origin_mode");
  EXPECT_EQ(ExitCodeOf(list_->report()), 1);
}

TEST_F(DoctorTest, AKeyThatOthersCanReadIsSaidWithTheCommand) {
  ASSERT_EQ(chmod((files_ / "clerk.key").c_str(), 0644), 0);
  Examine();
  ExpectFailed("tls_key", v1::REASON_BAD_CONFIG, "0644");
  EXPECT_THAT(Line("tls_key").todo(), HasSubstr("chmod 600 " + files_ / "clerk.key"));
}

TEST_F(DoctorTest, AKeyOfAnotherCertificateIsNoticed) {
  files_.Change("client.textproto", "\"sign.key\"", "\"clerk.key\"");
  Examine();
  ExpectFailed("signing_key", v1::REASON_BAD_CONFIG, "does not belong");
  EXPECT_EQ(Line("tls_key").result(), CHECK_RESULT_OK);
}

TEST_F(DoctorTest, ASigningKeyOfSm2IsNoTrouble) {
  const auto id =
      Must(certs::SpiffeId::Parse("spiffe://langson.practice.example/agency/board/clerk/desk-1"));
  const auto issued = Must(files_.vn().IssueSigner(id, {.key = certs::PracticeKey::kSm2}));
  ASSERT_TRUE(issued.WriteFiles(files_ / "sign.key", files_ / "sign.crt").ok());
  Examine();
  for (const char* name : {"signing_key", "signing_chain", "config"}) {
    EXPECT_EQ(Line(name).result(), CHECK_RESULT_OK) << name << Line(name).DebugString();
  }
}

TEST_F(DoctorTest, AFileThatIsNotThereIsNamed) {
  files_.Change("client.textproto", "\"sign.crt\"", "\"gone.crt\"");
  Examine();
  ExpectFailed("signing_certificate", v1::REASON_BAD_CONFIG, "No such file");
  EXPECT_EQ(Line("signing_certificate").subject(), files_ / "gone.crt");
}

TEST_F(DoctorTest, ATlsCertificateForSigningIsOfTheWrongUse) {
  files_.Change("client.textproto", "\"sign.crt\"", "\"clerk.crt\"");
  files_.Change("client.textproto", "\"sign.key\"", "\"clerk.key\"");
  Examine();
  ExpectFailed("signing_chain", v1::REASON_CERTIFICATE_WRONG_USAGE, "another use");
}

TEST_F(DoctorTest, AnotherRootThanTheNodesIsFoundOnBothSides) {
  Serve();
  const certs::PracticeCa other =
      Must(certs::PracticeCa::Create("langson.practice.example", absl::Now()));
  testing::WriteTestFile(files_ / "vn-root.crt", other.root_pem());
  Examine();
  ExpectFailed("tls_chain", v1::REASON_CHAIN_BROKEN, "does not lead to a root");
  ExpectFailed("server_certificate", v1::REASON_CHAIN_BROKEN, "does not lead to a root");
  EXPECT_EQ(ExitCodeOf(list_->report()), 4);
}

TEST_F(DoctorTest, ANameOfAnotherDomainIsSaid) {
  ASSERT_TRUE(Must(files_.cn().IssueClient(
                       Id("spiffe://pingxiang.practice.example/agency/port/clerk/desk-1")))
                  .WriteFiles(files_ / "clerk.key", files_ / "clerk.crt")
                  .ok());
  Examine();
  ExpectFailed("tls_chain", v1::REASON_UNKNOWN_TRUST_DOMAIN, "nobody trusts here");
}

TEST_F(DoctorTest, AnotherNodeThanExpectedIsNamed) {
  ASSERT_TRUE(Must(files_.vn().IssueNode(Id("spiffe://langson.practice.example/node/vn-other")))
                  .WriteFiles(files_ / "other.key", files_ / "other.crt")
                  .ok());
  Serve(Must(certs::TlsIdentity::Load(files_ / "other.crt", files_ / "other.key")),
        TrustOf(files_.vn()));
  Examine();
  ExpectFailed("server_certificate", v1::REASON_WRONG_NODE, "node/vn-other");
}

TEST_F(DoctorTest, AnExpiredCertificateIsSaidWithItsDate) {
  Serve();
  ASSERT_TRUE(
      Must(files_.vn().IssueClient(Id(kClerk), {.not_after = absl::Now() - absl::Minutes(5)}))
          .WriteFiles(files_ / "clerk.key", files_ / "clerk.crt")
          .ok());
  Examine();
  ExpectFailed("tls_dates", v1::REASON_CERTIFICATE_EXPIRED, "ended 0 days ago");
  EXPECT_EQ(Line("tls_chain").result(), CHECK_RESULT_OK);
  ExpectFailed("handshake", v1::REASON_CERTIFICATE_EXPIRED, "has expired");
  EXPECT_EQ(ExitCodeOf(list_->report()), 4);
}

TEST_F(DoctorTest, ACertificateThatEndsSoonIsAWarning) {
  Serve();
  ASSERT_TRUE(Must(files_.vn().IssueClient(Id(kClerk),
                                           {.not_after = absl::Now() + absl::Hours(24 * 30 + 1)}))
                  .WriteFiles(files_ / "clerk.key", files_ / "clerk.crt")
                  .ok());
  Examine();
  EXPECT_EQ(Line("tls_dates").result(), CHECK_RESULT_WARNING);
  EXPECT_THAT(Line("tls_dates").found(), HasSubstr("30 days left"));
  EXPECT_EQ(ExitCodeOf(list_->report()), 0);
}

TEST_F(DoctorTest, ASlowClockIsToldFromAnEarlyCertificate) {
  Serve();
  parts_.clock = std::make_shared<testing::ManualClock>(absl::Now() - absl::Hours(24 * 400));
  Examine();
  ExpectFailed("tls_dates", v1::REASON_CERTIFICATE_NOT_YET_VALID, "this machine's clock says");
  EXPECT_THAT(Line("tls_dates").todo(), HasSubstr("clock first"));
  ExpectFailed("server_certificate", v1::REASON_CERTIFICATE_NOT_YET_VALID,
               "this machine's clock says");
}

TEST_F(DoctorTest, AClockMinutesOffIsComparedWithTheNodes) {
  Serve();
  parts_.clock = std::make_shared<testing::ManualClock>(absl::Now() + absl::Minutes(20));
  Examine();
  ExpectFailed("node_clock", v1::REASON_CLOCK_SKEW, "behind this machine's");
  EXPECT_EQ(ExitCodeOf(list_->report()), 1);
}

TEST_F(DoctorTest, ALinkThatIsDownAndItsAlarmsAreSaid) {
  v1::LinkState& link = *node_.answer.mutable_links(0);
  link.set_connected(false);
  link.set_last_queued(7);
  link.set_last_receipted(4);
  link.mutable_problem()->set_reason(v1::REASON_PEER_SILENT);
  link.mutable_problem()->set_came("nothing for 30 s");
  link.add_alarms("HEAD_FORKED: two heads of size 9");
  Serve();
  Examine();
  ExpectFailed("link", v1::REASON_PEER_SILENT, "nothing for 30 s");
  ExpectFailed("alarm", v1::REASON_HEAD_FORKED, "two heads");
  EXPECT_EQ(Line("waiting").result(), CHECK_RESULT_WARNING);
  EXPECT_THAT(Line("waiting").found(), HasSubstr("3 messages"));
  EXPECT_EQ(ExitCodeOf(list_->report()), 1);
}

TEST_F(DoctorTest, ANodesFilesPortAndPeersAreExamined) {
  const Port taken;
  files_.Change("node.textproto", "\"127.0.0.1:0\"",
                fmt::format("\"127.0.0.1:{}\"", taken.number()));
  files_.Change("node.textproto", "localhost:7443", "no-such-host.invalid:7443");
  ASSERT_EQ(chmod((files_ / "log.key").c_str(), 0640), 0);
  ExamineTheNode();
  ExpectFailed("log_key", v1::REASON_BAD_CONFIG, "0640");
  EXPECT_EQ(Line("witness_key").result(), CHECK_RESULT_OK);
  EXPECT_EQ(Line("listen").result(), CHECK_RESULT_WARNING);
  EXPECT_EQ(Line("tls_chain").result(), CHECK_RESULT_OK);
  EXPECT_EQ(Line("data_dir").result(), CHECK_RESULT_OK);
  ExpectFailed("address", v1::REASON_NOT_REACHABLE, "its name is not known");
}

TEST_F(DoctorTest, AStoreWithoutItsGuardAndAGuardWithoutItsStoreAreSaid) {
  std::filesystem::create_directories(files_ / "data");
  ExamineTheNode();
  EXPECT_EQ(Line("guard_file").reason(), v1::REASON_NODE_RESTORED);
  EXPECT_EQ(Line("guard_file").result(), CHECK_RESULT_WARNING);
  std::filesystem::remove_all(files_ / "data");
  testing::WriteTestFile(files_ / "vn-langson.guard", "x");
  ExamineTheNode();
  ExpectFailed("guard_file", v1::REASON_NODE_RESTORED, "it is there, but the store");
}

TEST_F(DoctorTest, ARevocationListThatIsTooOldIsSaid) {
  const absl::Time now = absl::Now();
  testing::WriteTestFile(files_ / "vn.crl", Must(files_.vn().IssueRevocationList(
                                                {}, now - absl::Hours(48), now - absl::Hours(2))));
  files_.Change("node.textproto", "root_files: \"vn-root.crt\"",
                "root_files: \"vn-root.crt\" revocation_list_files: \"vn.crl\"");
  ExamineTheNode();
  ExpectFailed("revocation_list", v1::REASON_REVOCATION_UNKNOWN, "too old");
  files_.Change("node.textproto", "revocation_list_files",
                "revocation_grace_hours: 24 revocation_list_files");
  ExamineTheNode();
  EXPECT_EQ(Line("revocation_list").reason(), v1::REASON_REVOCATION_STALE);
}

}  // namespace
}  // namespace gatepost::cli
