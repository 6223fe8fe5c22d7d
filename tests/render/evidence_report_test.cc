#include "client/render/evidence_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "client/render/text.h"
#include "daemon/system/utf8.h"
#include "tests/render/evidence_sample.h"

namespace gatepost::render {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Report(const evidence::Verdict& verdict) {
  return EvidenceReport(verdict,
                        {.file = "evidence.zip",
                         .sha256 = certs::Sha256Of("zip"),
                         .made_at = absl::FromUnixSeconds(1800100000)},
                        View());
}

// What is wrong with the nesting of its elements; empty when they open and close in order.
std::string Unbalanced(std::string_view page) {
  const std::set<std::string_view> without_end = {"meta", "!DOCTYPE"};
  std::vector<std::string_view> open;
  for (size_t at = page.find('<'); at != std::string_view::npos; at = page.find('<', at + 1)) {
    const bool ends = page[at + 1] == '/';
    const size_t start = at + (ends ? 2 : 1);
    const std::string_view name = page.substr(start, page.find_first_of(" >", start) - start);
    if (without_end.contains(name)) continue;
    if (!ends) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return std::string(name);
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : std::string(open.back());
}

TEST(EvidenceReportTest, EveryElementIsClosed) {
  EXPECT_EQ(Unbalanced(Report(SampleVerdict())), "");
  EXPECT_EQ(Unbalanced(Report(SampleInvalid())), "");
  EXPECT_EQ(Unbalanced(Report(HostileVerdict())), "");
  EXPECT_EQ(Unbalanced(Report({})), "");
}

TEST(EvidenceReportTest, TheVerdictIsAWordAndNotOnlyAColour) {
  EXPECT_THAT(Report(SampleVerdict()), HasSubstr("<strong>VALID (PEER cn-pingxiang)</strong>"));
  EXPECT_THAT(Report(SampleInvalid()), HasSubstr("<strong>PRACTICE INVALID</strong>"));
  EXPECT_THAT(Report({}), HasSubstr("<strong>INCOMPLETE</strong>"));
}

TEST(EvidenceReportTest, EveryFindingAppearsWithItsPlace) {
  const std::string page = Report(SampleInvalid());
  for (const char* where : {"messages/002/envelope.pb", "messages/003/leaves/cn-pingxiang-830",
                            "messages/004", "bundle"}) {
    EXPECT_THAT(page, HasSubstr(std::string("<td><code>") + where + "</code></td>"));
  }
  for (const char* said : {"SIGNED_AFTER_REVOCATION", "ask the other side who signed it",
                           "keep both: together they prove two histories", "root 11bb"}) {
    EXPECT_THAT(page, HasSubstr(said));
  }
}

TEST(EvidenceReportTest, SaysWhoSignedWhatWasDecidedAndHowEarly) {
  const std::string page = Report(SampleVerdict());
  for (const char* said :
       {"officer shift-lead-2 of board, langson.example", "holiday hours, tet",
        "IN_FORCE, in force, binding on both sides", "20 d 9 h before", "1 h 00 min AFTER it began",
        "vn-langson knew that it binds", "07:00 H (08:00 B) to 11:30",
        "head 46 cosigned by cn-pingxiang at 2027-01-15 15:00:20 H (16:00:20 B)",
        "clerk desk-1 of port, pingxiang.example", "entry 830"}) {
    EXPECT_THAT(page, HasSubstr(said));
  }
}

TEST(EvidenceReportTest, PracticeIsSaidOnEverySheet) {
  EXPECT_THAT(Report(SampleInvalid()), HasSubstr(R"(class="sheet-mark")"));
  EXPECT_THAT(Report(SampleVerdict()), Not(HasSubstr("PRACTICE")));
}

TEST(EvidenceReportTest, HostileBytesAreTextWhereverTheyStand) {
  const std::string page = Report(HostileVerdict());
  EXPECT_TRUE(system::IsUtf8(page));
  for (const char* never : {"<script", "<img", "\x1b", "\u202e", "]]>", "</td></table>\n]"}) {
    EXPECT_THAT(page, Not(HasSubstr(never)));
  }
  EXPECT_EQ(page.find('\0'), std::string::npos);
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(3)&lt;/script&gt;"));
}

TEST(EvidenceReportTest, TheFileNameIsQuotedForTheShell) {
  const std::string page = EvidenceReport(SampleVerdict(), {.file = "a'b; rm.zip"}, View());
  EXPECT_THAT(page, HasSubstr("sha256sum &#39;a&#39;\\&#39;&#39;b; rm.zip&#39;"));
}

// Whoever made the file may have put commands of his own into its VERIFY.txt.
TEST(EvidenceReportTest, NobodyIsToldToRunWhatDidNotHold) {
  EXPECT_THAT(Report(SampleVerdict()), HasSubstr("VERIFY.txt | sh -eu"));
  EXPECT_THAT(Report(SampleInvalid()), Not(HasSubstr("| sh")));
}

TEST(EvidenceReportTest, SpeaksTheLanguageInUse) {
  ASSERT_TRUE(UseLanguage("vi", GATEPOST_CATALOGUE_DIR));
  const std::string vietnamese = Report(SampleInvalid());
  ASSERT_TRUE(UseLanguage("zh", GATEPOST_CATALOGUE_DIR));
  const std::string chinese = Report(SampleInvalid());
  ASSERT_TRUE(UseLanguage("en", GATEPOST_CATALOGUE_DIR));
  EXPECT_THAT(vietnamese, HasSubstr(R"(<html lang="vi">)"));
  EXPECT_THAT(vietnamese, HasSubstr("Báo cáo về chứng cứ"));
  EXPECT_THAT(chinese, HasSubstr(R"(<html lang="zh-CN">)"));
  EXPECT_THAT(chinese, HasSubstr("证据报告"));
  // Codes stay as they are.
  for (const std::string* page : {&vietnamese, &chinese}) {
    EXPECT_THAT(*page, HasSubstr("<strong>PRACTICE INVALID</strong>"));
    EXPECT_THAT(*page, HasSubstr("SIGNED_AFTER_REVOCATION"));
  }
  EXPECT_THAT(Report(SampleInvalid()), HasSubstr(R"(<html lang="en">)"));
}

}  // namespace
}  // namespace gatepost::render
