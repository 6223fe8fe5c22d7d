#include "daemon/system/utf8.h"

#include <gtest/gtest.h>

namespace gatepost::system {
namespace {

TEST(Utf8Test, WellFormedTextIsAccepted) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8("plain"));
  EXPECT_TRUE(IsUtf8("L\u1ea1ng S\u01a1n \u53cb\u8c0a\u5173 \U0001f69a"));
  EXPECT_TRUE(IsUtf8(std::string_view("\0", 1)));
  EXPECT_TRUE(IsUtf8("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf"));  // Around the forbidden ranges.
}

TEST(Utf8Test, IllFormedBytesAreRefused) {
  for (std::string_view bytes : {
           "\x80",
           "\xbf",
           "\xc3",
           "\xc3(",
           "\xe1\xba",
           "\xe1(\xa1",
           "\xf0\x9f\x9a",
           "\xc0\x80",
           "\xc1\xbf",
           "\xe0\x80\x80",
           "\xe0\x9f\xbf",
           "\xf0\x8f\xbf\xbf",  // Overlong.
           "\xed\xa0\x80",
           "\xed\xbf\xbf",  // Surrogates.
           "\xf4\x90\x80\x80",
           "\xf5\x80\x80\x80",
           "\xff",
           "\xfe",  // Too large.
           "good\xc3 then bad",
       }) {
    EXPECT_FALSE(IsUtf8(bytes));
  }
}

TEST(Utf8Test, PrintableIsAlwaysTextWithoutControls) {
  EXPECT_EQ(Printable("c\u1eeda kh\u1ea9u"), "c\u1eeda kh\u1ea9u");
  EXPECT_EQ(Printable("a\nb\tc\x1b[31m\x7f"), "a?b?c?[31m?");
  EXPECT_EQ(Printable("\u0085\u009b"), "??");
  EXPECT_EQ(Printable("\xff\xc3z"), "??z");
  EXPECT_EQ(Printable(std::string_view("\0x", 2)), "?x");
}

TEST(Utf8Test, PrintableCutsAtACharacter) {
  EXPECT_EQ(Printable("abcdef", 6), "abcdef");
  EXPECT_EQ(Printable("abcdefg", 6), "abcdef...");
  EXPECT_EQ(Printable("abcde\u1ea1", 6), "abcde...");
  EXPECT_EQ(Printable("abc", 0), "...");
}

}  // namespace
}  // namespace gatepost::system
