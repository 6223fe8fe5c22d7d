// gatepost cert as it is typed.

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "certs/revocation_list.h"
#include "client/cli/parse.h"
#include "client/cli/session.h"
#include "client/render/text.h"
#include "daemon/system/reason.h"
#include "gatepost/config/v1/checks.pb.h"
#include "tests/config/practice_files.h"

namespace gatepost::cli {
namespace {

using ::testing::HasSubstr;
using testing::Must;
using ::testing::Not;
using testing::ReadTestFile;

constexpr char kOfficer[] = "spiffe://langson.practice.example/agency/board/officer/lead-2";

class CertCommandsTest : public ::testing::Test {
 protected:
  // Types `gatepost <words>`; its exit code.
  int Type(std::vector<std::string> words) {
    words.insert(words.begin(), "gatepost");
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const int code = ParseAndRun(static_cast<int>(arguments.size()), arguments.data());
    out_ = ::testing::internal::GetCapturedStdout();
    err_ = ::testing::internal::GetCapturedStderr();
    return code;
  }
  int Request(const std::string& id, const std::string& use, const std::string& name,
              std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"cert",  "request",
                                      "--id",  id,
                                      "--use", use,
                                      "--key", files_ / name + ".key",
                                      "--out", files_ / name + ".csr"};
    words.insert(words.end(), more.begin(), more.end());
    return Type(words);
  }
  template <typename Message>
  Message FromJson() {
    Message message;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(out_, &message).ok()) << out_;
    return message;
  }

  testing::PracticeFiles files_;
  std::string out_;
  std::string err_;
};

TEST_F(CertCommandsTest, AKeyIsMadeForItsOwnerOnlyAndNeverReplaced) {
  ASSERT_EQ(Request(kOfficer, "sign", "lead"), 0) << err_;
  struct stat facts = {};
  ASSERT_EQ(stat((files_ / "lead.key").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  EXPECT_THAT(out_, Not(HasSubstr("PRIVATE")));
  EXPECT_THAT(ReadTestFile(files_ / "lead.csr"), Not(HasSubstr("PRIVATE")));
  const std::string key = ReadTestFile(files_ / "lead.key");
  EXPECT_EQ(Request(kOfficer, "sign", "lead"), 2);
  EXPECT_THAT(err_, HasSubstr("lead.key is there"));
  EXPECT_EQ(ReadTestFile(files_ / "lead.key"), key);
  EXPECT_EQ(Request(kOfficer, "sign", "lead", {"--force"}), 0) << err_;
  EXPECT_NE(ReadTestFile(files_ / "lead.key"), key);
}

TEST_F(CertCommandsTest, AMalformedNameMakesNoKey) {
  for (const char* wrong : {"langson.example/clerk", "spiffe://langson.example/clerk/Desk 1",
                            "spiffe://langson.example/agency/board/clerk/d?x=1"}) {
    EXPECT_EQ(Request(wrong, "tls", "wrong"), 4) << wrong;
    EXPECT_THAT(err_, HasSubstr("BAD_SPIFFE_ID"));
  }
  EXPECT_EQ(Request(kOfficer, "node", "wrong"), 4);
  EXPECT_FALSE(std::filesystem::exists(files_ / "wrong.key"));
}

TEST_F(CertCommandsTest, ThePracticeCaIssuesRevokesAndLists) {
  const std::string dir = files_ / "ca";
  ASSERT_EQ(Type({"cert", "ca", "init", "--dir", dir, "--domain", "langson.practice.example"}), 0)
      << err_;
  EXPECT_THAT(out_, HasSubstr("PRACTICE"));
  ASSERT_EQ(Request(kOfficer, "sign", "lead"), 0) << err_;
  ASSERT_EQ(Type({"cert", "ca", "issue", "--dir", dir, "--csr", files_ / "lead.csr", "--out",
                  files_ / "lead.crt", "--days", "30"}),
            0)
      << err_;
  EXPECT_THAT(out_, HasSubstr("PRACTICE"));
  EXPECT_THAT(out_, HasSubstr(kOfficer));
  EXPECT_EQ(Type({"--output", "json", "cert", "check", files_ / "lead.crt", "--key",
                  files_ / "lead.key", "--root", dir + "/root.pem", "--use", "sign"}),
            0)
      << out_;
  EXPECT_EQ(Type({"cert", "ca", "revoke", "--dir", dir, files_ / "lead.crt"}), 0) << err_;
  ASSERT_EQ(Type({"--output", "json", "cert", "ca", "list", "--dir", dir}), 0);
  const auto issued = FromJson<config::v1::PracticeRegister>();
  ASSERT_EQ(issued.issued_size(), 1);
  EXPECT_TRUE(issued.issued(0).has_revoke_time());
  const auto list = certs::RevocationList::Parse(ReadTestFile(dir + "/revoked.crl"));
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(Type({"--output", "json", "cert", "show", dir + "/revoked.crl"}), 0);
  EXPECT_EQ(FromJson<config::v1::CredentialList>().credentials(0).revoked(), 1u);
}

TEST_F(CertCommandsTest, ThePracticeCaRefusesRealNames) {
  const std::string dir = files_ / "ca";
  EXPECT_EQ(Type({"cert", "ca", "init", "--dir", dir, "--domain", "langson.example"}), 2);
  EXPECT_FALSE(std::filesystem::exists(dir + "/root.key"));
  ASSERT_EQ(Type({"cert", "ca", "init", "--dir", dir, "--domain", "langson.practice.example"}), 0);
  EXPECT_EQ(Type({"cert", "ca", "init", "--dir", dir, "--domain", "langson.practice.example"}), 2);
  EXPECT_EQ(Type({"cert", "ca", "issue", "--dir", dir, "--id", "spiffe://langson.gov/node/vn",
                  "--use", "node", "--key", files_ / "real.key", "--out", files_ / "real.crt"}),
            4);
  EXPECT_FALSE(std::filesystem::exists(files_ / "real.key"));
  EXPECT_EQ(Type({"cert", "ca", "revoke", "--dir", dir, "0123456789"}), 1);
  EXPECT_THAT(err_, HasSubstr("NOT_FOUND"));
}

TEST_F(CertCommandsTest, ShowDescribesAndKeepsTheSecret) {
  ASSERT_EQ(Type({"--output", "json", "cert", "show", files_ / "tls.crt", files_ / "tls.key",
                  files_ / "vn-root.crt"}),
            0)
      << err_;
  const auto list = FromJson<config::v1::CredentialList>();
  ASSERT_EQ(list.credentials_size(), 3);
  EXPECT_EQ(list.credentials(0).key_sha256(), list.credentials(1).key_sha256());
  EXPECT_EQ(list.credentials(1).kind(), config::v1::CREDENTIAL_KIND_PRIVATE_KEY);
  EXPECT_TRUE(list.credentials(2).root());
  ASSERT_EQ(Type({"cert", "show", files_ / "tls.key", files_ / "tls.crt"}), 0);
  EXPECT_THAT(out_, HasSubstr("364 days left"));
  const std::string key = ReadTestFile(files_ / "tls.key");
  EXPECT_THAT(out_, Not(HasSubstr(key.substr(60, 32))));
  EXPECT_EQ(Type({"cert", "show", files_ / "client.textproto"}), 4);
  EXPECT_THAT(err_, HasSubstr("client.textproto"));
}

TEST_F(CertCommandsTest, CheckFollowsTheConfigAndSaysWhatToDo) {
  EXPECT_EQ(Type({"--client-config", files_ / "client.textproto", "cert", "check"}), 0) << out_;
  ASSERT_EQ(chmod((files_ / "sign.key").c_str(), 0604), 0);
  EXPECT_EQ(Type({"--client-config", files_ / "client.textproto", "cert", "check"}), 1);
  EXPECT_THAT(out_, HasSubstr("[BAD_CONFIG]"));
  EXPECT_THAT(out_, HasSubstr("chmod 600 " + files_ / "sign.key"));
  EXPECT_EQ(Type({"cert", "check", files_ / "clerk.crt", "--root", files_ / "cn-root.crt"}), 4);
  EXPECT_THAT(out_, HasSubstr("[CHAIN_BROKEN]"));
  EXPECT_EQ(Type({"cert", "check", "--use", "tls"}), 2);
}

TEST_F(CertCommandsTest, ExpiringListsTheSoonestFirstAndSaysWhatEnded) {
  const auto config = files_ / "client.textproto";
  EXPECT_EQ(Type({"--client-config", config, "cert", "expiring"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("nothing ends within 60 days"));
  ASSERT_TRUE(Must(files_.vn().IssueClient(
                       Must(certs::SpiffeId::Parse(
                           "spiffe://langson.practice.example/agency/board/clerk/desk-1")),
                       {.not_after = absl::Now() - absl::Hours(25)}))
                  .WriteFiles(files_ / "clerk.key", files_ / "clerk.crt")
                  .ok());
  EXPECT_EQ(
      Type({"--output", "json", "--client-config", config, "cert", "expiring", "--days", "400"}),
      1);
  const auto list = FromJson<config::v1::CredentialList>();
  ASSERT_EQ(list.credentials_size(), 2);  // The root has ten years.
  EXPECT_EQ(list.credentials(0).role(), "tls_certificate");
  EXPECT_EQ(list.credentials(1).role(), "signing_certificate");
  EXPECT_EQ(Type({"cert", "expiring", "--node-config", files_ / "node.textproto"}), 0) << err_;
}

TEST_F(CertCommandsTest, AClientWhoseKeyOthersCanReadDoesNotStart) {
  ASSERT_EQ(chmod((files_ / "clerk.key").c_str(), 0644), 0);
  Global global;
  global.client_config = files_ / "client.textproto";
  const absl::Status refused = OpenSession(global).status();
  EXPECT_EQ(system::ReasonOf(refused), v1::REASON_BAD_CONFIG);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("0644"));
}

TEST_F(CertCommandsTest, DoctorPrintsOneLineForEachThing) {
  files_.Change("client.textproto", "127.0.0.1", "no-such-host.invalid");
  const std::string config = files_ / "client.textproto";
  EXPECT_EQ(Type({"--client-config", config, "doctor"}), 3);
  EXPECT_THAT(out_, HasSubstr("FAILED"));
  EXPECT_THAT(out_, HasSubstr("[NOT_REACHABLE]. To do: "));
  EXPECT_EQ(Type({"--client-config", config, "--output", "csv", "doctor"}), 3);
  EXPECT_THAT(out_, HasSubstr("\naddress,failed,NOT_REACHABLE,no-such-host.invalid:7443,"));
  EXPECT_EQ(Type({"--client-config", config, "--output", "json", "doctor"}), 3);
  EXPECT_GT(FromJson<config::v1::CheckReport>().checks_size(), 10);
}

}  // namespace
}  // namespace gatepost::cli
