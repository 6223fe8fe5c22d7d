#include "client/render/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "client/render/html_page.h"
#include "tests/render/evidence_sample.h"

namespace gatepost::render {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(HtmlTest, TextCannotBecomeMarkup) {
  EXPECT_EQ(Text("<b a=\"x\" c='y'>&amp;").markup(),
            "&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;amp;");
}

TEST(HtmlTest, ControlCharactersAndBrokenBytesAreReplaced) {
  EXPECT_EQ(Text(std::string("a\0b\x1b\x7f", 5)).markup(), "a\ufffdb\ufffd\ufffd");
  EXPECT_EQ(Text("a\xff\xc0\x80z").markup(), "a\ufffd\ufffd\ufffdz");
  EXPECT_EQ(Text("\xc2\x9b").markup(), "\ufffd");  // C1: another way to begin an escape.
  EXPECT_EQ(Text("one\n\ttwo").markup(), "one\n\ttwo");
}

TEST(HtmlTest, WhatTurnsALineAroundOrTakesNoRoomIsShown) {
  EXPECT_EQ(Text("gate \u202ecba").markup(), "gate [U+202E]cba");
  EXPECT_EQ(Text("a\u200bb\u2066c\ufeff").markup(), "a[U+200B]b[U+2066]c[U+FEFF]");
  EXPECT_EQ(Text("\U000e0041").markup(), "[U+E0041]");
}

TEST(HtmlTest, VietnameseAndChineseStayAsTheyAre) {
  EXPECT_EQ(Text("Hữu Nghị 友谊关").markup(), "Hữu Nghị 友谊关");
  EXPECT_EQ(Text("a\u0323").markup(), "a\u0323");  // A combining mark belongs to its letter.
}

TEST(HtmlTest, ATableKeepsItsRowsAndLeavesEmptyColumnsOut) {
  Table table({{"Gate"}, {"Nothing"}, {"Hours"}});
  table.Add({"LS-HN", "", "<7"});
  table.Add({"LS-TT", "", ""});
  const std::string markup = HtmlOf(table).markup();
  EXPECT_THAT(markup, HasSubstr(R"(<tr><th scope="col">Gate</th><th scope="col">Hours</th></tr>)"));
  EXPECT_THAT(markup, HasSubstr("<tr><td>LS-HN</td><td>&lt;7</td></tr>"));
  EXPECT_THAT(markup, HasSubstr("<tr><td>LS-TT</td><td></td></tr>"));
}

TEST(HtmlTest, NothingMakesNoTable) {
  EXPECT_TRUE(HtmlOf(Table({{"Gate"}})).empty());
  EXPECT_TRUE(HtmlOf(Lines()).empty());
  EXPECT_TRUE(HtmlTable({"Gate"}, {}).empty());
}

TEST(HtmlPageTest, LoadsNothingAndRunsNothing) {
  const std::string page = HtmlPage("a <title>", true, Element("p", Text("body")));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, HasSubstr("<title>a &lt;title&gt;</title>"));
  for (const char* never : {"<script", "src=", "href=", "url(", "@import", "http://", "https://"}) {
    EXPECT_THAT(page, Not(HasSubstr(never)));
  }
}

TEST(HtmlPageTest, OnlyAPageOfPracticeSaysSo) {
  EXPECT_THAT(HtmlPage("t", true, Html()), HasSubstr("PRACTICE"));
  EXPECT_THAT(HtmlPage("t", false, Html()), Not(HasSubstr("PRACTICE")));
}

}  // namespace
}  // namespace gatepost::render
