// Every usual trouble on the way to a node is made, and doctor's line for it is there.

#include <cstdint>
#include <string>

#include "tests/client/cli/doctor_fixture.h"

namespace gatepost::cli {
namespace {

TEST_F(DoctorTest, ANameThatNobodyKnowsIsToldFromAClosedPort) {
  files_.Change("client.textproto", "127.0.0.1", "no-such-host.invalid");
  Examine();
  ExpectFailed("address", v1::REASON_NOT_REACHABLE, "its name is not known");
  EXPECT_EQ(ExitCodeOf(list_->report()), 3);
}

TEST_F(DoctorTest, AClosedPortIsSaid) {
  int port = 0;
  {
    port = Port().number();
  }
  Listens(port);
  Examine();
  EXPECT_EQ(Line("address").result(), CHECK_RESULT_OK);
  ExpectFailed("port", v1::REASON_NOT_REACHABLE, "Connection refused");
  EXPECT_EQ(ExitCodeOf(list_->report()), 3);
}

TEST_F(DoctorTest, APortThatSaysNothingIsSaid) {
  const Port silent;
  parts_.limit = absl::Milliseconds(200);
  Listens(silent.number());
  Examine();
  ExpectFailed("tls", v1::REASON_NOT_REACHABLE, "says nothing");
}

TEST_F(DoctorTest, APortWithoutTlsIsSaid) {
  grpc::ServerBuilder builder;
  builder.RegisterService(&node_);
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  server_ = builder.BuildAndStart();
  Listens(port);
  Examine();
  ExpectFailed("tls", v1::REASON_NOT_REACHABLE, "no TLS");
  EXPECT_EQ(ExitCodeOf(list_->report()), 3);
}

TEST_F(DoctorTest, ANodeThatDoesNotKnowOurRootIsExplainedByWhatIsLeft) {
  const certs::PracticeCa other =
      Must(certs::PracticeCa::Create("langson.practice.example", absl::Now()));
  Serve(OwnOfNode(), TrustOf(other));
  Examine();
  EXPECT_EQ(Line("tls").result(), CHECK_RESULT_OK);
  EXPECT_EQ(Line("server_certificate").result(), CHECK_RESULT_OK);
  ExpectFailed("handshake", v1::REASON_NOT_ALLOWED, "holds other roots");
  EXPECT_THAT(Line("handshake").todo(), HasSubstr(kClerk));
  EXPECT_EQ(ExitCodeOf(list_->report()), 4);
}

TEST_F(DoctorTest, ARevokedCertificateIsExplainedWithWhatToAskFor) {
  const std::string pem = testing::ReadTestFile(files_ / "clerk.crt");
  const absl::Time now = absl::Now();
  const std::string list = Must(files_.vn().IssueRevocationList(
      {{pem, now - absl::Minutes(1)}}, now - absl::Minutes(1), now + absl::Hours(1)));
  std::shared_ptr<const certs::TrustStore> store = StoreOf(files_.vn());
  certs::RevocationBook book =
      Must(certs::RevocationBook::Create(*store,
                                         {{.trust_domain = "langson.practice.example",
                                           .lists = {Must(certs::RevocationList::Parse(list))}}},
                                         {}));
  Serve(OwnOfNode(), std::make_shared<certs::LiveTrust>(
                         std::make_shared<certs::TrustSnapshot>(store, std::move(book))));
  Examine();
  ExpectFailed("handshake", v1::REASON_NOT_ALLOWED, "may be revoked or denied there");
  EXPECT_THAT(Line("handshake").todo(), HasSubstr("SHA-256"));
}

TEST_F(DoctorTest, AFolderThatCannotBeWrittenIsSaid) {
  files_.Change("client.textproto", "\"outbox\"", "\"/proc/gatepost/outbox\"");
  Examine();
  ExpectFailed("outbox", v1::REASON_STORE_FAILED, "nothing can be written there");
}

TEST_F(DoctorTest, AFullDiskIsSaid) {
  parts_.room = {.warn_below = UINT64_MAX, .fail_below = UINT64_MAX};
  Examine();
  ExpectFailed("outbox", v1::REASON_STORE_FAILED, "the disk is full");
}

}  // namespace
}  // namespace gatepost::cli
