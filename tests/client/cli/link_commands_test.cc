// link show and link sign: what is shown before a signature, whose signatures count.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/time/clock.h"
#include "client/cli/authority_commands.h"
#include "fmt/format.h"
#include "tests/config/practice_files.h"

namespace gatepost::cli {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kVn[] = "spiffe://langson.practice.example/agency/board/officer/shift-lead-1";
constexpr char kCn[] = "spiffe://pingxiang.practice.example/agency/port-office/officer/chief-1";

class LinkCommandsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Agree("vn-langson", kVn);
    Agree("cn-pingxiang", kCn);
    const absl::CivilDay today = absl::ToCivilDay(absl::Now(), absl::UTCTimeZone());
    files_.Change("agreement.textproto", "id: \"test\"",
                  fmt::format("id: \"test\"\nagreed_on {{ year: {} month: {} day: {} }}\n"
                              "gate_classes {{ name: \"first\" type_words: \"international\" }}\n"
                              "release_rules {{ subject {{ families: \"REPORT\" gate_classes: "
                              "\"first\" }} signatures {{ roles: \"officer\" count: 1 }} }}",
                              today.year(), today.month(), today.day()));
    global_.client_config = files_ / "client.textproto";
    SignAs(files_.vn(), kVn);
  }
  void Agree(const std::string& node, const std::string& authority) {
    const std::string line = fmt::format("node: \"{}\"\n", node);
    files_.Change("agreement.textproto", line,
                  line + fmt::format("  authorities: \"{}\"\n", authority));
  }
  // The client config is that of this post from now on.
  void SignAs(const certs::PracticeCa& ca, const std::string& id) {
    const auto issued = testing::Must(ca.IssueSigner(testing::Must(certs::SpiffeId::Parse(id))));
    ASSERT_TRUE(issued.WriteFiles(files_ / "sign.key", files_ / "sign.crt").ok());
  }
  LinkOptions File(bool yes) const {
    LinkOptions options;
    options.file = files_ / "agreement.textproto";
    options.roots = {files_ / "vn-root.crt", files_ / "cn-root.crt"};
    options.yes = yes;
    return options;
  }
  int Run(int (*command)(const Global&, const LinkOptions&), const LinkOptions& options) {
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const int code = command(global_, options);
    out_ = ::testing::internal::GetCapturedStdout();
    err_ = ::testing::internal::GetCapturedStderr();
    return code;
  }
  bool HasSignatures() const {
    return std::filesystem::exists(files_ / "agreement.textproto.signatures");
  }

  testing::PracticeFiles files_;
  Global global_;
  std::string out_;
  std::string err_;
};

TEST_F(LinkCommandsTest, EachSideSignsAndThenTheAgreementStands) {
  EXPECT_EQ(Run(LinkShow, File(false)), 1);
  EXPECT_THAT(out_, AllOf(HasSubstr("not signed yet for vn-langson"),
                          HasSubstr("not signed yet for cn-pingxiang")));
  ASSERT_EQ(Run(LinkSign, File(true)), 0) << err_;
  EXPECT_THAT(out_, AllOf(HasSubstr("signed for vn-langson"),
                          HasSubstr("not signed yet for cn-pingxiang")));
  EXPECT_EQ(Run(LinkShow, File(false)), 1) << "one side is not both";

  SignAs(files_.cn(), kCn);
  ASSERT_EQ(Run(LinkSign, File(true)), 0) << err_;
  EXPECT_THAT(err_, HasSubstr("signed for vn-langson")) << "who signs sees who has";
  ASSERT_EQ(Run(LinkShow, File(false)), 0) << err_;
  EXPECT_THAT(out_, AllOf(HasSubstr("signed for cn-pingxiang"), Not(HasSubstr("not signed"))));
  global_.output = Output::kCsv;
  ASSERT_EQ(Run(LinkShow, File(false)), 0) << err_;
  EXPECT_THAT(out_, HasSubstr(std::string("cn-pingxiang,") + kCn + ",OK"));
}

TEST_F(LinkCommandsTest, WhoSignsIsShownWhatHeSigns) {
  ASSERT_EQ(Run(LinkSign, File(true)), 0) << err_;
  EXPECT_THAT(err_, ContainsRegex("SHA-256 +[0-9a-f]{64}"));
  EXPECT_THAT(err_, AllOf(HasSubstr("spiffe://pingxiang.practice.example/node/cn-pingxiang"),
                          HasSubstr("cn-pingxiang/audit+"), HasSubstr("REPORT; first: 1 x officer"),
                          ContainsRegex("cut-off +20:00 Asia/Ho_Chi_Minh")));
  EXPECT_THAT(err_, HasSubstr(std::string("you sign as ") + kVn));
}

TEST_F(LinkCommandsTest, NothingIsSignedUnaskedNorUnseen) {
  for (const Output output : {Output::kTable, Output::kJson, Output::kCsv}) {
    global_.output = output;
    EXPECT_EQ(Run(LinkSign, File(false)), 2);
    EXPECT_THAT(err_, HasSubstr("nothing was signed"));
  }
  EXPECT_FALSE(HasSignatures());
}

TEST_F(LinkCommandsTest, WhomTheAgreementDoesNotNameCannotSign) {
  SignAs(files_.vn(), "spiffe://langson.practice.example/agency/board/officer/other-1");
  global_.output = Output::kJson;
  EXPECT_NE(Run(LinkSign, File(true)), 0);
  EXPECT_THAT(err_, HasSubstr("NOT_AN_AUTHORITY"));
  EXPECT_FALSE(HasSignatures());
}

TEST_F(LinkCommandsTest, NobodySignsTwice) {
  ASSERT_EQ(Run(LinkSign, File(true)), 0) << err_;
  global_.output = Output::kJson;
  EXPECT_NE(Run(LinkSign, File(true)), 0);
  EXPECT_THAT(err_, HasSubstr("DUPLICATE_SIGNER"));
}

TEST_F(LinkCommandsTest, ASignatureOnOtherBytesIsNotShownAsGood) {
  ASSERT_EQ(Run(LinkSign, File(true)), 0) << err_;
  files_.Change("agreement.textproto", "hour: 20", "hour: 21");
  global_.output = Output::kJson;
  EXPECT_NE(Run(LinkShow, File(false)), 0);
  EXPECT_THAT(err_, HasSubstr("AGREEMENT_NOT_SIGNED"));
}

}  // namespace
}  // namespace gatepost::cli
