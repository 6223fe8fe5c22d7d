#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "client/cli/bundle_check.h"
#include "client/cli/parse.h"
#include "client/render/text.h"
#include "daemon/system/files.h"
#include "tests/evidence/evidence_world.h"
#include "tests/support/temporary_folder.h"

namespace gatepost::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// An agreement in force with everything that proves it, as the files of an auditor.
class AuditReportTest : public ::testing::Test {
 protected:
  explicit AuditReportTest(bool practice = false) : world_(practice) {
    render::UseLanguage("en");
    world_.Agree();
    world_.Cosign();
    Put("evidence.zip", world_.Bundle(world_.vn));
    Put("link.textproto", world_.agreement);
  }

  std::string PathOf(const std::string& name) const { return folder_.Under(name); }
  void Put(const std::string& name, const std::string& bytes) {
    ASSERT_TRUE(system::WriteFileAtomically(PathOf(name), bytes).ok());
  }
  std::string Page() const { return system::ReadFile(PathOf("page.html")).value_or(""); }

  int Run(std::vector<std::string> more) const {
    std::vector<std::string> words = {
        "gatepost", "audit", "report", PathOf("evidence.zip"), "--out", PathOf("page.html")};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    return ParseAndRun(static_cast<int>(arguments.size()), arguments.data());
  }

  gatepost::testing::TemporaryFolder folder_;
  evidence::EvidenceWorld world_;
};

class PracticeReportTest : public AuditReportTest {
 protected:
  PracticeReportTest() : AuditReportTest(true) {}
};

TEST_F(AuditReportTest, WritesThePageOfAValidBundleWithoutANode) {
  EXPECT_EQ(Run({"--agreement", PathOf("link.textproto")}), 0);
  EXPECT_THAT(Page(), HasSubstr("<strong>VALID (ALL)</strong>"));
  EXPECT_THAT(Page(), HasSubstr(certs::ToHex(certs::Sha256Of(world_.agreement))));
  EXPECT_THAT(Page(), HasSubstr(certs::ToHex(certs::Sha256Of(world_.Bundle(world_.vn)))));
  EXPECT_THAT(Page(), HasSubstr("IN_FORCE, in force, binding on both sides"));
  EXPECT_THAT(Page(), Not(HasSubstr("PRACTICE")));
}

TEST_F(AuditReportTest, WithoutTheReadersAgreementItIsIncompleteAndSaysWhatIsMissing) {
  EXPECT_EQ(Run({}), 5);
  EXPECT_THAT(Page(), HasSubstr("<strong>INCOMPLETE</strong>"));
  EXPECT_THAT(Page(), HasSubstr("EVIDENCE_INCOMPLETE"));
}

TEST_F(AuditReportTest, AChangedByteIsLocatedOnThePage) {
  std::string bundle = world_.Bundle(world_.vn);
  bundle[bundle.find("gatepost-leaf/v1")] ^= 1;
  Put("evidence.zip", bundle);
  EXPECT_EQ(Run({"--agreement", PathOf("link.textproto")}), 5);
  EXPECT_THAT(Page(), HasSubstr("<strong>INVALID</strong>"));
  EXPECT_THAT(Page(), HasSubstr("<td><code>messages/001/leaves/"));
}

TEST_F(AuditReportTest, AFileThatIsNotThereIsWrongUseAndWritesNothing) {
  EXPECT_EQ(Run({"--agreement", PathOf("nothing.textproto")}), 2);
  EXPECT_EQ(Page(), "");
}

TEST_F(PracticeReportTest, NeverLooksLikeEvidenceInEarnest) {
  EXPECT_EQ(Run({"--agreement", PathOf("link.textproto")}), 5);
  EXPECT_THAT(Page(), HasSubstr("<strong>PRACTICE INCOMPLETE</strong>"));
  EXPECT_EQ(Run({"--agreement", PathOf("link.textproto"), "--practice"}), 0);
  EXPECT_THAT(Page(), HasSubstr("<strong>PRACTICE VALID (ALL)</strong>"));
  EXPECT_THAT(Page(), HasSubstr(R"(class="sheet-mark")"));
}

}  // namespace
}  // namespace gatepost::cli
