#include "daemon/config/revocations.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/time/clock.h"
#include "certs/digest.h"
#include "certs/inspect.h"
#include "certs/pem.h"
#include "daemon/system/reason.h"
#include "tests/config/practice_files.h"

namespace gatepost::config {
namespace {

using ::testing::HasSubstr;
using testing::Must;
using testing::PracticeFiles;
using testing::WriteTestFile;

constexpr char kVnDomain[] = "country: \"VN\" ";
constexpr char kClerk[] = "spiffe://langson.practice.example/agency/board/clerk/desk-1";

// A practice node whose config names `vn.crl` and `deny.textproto`.
class RevocationFilesTest : public ::testing::Test {
 protected:
  RevocationFilesTest() {
    WriteList({});
    WriteTestFile(files_ / "deny.textproto", "nobody_is_denied: true\n");
    files_.Change("node.textproto", kVnDomain,
                  std::string(kVnDomain) + "revocation_list_files: \"vn.crl\" ");
    files_.Change("node.textproto",
                  "reference_prefix:", "deny_list_file: \"deny.textproto\"\nreference_prefix:");
  }

  void WriteList(const std::vector<std::pair<std::string, absl::Time>>& revoked,
                 absl::Duration ahead = absl::ZeroDuration()) {
    WriteTestFile(files_ / "vn.crl", Must(files_.vn().IssueRevocationList(
                                         revoked, now_ + ahead, now_ + ahead + absl::Hours(24))));
  }
  void Deny(const std::string& entry) {
    WriteTestFile(files_ / "deny.textproto", "denied { " + entry + " }\n");
  }

  absl::StatusOr<NodeSettings> Load() { return LoadNodeSettings(files_ / "node.textproto"); }
  std::string Complaint() {
    const absl::Status status = Load().status();
    EXPECT_EQ(system::ReasonOf(status), gatepost::v1::REASON_BAD_CONFIG) << status;
    return std::string(status.message());
  }

  // How the clerk's TLS certificate is judged by what the files hold now.
  gatepost::v1::Reason Judged(const NodeSettings& settings) {
    return system::ReasonOf(
        Must(LoadTrust(settings, now_))
            ->Validate(certs::DerFromPem(testing::ReadTestFile(files_ / "clerk.crt")),
                       certs::Usage::kTlsClient, now_)
            .status());
  }

  const absl::Time now_ = absl::Now();
  PracticeFiles files_;
};

TEST_F(RevocationFilesTest, FilesAreReadAnewEachTime) {
  const NodeSettings settings = Must(Load());
  ASSERT_EQ(settings.revocations.size(), 1u);
  EXPECT_EQ(settings.revocations[0].trust_domain, "langson.practice.example");
  EXPECT_EQ(settings.revocations[0].files[0].path, files_ / "vn.crl");
  EXPECT_EQ(settings.deny_list_file, files_ / "deny.textproto");
  EXPECT_EQ(Judged(settings), gatepost::v1::REASON_UNSPECIFIED);

  WriteList({{testing::ReadTestFile(files_ / "clerk.crt"), now_ - absl::Minutes(1)}});
  EXPECT_EQ(Judged(settings), gatepost::v1::REASON_CERTIFICATE_REVOKED);
  WriteList({});
  EXPECT_EQ(Judged(settings), gatepost::v1::REASON_UNSPECIFIED);
  Deny(fmt::format("spiffe_id: \"{}\" reason: \"left the service\"", kClerk));
  EXPECT_EQ(Judged(settings), gatepost::v1::REASON_IDENTITY_DENIED);
  Deny(
      fmt::format("certificate_sha256: \"{}\" since: \"2026-02-07T08:15:30+07:00\" "
                  "reason: \"key lost\"",
                  std::string(64, 'a')));
  EXPECT_EQ(Judged(settings), gatepost::v1::REASON_UNSPECIFIED);
  EXPECT_EQ(Must(LoadDenyList(settings.deny_list_file)).at(0).since,
            absl::FromUnixSeconds(1770426930));
}

TEST_F(RevocationFilesTest, TooOldAListRefusesItsOwnPeopleAndDoesNotStopTheNode) {
  WriteList({}, -absl::Hours(48));
  EXPECT_EQ(Judged(Must(Load())), gatepost::v1::REASON_REVOCATION_UNKNOWN);
  files_.Change("node.textproto", kVnDomain,
                std::string(kVnDomain) + "revocation_grace_hours: 30 ");
  EXPECT_EQ(Judged(Must(Load())), gatepost::v1::REASON_UNSPECIFIED);
}

TEST_F(RevocationFilesTest, ListOfALaterTimeIsRefused) {
  WriteList({}, absl::Hours(1));
  const NodeSettings settings = Must(Load());
  const absl::Status refused = LoadTrust(settings, now_).status();
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("node.textproto:10: trust_domains[0].revocation_list_files[0]:"));
  EXPECT_TRUE(LoadTrust(settings, now_ + absl::Hours(1)).ok());
}

TEST_F(RevocationFilesTest, BadListIsRefusedWithFileLineAndField) {
  constexpr char kPlace[] = "node.textproto:10: trust_domains[0].revocation_list_files[0]:";
  WriteTestFile(files_ / "vn.crl", "no list");
  EXPECT_THAT(Complaint(), HasSubstr(kPlace));
  WriteTestFile(files_ / "vn.crl", "");
  EXPECT_THAT(Complaint(), HasSubstr(kPlace));
  WriteTestFile(files_ / "vn.crl", Must(files_.vn().IssueRevocationList({}, now_, std::nullopt)));
  EXPECT_THAT(Complaint(), HasSubstr(kPlace));
  const certs::PracticeCa forger =
      Must(certs::PracticeCa::Create("langson.practice.example", now_));
  WriteTestFile(files_ / "vn.crl",
                Must(forger.IssueRevocationList({}, now_, now_ + absl::Hours(24))));
  EXPECT_THAT(Complaint(), HasSubstr(kPlace));
  std::filesystem::remove(files_ / "vn.crl");
  EXPECT_THAT(Complaint(), HasSubstr(kPlace));
}

TEST_F(RevocationFilesTest, DomainWithListsAndWithoutThemIsRefused) {
  files_.Change("node.textproto", kVnDomain,
                std::string(kVnDomain) + "without_revocation_lists: true ");
  EXPECT_THAT(Complaint(), HasSubstr("trust_domains[0].without_revocation_lists:"));
}

TEST_F(RevocationFilesTest, TooLongAGraceIsRefused) {
  files_.Change("node.textproto", kVnDomain,
                std::string(kVnDomain) + "revocation_grace_hours: 2161 ");
  EXPECT_THAT(Complaint(), HasSubstr("trust_domains[0].revocation_grace_hours:"));
}

// Its roots would be refused first, so the function is asked alone.
TEST_F(RevocationFilesTest, NodeInEarnestNamesListsOrSaysThatThereAreNone) {
  NodeSettings settings = Must(Load());
  const auto read = [&] {
    settings.revocations.clear();
    auto file = Must(ReadTextProto<v1::NodeConfig>(files_ / "node.textproto"));
    return std::string(ReadRevocations(file, &settings).message());
  };
  files_.Change("node.textproto", "practice: true", "practice: false");
  EXPECT_THAT(read(), HasSubstr("node.textproto:11: trust_domains[1].revocation_list_files:"));
  files_.Change("node.textproto", "country: \"CN\" ",
                "country: \"CN\" without_revocation_lists: true ");
  EXPECT_EQ(read(), "");
  EXPECT_EQ(settings.revocations.size(), 1u);
}

TEST_F(RevocationFilesTest, BadDenyListIsRefusedWithFileLineAndField) {
  const std::string clerk = fmt::format("spiffe_id: \"{}\" ", kClerk);
  const std::pair<std::string, const char*> faults[] = {
      {"reason: \"x\"", "deny.textproto:1: denied[0]:"},
      {clerk + "certificate_sha256: \"00\" reason: \"x\"", "denied[0]:"},
      {"spiffe_id: \"langson\" reason: \"x\"", "denied[0].spiffe_id:"},
      {"certificate_sha256: \"ABCD\" reason: \"x\"", "denied[0].certificate_sha256:"},
      {"key_sha256: \"ABCD\" reason: \"x\"", "denied[0].key_sha256:"},
      {clerk + "serial: \"01\" reason: \"x\"", "denied[0]:"},
      {"serial: \"01\" reason: \"x\"", "denied[0].issuer:"},
      {"issuer: \"CN=a\" reason: \"x\"", "denied[0].serial:"},
      {"issuer: \"CN=a\" serial: \"0A\" reason: \"x\"", "denied[0].serial:"},
      {"issuer: \"CN=a\" serial: \"123\" reason: \"x\"", "denied[0].serial:"},
      {clerk + "since: \"yesterday\" reason: \"x\"", "denied[0].since:"},
      {clerk, "denied[0].reason:"},
      {clerk + "reason: \"a\\nb\"", "denied[0].reason:"},
      {clerk + fmt::format("reason: \"{}\"", std::string(201, 'x')), "denied[0].reason:"},
      {clerk + "reson: \"x\"", "deny.textproto:1:"},
  };
  for (const auto& [entry, place] : faults) {
    Deny(entry);
    EXPECT_THAT(Complaint(), HasSubstr(place)) << entry;
  }
  std::filesystem::remove(files_ / "deny.textproto");
  EXPECT_THAT(Complaint(), HasSubstr("deny.textproto"));
}

TEST_F(RevocationFilesTest, DenyListThatWasEmptiedIsRefusedAndOneThatSaysSoIsNot) {
  for (const char* emptied :
       {"", "\n", "# denied { spiffe_id: \"...\" }\n", "nobody_is_denied: false\n"}) {
    WriteTestFile(files_ / "deny.textproto", emptied);
    EXPECT_THAT(Complaint(), HasSubstr("nobody_is_denied:")) << emptied;
  }
  WriteTestFile(files_ / "deny.textproto", "nobody_is_denied: true\n");
  EXPECT_EQ(Judged(Must(Load())), gatepost::v1::REASON_UNSPECIFIED);
  WriteTestFile(
      files_ / "deny.textproto",
      fmt::format("nobody_is_denied: true denied {{ spiffe_id: \"{}\" reason: \"x\" }}", kClerk));
  EXPECT_THAT(Complaint(), HasSubstr("nobody_is_denied:"));
}

TEST_F(RevocationFilesTest, KeyAndNumberAreDeniedAsCertShowPrintsThem) {
  const NodeSettings settings = Must(Load());
  const certs::Inspected shown =
      Must(certs::Inspect(testing::ReadTestFile(files_ / "clerk.crt"))).front();
  Deny(fmt::format("key_sha256: \"{}\" reason: \"lost\"", certs::ToHex(*shown.key_sha256)));
  EXPECT_EQ(Judged(settings), gatepost::v1::REASON_IDENTITY_DENIED);
  Deny(fmt::format("issuer: \"{}\" serial: \"{}\" reason: \"lost\"", shown.issuer, shown.serial));
  EXPECT_EQ(Judged(settings), gatepost::v1::REASON_IDENTITY_DENIED);
  Deny(fmt::format("issuer: \"{}\" serial: \"00{}\" reason: \"lost\"", shown.issuer, shown.serial));
  EXPECT_EQ(Judged(settings), gatepost::v1::REASON_UNSPECIFIED);
}

}  // namespace
}  // namespace gatepost::config
