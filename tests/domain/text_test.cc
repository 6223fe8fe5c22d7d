// Names and remarks as the border writes them: composing, comparing, refusing what hides.

#include "daemon/domain/text.h"

#include <gtest/gtest.h>

#include "daemon/system/reason.h"

namespace gatepost::domain {
namespace {

TEST(Text, ComposesVietnameseInWhicheverOrderItsMarksCame) {
  EXPECT_EQ(Composed("Hữu Nghị"), "Hữu Nghị");
  EXPECT_EQ(Composed("Hu\u031b\u0303u Nghi\u0323"), "Hữu Nghị");
  EXPECT_EQ(Composed("e\u0302\u0323"), "ệ");  // Circumflex first.
  EXPECT_EQ(Composed("e\u0323\u0302"), "ệ");  // The dot below first, as Unicode orders them.
  EXPECT_EQ(Composed("\u1eb9\u0302"), "ệ");   // Half composed.
  EXPECT_EQ(Composed("友谊关 e"), "友谊关 e");
  // Two marks above a letter do not change places: acute first is another text.
  EXPECT_EQ(Composed("e\u0301\u0302"), "é\u0302");
  EXPECT_EQ(Composed("\xff"
                     "e\u0301"),
            "\xff"
            "é");
}

TEST(Text, FoldsSpellingsOfOneNameTogether) {
  for (std::string_view text : {"Cốc Nam - Lũng Nghịu", "CỐC NAM–LŨNG NGHỊU",
                                "  cốc  nam -lũng nghịu ", "Cốc\u00a0Nam − Lũng\u3000Nghịu"}) {
    EXPECT_EQ(Folded(text), "cốc nam-lũng nghịu") << text;
  }
  EXPECT_EQ(Folded("ＬＳ－ＨＮ"), "ls-hn");
  EXPECT_EQ(Folded("ĐỒNG ĐĂNG ƠƯ ÔÂ"), "đồng đăng ơư ôâ");
  // Every letter of Vietnamese that has a mark.
  EXPECT_EQ(Folded("ĂÂĐÊÔƠƯÀẢÃÁẠẰẲẴẮẶẦẨẪẤẬÈẺẼÉẸỀỂỄẾỆÌỈĨÍỊÒỎÕÓỌỒỔỖỐỘỜỞỠỚỢÙỦŨÚỤỪỬỮỨỰỲỶỸÝỴ"),
            "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ");
  EXPECT_EQ(Folded(""), "");
  EXPECT_EQ(WithoutMarks("đồng đăng ơư 友谊关"), "dong dang ou 友谊关");
}

TEST(Text, CountsTypingErrors) {
  EXPECT_EQ(EditDistance("1119-1120", "119-1120"), 1u);   // Left out.
  EXPECT_EQ(EditDistance("1104-1105", "1104-1005"), 1u);  // Replaced.
  EXPECT_EQ(EditDistance("1119-1120", "1191-1120"), 1u);  // Swapped.
  EXPECT_EQ(EditDistance("", "abc"), 3u);
  EXPECT_EQ(EditDistance("友谊", "友谊关"), 1u);
  EXPECT_EQ(CharacterCount("友谊关 ữ"), 5u);
}

TEST(Text, RefusesWhatCannotBeSeenAsItIs) {
  for (std::string_view text : {"", "sương mù", "大雾", "Youyiguan (cargo), 20:00H", "Jiao'ai"}) {
    EXPECT_TRUE(CheckText("remark", text, 100).ok()) << text;
  }
  for (std::string_view text : {"two\nlines", "\ttab", "bell\a", "\u202e312", "zero\u200bwidth",
                                "soft\u00adhyphen", "\ufeffmark", "\u061c1", "\u2028", "\u0301e",
                                "e\u0301", "\xff", "\xc3", "a\u0085", "\U000e0041", "\ufffd"}) {
    EXPECT_EQ(system::ReasonOf(CheckText("remark", text, 100)), v1::REASON_MALFORMED_PAYLOAD)
        << text;
  }
  EXPECT_TRUE(CheckText("remark", "友谊关", 3).ok());
  EXPECT_FALSE(CheckText("remark", "友谊关", 2).ok());
}

TEST(Text, WritesThousands) {
  EXPECT_EQ(WithThousands(0), "0");
  EXPECT_EQ(WithThousands(999), "999");
  EXPECT_EQ(WithThousands(1057), "1,057");
  EXPECT_EQ(WithThousands(-129), "-129");
  EXPECT_EQ(WithThousands(-1000000), "-1,000,000");
  EXPECT_EQ(WithThousands(INT64_MIN), "-9,223,372,036,854,775,808");
}

}  // namespace
}  // namespace gatepost::domain
